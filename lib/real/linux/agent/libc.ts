/**
 * The C library's functions behind the system calls, and how they report failure.
 *
 * koffi calls a C function in the thread that asks, so a call that sleeps puts this very thread to sleep, as in any C
 * program. Structures are plain buffers that the files in calls/ fill and read field by field: their layouts are those of
 * Linux on x86-64 and arm64, the two machines this works on.
 *
 * Source: the man pages, section 2; layouts from glibc's headers.
 */
import { createRequire } from "node:module";

/** As much of koffi as is used here: its own types are written for ES modules only. */
interface Koffi {
  load(path: string): Library;
  /** errno of the calling thread. */
  errno(): number;
  address(value: unknown): number | bigint;
}

interface Library {
  func(declaration: string): unknown;
  symbol(name: string): unknown;
}

const koffi = createRequire(__filename)("koffi") as Koffi;

type Argument = number | bigint | string | Uint8Array | null;
type CFunction = (...args: Argument[]) => number;

const library = koffi.load("libc.so.6");
const declare = (declaration: string): CFunction => library.func(declaration) as CFunction;

export const libc = {
  accept4: declare("int accept4(int, void *, void *, int)"),
  bind: declare("int bind(int, void *, uint32_t)"),
  chdir: declare("int chdir(str)"),
  clock_gettime: declare("int clock_gettime(int, void *)"),
  close: declare("int close(int)"),
  connect: declare("int connect(int, void *, uint32_t)"),
  dup: declare("int dup(int)"),
  dup2: declare("int dup2(int, int)"),
  dup3: declare("int dup3(int, int, int)"),
  epoll_create1: declare("int epoll_create1(int)"),
  epoll_ctl: declare("int epoll_ctl(int, int, int, void *)"),
  epoll_wait: declare("int epoll_wait(int, void *, int, int)"),
  fcntl: declare("int fcntl(int, int, int)"),
  ftruncate: declare("int ftruncate(int, int64_t)"),
  getpeername: declare("int getpeername(int, void *, void *)"),
  getpid: declare("int getpid()"),
  getrlimit: declare("int getrlimit(int, void *)"),
  getsockname: declare("int getsockname(int, void *, void *)"),
  getsockopt: declare("int getsockopt(int, int, int, void *, void *)"),
  gettid: declare("int gettid()"),
  ioctl: declare("int ioctl(int, unsigned long, void *)"),
  listen: declare("int listen(int, int)"),
  lseek: declare("int64_t lseek(int, int64_t, int)"),
  mkdir: declare("int mkdir(str, uint32_t)"),
  mkfifo: declare("int mkfifo(str, uint32_t)"),
  nanosleep: declare("int nanosleep(void *, void *)"),
  open: declare("int open(str, int, uint32_t)"),
  pause: declare("int pause()"),
  pipe2: declare("int pipe2(void *, int)"),
  poll: declare("int poll(void *, unsigned long, int)"),
  ppoll: declare("int ppoll(void *, unsigned long, void *, void *)"),
  prctl: declare("int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)"),
  pread: declare("long pread(int, void *, size_t, int64_t)"),
  pthread_sigmask: declare("int pthread_sigmask(int, void *, void *)"),
  pwrite: declare("long pwrite(int, void *, size_t, int64_t)"),
  read: declare("long read(int, void *, size_t)"),
  readv: declare("long readv(int, void *, int)"),
  recvfrom: declare("long recvfrom(int, void *, size_t, int, void *, void *)"),
  recvmsg: declare("long recvmsg(int, void *, int)"),
  rmdir: declare("int rmdir(str)"),
  sched_yield: declare("int sched_yield()"),
  select: declare("int select(int, void *, void *, void *, void *)"),
  sendmsg: declare("long sendmsg(int, void *, int)"),
  sendto: declare("long sendto(int, void *, size_t, int, void *, uint32_t)"),
  setrlimit: declare("int setrlimit(int, void *)"),
  setsockopt: declare("int setsockopt(int, int, int, void *, uint32_t)"),
  shutdown: declare("int shutdown(int, int)"),
  sigaction: declare("int sigaction(int, void *, void *)"),
  sigtimedwait: declare("int sigtimedwait(void *, void *, void *)"),
  socket: declare("int socket(int, int, int)"),
  socketpair: declare("int socketpair(int, int, int, void *)"),
  statx: declare("int statx(int, str, int, uint32_t, void *)"),
  umask: declare("int umask(uint32_t)"),
  unlink: declare("int unlink(str)"),
  write: declare("long write(int, void *, size_t)"),
  writev: declare("long writev(int, void *, int)"),
  _exit: declare("void _exit(int)"),
};

/** A call that returned -1, and errno as it was right afterwards. */
export class Failure {
  constructor(readonly errno: number) {}
}

/** The result of a call, or its failure thrown. errno belongs to the thread, so it must be asked at once and right here. */
export function check(result: number): number {
  if (result === -1) throw new Failure(koffi.errno());
  return result;
}

/** The call made in a thread of its own, so that this one goes on meanwhile. errno is lost on the way. */
export function inAnotherThread(call: CFunction, ...args: Argument[]): Promise<number> {
  const asynchronous = call as CFunction & { async(...args: unknown[]): void };
  return new Promise((done, failed) => {
    asynchronous.async(...args, (error: Error | null, result: number) =>
      error === null ? done(result) : failed(error),
    );
  });
}

/** Where a buffer's bytes begin, as a structure's pointer field holds it. */
export function addressOf(buffer: Uint8Array): bigint {
  return buffer.length === 0 ? 0n : BigInt(koffi.address(buffer));
}

/** The address of a C function, for a structure that holds a pointer to one. */
export function addressOfFunction(name: string): bigint {
  return BigInt(koffi.address(library.symbol(name)));
}

/** The bytes as a plain Uint8Array: what crosses to the notebook's process. */
export function plain(buffer: Buffer, length: number): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, length);
}
