/**
 * The calls that make, end and await processes and threads, and tell the time.
 *
 * **Not modelled:** memory that fork copies, users, process groups, detached threads, the main thread's number for the thread that calls
 * execve, limits other than RLIMIT_NOFILE, clocks other than CLOCK_REALTIME and CLOCK_MONOTONIC. The real machine shows them in
 * /proc/<pid>/status and /proc/<pid>/limits.
 *
 * Source: fork(2), execve(2), waitpid(2), exit(3), pthread_create(3); kernel/fork.c, kernel/exit.c.
 */
import { RLIMIT_NOFILE } from "../sys/calls";
import { ECHILD, EDEADLK, EINVAL, ESRCH } from "../sys/errno";
import { SIG_IGN } from "../sys/signal";
import { type ProgramFunction, sys } from "../sys/sys";
import { CLOCK_MONOTONIC, CLOCK_REALTIME, type Timespec } from "../sys/time";
import { type WaitResult, WNOHANG } from "../sys/wait";
import { SECOND } from "../world/clock";
import type { Process } from "./process";
import { ERESTARTNOHAND, ERESTARTNOINTR, type Sleeping, sleepOn, waitFor } from "./sleep";
import type { Task } from "./task";

/** 2025-01-01T00:00:00Z: what the model's CLOCK_REALTIME says when a world begins. */
const EPOCH_SECONDS = 1_735_689_600;

export function fork(task: Task, child: ProgramFunction): number {
  const { kernel, process: parent } = task;
  const fds = parent.fds.copy(kernel.nextTableId());
  const process = kernel.processes.create(`${parent.name}/${child.name || "child"}`, parent, fds);
  process.actions = new Map(parent.actions);
  process.fdLimit = parent.fdLimit;
  const started = kernel.processes.startThread(process, child(sys), process.pid);
  started.blocked = task.blocked.copy();
  return process.pid;
}

export function execve(task: Task, program: ProgramFunction): void {
  const { process } = task;
  for (const other of process.tasks)
    if (other !== task && other.state !== "zombie") task.kernel.processes.endThread(other);
  process.tasks.splice(0, process.tasks.length, task);
  process.fds.closeForExec();
  // Handlers were code of the old program; what was ignored stays ignored.
  for (const [signal, action] of process.actions) if (action.handler !== SIG_IGN) process.actions.delete(signal);
  task.frames.length = 0;
  task.frames.push({ program: program(sys), reply: undefined, restart: null, savedMask: null });
}

export function pthread_create(task: Task, thread: ProgramFunction): number {
  const started = task.kernel.processes.startThread(task.process, thread(sys));
  started.blocked = task.blocked.copy();
  return started.tid;
}

export function* pthread_join(task: Task, tid: number): Sleeping<unknown> {
  if (tid === task.tid) throw EDEADLK;
  const other = task.process.tasks.find((candidate) => candidate.tid === tid);
  if (other === undefined) throw ESRCH;
  const ended = () => other.state === "zombie";
  const reason = ended() || (yield* sleepOn(task, [{ queue: other.ended, events: 0 }], ended, null, "shared"));
  if (reason === "signal") throw ERESTARTNOINTR;
  // A thread can be joined once; then it is forgotten.
  const { tasks } = task.process;
  if (other !== task.process.mainTask) tasks.splice(tasks.indexOf(other), 1);
  return other.result;
}

export function* waitpid(task: Task, pid: number, options: number): Sleeping<WaitResult> {
  if ((options & ~WNOHANG) !== 0) throw EINVAL;
  // The one number that has no opposite, so that no process group can be meant.
  if (pid === -0x8000_0000) throw ESRCH;
  const { process } = task;
  const eligible = (): Process[] =>
    [...process.children].filter((child) => pid === -1 || pid === 0 || child.pid === pid);
  const ended = (): Process | undefined => eligible().find((child) => child.status !== null);
  if (eligible().length === 0) throw ECHILD;
  if (ended() === undefined) {
    if ((options & WNOHANG) !== 0) return { pid: 0, status: 0 };
    yield* waitFor(task, process.childEnded, () => ended() !== undefined || eligible().length === 0);
  }
  const child = ended();
  // All of them ended unseen, because SIGCHLD is ignored.
  if (child === undefined) throw ECHILD;
  task.kernel.processes.reap(child, process);
  return { pid: child.pid, status: child.status ?? 0 };
}

export function exit(task: Task, status: number): void {
  task.kernel.processes.end(task.process, (status & 0xff) << 8);
}

export function getpid(task: Task): number {
  return task.process.pid;
}

export function getppid(task: Task): number {
  return task.process.parent?.pid ?? 0;
}

export function gettid(task: Task): number {
  return task.tid;
}

export function sched_yield(task: Task): void {
  task.yielded = true;
}

export function setrlimit(task: Task, resource: number, limit: number): void {
  if (resource !== RLIMIT_NOFILE || !Number.isInteger(limit) || limit < 0) throw EINVAL;
  task.process.fdLimit = limit;
}

export function* nanosleep(task: Task, time: Timespec): Sleeping<void> {
  const { tv_sec, tv_nsec } = time;
  if (tv_sec < 0 || tv_nsec < 0 || tv_nsec > 999_999_999) throw EINVAL;
  const deadline = task.kernel.clock.now() + tv_sec * SECOND + tv_nsec;
  const reason = yield* sleepOn(task, [], () => false, deadline, "shared");
  if (reason === "signal") throw ERESTARTNOHAND;
}

export function clock_gettime(task: Task, clock: number): Timespec {
  const now = task.kernel.clock.now();
  const seconds = Math.floor(now / SECOND);
  const tv_nsec = now - seconds * SECOND;
  if (clock === CLOCK_MONOTONIC) return { tv_sec: seconds, tv_nsec };
  if (clock === CLOCK_REALTIME) return { tv_sec: EPOCH_SECONDS + seconds, tv_nsec };
  throw EINVAL;
}
