/**
 * A wait queue: where threads sleep until something they wait for may have happened.
 *
 * Node has no sleeping threads: it has events and callbacks. This file is the bridge. An event handler calls `wakeAll`, and
 * every thread that sleeps here looks again at its condition. Nothing can be missed in between: the look and the going to
 * sleep happen in one turn of the event loop, and handlers run only between turns.
 */
export class WaitQueue {
  private readonly sleepers = new Set<() => void>();

  constructor(
    /** Can something besides this run's own programs wake it: the network, a timer of Node's? Then no deadlock is certain. */
    readonly outside: boolean,
  ) {}

  add(wake: () => void): void {
    this.sleepers.add(wake);
  }

  remove(wake: () => void): void {
    this.sleepers.delete(wake);
  }

  /** Wakes everybody, the one who has slept longest first. Who finds its condition false sleeps again. */
  wakeAll(): void {
    for (const wake of [...this.sleepers]) wake();
  }
}
