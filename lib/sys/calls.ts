/**
 * The system calls: the whole vocabulary in which a program and a kernel speak.
 *
 * Names, order of arguments, results and errors are those of the man pages (section 2), with what TypeScript makes nicer:
 * bytes are `Uint8Array`, a buffer to be filled may be given as its size in bytes, and what C returns through a pointer is
 * returned. Every failure is one `Errno` (errno.ts); the man page of the call lists which.
 *
 * This interface is only names and types. What a call *does* is for each kernel to say.
 */
import type { EpollEvent, PollFd } from "./poll";
import type { SigAction } from "./signal";
import type { MessageToSend, ReceivedFrom, ReceivedMessage, SocketAddress, SocketOptionValue } from "./socket";
import type { Stat } from "./stat";
import type { ProgramFunction } from "./sys";
import type { Timespec, Timeval } from "./time";
import type { WaitResult } from "./wait";

/** How many bytes at the most, or the buffer to put them in. */
export type BufferOrSize = number | Uint8Array;

/** Every system call. As a program makes them they are generators, to be run with `yield*`; a failure is thrown as a `SystemError`. */
export interface SystemCalls {
  // Descriptors and what they lead to

  /**
   * Opens a file and returns the lowest free descriptor. `flags` are O_*; `mode` (permission bits) counts only with O_CREAT. ENOENT,
   * EEXIST, EISDIR, ENOTDIR, EMFILE; open(2).
   */
  open(path: string, flags: number, mode?: number): number;
  /**
   * Up to `buffer` bytes; none means end of file. Given a Uint8Array, fills it and returns the part it filled. On a pipe or socket it
   * sleeps until there is something, unless O_NONBLOCK is set (EAGAIN). EBADF, EISDIR, EINTR, ECONNRESET, ETIMEDOUT; read(2).
   */
  read(fd: number, buffer: BufferOrSize): Uint8Array;
  /**
   * Writes bytes and returns how many the kernel has taken, which may be fewer. On a pipe or socket it sleeps until there is room for all,
   * unless O_NONBLOCK is set (EAGAIN). EBADF, EINTR, ECONNRESET; EPIPE, and SIGPIPE, when nobody can read it any more; write(2).
   */
  write(fd: number, data: Uint8Array): number;
  /** Like read, into several buffers in turn; readv(2). Returns the parts that were filled. */
  readv(fd: number, iov: readonly BufferOrSize[]): Uint8Array[];
  /** Like one write of all the parts in turn; writev(2). */
  writev(fd: number, iov: readonly Uint8Array[]): number;
  /** Like read at a place in the file, in bytes from its start; the offset doesn't move; pread(2). */
  pread(fd: number, buffer: BufferOrSize, offset: number): Uint8Array;
  /** Like write at a place in the file; the offset doesn't move; pwrite(2). */
  pwrite(fd: number, data: Uint8Array, offset: number): number;
  /**
   * Moves the offset of the open file description and returns it, in bytes from the start; `whence` is SEEK_SET, SEEK_CUR or SEEK_END.
   * ESPIPE for a pipe or socket, EINVAL; lseek(2).
   */
  lseek(fd: number, offset: number, whence: number): number;
  /**
   * Gives the descriptor back; with the last one for it, what it led to is released: a TCP connection sends what is left, and a FIN. EBADF;
   * close(2).
   */
  close(fd: number): void;
  /** A second descriptor, the lowest free, for the same open file description. EBADF, EMFILE; dup(2). */
  dup(oldfd: number): number;
  /** Makes `newfd` a second descriptor, closing what it was; dup2(2). */
  dup2(oldfd: number, newfd: number): number;
  /** dup2 with O_CLOEXEC as its flag, and EINVAL when both are the same; dup3(2). */
  dup3(oldfd: number, newfd: number, flags: number): number;
  /** A pipe: [the end to read, the end to write]; pipe(2). */
  pipe(): [number, number];
  /** A pipe with O_NONBLOCK or O_CLOEXEC set on both ends; pipe2(2). */
  pipe2(flags: number): [number, number];
  /**
   * F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETPIPE_SZ, F_SETPIPE_SZ: returns a descriptor, flags, or a size in bytes; 0 for
   * what only sets. EBADF, EINVAL; fcntl(2).
   */
  fcntl(fd: number, command: number, argument?: number): number;
  /** FIONREAD, SIOCOUTQ and SIOCOUTQNSD return a number of bytes, SIOCATMARK 0 or 1; FIONBIO takes 0 or 1; ioctl(2). */
  ioctl(fd: number, request: number, argument?: number): number;
  /** What a descriptor leads to; fstat(2). */
  fstat(fd: number): Stat;
  /** What a path leads to; stat(2). */
  stat(path: string): Stat;
  /** Cuts or extends a file to a length in bytes; ftruncate(2). */
  ftruncate(fd: number, length: number): void;
  /** Makes a directory; EEXIST, ENOENT; mkdir(2). */
  mkdir(path: string, mode?: number): void;
  /** Removes an empty directory; ENOTEMPTY, ENOTDIR; rmdir(2). */
  rmdir(path: string): void;
  /** Removes a name; the file lives on while a descriptor leads to it; unlink(2). */
  unlink(path: string): void;

