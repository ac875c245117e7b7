/**
 * One simulated process: its agent, and what real fork, wait and sigaction would keep for it and the runner keeps instead.
 */
import type { SigAction } from "../../../sys/signal";
import type { Agent } from "./agent";
import type { Thread } from "./thread";

export class Process {
  readonly threads: Thread[] = [];
  readonly children = new Set<Process>();
  /** What it does with each signal; one that isn't here has its default. */
  actions = new Map<number, SigAction>();
  /** Signals sent to the process that no thread has taken yet. */
  readonly pending = new Set<number>();
  /** The thread that was woken for such a signal. Others leave it to that one, as long as it is there and doesn't block it. */
  readonly takers = new Map<number, Thread>();
  /** How it ended, as waitpid(2) packs it; set once its descriptors are closed. */
  status: number | null = null;
  /** On its way to its end: none of its programs runs any more. */
  ending = false;
  result: unknown;
  error: Error | undefined;
  alarm: { timer: NodeJS.Timeout; at: number } | null = null;
  /** While a thread is being made, the others start no call: Node's descriptors might take their numbers. */
  gate: Promise<void> | null = null;

  constructor(
    readonly agent: Agent,
    readonly name: string,
    /** null once process 1 has adopted it, and for the programs the run began with. */
    public parent: Process | null,
  ) {}

  get pid(): number {
    return this.agent.pid;
  }

  get mainThread(): Thread {
    return this.threads[0];
  }
}
