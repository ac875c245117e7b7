/**
 * Signals among the run's processes. Who does what with which signal is kept here, since handlers are programs; that a sleeping
 * thread comes out of its call is done by a real signal (agent.ts, interrupt).
 *
 * Source: signal(7), sigaction(2), kill(2).
 */
import {
  SA_NODEFER,
  SA_RESETHAND,
  SIG_DFL,
  SIG_IGN,
  SIGCHLD,
  SIGCONT,
  SIGKILL,
  SIGSTOP,
  SIGURG,
  type SigAction,
} from "../../../sys/signal";
import type { Process } from "./process";
import type { Thread } from "./thread";

const DEFAULT_ACTION: SigAction = { handler: SIG_DFL };
/** SIGSTOP stands here because stopping isn't done. */
const IGNORED_BY_DEFAULT = new Set([SIGCHLD, SIGURG, SIGCONT, SIGSTOP]);

export function actionFor(process: Process, signum: number): SigAction {
  return process.actions.get(signum) ?? DEFAULT_ACTION;
}

export function isIgnored(process: Process, signum: number): boolean {
  const { handler } = actionFor(process, signum);
  return handler === SIG_IGN || (handler === SIG_DFL && IGNORED_BY_DEFAULT.has(signum));
}

/** To the process: the first thread that doesn't block it takes it, `preferred` before others. */
export function sendSignal(process: Process, signum: number, preferred?: Thread): void {
  if (process.ending) return;
  const candidates = preferred === undefined ? process.threads : [preferred, ...process.threads];
  const taker = candidates.find((thread) => !thread.ended && !thread.blocked.has(signum));
  if (taker !== undefined && isIgnored(process, signum)) return;
  process.pending.add(signum);
  if (taker !== undefined) process.takers.set(signum, taker);
  taker?.disturb();
}

/** To one thread. */
export function sendSignalToThread(thread: Thread, signum: number): void {
  if (isIgnored(thread.process, signum) && !thread.blocked.has(signum)) return;
  thread.pending.add(signum);
  if (!thread.blocked.has(signum)) thread.disturb();
}

/** The signal that this thread would take now, its own before its process's; 0 when there is none. */
export function nextSignal(thread: Thread): number {
  const own = [...thread.pending].filter((signum) => !thread.blocked.has(signum));
  if (own.length > 0) return Math.min(...own);
  const shared = [...thread.process.pending].filter(
    (signum) => !thread.blocked.has(signum) && isLeftTo(thread, signum),
  );
  return shared.length > 0 ? Math.min(...shared) : 0;
}

/** Was this thread woken for the process's signal, or nobody else who would take it? (complete_signal in kernel/signal.c.) */
function isLeftTo(thread: Thread, signum: number): boolean {
  const taker = thread.process.takers.get(signum);
  return taker === undefined || taker === thread || taker.ended || taker.blocked.has(signum);
}

export function takeSignal(thread: Thread, signum: number): void {
  if (thread.pending.delete(signum)) return;
  thread.process.pending.delete(signum);
  thread.process.takers.delete(signum);
}

/** SIGKILL and SIGSTOP can't be blocked. */
export function blockable(signals: Iterable<number>): Set<number> {
  const set = new Set(signals);
  set.delete(SIGKILL);
  set.delete(SIGSTOP);
  return set;
}

/** The mask while a handler runs. */
export function maskInHandler(thread: Thread, signum: number, action: SigAction): Set<number> {
  const own = ((action.flags ?? 0) & SA_NODEFER) !== 0 ? [] : [signum];
  return blockable([...thread.blocked, ...(action.mask ?? []), ...own]);
}

export function forgetAfterOneUse(process: Process, signum: number, action: SigAction): void {
  if (((action.flags ?? 0) & SA_RESETHAND) !== 0) process.actions.delete(signum);
}
