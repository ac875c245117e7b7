/**
 * A thread: the thing that runs, waits its turn, and sleeps. Linux calls it a task.
 *
 * It has a stack of programs: its own at the bottom, and above it the signal handlers that interrupted it. When the program on
 * top makes a system call, the call stays here until it is answered, however long the thread sleeps in it.
 *
 * Its state is always one of four: running, ready (in the run queue), sleeping (on the queues listed here), zombie (ended).
 *
 * Source: struct task_struct in include/linux/sched.h.
 */
import type { Program, Request } from "../sys/sys";
import type { TaskState } from "./events";
import type { Kernel } from "./kernel";
import type { OpenFile } from "./open-file";
import type { Process } from "./process";
import { type PendingSignals, SignalSet } from "./signal-set";
import type { Sleeping } from "./sleep";
import { type Waiter, WaitQueue } from "./wait-queue";

/** One program on a thread's stack, and what it is to be resumed with. */
export interface Frame {
  readonly program: Program;
  /** What the program gets when it next runs: the answer to its last call. */
  reply: unknown;
  /** A call that a signal interrupted and that is to be made again; then `reply` says under which condition (sleep.ts). */
  restart: Request | null;
  /** For a handler's frame: the signal mask to go back to. */
  readonly savedMask: SignalSet | null;
}

/** A thread. */
export class Task {
  /** Running, ready, sleeping, or ended. */
  state: TaskState = "ready";
  /** Its stack: the program at the bottom, signal handlers above it. */
  readonly frames: Frame[] = [];
  /** The call that was made and not answered yet. */
  request: Request | null = null;
  /** Its implementation, where it has begun and may sleep. */
  call: Sleeping<unknown> | null = null;
  /** The open file that the call works on. */
  private used: OpenFile | null = null;
  /** Queues it has joined. */
  readonly queues: WaitQueue[] = [];
  /** Signals for this thread alone. */
  readonly pending: PendingSignals;
  /** Signals that don't interrupt it for now. */
  blocked = new SignalSet();
  /** A mask to go back to when the call is over (ppoll). */
  maskAfterCall: SignalSet | null = null;
  /** Asked to let others run first. */
  yielded = false;
  /** What its program returned. */
  result: unknown;
  /** Where pthread_join sleeps. */
  readonly ended: WaitQueue;

  constructor(
    /** Of the machine it runs on. */
    readonly kernel: Kernel,
    /** Thread id; the first one's is the process id. */
    readonly tid: number,
    /** Whose thread it is. */
    readonly process: Process,
    program: Program,
  ) {
    this.pending = new SignalSet();
    this.frames.push({ program, reply: undefined, restart: null, savedMask: null });
    this.ended = new WaitQueue({ name: `thread ${tid}` }, "end");
  }

  /**
   * The open file behind a descriptor. It stays for as long as the call is under way, even if another thread closes the
   * descriptor. Throws EBADF. Linux: fdget.
   */
  use(fd: number): OpenFile {
    const file = this.process.fds.get(fd);
    file.hold();
    this.used = file;
    return file;
  }

  /** The call is over: what it worked on may go (fdput). */
  letGo(): void {
    const file = this.used;
    this.used = null;
    file?.release();
  }

  /** Joins a wait queue; until it leaves, a wake-up there reaches this thread. */
  joinQueue(queue: WaitQueue, waiter: Waiter): void {
    queue.add(waiter);
    this.queues.push(queue);
    const { trace } = this.kernel;
    if (trace !== null) {
      this.kernel.emit({ type: "wait.sleep", tid: this.tid, queue: queue.name, exclusive: waiter.exclusive });
    }
  }

  /** Leaves a wait queue that it has joined. */
  leaveQueue(queue: WaitQueue, waiter: Waiter): void {
    queue.remove(waiter);
    this.queues.splice(this.queues.indexOf(queue), 1);
    if (this.kernel.trace !== null) this.kernel.emit({ type: "wait.leave", tid: this.tid, queue: queue.name });
  }

  /** From here on it doesn't run until somebody wakes it. Invariant: it has joined a queue or set a timer before, or waits for a signal. */
  fallAsleep(): void {
    this.setState("sleeping");
  }

  /** Makes it ready if it sleeps. Was it asleep? */
  wake(): boolean {
    if (this.state !== "sleeping") return false;
    this.kernel.scheduler.makeReady(this);
    return true;
  }

  /** A wake-up that came through this queue. */
  wakeFrom(queue: WaitQueue): boolean {
    if (this.state !== "sleeping") return false;
    if (this.kernel.trace !== null) this.kernel.emit({ type: "wait.wake", tid: this.tid, queue: queue.name });
    return this.wake();
  }

  /** Notes what it does now, and tells the trace. */
  setState(state: TaskState): void {
    this.state = state;
    if (this.kernel.trace !== null) this.kernel.emit({ type: "task.state", tid: this.tid, state });
  }

  /** Is there a signal for it, or for its whole process, that it doesn't block? */
  signalPending(): boolean {
    return this.pending.hasOutside(this.blocked) || this.process.pending.hasOutside(this.blocked);
  }

  /** What a timer that ends its sleep is called in traces. */
  sleepName(): string {
    return `${this.request?.name ?? "sleep"} of thread ${this.tid}`;
  }
}
