/**
 * The backlog of a socket: segments that came while a system call was at work on it. They are processed, in order, when the call lets go.
 *
 * A soft interrupt can't wait until the call is done (it can't sleep), and must not change what the call is looking at; so it leaves the
 * segment here and goes away.
 *
 * It has nothing to do with the backlog of listen(2), which says how many connections may wait to be accepted (open/listen-queues.ts).
 *
 * Source: sk_backlog in include/net/sock.h; __release_sock in net/core/sock.c.
 */
import type { Segment } from "../segment";

export class Backlog {
  private first: Segment | null = null;
  private last: Segment | null = null;

  add(segment: Segment): void {
    if (this.first === null) this.first = segment;
    else if (this.last !== null) this.last.next = segment;
    this.last = segment;
  }

  /** The one that came first, or null. More may come while it is processed. */
  take(): Segment | null {
    const segment = this.first;
    if (segment === null) return null;
    this.first = segment.next;
    segment.next = null;
    return segment;
  }
}
