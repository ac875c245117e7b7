/**
 * How a system call sleeps.
 *
 * An implementation of a call is a generator; its `yield` means "I have arranged to be woken, run somebody else". `waitFor`
 * is the one loop in which all of them sleep: join the queue, look, sleep, look again.
 *
 * Packet processing and timers ("interrupt context") are plain functions: they have no thread that could be put to sleep, so
 * they can wake others but never wait themselves. The types say so.
 *
 * Source: ___wait_event in include/linux/wait.h.
 */
import { Errno } from "../sys/errno";
import type { Nanoseconds, Timer } from "../world/clock";
import type { Task } from "./task";
import type { Waiter, WaitQueue } from "./wait-queue";

/** A part of the kernel that may sleep on behalf of a thread, and in the end returns a result or throws an `Errno`. */
export type Sleeping<Result> = Generator<void, Result, void>;

/** What a call returns that may sleep: its result, if that is there at once, or else the sleep that will bring it. */
export type MaySleep<Result> = Result | Sleeping<Result>;

/** Has the call to go on later? No result of a call looks like a generator. */
export function isSleeping<Result>(outcome: MaySleep<Result>): outcome is Sleeping<Result> {
  return typeof outcome === "object" && outcome !== null && "next" in outcome;
}

/** For who has more to do with the result: sleeps where there is none yet. */
export function* resultOf<Result>(outcome: MaySleep<Result>): Sleeping<Result> {
  return isSleeping(outcome) ? yield* outcome : outcome;
}

/**
 * "A signal came first; make the call again afterwards if the handler was installed with SA_RESTART, else fail with EINTR."
 * Never leaves the kernel. Linux has the same name and number (include/linux/errno.h).
 */
export const ERESTARTSYS = new Errno("ERESTARTSYS", 512, "Interrupted system call, to be restarted");

/** "A signal came first; make the call again only if no handler ran": poll, select, pause, nanosleep. */
export const ERESTARTNOHAND = new Errno(
  "ERESTARTNOHAND",
  514,
  "Interrupted system call, to be restarted if no handler",
);

/** "A signal came first; make the call again whatever the handler says": pthread_join, which no handler ends. */
export const ERESTARTNOINTR = new Errno("ERESTARTNOINTR", 513, "Interrupted system call, to be restarted always");

/** A thread's place on one wait queue. */
class SleepingTask implements Waiter {
  private used = false;

  constructor(
    private readonly task: Task,
    private readonly queue: WaitQueue,
    readonly exclusive: boolean,
    /** The POLL* bits it is interested in; 0 for all. */
    private readonly events: number,
    readonly newestFirst: boolean,
  ) {}

  wake(events: number): boolean {
    if (events !== 0 && this.events !== 0 && (events & this.events) === 0) return false;
    const used = this.task.wakeFrom(this.queue);
    if (used) this.used = true;
    return used;
  }

  /** Woken in vain, it stands in line again, behind those who came meanwhile (autoremove_wake_function). */
  queueAgain(): void {
    if (!this.used) return;
    this.used = false;
    this.queue.remove(this);
    this.queue.add(this);
  }
}

/** Who is woken: all that sleep at a place, or of the exclusive ones but the first (wait-queue.ts). */
export type Sharing = "shared" | "exclusive";

/** What `sleepOn` came back for. */
export type WakeReason = "condition" | "timeout" | "signal";

/** One queue to sleep on, and the POLL* bits that matter there (0: all). */
export interface WaitPlace {
  readonly queue: WaitQueue;
  readonly events: number;
  /** In front of those that sleep here already, though exclusive? */
  readonly newestFirst?: boolean;
}

/**
 * Sleeps on all these queues at once until `condition` holds, the moment `deadline` comes (null: never), or a signal
 * arrives that the thread doesn't block. The condition is looked at before each sleep and after each wake-up.
 */
export function* sleepOn(
  task: Task,
  places: readonly WaitPlace[],
  condition: () => boolean,
  deadline: Nanoseconds | null,
  sharing: Sharing,
): Sleeping<WakeReason> {
  const exclusive = sharing === "exclusive";
  const waiters = places.map(
    ({ queue, events, newestFirst = false }) => new SleepingTask(task, queue, exclusive, events, newestFirst),
  );
  for (let i = 0; i < places.length; i++) task.joinQueue(places[i].queue, waiters[i]);
  let timer: Timer | null = null;
  try {
    for (;;) {
      if (condition()) return "condition";
      if (task.signalPending()) return "signal";
      if (deadline !== null && task.kernel.clock.now() >= deadline) return "timeout";
      if (deadline !== null && timer === null)
        timer = task.kernel.setTimer(deadline, task.sleepName(), () => task.wake());
      if (exclusive) for (const waiter of waiters) waiter.queueAgain();
      task.fallAsleep();
      yield;
    }
  } finally {
    if (timer !== null) task.kernel.cancelTimer(timer);
    for (let i = 0; i < places.length; i++) task.leaveQueue(places[i].queue, waiters[i]);
  }
}

/** Sleeps until the condition holds. Throws ERESTARTSYS when a signal came first. */
export function* waitFor(
  task: Task,
  queue: WaitQueue,
  condition: () => boolean,
  sharing: Sharing = "shared",
): Sleeping<void> {
  const reason = yield* sleepOn(task, [{ queue, events: 0 }], condition, null, sharing);
  if (reason === "signal") throw ERESTARTSYS;
}
