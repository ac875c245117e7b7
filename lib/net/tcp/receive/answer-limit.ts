/**
 * How often a segment that can't be accepted is answered: twice a second.
 *
 * Two ends that disagree about where they are would otherwise answer each other's answers for ever. What brings data is always
 * answered: it can't be part of such a loop.
 *
 * Source: tcp_oow_rate_limited in net/ipv4/tcp_input.c; net.ipv4.tcp_invalid_ratelimit.
 */
import { MILLISECOND, type Nanoseconds } from "../../../world/clock";
import type { TcpHost } from "../host";
import { type Segment, SYN } from "../segment";

export class AnswerLimit {
  private last: Nanoseconds = Number.NEGATIVE_INFINITY;

  /** May this one be answered? Then it counts as answered. */
  allow(segment: Segment, { clock, sysctl }: Pick<TcpHost, "clock" | "sysctl">): boolean {
    return (segment.length > 0 && !segment.has(SYN)) || this.allowChallenge({ clock, sysctl });
  }

  /** The same for a challenge (RFC 5961 section 7: "ACK throttling"): whatever the segment brings. */
  allowChallenge({ clock, sysctl }: Pick<TcpHost, "clock" | "sysctl">): boolean {
    const now = clock.now();
    if (now - this.last < sysctl.tcp_invalid_ratelimit * MILLISECOND) return false;
    this.last = now;
    return true;
  }
}
