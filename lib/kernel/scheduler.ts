/**
 * The scheduler: one CPU, one run queue, first come, first served.
 *
 * A thread runs until it sleeps, ends, gives way (sched_yield), or has used up its time slice. Then the first of the run
 * queue is next. Woken threads join the queue at its end; nobody is pushed off the CPU in the middle of a call.
 *
 * Each system call takes `CALL_COST` of virtual time. That isn't a measurement: it makes time pass, so that a thread that
 * polls in a loop sees the clock move and the network deliver.
 *
 * **Not modelled:** several CPUs, priorities and weights (EEVDF), preemption when a thread is woken, time spent in user code.
 * The real machine shows them in /proc/<pid>/sched.
 *
 * Source: sched(7), sched_yield(2); kernel/sched/core.c (__schedule, try_to_wake_up).
 */
import { type Clock, MICROSECOND, MILLISECOND, type Nanoseconds } from "../world/clock";
import type { Kernel } from "./kernel";
import type { Task } from "./task";

/** What one system call costs. */
export const CALL_COST: Nanoseconds = MICROSECOND;
/** How long a thread may run while others are ready; Linux: base slice, about 3 ms. */
export const TIME_SLICE: Nanoseconds = 3 * MILLISECOND;

/** After so many calls the CPU lets the world's loop look around, even if nothing else is due. */
const CALLS_PER_TURN = 256;

/** The clock as the CPU needs it: it may let time pass while nothing else is due. */
export interface CpuClock extends Clock {
  nextMoment(): Nanoseconds;
  advanceTo(moment: Nanoseconds): void;
}

export class Scheduler {
  /** Ready threads, first to run first. Taken from `head` on, so that taking is cheap. */
  private queue: Task[] = [];
  private head = 0;
  private current: Task | null = null;
  private sliceEnd: Nanoseconds = 0;
  /** Is a turn of the CPU under way or scheduled? */
  private busy = false;

  constructor(
    private readonly kernel: Kernel,
    private readonly clock: CpuClock,
  ) {}

  /** The thread on the CPU, if any. */
  get running(): Task | null {
    return this.current;
  }

  /** Who is ready, first to run first. */
  ready(): readonly Task[] {
    return this.queue.slice(this.head);
  }

  makeReady(task: Task): void {
    task.setState("ready");
    this.queue.push(task);
    if (this.busy) return;
    this.busy = true;
    this.clock.at(this.clock.now(), this.turn);
  }

  /** It has ended: wherever it is, it won't run again. */
  forget(task: Task): void {
    if (this.current === task) this.current = null;
    const at = this.queue.indexOf(task, this.head);
    if (at >= 0) this.queue.splice(at, 1);
  }

  /** Uses the CPU until nobody is ready or something else in the world is due first. */
  private readonly turn = (): void => {
    for (let calls = 1; ; calls++) {
      const task = this.pick();
      if (task === null) {
        this.busy = false;
        return;
      }
      this.kernel.advance(task);
      const next = this.clock.now() + CALL_COST;
      if (this.clock.nextMoment() <= next || calls === CALLS_PER_TURN) {
        this.clock.at(next, this.turn);
        return;
      }
      this.clock.advanceTo(next);
    }
  };

  /** Who runs now: the current thread while it may, else the first of the queue. */
  private pick(): Task | null {
    const current = this.current;
    const now = this.clock.now();
    if (current !== null && current.state === "running") {
      const othersWait = this.head < this.queue.length;
      if (!othersWait || (now < this.sliceEnd && !current.yielded)) {
        current.yielded = false;
        return current;
      }
      current.setState("ready");
      this.queue.push(current);
    }
    const next = this.takeFirst();
    this.current = next;
    if (next === null) return null;
    next.yielded = false;
    this.sliceEnd = now + TIME_SLICE;
    next.setState("running");
    return next;
  }

  private takeFirst(): Task | null {
    if (this.head === this.queue.length) {
      this.queue.length = 0;
      this.head = 0;
      return null;
    }
    const task = this.queue[this.head++];
    if (this.head > 1024 && this.head * 2 > this.queue.length) {
      this.queue = this.queue.slice(this.head);
      this.head = 0;
    }
    return task;
  }
}
