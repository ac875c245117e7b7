/**
 * Signals: a tap on the shoulder, as far as I/O needs it.
 *
 * Sending only marks a signal as pending and wakes a thread that may take it. The thread takes it on its way back from the
 * kernel to its program: then the default happens (mostly: the process ends), or a handler runs, as one more program on the
 * thread's stack. That is also when an interrupted call is settled: made again (SA_RESTART) or failed with EINTR.
 *
 * **Not modelled:** stopping and continuing (SIGSTOP, SIGCONT do nothing), core dumps, real-time signals that queue, siginfo,
 * alternate stacks, process groups and sessions. The real machine shows pending and blocked signals in /proc/<pid>/status.
 *
 * Source: signal(7), sigaction(2), kernel/signal.c (complete_signal, get_signal).
 */
import { EINTR, EINVAL } from "../sys/errno";
import {
  SA_NODEFER,
  SA_RESETHAND,
  SA_RESTART,
  SIG_DFL,
  SIG_IGN,
  SIGCHLD,
  SIGCONT,
  SIGKILL,
  SIGSTOP,
  SIGURG,
  type SigAction,
  type SignalHandler,
} from "../sys/signal";
import type { Process } from "./process";
import { SignalSet } from "./signal-set";
import { ERESTARTNOINTR, ERESTARTSYS } from "./sleep";
import type { Task } from "./task";

const DEFAULT_ACTION: SigAction = { handler: SIG_DFL };
/** Whose default is to be ignored; signal(7). SIGSTOP stands here because stopping isn't modelled. */
const IGNORED_BY_DEFAULT = SignalSet.of([SIGCHLD, SIGURG, SIGCONT, SIGSTOP]);

export function checkSignal(signal: number): void {
  if (!Number.isInteger(signal) || signal < 1 || signal > 64) throw EINVAL;
}

export function actionFor(process: Process, signal: number): SigAction {
  return process.actions.get(signal) ?? DEFAULT_ACTION;
}

function isIgnored(process: Process, signal: number): boolean {
  const { handler } = actionFor(process, signal);
  return handler === SIG_IGN || (handler === SIG_DFL && IGNORED_BY_DEFAULT.has(signal));
}

/** To the process: any thread that doesn't block it may take it; the first is asked first. */
export function sendSignal(process: Process, signal: number, by: string): void {
  process.kernel.emitIfTraced({ type: "signal.send", pid: process.pid, tid: null, signal, by });
  if (process.status !== null) return;
  const taker = process.tasks.find((task) => task.state !== "zombie" && !task.blocked.has(signal));
  if (isIgnored(process, signal) && taker !== undefined) return;
  process.pending.add(signal);
  taker?.wake();
}

/** To one thread. */
export function sendSignalToTask(task: Task, signal: number, by: string): void {
  const pid = task.process.pid;
  task.kernel.emitIfTraced({ type: "signal.send", pid, tid: task.tid, signal, by });
  if (isIgnored(task.process, signal) && !task.blocked.has(signal)) return;
  task.pending.add(signal);
  if (!task.blocked.has(signal)) task.wake();
}

/** Sets a disposition. Signals that are now ignored and wait to be taken are dropped. */
export function setAction(process: Process, signal: number, action: SigAction): void {
  checkSignal(signal);
  if (signal === SIGKILL || signal === SIGSTOP) throw EINVAL;
  process.actions.set(signal, action);
  if (!isIgnored(process, signal)) return;
  process.pending.delete(signal);
  for (const task of process.tasks) task.pending.delete(signal);
}

/** SIGKILL and SIGSTOP can't be blocked. */
export function blockable(signals: Iterable<number>): SignalSet {
  const set = SignalSet.of(signals);
  set.delete(SIGKILL);
  set.delete(SIGSTOP);
  return set;
}

/**
 * Takes the pending signals of a thread that is about to go back to its program. The frame on top already holds the answer to
 * its call, or the call to be made again. Returns false when a signal has ended the process.
 */
export function deliverSignals(task: Task): boolean {
  for (let signal = takeSignal(task); signal !== 0; signal = takeSignal(task)) {
    const { kernel, process } = task;
    const action = actionFor(process, signal);
    if (isIgnored(process, signal)) {
      kernel.emitIfTraced({ type: "signal.deliver", tid: task.tid, signal, action: "ignore" });
    } else if (typeof action.handler !== "function") {
      kernel.emitIfTraced({ type: "signal.deliver", tid: task.tid, signal, action: "terminate" });
      kernel.processes.end(process, signal);
      return false;
    } else {
      kernel.emitIfTraced({ type: "signal.deliver", tid: task.tid, signal, action: "handler" });
      startHandler(task, signal, action, action.handler);
    }
  }
  if (task.maskAfterCall !== null) {
    task.blocked = task.maskAfterCall;
    task.maskAfterCall = null;
  }
  return true;
}

/** Puts the handler on top of the thread's stack of programs; what it interrupts stays below, with its answer. */
function startHandler(task: Task, signal: number, action: SigAction, handler: SignalHandler): void {
  const flags = action.flags ?? 0;
  const interrupted = task.frames[task.frames.length - 1];
  const { reply } = interrupted;
  const mayRestart = reply === ERESTARTNOINTR || (reply === ERESTARTSYS && (flags & SA_RESTART) !== 0);
  if (interrupted.restart !== null && !mayRestart) {
    task.kernel.finishCall(task, interrupted.restart, EINTR);
    interrupted.reply = EINTR;
    interrupted.restart = null;
  }
  if ((flags & SA_RESETHAND) !== 0) task.process.actions.delete(signal);
  const savedMask = task.maskAfterCall ?? task.blocked;
  task.maskAfterCall = null;
  task.frames.push({ program: handler(signal), reply: undefined, restart: null, savedMask });
  const blocked = task.blocked.copy();
  for (const other of action.mask ?? []) blocked.add(other);
  if ((flags & SA_NODEFER) === 0) blocked.add(signal);
  task.blocked = blockable(blocked.list());
}

/** The lowest signal that may be taken now, its own before its process's; 0 when there is none. */
function takeSignal(task: Task): number {
  for (const pending of [task.pending, task.process.pending]) {
    const signal = pending.lowestOutside(task.blocked);
    if (signal === 0) continue;
    pending.delete(signal);
    return signal;
  }
  return 0;
}
