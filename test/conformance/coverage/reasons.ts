/**
 * Why an error that a man page lists has no program.
 *
 * A reason is of one kind: it would take *privilege*, or more than a test may do (*out of reach*); these calls or Linux of today
 * *never* give it; or the model leaves the thing out (*not modelled*, so it stands on a list in lib/).
 */
import type { SystemCallName } from "fd3";

export interface Reason {
  readonly kind: "privilege" | "out of reach" | "never" | "not modelled";
  readonly why: string;
}

const reason = (kind: Reason["kind"]) => (why: string) => ({ kind, why });
const privilege = reason("privilege");
const outOfReach = reason("out of reach");
const never = reason("never");
const notModelled = reason("not modelled");

const NO_POINTER = never("what C fills through a pointer is returned here, so there is no pointer to be wrong");
const NO_SYMLINKS = notModelled("symbolic links: no call of the table makes one");
const PERMISSIONS = notModelled("permissions: everything is allowed, as for root");
const PLACES_NEVER_WAIT = never(
  "what has places never makes its reader or writer wait; pipes and sockets fail with ESPIPE",
);
const MAY_NOT_SEEK = never("pipes and sockets have no places, so ESPIPE comes first");
const SIZE_LIMIT = outOfReach(
  "the largest file is the file system's own affair, and RLIMIT_FSIZE isn't in setrlimit here",
);
const SEALS = notModelled("file seals and immutable files");
const OTHER_FLAGS = never("only for flags of preadv2 and pwritev2, which aren't in the table");
const NO_FILE = never("a program is a function here, not a file");
const LOCKS = notModelled("file locks");
const FAST_OPEN = notModelled("TCP Fast Open");
const FIREWALL = privilege("a rule of the firewall has to forbid it");

/** For every call. */
const anywhere: Readonly<Record<string, Reason>> = {
  ENOMEM: outOfReach("the machine would have to run out of memory"),
  ENFILE: outOfReach("the whole system would have to reach its limit of open files"),
  ENOBUFS: outOfReach("the machine would have to run out of memory for packets"),
  ENOSPC: outOfReach("a file system, or the limit on watches, would have to be filled"),
  EIO: outOfReach("a disk would have to fail"),
  EDQUOT: privilege("quotas are set by the administrator"),
  EROFS: privilege("mounting a file system takes privilege"),
  ELOOP: NO_SYMLINKS,
};

