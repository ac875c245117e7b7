/**
 * Reno: one segment more per round trip, and half of it after a loss.
 *
 * Source: RFC 5681 section 3.1; tcp_reno_cong_avoid in net/ipv4/tcp_cong.c.
 */
import { additiveIncrease, type CongestionControl, type CongestionWindow, slowStart } from "./congestion-control";

export class Reno implements CongestionControl {
  readonly name = "reno";

  acknowledged(window: CongestionWindow, segments: number): void {
    const left = window.slowStart ? slowStart(window, segments) : segments;
    // "During congestion avoidance, cwnd is incremented by roughly 1 full-sized segment per round-trip time".
    if (left > 0) additiveIncrease(window, window.cwnd, left);
  }

  thresholdAfterLoss(window: CongestionWindow): number {
    // (4) "ssthresh = max (FlightSize / 2, 2*SMSS)"; Linux takes the window for the flight.
    return Math.max(window.cwnd >> 1, 2);
  }

  timedOut(): void {}
}
