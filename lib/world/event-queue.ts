/**
 * The world's only loop: what is due next, and the clock that jumps from one event to the next.
 *
 * A binary heap ordered by (moment, order of arrival). The second key is what makes a run repeatable: two events at one
 * moment always happen in the order in which they were scheduled. A cancelled event stays in the heap and is passed over.
 */
import type { Clock, Nanoseconds, Timer } from "./clock";

class Event implements Timer {
  constructor(
    readonly moment: Nanoseconds,
    readonly order: number,
    public action: (() => void) | null,
    private readonly queue: EventQueue,
  ) {}

  cancel(): void {
    if (this.action === null) return;
    this.action = null;
    this.queue.forgot();
  }
}

function before(a: Event, b: Event): boolean {
  return a.moment < b.moment || (a.moment === b.moment && a.order < b.order);
}

export class EventQueue implements Clock {
  private readonly heap: Event[] = [];
  private time: Nanoseconds = 0;
  private arrivals = 0;
  /** Events that are neither done nor cancelled. */
  private live = 0;

  now(): Nanoseconds {
    return this.time;
  }

  at(moment: Nanoseconds, action: () => void): Timer {
    const event = new Event(Math.max(moment, this.time), this.arrivals++, action, this);
    this.live++;
    this.siftUp(event);
    return event;
  }

  /** How many events are still to come. */
  get pending(): number {
    return this.live;
  }

  /** When the next event is due, or Infinity. */
  nextMoment(): Nanoseconds {
    this.dropCancelled();
    return this.heap.length === 0 ? Number.POSITIVE_INFINITY : this.heap[0].moment;
  }

  /** Time passes without an event. Never past the next one. */
  advanceTo(moment: Nanoseconds): void {
    this.time = moment;
  }

  /** Makes the next event happen, if it is due by then. Is there none? Then false. */
  step(until: Nanoseconds = Number.POSITIVE_INFINITY): boolean {
    this.dropCancelled();
    if (this.heap.length === 0 || this.heap[0].moment > until) return false;
    const event = this.removeFirst() as Event;
    const action = event.action as () => void;
    event.action = null;
    this.live--;
    this.time = event.moment;
    action();
    return true;
  }

  /** An event was cancelled; when most of the heap is such, throw them out. */
  forgot(): void {
    this.live--;
    if (this.heap.length > 1024 && this.live * 2 < this.heap.length) {
      const kept = this.heap.filter((event) => event.action !== null);
      this.heap.length = 0;
      for (const event of kept) this.siftUp(event);
    }
  }

  private dropCancelled(): void {
    while (this.heap.length > 0 && this.heap[0].action === null) this.removeFirst();
  }

  private siftUp(event: Event): void {
    const heap = this.heap;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(event, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = event;
  }

  private removeFirst(): Event | undefined {
    const heap = this.heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], last)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return first;
  }
}
