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
  /** Its threads, the first one first. */
  readonly tasks: Task[] = [];
  /** Those that have ended and were not asked for (zombies) included. */
  readonly children = new Set<Process>();
  /** What it does with each signal; a signal that isn't here has its default. */
  actions = new Map<number, SigAction>();
  /** Signals for the process as a whole: any of its threads may take one. */
  readonly pending: PendingSignals = new SignalSet();
  /** How it ended, as waitpid packs it; null while it lives. */
  status: number | null = null;
  /** What alarm(2) has set: it goes off at this moment, in nanoseconds since the world began. */
  alarm: { timer: Timer; at: number } | null = null;
  /** RLIMIT_NOFILE: one more than the highest descriptor it may use. */
  fdLimit = 1024;
  /** What its main program returned. */
  result: unknown;
  /** What it threw and didn't catch. */
  error: Error | undefined;
  /** Where a parent sleeps in waitpid. */
  readonly childEnded: WaitQueue;

  constructor(
    /** Of the machine it runs on. */
    readonly kernel: Kernel,
    /** Process id. */
    readonly pid: number,
    /** Who made it; process 1 once that has ended. */
    public parent: Process | null,
    /** For traces and results. */
    readonly name: string,
    /** Its descriptors. */
    readonly fds: FdTable,
  ) {
    this.childEnded = new WaitQueue({ name: `process ${pid}` }, "end of a child");
  }

  /** The first thread, which runs the main program. */
  get mainTask(): Task {
    return this.tasks[0];
  }
}
