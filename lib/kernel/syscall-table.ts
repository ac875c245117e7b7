/**
 * The system-call table: from a call's name to what it does.
 *
 * Two tables, because there are two kinds of calls. The plain ones return at once. The others may put the calling thread to
 * sleep: then what they return is a generator, which goes on when the thread is woken. Which is which is worth reading: it is the
 * list of calls that can block.
 *
 * Source: syscalls(2), arch/x86/entry/syscalls/syscall_64.tbl.
 */
import { type ParameterList, parametersOf } from "../sys/arguments";
import type { SystemCallName } from "../sys/calls";
import * as descriptors from "./calls-descriptors";
import * as epoll from "./calls-epoll";
import * as files from "./calls-files";
import * as polling from "./calls-poll";
import * as processes from "./calls-processes";
import * as signals from "./calls-signals";
import * as sockets from "./calls-sockets";
import type { MaySleep } from "./sleep";
import type { Task } from "./task";

/** The arguments come from a program, which the compiler has checked; here they are only passed on. */
type Plain = (task: Task, ...args: never[]) => unknown;
type Blocking = (task: Task, ...args: never[]) => MaySleep<unknown>;

const plain = {
  open: files.open,
  lseek: files.lseek,
  ftruncate: files.ftruncate,
  fstat: files.fstat,
  stat: files.stat,
  mkdir: files.mkdir,
  rmdir: files.rmdir,
  unlink: files.unlink,
  dup: descriptors.dup,
  dup2: descriptors.dup2,
  dup3: descriptors.dup3,
  pipe: descriptors.pipe,
  pipe2: descriptors.pipe2,
  fcntl: descriptors.fcntl,
  ioctl: descriptors.ioctl,
  epoll_create1: epoll.epoll_create1,
  epoll_ctl: epoll.epoll_ctl,
  fork: processes.fork,
  execve: processes.execve,
  pthread_create: processes.pthread_create,
  exit: processes.exit,
  getpid: processes.getpid,
  getppid: processes.getppid,
  gettid: processes.gettid,
  sched_yield: processes.sched_yield,
  setrlimit: processes.setrlimit,
  clock_gettime: processes.clock_gettime,
  kill: signals.kill,
  pthread_kill: signals.pthread_kill,
  sigaction: signals.sigaction,
  sigprocmask: signals.sigprocmask,
  alarm: signals.alarm,
  socket: sockets.socket,
  socketpair: sockets.socketpair,
  bind: sockets.bind,
  listen: sockets.listen,
  shutdown: sockets.shutdown,
  getsockname: sockets.getsockname,
  getpeername: sockets.getpeername,
  getsockopt: sockets.getsockopt,
  setsockopt: sockets.setsockopt,
} satisfies Partial<Record<SystemCallName, Plain>>;

const sleeping = {
  read: files.read,
  write: files.write,
  readv: files.readv,
  writev: files.writev,
  pread: files.pread,
  pwrite: files.pwrite,
  close: descriptors.close,
  poll: polling.poll,
  ppoll: polling.ppoll,
  select: polling.select,
  epoll_wait: epoll.epoll_wait,
  pthread_join: processes.pthread_join,
  waitpid: processes.waitpid,
  nanosleep: processes.nanosleep,
  pause: signals.pause,
  accept: sockets.accept,
  accept4: sockets.accept4,
  connect: sockets.connect,
  send: sockets.send,
  sendto: sockets.sendto,
  sendmsg: sockets.sendmsg,
  recv: sockets.recv,
  recvfrom: sockets.recvfrom,
  recvmsg: sockets.recvmsg,
} satisfies Record<Exclude<SystemCallName, keyof typeof plain>, Blocking>;

/** One call: what it takes, and what it does. */
interface SystemCall {
  readonly parameters: ParameterList;
  readonly run: (task: Task, ...args: readonly unknown[]) => unknown;
}

/** All of them. */
export const systemCalls = Object.fromEntries(
  Object.entries({ ...plain, ...sleeping }).map(([name, run]) => [
    name,
    { parameters: parametersOf(name as SystemCallName), run },
  ]),
) as unknown as Readonly<Record<SystemCallName, SystemCall>>;
