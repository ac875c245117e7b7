/**
 * The calls that send, await and arrange for signals; what a signal does is in signals.ts.
 *
 * Source: kill(2), sigaction(2), sigprocmask(2), pause(2), alarm(2); kernel/signal.c.
 */
import { EINVAL, ESRCH } from "../sys/errno";
import { SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK, SIGALRM, type SigAction } from "../sys/signal";
import { SECOND } from "../world/clock";
import type { Process } from "./process";
import { actionFor, blockable, checkSignal, sendSignal, sendSignalToTask, setAction } from "./signals";
import { ERESTARTNOHAND, type Sleeping, sleepOn } from "./sleep";
import type { Task } from "./task";

export function kill(task: Task, pid: number, signum: number): void {
  const target = task.kernel.processes.get(pid);
  if (signum !== 0) checkSignal(signum);
  if (target === undefined) throw ESRCH;
  if (signum === 0 || pid === 1) return;
  // A signal to oneself is taken before kill returns, if any thread may take it: the sender is asked first.
  if (target === task.process && !task.blocked.has(signum)) sendSignalToTask(task, signum, `process ${pid}`);
  else sendSignal(target, signum, `process ${task.process.pid}`);
}

export function pthread_kill(task: Task, tid: number, signum: number): void {
  if (signum !== 0) checkSignal(signum);
  const target = task.process.tasks.find((candidate) => candidate.tid === tid && candidate.state !== "zombie");
  if (target === undefined) throw ESRCH;
  if (signum !== 0) sendSignalToTask(target, signum, `thread ${task.tid}`);
}

export function sigaction(task: Task, signum: number, action: SigAction | null): SigAction {
  checkSignal(signum);
  const before = actionFor(task.process, signum);
  if (action !== null) setAction(task.process, signum, action);
  return before;
}

export function sigprocmask(task: Task, how: number, set: readonly number[] | null): number[] {
  const before = task.blocked.list();
  if (set === null) return before;
  for (const signal of set) checkSignal(signal);
  switch (how) {
    case SIG_BLOCK:
      task.blocked = blockable([...before, ...set]);
      break;
    case SIG_UNBLOCK:
      task.blocked = blockable(before.filter((signal) => !set.includes(signal)));
      break;
    case SIG_SETMASK:
      task.blocked = blockable(set);
      break;
    default:
      throw EINVAL;
  }
  return before;
}

export function* pause(task: Task): Sleeping<never> {
  yield* sleepOn(task, [], () => false, null, "shared");
  throw ERESTARTNOHAND;
}

export function alarm(task: Task, seconds: number): number {
  const { kernel, process } = task;
  const now = kernel.clock.now();
  const before = process.alarm;
  if (before !== null) kernel.cancelTimer(before.timer);
  process.alarm = seconds > 0 ? setAlarm(process, now + seconds * SECOND) : null;
  if (before === null) return 0;
  // Rounded to the nearest second, but never to "none"; alarm(2), alarm_setitimer in kernel/time/itimer.c.
  return Math.max(1, Math.round((before.at - now) / SECOND));
}

function setAlarm(process: Process, at: number): Process["alarm"] {
  const timer = process.kernel.setTimer(at, `alarm of process ${process.pid}`, () => {
    process.alarm = null;
    sendSignal(process, SIGALRM, "alarm");
  });
  return { timer, at };
}
