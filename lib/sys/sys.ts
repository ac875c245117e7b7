/**
 * The boundary between a program and a kernel.
 *
 * A program is a generator that yields system calls. A kernel is anything that answers them. `yield*` is the trap
 * instruction: control leaves the program here, and comes back with an answer when the kernel says so. Between the two
 * nothing passes but a `Request` one way and a reply the other.
 *
 * The same program therefore runs on the model, on Node's own sockets, and on the real system calls of this machine.
 */
import type { SystemCallName, SystemCalls } from "./calls";
import { Errno } from "./errno";
import { prepared, started } from "./forgotten";
import { hintFor } from "./hints";
import { SystemError } from "./system-error";

/** One system call on its way to the kernel: its name and its arguments. */
export interface Request {
  /** Which call. */
  readonly name: SystemCallName;
  /** Its arguments. */
  readonly args: readonly unknown[];
}

/** A running program: it yields requests and is resumed with replies, until it returns its result. */
export type Program<Result = unknown> = Generator<Request, Result, unknown>;

/** A program that hasn't started: what `main` is in C. */
export type ProgramFunction<Result = unknown> = (sys: Sys) => Program<Result>;

/**
 * The calls as a program makes them: each is a generator, to be run with `yield*`. Mapped over `keyof SystemCalls` itself, so that an
 * editor shows at each call what calls.ts says of it.
 */
export type Sys = {
  readonly [Name in keyof SystemCalls]: (
    ...args: Parameters<SystemCalls[Name]>
  ) => Generator<Request, ReturnType<SystemCalls[Name]>, unknown>;
};

/**
 * One call from the program's side: `yield*` leaves with the request, and comes back with the kernel's reply, or throws it as the error
 * it stands for. As a generator it would be three lines,
 *
 *     const reply = yield request;
 *     if (reply instanceof Errno) throw new SystemError(reply, …);
 *     return reply;
 *
 * and a short call would take a quarter longer (measured, Node 20).
 */
class Trap implements Generator<Request, unknown, unknown> {
  private left = false;

  constructor(private readonly request: Request) {}

  [Symbol.iterator](): this {
    return this;
  }

  next(reply?: unknown): IteratorResult<Request, unknown> {
    const { request } = this;
    if (!this.left) {
      this.left = true;
      started(request);
      return { value: request, done: false };
    }
    if (reply instanceof Errno) throw new SystemError(reply, request.name, hintFor(request.name, reply, request.args));
    return { value: reply, done: true };
  }

  /** The program ends in the middle of the call. */
  return(result: unknown): IteratorResult<Request, unknown> {
    return { value: result, done: true };
  }

  throw(error: unknown): never {
    throw error;
  }
}

const names: Record<SystemCallName, true> = {
  open: true,
  read: true,
  write: true,
  readv: true,
  writev: true,
  pread: true,
  pwrite: true,
  lseek: true,
  close: true,
  dup: true,
  dup2: true,
  dup3: true,
  pipe: true,
  pipe2: true,
  fcntl: true,
  ioctl: true,
  fstat: true,
  stat: true,
  ftruncate: true,
  mkdir: true,
  rmdir: true,
  unlink: true,
  poll: true,
  ppoll: true,
  select: true,
  epoll_create1: true,
  epoll_ctl: true,
  epoll_wait: true,
  fork: true,
  execve: true,
  pthread_create: true,
  pthread_join: true,
  waitpid: true,
  exit: true,
  getpid: true,
  getppid: true,
  gettid: true,
  kill: true,
  pthread_kill: true,
  sigaction: true,
  sigprocmask: true,
  pause: true,
  alarm: true,
  nanosleep: true,
  clock_gettime: true,
  setrlimit: true,
  sched_yield: true,
  socket: true,
  socketpair: true,
  bind: true,
  listen: true,
  accept: true,
  accept4: true,
  connect: true,
  shutdown: true,
  getsockname: true,
  getpeername: true,
  getsockopt: true,
  setsockopt: true,
  send: true,
  sendto: true,
  sendmsg: true,
  recv: true,
  recvfrom: true,
  recvmsg: true,
};

/** The name of every system call. */
export const systemCallNames = Object.keys(names) as SystemCallName[];

/** A call as a program writes it down; it is made when `yield*` runs it. */
function prepare(name: SystemCallName) {
  return (...args: unknown[]) => {
    const request = { name, args };
    prepared(request);
    return new Trap(request);
  };
}

/** The one and only set of traps. Which kernel answers is decided by whoever drives the program. */
export const sys = Object.freeze(
  Object.fromEntries(systemCallNames.map((name) => [name, prepare(name)])),
) as unknown as Sys;

/** The program before its first step. Throws a TypeError when `program` makes no generator: the star was forgotten. */
export function startProgram(program: ProgramFunction, name: string): Program {
  const main: unknown = typeof program === "function" ? program(sys) : null;
  if (typeof main === "object" && main !== null && "next" in main) return main as Program;
  throw new TypeError(`"${name}" is no program: it must be a generator function, function* (sys) { … }, with its star`);
}
