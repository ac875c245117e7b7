/** Flags of open(2) and commands of fcntl(2). Numbers: Linux, include/uapi/asm-generic/fcntl.h. */

/** Access mode of open(2): only to read. */
export const O_RDONLY = 0o0;
/** Access mode of open(2): only to write. */
export const O_WRONLY = 0o1;
/** Access mode of open(2): to read and to write. */
export const O_RDWR = 0o2;
/** Mask of the three access modes above: they are values, not bits. */
export const O_ACCMODE = 0o3;
/** Make the file if it isn't there; open(2). */
export const O_CREAT = 0o100;
/** With O_CREAT: EEXIST if the file is there; open(2). */
export const O_EXCL = 0o200;
/** Cut the file to nothing first; open(2). */
export const O_TRUNC = 0o1000;
/** Every write goes to the end, wherever that is then; open(2). */
export const O_APPEND = 0o2000;
/** A call that would have to sleep fails with EAGAIN instead; open(2), fcntl(2). */
export const O_NONBLOCK = 0o4000;
/** ENOTDIR unless it is a directory; open(2). */
export const O_DIRECTORY = 0o200000;
/** The descriptor is closed by execve(2); open(2), pipe2(2), dup3(2). */
export const O_CLOEXEC = 0o2000000;

/** fcntl(2): another descriptor, the lowest free one from the argument on. */
export const F_DUPFD = 0;
/** fcntl(2): the descriptor's own flags: FD_CLOEXEC or 0. */
export const F_GETFD = 1;
/** fcntl(2): sets the descriptor's own flags. */
export const F_SETFD = 2;
/** fcntl(2): access mode and status flags of the open file description. */
export const F_GETFL = 3;
/** fcntl(2): sets O_APPEND and O_NONBLOCK, for all descriptors that lead to the same description. */
export const F_SETFL = 4;
/** fcntl(2): a pipe's capacity in bytes, rounded up to a power of two of pages. */
export const F_SETPIPE_SZ = 1031;
/** fcntl(2): a pipe's capacity in bytes. */
export const F_GETPIPE_SZ = 1032;
/** fcntl(2): like F_DUPFD, and closed by execve(2). */
export const F_DUPFD_CLOEXEC = 1030;
/** The descriptor is closed by execve(2); fcntl(2). */
export const FD_CLOEXEC = 1;

/** lseek(2) counts from the beginning. */
export const SEEK_SET = 0;
/** lseek(2) counts from where the offset stands. */
export const SEEK_CUR = 1;
/** lseek(2) counts from the end. */
export const SEEK_END = 2;

/** ioctl(2): how many bytes can be read now; ioctl_tty(2), tcp(7), udp(7), pipe(7). */
export const FIONREAD = 0x541b;
/** ioctl(2): set or clear O_NONBLOCK. */
export const FIONBIO = 0x5421;
/** ioctl(2): how many bytes wait in the send queue; tcp(7), unix(7). */
export const SIOCOUTQ = 0x5411;
/** ioctl(2): how many bytes of those were never sent; tcp(7). */
export const SIOCOUTQNSD = 0x894b;
/** ioctl(2): does the next byte to be read stand at the mark of urgent data? tcp(7). */
export const SIOCATMARK = 0x8905;

/** The largest write to a pipe that is never split or mixed with another's, in bytes; pipe(7). */
export const PIPE_BUF = 4096;