  // Readiness

  /**
   * Sleeps until a descriptor is ready or `timeout` milliseconds are over (-1: for ever; 0: doesn't sleep). Fills `revents`, and
   * returns how many entries have some. EINTR; poll(2).
   */
  poll(fds: PollFd[], timeout: number): number;
  /** poll with a finer timeout (null: for ever) and a signal mask for its duration (null: as it is); ppoll(2). */
  ppoll(fds: PollFd[], timeout: Timespec | null, sigmask: readonly number[] | null): number;
  /**
   * The sets hold descriptors below `nfds`; those that aren't ready are taken out; returns how many are left in all. A timeout of null: for
   * ever. EBADF, EINVAL, EINTR; select(2).
   */
  select(
    nfds: number,
    readfds: Set<number> | null,
    writefds: Set<number> | null,
    exceptfds: Set<number> | null,
    timeout: Timeval | null,
  ): number;
  /** An epoll instance; `flags` is 0 or EPOLL_CLOEXEC; epoll_create1(2). */
  epoll_create1(flags: number): number;
  /**
   * Adds, changes or removes one descriptor of the interest list: `op` is EPOLL_CTL_ADD, EPOLL_CTL_MOD or EPOLL_CTL_DEL. EEXIST,
   * ENOENT, EPERM for a regular file; epoll_ctl(2).
   */
  epoll_ctl(epfd: number, op: number, fd: number, event?: EpollEvent): void;
  /** Up to `maxevents` of what is ready, after sleeping for at most `timeout` milliseconds (-1: for ever). EINVAL, EINTR; epoll_wait(2). */
  epoll_wait(epfd: number, maxevents: number, timeout: number): EpollEvent[];

  // Processes, threads, signals, time

  /**
   * A child process that runs `child`, with a copy of the descriptor table; returns its pid; fork(2). A generator can't be
   * copied in the middle as real fork copies a process, so the child's part is a program of its own.
   */
  fork(child: ProgramFunction): number;
  /** Replaces the program of this process; descriptors marked close-on-exec are closed; execve(2). Never returns. */
  execve(program: ProgramFunction): never;
  /** Another thread of this process: same descriptor table, same everything; returns its id; pthread_create(3), clone(2). */
  pthread_create(thread: ProgramFunction): number;
  /** Waits for a thread of this process to end, and returns what it returned; pthread_join(3). */
  pthread_join(tid: number): unknown;
  /** Waits for a child to end and takes its status; `pid` -1 means any child; `options` 0 or WNOHANG; waitpid(2). */
  waitpid(pid: number, options: number): WaitResult;
  /** Ends the process with all its threads; the low 8 bits are its exit status; exit(3), exit_group(2). */
  exit(status: number): never;
  /** This process's id; getpid(2). */
  getpid(): number;
  /** Its parent's id, 1 when that has ended; getppid(2). */
  getppid(): number;
  /** This thread's id; of a process's first thread, the process's; gettid(2). */
  gettid(): number;
  /** Sends a signal to a process; with 0, only asks whether it could; kill(2). */
  kill(pid: number, signum: number): void;
  /** Sends a signal to one thread of this process; pthread_kill(3), tgkill(2). */
  pthread_kill(tid: number, signum: number): void;
  /** Sets what a signal does (unless `action` is null) and returns what it did; sigaction(2). */
  sigaction(signum: number, action: SigAction | null): SigAction;
  /** Changes the calling thread's mask (unless `set` is null) and returns what it was; sigprocmask(2). */
  sigprocmask(how: number, set: readonly number[] | null): number[];
  /** Sleeps until a handler has run; always fails with EINTR; pause(2). */
  pause(): never;
  /** SIGALRM in `seconds` (0: none); returns what was left of the previous one, in seconds; alarm(2). */
  alarm(seconds: number): number;
  /** Sleeps; EINTR when a handler ran; nanosleep(2). */
  nanosleep(time: Timespec): void;
  /** The time on CLOCK_REALTIME or CLOCK_MONOTONIC; clock_gettime(2). */
  clock_gettime(clock: number): Timespec;
  /** The limit on descriptor numbers: `RLIMIT_NOFILE`, soft limit; setrlimit(2). */
  setrlimit(resource: number, limit: number): void;
  /** Lets others run first; sched_yield(2). */
  sched_yield(): void;

