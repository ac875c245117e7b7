/**
 * Signals between the programs of one run.
 *
 * All of them live in one real process, so a real signal would hit them all: kill, alarm and SIGPIPE are bookkept here
 * instead. (Node itself starts with SIGPIPE ignored; a Node program sees only the EPIPE.) A signal that isn't blocked
 * interrupts a sleeping call, and is taken when the thread leaves the kernel.
 *
 * Left out: stopping and continuing, queued signals, siginfo. Source: signal(7), sigaction(2).
 */
import {
  EINVAL,
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
} from "../../sys";
import type { Process } from "./process";
import type { Thread } from "./thread";

const ignoredByDefault = new Set([SIGCHLD, SIGCONT, SIGURG]);
const HIGHEST = 64;

export type Disposition = "ignore" | "terminate" | "handler";

/** What a process does with each signal, and what waits for any of its threads. */
export class SignalState {
  private readonly actions = new Map<number, SigAction>();
  readonly pending = new Set<number>();

  action(signum: number): SigAction {
    return this.actions.get(signum) ?? { handler: SIG_DFL, flags: 0, mask: [] };
  }

  setAction(signum: number, action: SigAction): void {
    if (!Number.isInteger(signum) || signum < 1 || signum > HIGHEST) throw EINVAL;
    if (signum === SIGKILL || signum === SIGSTOP) throw EINVAL;
    this.actions.set(signum, { handler: action.handler, flags: action.flags ?? 0, mask: [...(action.mask ?? [])] });
    if (this.disposition(signum) === "ignore") this.pending.delete(signum);
  }

  disposition(signum: number): Disposition {
    const { handler } = this.action(signum);
    if (typeof handler === "function") return "handler";
    if (handler === SIG_IGN) return "ignore";
    return ignoredByDefault.has(signum) ? "ignore" : "terminate";
  }

  /** A forked child starts with its parent's actions and nothing pending. */
  copy(): SignalState {
    const copy = new SignalState();
    for (const [signum, action] of this.actions) copy.actions.set(signum, action);
    return copy;
  }

  /** execve(2) keeps what is ignored; handlers belonged to the old program. */
  forgetHandlers(): void {
    for (const [signum, action] of this.actions) {
      if (typeof action.handler === "function") this.actions.delete(signum);
    }
  }
}

/** Sends a signal to a process, or to one of its threads. */
export function sendSignal(process: Process, signum: number, thread?: Thread): void {
  if (process.ended) return;
  if (signum === SIGKILL) {
    process.end(SIGKILL);
    return;
  }
  const ignored = process.signals.disposition(signum) === "ignore";
  const blockedSomewhere = (thread ? [thread] : process.threads).some((one) => one.mask.has(signum));
  if (ignored && !blockedSomewhere) return;
  (thread ?? process.signals).pending.add(signum);
  const takers = thread ? [thread] : process.threads;
  takers.find((one) => !one.mask.has(signum))?.interrupt();
}

/** The next signal that this thread has to take now, or null. */
export function takeSignal(thread: Thread): number | null {
  for (const pending of [thread.pending, thread.process.signals.pending]) {
    for (const signum of pending) {
      if (thread.mask.has(signum)) continue;
      pending.delete(signum);
      if (thread.process.signals.disposition(signum) !== "ignore") return signum;
    }
  }
  return null;
}

/** Is there a signal that would interrupt this thread's sleep? */
export function signalPending(thread: Thread): boolean {
  return [...thread.pending, ...thread.process.signals.pending].some(
    (signum) => !thread.mask.has(signum) && thread.process.signals.disposition(signum) !== "ignore",
  );
}

/** The mask while a handler runs: what it was, the handler's own mask, and the signal itself. */
export function maskDuringHandler(thread: Thread, signum: number, action: SigAction): Set<number> {
  const flags = action.flags ?? 0;
  if (flags & SA_RESETHAND) thread.process.signals.setAction(signum, { handler: SIG_DFL });
  return new Set([...thread.mask, ...(action.mask ?? []), ...(flags & SA_NODEFER ? [] : [signum])]);
}
