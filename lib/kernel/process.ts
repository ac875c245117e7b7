/**
 * A process: what threads share. One descriptor table, one set of signal dispositions, one parent, one end.
 *
 * When its last thread is gone it is a zombie: nothing of it is left but its status, which waits until its parent asks. A
 * process whose parent ends first is adopted by process 1, which asks at once.
 *
 * Source: fork(2), waitpid(2), _exit(2).
 */
import type { SigAction } from "../sys/signal";
import type { Timer } from "../world/clock";
import type { FdTable } from "./fd-table";
import type { Kernel } from "./kernel";
import { type PendingSignals, SignalSet } from "./signal-set";
import type { Task } from "./task";
import { WaitQueue } from "./wait-queue";

/** A process: what its threads share. */
export class Process {
  readonly tasks: Task[] = [];
  readonly children = new Set<Process>();
  /** What it does with each signal; a signal that isn't here has its default. */
  actions = new Map<number, SigAction>();
  /** Signals for the process as a whole: any of its threads may take one. */
  readonly pending: PendingSignals = new SignalSet();
  /** How it ended, as waitpid packs it; null while it lives. */
  status: number | null = null;
  alarm: { timer: Timer; at: number } | null = null;
  /** RLIMIT_NOFILE: one more than the highest descriptor it may use. */
  fdLimit = 1024;
  /** What its main program returned or threw. */
  result: unknown;
  error: Error | undefined;
  /** Where a parent sleeps in waitpid. */
  readonly childEnded: WaitQueue;

  constructor(
    readonly kernel: Kernel,
    readonly pid: number,
    public parent: Process | null,
    readonly name: string,
    readonly fds: FdTable,
  ) {
    this.childEnded = new WaitQueue({ name: `process ${pid}` }, "end of a child");
  }

  get mainTask(): Task {
    return this.tasks[0];
  }
}