/** For one call. */
const single: Partial<Record<SystemCallName, Readonly<Record<string, Reason>>>> = {
  open: {
    EACCES: PERMISSIONS,
    EBUSY: privilege("O_EXCL on a block device that is mounted"),
    EFBIG: never("only where a program was compiled for 32-bit offsets"),
    EINTR: never("only for slow devices and a FIFO, which no call of the table makes"),
    ENODEV: privilege("a special file without its device takes mknod"),
    EOPNOTSUPP: never("only for O_TMPFILE, which isn't in the table"),
    EOVERFLOW: never("only where a program was compiled for 32-bit offsets"),
    EPERM: never("only for O_NOATIME and file seals, which aren't in the table"),
    ETXTBSY: NO_FILE,
    EWOULDBLOCK: notModelled("leases on files"),
  },
  write: { EFBIG: SIZE_LIMIT, EPERM: SEALS },
  readv: { EOPNOTSUPP: OTHER_FLAGS },
  writev: { EFBIG: SIZE_LIMIT, EPERM: SEALS, EOPNOTSUPP: OTHER_FLAGS },
  pread: {
    EAGAIN: PLACES_NEVER_WAIT,
    EINTR: PLACES_NEVER_WAIT,
    ENXIO: never("only for SEEK_DATA and SEEK_HOLE of lseek, whose page it refers to"),
    EOVERFLOW: never("a number of JavaScript's doesn't reach so far"),
  },
  pwrite: {
    EAGAIN: PLACES_NEVER_WAIT,
    EINTR: PLACES_NEVER_WAIT,
    EDESTADDRREQ: MAY_NOT_SEEK,
    EPIPE: MAY_NOT_SEEK,
    EFBIG: SIZE_LIMIT,
    EPERM: SEALS,
    ENXIO: never("only for SEEK_DATA and SEEK_HOLE of lseek, whose page it refers to"),
    EOVERFLOW: never("a number of JavaScript's doesn't reach so far"),
  },
  lseek: {
    ENXIO: notModelled("SEEK_DATA and SEEK_HOLE"),
    EOVERFLOW: never("a number of JavaScript's doesn't reach so far"),
  },
  close: {
    EINTR: never("Linux closes the descriptor whatever happens, and says so only for some network file systems"),
  },
  dup2: { EINTR: never("only where closing the old file is interrupted, on some network file systems") },
  dup3: { EINTR: never("only where closing the old file is interrupted, on some network file systems") },
  pipe: { EFAULT: NO_POINTER },
  pipe2: { EFAULT: NO_POINTER, ENOPKG: notModelled("notification pipes") },
  fcntl: {
    EACCES: LOCKS,
    EAGAIN: LOCKS,
    EDEADLK: LOCKS,
    EFAULT: LOCKS,
    EINTR: LOCKS,
    ENOLCK: LOCKS,
    ENOTDIR: notModelled("F_NOTIFY"),
    EPERM: privilege(
      "who has it may make a pipe as large as memory; who hasn't gets EPERM above 1 MiB, as on the model",
    ),
  },
  ioctl: { EFAULT: never("the argument of the requests in the table is a number, no pointer") },
  fstat: { EFAULT: NO_POINTER, EOVERFLOW: never("only where a program was compiled for 32-bit offsets") },
  stat: { EACCES: PERMISSIONS, EOVERFLOW: never("only where a program was compiled for 32-bit offsets") },
  ftruncate: {
    EFBIG: SIZE_LIMIT,
    EINTR: never("only on file systems that make it wait"),
    EPERM: SEALS,
  },
  mkdir: {
    EACCES: PERMISSIONS,
    EINVAL: never("only on file systems that forbid characters in names"),
    EMLINK: outOfReach("some file systems count the links to a directory, tmpfs and ext4 don't"),
    EPERM: never("only on file systems without directories"),
  },
  rmdir: {
    EACCES: PERMISSIONS,
    EBUSY: privilege("a mount point; the root of a run on Linux is a folder"),
    EPERM: PERMISSIONS,
  },
  unlink: {
    EACCES: PERMISSIONS,
    EBUSY: privilege("a mount point, or a file that the system holds"),
    EPERM: PERMISSIONS,
  },
  epoll_wait: { EFAULT: NO_POINTER },
  fork: {
    EAGAIN: outOfReach("the limit of processes or threads of this user would have to be reached"),
    ENOSYS: never("only on machines without memory management"),
  },
  execve: Object.fromEntries(
    "E2BIG EACCES EAGAIN EINVAL EISDIR ELIBBAD ELOOP EMFILE ENAMETOOLONG ENOENT ENOEXEC ENOTDIR EPERM ETXTBSY EIO ENFILE"
      .split(" ")
      .map((errno) => [errno, NO_FILE]),
  ),
  pthread_create: {
    EAGAIN: outOfReach("the limit of processes or threads of this user would have to be reached"),
    EINVAL: never("only for wrong attributes, which this call doesn't take"),
    EPERM: never("only for attributes of scheduling, which this call doesn't take"),
  },
  pthread_join: { EINVAL: notModelled("detached threads, and two that join the same one") },
  waitpid: { EAGAIN: never("only for the descriptor of a process in waitid") },
  kill: { EPERM: notModelled("users: everything is allowed, as for root") },
  clock_gettime: {
    EFAULT: NO_POINTER,
    ENODEV: never("only for clocks that come and go with a device"),
    ENOTSUP: never("only for clocks that come and go with a device"),
  },
  setrlimit: {
    EFAULT: never("the limit is a number here, no pointer"),
    EPERM: privilege("who has it may raise the hard limit; there is only the soft one here"),
  },
  socket: { EACCES: never("only for families and types that the table doesn't have") },
  socketpair: { EFAULT: NO_POINTER },
  bind: {
    EACCES: PERMISSIONS,
    ENAMETOOLONG: never("sun_path has 108 bytes, so EINVAL comes before any name is too long"),
  },
  accept: {
    ECONNABORTED: never(
      "a connection that was reset meanwhile is accepted on Linux; its error comes with the first read",
    ),
    EFAULT: NO_POINTER,
    EPERM: FIREWALL,
    EPROTO: never("TCP and AF_UNIX have no such error"),
  },
  accept4: {
    ECONNABORTED: never(
      "a connection that was reset meanwhile is accepted on Linux; its error comes with the first read",
    ),
    EFAULT: NO_POINTER,
    EPERM: FIREWALL,
    EPROTO: never("TCP and AF_UNIX have no such error"),
  },
  connect: {
    EADDRINUSE: never("a pair of addresses that is in use is EADDRNOTAVAIL on Linux"),
    ETIMEDOUT: outOfReach(
      "it takes a peer that stays silent for seconds; test/net/tcp has one, on a link that loses everything",
    ),
  },
  getsockname: {
    EFAULT: NO_POINTER,
    EINVAL: never("only for a wrong length of the buffer, which this call doesn't take"),
  },
  getpeername: {
    EFAULT: NO_POINTER,
    EINVAL: never("only for a wrong length of the buffer, which this call doesn't take"),
  },
  getsockopt: {
    EFAULT: NO_POINTER,
  },
  send: {
    EACCES: never("an address that is forbidden fails when it is given, by connect"),
    EALREADY: FAST_OPEN,
    EISCONN: never("send takes no address"),
  },
  sendto: { EALREADY: FAST_OPEN },
  sendmsg: { EALREADY: FAST_OPEN },
};

/** Why nobody provokes this error; null when there is no reason. */
export function reasonFor(call: SystemCallName, errno: string): Reason | null {
  return single[call]?.[errno] ?? anywhere[errno] ?? null;
}

/** The reasons that are given for a single call, as "call errno": none may outlive the program that makes it needless. */
export const singleReasons: readonly string[] = Object.entries(single).flatMap(([call, reasons]) =>
  Object.keys(reasons).map((errno) => `${call} ${errno}`),
);
