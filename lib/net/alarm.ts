/**
 * One alarm for many deadlines: it goes off when the earliest of them comes, or before. A listener has one for all its requests, a host
 * one for all its connections in TIME_WAIT. For a single deadline there is net-timer.ts, for those of a connection tcp/timers/timers.ts.
 *
 * Of a thousand deadlines hardly one is ever reached: the answer comes first, or the connection is closed. So nothing is done when a
 * deadline is dropped. The alarm goes off all the same; whoever set it looks for what is due, which may be nothing, and sets it anew for
 * what is left.
 *
 * Source: Linux leaves its timers where they are in the same way (icsk_timeout in include/net/inet_connection_sock.h).
 */
import type { Clock, Nanoseconds, Timer } from "../world/clock";

export class Alarm {
  private event: Timer | null = null;
  private at = Number.POSITIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    private readonly action: () => void,
  ) {}

  /** It goes off at this moment, or before. */
  by(moment: Nanoseconds): void {
    if (moment >= this.at) return;
    this.at = moment;
    if (this.event === null) this.event = this.clock.at(moment, this.goOff);
    else this.event.move(moment);
  }

  /** Nothing of it is left in the world's queue. */
  stop(): void {
    this.event?.cancel();
    this.at = Number.POSITIVE_INFINITY;
  }

  private readonly goOff = (): void => {
    this.at = Number.POSITIVE_INFINITY;
    this.action();
  };
}
