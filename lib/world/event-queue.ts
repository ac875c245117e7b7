/**
 * The world's only loop: what is due next, and the clock that jumps from one event to the next.
 *
 * A binary heap ordered by (moment, order of arrival). The second key is what makes a run repeatable: two events at one
 * moment always happen in the order in which they were scheduled. Each event knows its place in the heap, so that one which is moved or
 * cancelled needn't be searched for: most timers never go off.
 */
import type { Clock, Nanoseconds, Timer } from "./clock";

/** The place of an event that has happened or was cancelled. */
const NOWHERE = -1;

class Event implements Timer {
  moment: Nanoseconds = 0;
  order = 0;
  place = NOWHERE;

  constructor(
    private readonly queue: EventQueue,
    readonly action: () => void,
  ) {}

  cancel(): void {
    this.queue.cancel(this);
  }

  move(moment: Nanoseconds): void {
    this.queue.schedule(this, moment);
  }
}

function before(a: Event, b: Event): boolean {
  return a.moment < b.moment || (a.moment === b.moment && a.order < b.order);
}

export class EventQueue implements Clock {
  private readonly heap: Event[] = [];
  private time: Nanoseconds = 0;
  private arrivals = 0;

  now(): Nanoseconds {
    return this.time;
  }

  at(moment: Nanoseconds, action: () => void): Timer {
    const event = new Event(this, action);
    this.schedule(event, moment);
    return event;
  }

  /** How many events are still to come. */
  get pending(): number {
    return this.heap.length;
  }

  /** When the next event is due, or Infinity. */
  nextMoment(): Nanoseconds {
    return this.heap.length === 0 ? Number.POSITIVE_INFINITY : this.heap[0].moment;
  }

  /** Time passes without an event. Never past the next one. */
  advanceTo(moment: Nanoseconds): void {
    this.time = moment;
  }

  /** Makes the next event happen, if it is due by then. Is there none? Then false. */
  step(until: Nanoseconds = Number.POSITIVE_INFINITY): boolean {
    if (this.heap.length === 0 || this.heap[0].moment > until) return false;
    const event = this.heap[0];
    this.cancel(event);
    this.time = event.moment;
    event.action();
    return true;
  }

  /** The event is to happen at this moment, and behind all that was scheduled for it before. */
  schedule(event: Event, moment: Nanoseconds): void {
    this.cancel(event);
    event.moment = Math.max(moment, this.time);
    event.order = this.arrivals++;
    this.heap.push(event);
    this.rise(event, this.heap.length - 1);
  }

  /** It won't happen. Nothing changes when it has, or was cancelled before. */
  cancel(event: Event): void {
    const { heap } = this;
    const { place } = event;
    if (place === NOWHERE) return;
    event.place = NOWHERE;
    const last = heap.pop() as Event;
    if (last === event) return;
    if (place > 0 && before(last, heap[(place - 1) >> 1])) this.rise(last, place);
    else this.sink(last, place);
  }

  /** Finds the event's place: this one, or closer to the front. */
  private rise(event: Event, from: number): void {
    const { heap } = this;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(event, heap[parent])) break;
      this.put(heap[parent], at);
      at = parent;
    }
    this.put(event, at);
  }

  /** Finds the event's place: this one, or further back. */
  private sink(event: Event, from: number): void {
    const { heap } = this;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], event)) break;
      this.put(heap[child], at);
      at = child;
    }
    this.put(event, at);
  }

  private put(event: Event, place: number): void {
    this.heap[place] = event;
    event.place = place;
  }
}
