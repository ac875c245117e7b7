/**
 * Which errors the man page of each call lists (section ERRORS, Linux man-pages 6.03).
 *
 * Where one page describes several calls, only those are here that it lists for this one: fstat has no path, ftruncate
 * neither. Where pread's page says "as for read and lseek", it is taken at its word.
 */
import type { SystemCallName } from "fd3";

export interface ManPage {
  readonly page: string;
  readonly errnos: readonly string[];
}

function page(name: string, errnos = ""): ManPage {
  return { page: name, errnos: errnos.split(" ").filter((code) => code !== "") };
}

const DUP = "EBADF EBUSY EINTR EMFILE";
const PIPE = "EFAULT EMFILE ENFILE";
const STAT = "EACCES EFAULT ELOOP ENAMETOOLONG ENOENT ENOMEM ENOTDIR EOVERFLOW";
const READ = "EAGAIN EBADF EFAULT EINTR EINVAL EIO EISDIR";
const WRITE = "EAGAIN EBADF EDESTADDRREQ EDQUOT EFAULT EFBIG EINTR EINVAL EIO ENOSPC EPERM EPIPE";
const ACCEPT =
  "EAGAIN EBADF ECONNABORTED EFAULT EINTR EINVAL EMFILE ENFILE ENOBUFS ENOMEM ENOTSOCK EOPNOTSUPP EPERM EPROTO";
const SEND =
  "EACCES EAGAIN EALREADY EBADF ECONNRESET EDESTADDRREQ EFAULT EINTR EINVAL EISCONN EMSGSIZE ENOBUFS ENOMEM ENOTCONN ENOTSOCK EOPNOTSUPP EPIPE";
const RECEIVE = "EAGAIN EBADF ECONNREFUSED EFAULT EINTR EINVAL ENOMEM ENOTCONN ENOTSOCK";
const OPTION = "EBADF EFAULT EINVAL ENOPROTOOPT ENOTSOCK";

