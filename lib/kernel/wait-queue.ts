/**
 * A wait queue: who sleeps until something happens here.
 *
 * Every place where a call may have to wait owns one: the two ends of a pipe, a socket, a process whose children may end.
 * Whoever makes the awaited thing happen calls `wake`. The rule that makes this safe is: **first join the queue, then look
 * at the condition, then sleep, and look again when woken.** Looking first and joining afterwards can miss a wake-up for ever.
 * In this model nothing runs between the look and the sleep, but a kernel with interrupts and several CPUs has that gap,
 * so the order is kept as it must be.
 *
 * Waiters are woken in order. Those that aren't exclusive stand in front and are all woken; exclusive ones stand behind, and
 * `wake` stops after the first: one byte in a pipe should not wake a hundred readers ("thundering herd").
 *
 * Source: include/linux/wait.h, kernel/sched/wait.c (prepare_to_wait_exclusive, __wake_up_common).
 */

/** Somebody who wants to know: a sleeping thread, or an epoll instance. */
export interface Waiter {
  readonly exclusive: boolean;
  /** Exclusive, but who came last is woken first: so epoll_wait sleeps (__add_wait_queue_exclusive). */
  readonly newestFirst?: boolean;
  /**
   * Something happened. `events` tells what, as POLL* bits (0: everything). Returns whether this wake-up was used: a
   * thread that has been woken already by another queue doesn't use up an exclusive wake-up.
   */
  wake(events: number): boolean;
}

/** When does a wake-up stop? Asked after each waiter: was it exclusive, and did it use the wake-up? */
export interface WakeRule {
  enough(exclusive: boolean, used: boolean): boolean;
}

const oneExclusive: WakeRule = { enough: (exclusive, used) => exclusive && used };

export class WaitQueue {
  /** Who is woken first. Mostly one waits at a place, if anybody does; so that one needs no list. Only the queue changes it. */
  first: Waiter | null = null;
  private others: Waiter[] | null = null;

  /** `owner` and `what` say what is waited for, for example "pipe 1" and "data". */
  constructor(
    private readonly owner: { readonly name: string },
    private readonly what: string,
  ) {}

  /** "pipe 1: data": what traces show. */
  get name(): string {
    return `${this.owner.name}: ${this.what}`;
  }

  add(waiter: Waiter): void {
    if (this.first === null) {
      this.first = waiter;
      return;
    }
    this.others ??= [];
    if (waiter.exclusive && !waiter.newestFirst) {
      this.others.push(waiter);
    } else {
      this.others.unshift(this.first);
      this.first = waiter;
    }
  }

  remove(waiter: Waiter): void {
    if (waiter === this.first) {
      this.first = this.others?.shift() ?? null;
    } else {
      const at = this.others?.indexOf(waiter) ?? -1;
      if (at >= 0) this.others?.splice(at, 1);
    }
    if (this.others?.length === 0) this.others = null;
  }

  /**
   * Wakes all that aren't exclusive and the first exclusive one, unless the rule is another. `events`: what happened, as POLL* bits;
   * 0 for everything. Was there anybody who used it?
   */
  wake(events = 0, rule: WakeRule = oneExclusive): boolean {
    const { first, others } = this;
    if (first === null) return false;
    if (others === null) return first.wake(events);
    let anybody = false;
    for (const waiter of [first, ...others]) {
      const used = waiter.wake(events);
      anybody ||= used;
      if (rule.enough(waiter.exclusive, used)) break;
    }
    return anybody;
  }

  /** Wakes all that aren't exclusive. */
  wakeShared(events: number): void {
    const { first, others } = this;
    if (first === null) return;
    for (const waiter of others === null ? [first] : [first, ...others]) if (!waiter.exclusive) waiter.wake(events);
  }

  /** Wakes everybody: for what can't be used up by one, such as the end of a stream. */
  wakeAll(events = 0): void {
    const { first, others } = this;
    first?.wake(events);
    for (const waiter of others?.slice() ?? []) waiter.wake(events);
  }
}
