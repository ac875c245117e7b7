/** Sentences about processes, threads, calls, sleeping and waking. */
import { errnoByCode } from "../../sys/errno";
import { processName, statusWords, taskName } from "../words";
import { reasonToSleep, type Sentences } from "./context";

type Type =
  | `process.${"create" | "exit" | "reap" | "adopt"}`
  | `task.${"create" | "state" | "end"}`
  | `syscall.${"enter" | "exit"}`
  | `wait.${"sleep" | "wake" | "leave"}`
  | "deadlock";

export const processSentences: Sentences<Type> = {
  "process.create": ({ pid, ppid, name }, before) =>
    before.processes[ppid]
      ? `A new process: ${name} (pid ${pid}), child of ${processName(before, ppid)}.`
      : `A new process: ${name} (pid ${pid}).`,
  "process.exit": ({ pid, status }, before) =>
    `${processName(before, pid)} has ended: ${statusWords(status)}. It is a zombie until its parent asks.`,
  "process.reap": ({ pid, by }, before) =>
    `${processName(before, by)} takes the status of ${processName(before, pid)}; nothing is left of that process.`,
  "process.adopt": ({ pid, ppid }, before) =>
    `The parent of ${processName(before, pid)} has ended: process ${ppid} adopts it.`,

  "task.create": ({ tid, pid }, before) =>
    tid === pid
      ? `${processName(before, pid)} gets its main thread.`
      : `${processName(before, pid)} gets thread ${tid}.`,
  "task.state": ({ tid, state }, before) => {
    const who = taskName(before, tid);
    if (state === "running") return `${who} gets the CPU.`;
    if (state === "zombie") return `${who} will never run again.`;
    if (state === "sleeping") {
      const queues = before.tasks[tid]?.queues ?? [];
      if (queues.length === 1) return `${who} sleeps: ${reasonToSleep(before, queues[0].queue)}.`;
      if (queues.length > 1) return `${who} sleeps on ${queues.length} queues; the first that wakes it will do.`;
      return `${who} sleeps until a timer or a signal wakes it.`;
    }
    return `${who} is ready, and stands in the run queue for the CPU.`;
  },
  "task.end": ({ tid }, before) => `The thread of ${taskName(before, tid)} is gone.`,

  "syscall.enter": ({ tid, call }, before) => `${taskName(before, tid)} calls ${call}: control goes to the kernel.`,
  "syscall.exit": ({ tid, call, result, error }, before) => {
    const who = taskName(before, tid);
    if (error !== undefined)
      return `${who}: ${call} fails with ${error} (${errnoByCode(error)?.message ?? "unknown error"}).`;
    if (result instanceof Uint8Array) {
      if (result.length === 0) return `${who} gets nothing from ${call}: end of file.`;
      return `${who} gets ${result.length} byte${result.length > 1 ? "s" : ""} from ${call}.`;
    }
    const number = typeof result === "number" || Array.isArray(result) ? ` with ${resultNumber(result)}` : "";
    return `${who} comes back from ${call}${number}.`;
  },

  "wait.sleep": ({ tid, queue, exclusive }, before) =>
    `${taskName(before, tid)} joins the wait queue “${queue}”${exclusive ? ", to be woken alone" : ""}.`,
  "wait.wake": ({ tid, queue }, before) => `A wake-up on “${queue}” reaches ${taskName(before, tid)}.`,
  "wait.leave": ({ tid, queue }, before) => `${taskName(before, tid)} leaves the wait queue “${queue}”.`,

  deadlock: ({ sleepers }, before) =>
    sleepers.length === 1
      ? `${taskName(before, sleepers[0].tid)} sleeps, and nothing can ever wake it.`
      : `Deadlock: ${sleepers.length === 2 ? "both" : `all ${sleepers.length}`} threads sleep, and nothing can ever wake one of them.`,
};

/** 5, or "3 and 4" for a pipe's two descriptors; of other lists their length. */
function resultNumber(result: number | readonly unknown[]): string {
  if (typeof result === "number") return String(result);
  const numbers = result.every((each) => typeof each === "number");
  return numbers && result.length === 2 ? `${result[0]} and ${result[1]}` : `${result.length}`;
}
