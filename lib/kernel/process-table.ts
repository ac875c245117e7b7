/**
 * The process table: every process from fork to the moment when somebody has asked how it ended.
 *
 * Process 1 stands at the top. It runs nothing here; it adopts what is left behind and forgets it at once.
 *
 * Source: kernel/fork.c, kernel/exit.c (do_exit, forget_original_parent, release_task).
 */
import { SA_NOCLDWAIT, SIG_IGN, SIGCHLD } from "../sys/signal";
import type { Program } from "../sys/sys";
import type { FdTable } from "./fd-table";
import type { Kernel } from "./kernel";
import { Process } from "./process";
import { actionFor, sendSignal } from "./signals";
import { Task } from "./task";

/** Pids of a fresh machine's programs begin here; smaller ones belong to what a real machine started before. */
const FIRST_PID = 100;

export class ProcessTable {
  /** Process 1. */
  readonly init: Process;
  private readonly byPid = new Map<number, Process>();
  /** Threads and processes draw from one sequence, as in Linux. */
  private nextPid = FIRST_PID;

  constructor(
    private readonly kernel: Kernel,
    private readonly onExit: ((process: Process) => void) | undefined,
  ) {
    this.init = new Process(kernel, 1, null, "init", kernel.newFdTable());
    this.byPid.set(1, this.init);
    kernel.emitIfTraced({ type: "process.create", pid: 1, ppid: 0, name: "init", fdTable: this.init.fds.id });
  }

  get(pid: number): Process | undefined {
    return this.byPid.get(pid);
  }

  /** Every process that hasn't been reaped. */
  values(): Iterable<Process> {
    return this.byPid.values();
  }

  /** Threads that sleep, of all processes. */
  sleepers(): Task[] {
    return [...this.byPid.values()].flatMap(({ tasks }) => tasks.filter((task) => task.state === "sleeping"));
  }

  create(name: string, parent: Process, fds: FdTable): Process {
    const process = new Process(this.kernel, this.nextPid++, parent, name, fds);
    parent.children.add(process);
    this.byPid.set(process.pid, process);
    this.kernel.emitIfTraced({ type: "process.create", pid: process.pid, ppid: parent.pid, name, fdTable: fds.id });
    return process;
  }

  /** The first thread of a process has the process's own id. */
  startThread(process: Process, program: Program, tid = this.nextPid++): Task {
    const task = new Task(this.kernel, tid, process, program);
    process.tasks.push(task);
    this.kernel.emitIfTraced({ type: "task.create", tid, pid: process.pid, name: process.name });
    this.kernel.scheduler.makeReady(task);
    return task;
  }

  endThread(task: Task): void {
    // Whatever the call was in the middle of is undone by its `finally` blocks: queues are left, files let go.
    task.call?.return(undefined);
    task.call = null;
    task.letGo();
    task.request = null;
    task.frames.length = 0;
    task.setState("zombie");
    this.kernel.scheduler.forget(task);
    this.kernel.emitIfTraced({ type: "task.end", tid: task.tid });
    task.ended.wakeAll();
  }

  /** Ends a process with all its threads; `status` as waitpid packs it. */
  end(process: Process, status: number): void {
    if (process.status !== null) return;
    process.status = status;
    for (const task of process.tasks) if (task.state !== "zombie") this.endThread(task);
    if (process.alarm !== null) this.kernel.cancelTimer(process.alarm.timer);
    process.fds.closeAll();
    this.kernel.emitIfTraced({ type: "process.exit", pid: process.pid, status });
    this.onExit?.(process);
    this.adoptChildren(process);
    this.tellParent(process);
  }

  /** Its status has been asked for, or nobody will ask: nothing is left of it. */
  reap(process: Process, by: Process): void {
    by.children.delete(process);
    this.byPid.delete(process.pid);
    this.kernel.emitIfTraced({ type: "process.reap", pid: process.pid, by: by.pid });
  }

  private adoptChildren(process: Process): void {
    for (const child of process.children) {
      child.parent = this.init;
      this.init.children.add(child);
      this.kernel.emitIfTraced({ type: "process.adopt", pid: child.pid, ppid: 1 });
      if (child.status !== null) this.reap(child, this.init);
    }
    process.children.clear();
  }

  private tellParent(process: Process): void {
    const parent = process.parent ?? this.init;
    if (parent === this.init) {
      this.reap(process, this.init);
      return;
    }
    sendSignal(parent, SIGCHLD, `end of process ${process.pid}`);
    const { handler, flags = 0 } = actionFor(parent, SIGCHLD);
    if (handler === SIG_IGN || (flags & SA_NOCLDWAIT) !== 0) this.reap(process, parent);
    parent.childEnded.wakeAll();
  }
}
