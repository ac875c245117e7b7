/** Signals that wait to be taken, timers that wait to fire, and what replaced modules did wrong. */
import type { KernelEvent } from "../../kernel/events";
import type { Reducers } from "./room";

type SignalEvent = Extract<KernelEvent, { type: `signal.${string}` | `timer.${string}` | "module.fault" }>;

/** Standard signals don't queue: one that is pending already stays pending once; signal(7). */
function add(pending: number[] | undefined, signal: number): void {
  if (pending && !pending.includes(signal)) pending.push(signal);
}

function remove(pending: number[] | undefined, signal: number): boolean {
  const at = pending?.indexOf(signal) ?? -1;
  if (at >= 0) pending?.splice(at, 1);
  return at >= 0;
}

export const signalReducers: Reducers<SignalEvent> = {
  "signal.send": (host, { pid, tid, signal }) => {
    add((tid === null ? host.processes[pid] : host.tasks[tid])?.pendingSignals, signal);
  },
  "signal.deliver": (host, { tid, signal }) => {
    const task = host.tasks[tid];
    if (!task) return;
    // The thread's own come first, then those that any thread of the process may take.
    if (!remove(task.pendingSignals, signal)) remove(host.processes[task.pid]?.pendingSignals, signal);
  },

  "timer.set": (host, { timer, at, why }) => {
    host.timers[timer] = { timer, at, why };
  },
  "timer.fire": (host, { timer }) => {
    delete host.timers[timer];
  },
  "timer.cancel": (host, { timer }) => {
    delete host.timers[timer];
  },

  "module.fault": (host, { module, message }) => {
    host.faults.push({ module, message });
  },
};
