/**
 * What a connection has waited for: the network, the peer's window, or room in its own send buffer. TCP_INFO tells, and `ss -ti`.
 *
 * One thing is timed at a time. While there is anything to send or to be acknowledged the connection is busy; the two limits are part of
 * that time, and the later one of the list counts when both hold.
 *
 * Source: tcp_chrono_start, tcp_chrono_stop in net/ipv4/tcp_output.c, tcp_get_info_chrono_stats in tcp.c.
 */
import type { Nanoseconds } from "../../world/clock";

const ORDER = ["nothing", "busy", "peer's window", "send buffer"] as const;
export type Timed = (typeof ORDER)[number];

export class Chronograph {
  private timed: Timed = "nothing";
  private since: Nanoseconds = 0;
  private readonly totals = new Map<Timed, Nanoseconds>();

  start(what: Timed, now: Nanoseconds): void {
    if (ORDER.indexOf(what) > ORDER.indexOf(this.timed)) this.change(what, now);
  }

  /** `idle`: nothing is left to send or to be acknowledged. */
  stop(what: Timed, idle: boolean, now: Nanoseconds): void {
    if (idle) this.change("nothing", now);
    else if (what === this.timed) this.change("busy", now);
  }

  private change(what: Timed, now: Nanoseconds): void {
    this.totals.set(this.timed, this.total(this.timed, now));
    this.timed = what;
    this.since = now;
  }

  /** How long in all. */
  total(what: Timed, now: Nanoseconds): Nanoseconds {
    return (this.totals.get(what) ?? 0) + (what === this.timed ? now - this.since : 0);
  }

  busyTime(now: Nanoseconds): Nanoseconds {
    return this.total("busy", now) + this.total("peer's window", now) + this.total("send buffer", now);
  }
}
