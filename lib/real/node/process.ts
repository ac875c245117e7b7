/**
 * A process: a descriptor table, threads, signal actions, a parent, and a status that stays until the parent asks for it.
 *
 * Node can start other real processes (`child_process`), but cannot fork: a child that shares the parent's open files in
 * the middle of a program has no line in Node. So all processes of a run are entries in this table, inside one real process,
 * and their pids are the table's. Source: fork(2), wait(2), exit(2).
 */
import { type ProcessResult, type ProgramFunction, SA_NOCLDWAIT, SIG_IGN, SIGCHLD, SystemError } from "../../sys";
import { DescriptorTable } from "./descriptor-table";
import type { Machine } from "./machine";
import { SignalState, sendSignal } from "./signals";
import { Thread } from "./thread";
import { WaitQueue } from "./wait-queue";

export class Process {
  readonly threads: Thread[] = [];
  signals = new SignalState();
  table = new DescriptorTable();
  readonly result: ProcessResult;
  /** Has waitpid taken its status? Then even its pid is gone. */
  reaped = false;
  /** Wakes who waits for a child to end, or joins a thread. */
  readonly endings = new WaitQueue(false);
  alarm: { timer: NodeJS.Timeout; at: number } | null = null;

  constructor(
    readonly machine: Machine,
    readonly name: string,
    readonly pid: number,
    public parent: Process | null,
  ) {
    this.result = { name, pid, status: null };
  }

  get ended(): boolean {
    return this.result.status !== null || this.machine.over;
  }

  get ppid(): number {
    return this.parent?.pid ?? 1;
  }

  get children(): Process[] {
    return this.machine.processes.filter((one) => one.parent === this && !one.reaped);
  }

  /** Starts the main thread. When it returns, the process exits with status 0, as a C program's main does with `return 0`. */
  start(program: ProgramFunction, mask: ReadonlySet<number> = new Set()): void {
    const thread = this.addThread(this.pid, mask);
    thread.run(program).then(
      (result) => {
        if (this.ended) return;
        this.result.result = result;
        this.end(0);
      },
      (error) => this.fail(error),
    );
  }

  addThread(tid: number, mask: ReadonlySet<number>): Thread {
    const thread = new Thread(this, tid);
    thread.mask = new Set(mask);
    this.threads.push(thread);
    return thread;
  }

  startThread(program: ProgramFunction, mask: ReadonlySet<number>): Thread {
    const thread = this.addThread(this.machine.nextPid(), mask);
    thread.run(program).then(
      (result) => {
        if (this.ended) return;
        thread.finished = { result };
        this.endings.wakeAll();
        this.machine.checkDeadlock();
      },
      (error) => this.fail(error),
    );
    return thread;
  }

  /** A program threw and nobody caught it: the process ends with status 1, as a Node process does. */
  fail(error: unknown): void {
    if (this.ended) return;
    this.result.error = error instanceof SystemError || error instanceof Error ? error : new Error(String(error));
    this.end(1 << 8);
  }

  /** Ends the process with all its threads: closes its descriptors, becomes a zombie, tells its parent. */
  end(status: number): void {
    if (this.ended) return;
    this.result.status = status;
    if (this.alarm) clearTimeout(this.alarm.timer);
    for (const thread of this.threads) thread.abandon();
    this.table.closeAll();
    for (const child of this.children) child.parent = null;
    this.tellParent();
    this.machine.processEnded();
  }

  private tellParent(): void {
    const { parent } = this;
    if (!parent || parent.ended) {
      this.reaped = true;
      return;
    }
    const { handler, flags = 0 } = parent.signals.action(SIGCHLD);
    if (handler === SIG_IGN || flags & SA_NOCLDWAIT) this.reaped = true;
    sendSignal(parent, SIGCHLD);
    parent.endings.wakeAll();
  }
}