export const manPages: Readonly<Record<SystemCallName, ManPage>> = {
  open: page(
    "open(2)",
    "EACCES EBUSY EDQUOT EEXIST EFAULT EFBIG EINTR EINVAL EISDIR ELOOP EMFILE ENAMETOOLONG ENFILE ENODEV ENOENT ENOMEM ENOSPC ENOTDIR ENXIO EOPNOTSUPP EOVERFLOW EPERM EROFS ETXTBSY EWOULDBLOCK",
  ),
  read: page("read(2)", READ),
  write: page("write(2)", WRITE),
  readv: page("readv(2)", `${READ} EOPNOTSUPP`),
  writev: page("writev(2)", `${WRITE} EOPNOTSUPP`),
  pread: page("pread(2)", `${READ} ENXIO EOVERFLOW ESPIPE`),
  pwrite: page("pwrite(2)", `${WRITE} ENXIO EOVERFLOW ESPIPE`),
  lseek: page("lseek(2)", "EBADF EINVAL ENXIO EOVERFLOW ESPIPE"),
  close: page("close(2)", "EBADF EDQUOT EINTR EIO ENOSPC"),
  dup: page("dup(2)", DUP.replace("EBUSY ", "").replace("EINTR ", "")),
  dup2: page("dup2(2)", DUP.replace("EMFILE", "")),
  dup3: page("dup3(2)", `${DUP.replace("EMFILE", "")} EINVAL`),
  pipe: page("pipe(2)", PIPE),
  pipe2: page("pipe2(2)", `${PIPE} EINVAL ENOPKG`),
  fcntl: page("fcntl(2)", "EACCES EAGAIN EBADF EBUSY EDEADLK EFAULT EINTR EINVAL EMFILE ENOLCK ENOTDIR EPERM"),
  ioctl: page("ioctl(2)", "EBADF EFAULT EINVAL ENOTTY"),
  fstat: page("fstat(2)", "EBADF EFAULT ENOMEM EOVERFLOW"),
  stat: page("stat(2)", STAT),
  ftruncate: page("ftruncate(2)", "EBADF EFBIG EINTR EINVAL EIO EPERM"),
  mkdir: page(
    "mkdir(2)",
    "EACCES EDQUOT EEXIST EFAULT EINVAL ELOOP EMLINK ENAMETOOLONG ENOENT ENOMEM ENOSPC ENOTDIR EPERM EROFS",
  ),
  rmdir: page("rmdir(2)", "EACCES EBUSY EFAULT EINVAL ELOOP ENAMETOOLONG ENOENT ENOMEM ENOTDIR ENOTEMPTY EPERM EROFS"),
  unlink: page("unlink(2)", "EACCES EBUSY EFAULT EIO EISDIR ELOOP ENAMETOOLONG ENOENT ENOMEM ENOTDIR EPERM EROFS"),

  poll: page("poll(2)", "EFAULT EINTR EINVAL ENOMEM"),
  ppoll: page("ppoll(2)", "EFAULT EINTR EINVAL ENOMEM"),
  select: page("select(2)", "EBADF EINTR EINVAL ENOMEM"),
  epoll_create1: page("epoll_create1(2)", "EINVAL EMFILE ENFILE ENOMEM"),
  epoll_ctl: page("epoll_ctl(2)", "EBADF EEXIST EINVAL ELOOP ENOENT ENOMEM ENOSPC EPERM"),
  epoll_wait: page("epoll_wait(2)", "EBADF EFAULT EINTR EINVAL"),

  fork: page("fork(2)", "EAGAIN ENOMEM ENOSYS"),
  execve: page(
    "execve(2)",
    "E2BIG EACCES EAGAIN EFAULT EINVAL EIO EISDIR ELIBBAD ELOOP EMFILE ENAMETOOLONG ENFILE ENOENT ENOEXEC ENOMEM ENOTDIR EPERM ETXTBSY",
  ),
  pthread_create: page("pthread_create(3)", "EAGAIN EINVAL EPERM"),
  pthread_join: page("pthread_join(3)", "EDEADLK EINVAL ESRCH"),
  waitpid: page("waitpid(2)", "EAGAIN ECHILD EINTR EINVAL ESRCH"),
  exit: page("exit(3)"),
  getpid: page("getpid(2)"),
  getppid: page("getppid(2)"),
  gettid: page("gettid(2)"),
  kill: page("kill(2)", "EINVAL EPERM ESRCH"),
  pthread_kill: page("pthread_kill(3)", "EINVAL"),
  sigaction: page("sigaction(2)", "EFAULT EINVAL"),
  sigprocmask: page("sigprocmask(2)", "EFAULT EINVAL"),
  pause: page("pause(2)", "EINTR"),
  alarm: page("alarm(2)"),
  nanosleep: page("nanosleep(2)", "EFAULT EINTR EINVAL"),
  clock_gettime: page("clock_gettime(2)", "EFAULT EINVAL ENODEV ENOTSUP"),
  setrlimit: page("setrlimit(2)", "EFAULT EINVAL EPERM"),
  sched_yield: page("sched_yield(2)"),

  socket: page("socket(2)", "EACCES EAFNOSUPPORT EINVAL EMFILE ENFILE ENOBUFS ENOMEM EPROTONOSUPPORT"),
  socketpair: page("socketpair(2)", "EAFNOSUPPORT EFAULT EMFILE ENFILE EOPNOTSUPP EPROTONOSUPPORT"),
  bind: page(
    "bind(2)",
    "EACCES EADDRINUSE EADDRNOTAVAIL EBADF EFAULT EINVAL ELOOP ENAMETOOLONG ENOENT ENOMEM ENOTDIR ENOTSOCK EROFS",
  ),
  listen: page("listen(2)", "EADDRINUSE EBADF ENOTSOCK EOPNOTSUPP"),
  accept: page("accept(2)", ACCEPT),
  accept4: page("accept4(2)", ACCEPT),
  connect: page(
    "connect(2)",
    "EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY EBADF ECONNREFUSED EFAULT EINPROGRESS EINTR EISCONN ENETUNREACH ENOTSOCK EPERM EPROTOTYPE ETIMEDOUT",
  ),
  shutdown: page("shutdown(2)", "EBADF EINVAL ENOTCONN ENOTSOCK"),
  getsockname: page("getsockname(2)", "EBADF EFAULT EINVAL ENOBUFS ENOTSOCK"),
  getpeername: page("getpeername(2)", "EBADF EFAULT EINVAL ENOBUFS ENOTCONN ENOTSOCK"),
  getsockopt: page("getsockopt(2)", OPTION),
  setsockopt: page("setsockopt(2)", OPTION),
  send: page("send(2)", SEND),
  sendto: page("sendto(2)", SEND),
  sendmsg: page("sendmsg(2)", SEND),
  recv: page("recv(2)", RECEIVE),
  recvfrom: page("recvfrom(2)", RECEIVE),
  recvmsg: page("recvmsg(2)", RECEIVE),
};
