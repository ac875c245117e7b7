/**
 * What a connection has waited for: the network, the peer's window, or room in its own send buffer. TCP_INFO tells, and `ss -ti`.
 *
 * One thing is timed at a time. While there is anything to send or to be acknowledged the connection is busy; the two limits are part of
 * that time, and the later one of the list counts when both hold.
 *
 * Source: tcp_chrono_start, tcp_chrono_stop in net/ipv4/tcp_output.c, tcp_get_info_chrono_stats in tcp.c.
 */
import type { Nanoseconds } from "../../../world/clock";
import { tickOf } from "../../tick";

// What is timed; where several hold, the greatest counts.
const NOTHING = 0;
export const BUSY = 1;
export const PEERS_WINDOW = 2;
export const SEND_BUFFER = 3;

export type Timed = typeof NOTHING | typeof BUSY | typeof PEERS_WINDOW | typeof SEND_BUFFER;

export class Chronograph {
  private timed: Timed = NOTHING;
  // In ticks: since when, and how long each in all until then.
  private since = 0;
  private busy = 0;
  private peersWindow = 0;
  private sendBuffer = 0;

  start(what: Timed, now: Nanoseconds): void {
    if (what > this.timed) this.change(what, tickOf(now));
  }

  /** `idle`: nothing is left to send or to be acknowledged. */
  stop(what: Timed, idle: boolean, now: Nanoseconds): void {
    if (idle) this.change(NOTHING, tickOf(now));
    else if (what === this.timed) this.change(BUSY, tickOf(now));
  }

  private change(what: Timed, tick: number): void {
    if (this.timed === BUSY) this.busy = this.total(BUSY, tick);
    else if (this.timed === PEERS_WINDOW) this.peersWindow = this.total(PEERS_WINDOW, tick);
    else if (this.timed === SEND_BUFFER) this.sendBuffer = this.total(SEND_BUFFER, tick);
    this.timed = what;
    this.since = tick;
  }

  /** How long one of the limits has held until this tick, or neither of them although the connection was busy; in ticks. */
  total(what: Exclude<Timed, typeof NOTHING>, tick: number): number {
    const before = what === BUSY ? this.busy : what === PEERS_WINDOW ? this.peersWindow : this.sendBuffer;
    return before + (what === this.timed ? tick - this.since : 0);
  }

  /** For how many ticks there was anything to send or to be acknowledged. */
  busyTime(tick: number): number {
    return this.total(BUSY, tick) + this.total(PEERS_WINDOW, tick) + this.total(SEND_BUFFER, tick);
  }
}