  // Sockets

  /**
   * An endpoint and a descriptor for it: AF_INET or AF_UNIX, SOCK_STREAM or SOCK_DGRAM, to which SOCK_NONBLOCK and SOCK_CLOEXEC may be
   * or-ed. EAFNOSUPPORT, EPROTONOSUPPORT, EMFILE; socket(2).
   */
  socket(domain: number, type: number, protocol?: number): number;
  /** Two endpoints that are connected to each other; socketpair(2). */
  socketpair(domain: number, type: number, protocol?: number): [number, number];
  /** Gives a socket its name: a local address and port (0: any that is free). EADDRINUSE, EADDRNOTAVAIL, EINVAL; bind(2). */
  bind(fd: number, address: SocketAddress): void;
  /** From now on connections are taken; at most `backlog` and one wait to be accepted. EADDRINUSE, EOPNOTSUPP; listen(2). */
  listen(fd: number, backlog: number): void;
  /**
   * Takes the next established connection, as a new descriptor; ask getpeername for who it is. Sleeps until there is one, unless
   * O_NONBLOCK is set (EAGAIN). EINVAL when the socket doesn't listen, EMFILE, EINTR; accept(2).
   */
  accept(fd: number): number;
  /** Like accept, with SOCK_NONBLOCK and SOCK_CLOEXEC for the new descriptor; accept4(2). */
  accept4(fd: number, flags: number): number;
  /**
   * A stream socket begins a connection and sleeps until it stands; with O_NONBLOCK it fails with EINPROGRESS at once, and SO_ERROR tells
   * how it went when the socket is writable. ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL, EISCONN, EINTR. A datagram
   * socket asks nobody: it notes its peer; connect(2).
   */
  connect(fd: number, address: SocketAddress): void;
  /** Ends one direction, or both (SHUT_*), for all descriptors that lead here; ENOTCONN; shutdown(2). */
  shutdown(fd: number, how: number): void;
  /** The socket's own address; port 0 while it has none. ENOTSOCK; getsockname(2). */
  getsockname(fd: number): SocketAddress;
  /** The address of whom it is connected to; ENOTCONN; getpeername(2). */
  getpeername(fd: number): SocketAddress;
  /** An option's value; `level` is SOL_*; with `size`, as the bytes that C would find in a buffer so long; ENOPROTOOPT; getsockopt(2). */
  getsockopt(fd: number, level: number, option: number, size?: number): SocketOptionValue;
  /** Sets an option. Bytes are passed as they are, however many; ENOPROTOOPT, EINVAL; setsockopt(2). */
  setsockopt(fd: number, level: number, option: number, value: SocketOptionValue): void;
  /** Like write, with MSG_* flags; send(2). Returns how many bytes were taken. EPIPE, EAGAIN, ENOTCONN, EDESTADDRREQ. */
  send(fd: number, data: Uint8Array, flags: number): number;
  /** Like send, to this address (null: to the peer). Datagram sockets: EMSGSIZE, ENETUNREACH, EDESTADDRREQ; send(2). */
  sendto(fd: number, data: Uint8Array, flags: number, address: SocketAddress | null): number;
  /** Like sendto, of parts that leave as one message; send(2). */
  sendmsg(fd: number, message: MessageToSend, flags: number): number;
  /** Like read, with MSG_* flags; recv(2). No bytes: the end of a stream, or an empty datagram. EAGAIN, ECONNRESET, ENOTCONN. */
  recv(fd: number, buffer: BufferOrSize, flags: number): Uint8Array;
  /** Like recv, and who sent it. What of a datagram doesn't fit is lost; recv(2). */
  recvfrom(fd: number, buffer: BufferOrSize, flags: number): ReceivedFrom;
  /** Like recvfrom, into several buffers in turn, with flags such as MSG_TRUNC; recv(2). */
  recvmsg(fd: number, iov: readonly BufferOrSize[], flags: number): ReceivedMessage;
}

/** setrlimit(2): one more than the highest descriptor number that may be used. */
export const RLIMIT_NOFILE = 7;

/** "open", "read", … */
export type SystemCallName = keyof SystemCalls;
