/**
 * Congestion control: how much may be under way at once, so that the network in the middle isn't flooded.
 *
 * A module: a host can be booted with another one. Nobody tells TCP how fast the network is. It tries: more with each acknowledgement
 * that comes, and much less when a segment was lost. *When* that is, is found out elsewhere (loss-recovery/recovery.ts); a module only
 * says how the window grows and how far it falls.
 *
 * Windows are counted in segments, as Linux does.
 *
 * Source: RFC 5681; struct tcp_congestion_ops in include/net/tcp.h.
 */
import type { Nanoseconds } from "../../../world/clock";

/** RFC 6928 section 2: ten segments to begin with. */
export const INITIAL_WINDOW = 10;
/** "No threshold known yet": slow start goes on until the first loss. */
export const INFINITE_THRESHOLD = 0x7fff_ffff;

/** cwnd and ssthresh of RFC 5681, in segments. */
export class CongestionWindow {
  /** Segments that may be under way. */
  cwnd = INITIAL_WINDOW;
  /** Where slow start ends, in segments. */
  ssthresh = INFINITE_THRESHOLD;
  /** Acknowledged segments that haven't made the window grow yet. */
  count = 0;

  /** RFC 5681 3.1: "The slow start algorithm is used when cwnd < ssthresh". */
  get slowStart(): boolean {
    return this.cwnd < this.ssthresh;
  }
}

/** The contract of the module: how the window grows, and how it falls. */
export interface CongestionControl {
  /** As TCP_CONGESTION shows it. */
  readonly name: string;
  /** So many segments were newly acknowledged while the window was what held the sender back. `srtt` in nanoseconds. */
  acknowledged(window: CongestionWindow, segments: number, now: Nanoseconds, srtt: Nanoseconds): void;
  /**
   * A round trip was measured in slow start: `rtt`, `ever` the shortest so far, `round` numbers windows of data. Left out by who
   * stays in slow start until something is lost; who doesn't, sets the threshold.
   */
  measured?(window: CongestionWindow, rtt: Nanoseconds, ever: Nanoseconds, round: number, now: Nanoseconds): void;
  /** A segment was lost: the new threshold, in segments. */
  thresholdAfterLoss(window: CongestionWindow): number;
  /** The retransmission timer has run out: nothing that was learnt holds any more. */
  timedOut(): void;
}

/** One more segment for each that was acknowledged, up to the threshold; returns how many are left over (tcp_slow_start). */
export function slowStart(window: CongestionWindow, segments: number): number {
  const cwnd = Math.min(window.cwnd + segments, window.ssthresh);
  const used = cwnd - window.cwnd;
  window.cwnd = cwnd;
  return segments - used;
}

/** One more segment for each `perIncrease` that were acknowledged (tcp_cong_avoid_ai). */
export function additiveIncrease(window: CongestionWindow, perIncrease: number, segments: number): void {
  // What was saved up when it took more is worth one, and no more.
  if (window.count >= perIncrease) {
    window.count = 0;
    window.cwnd++;
  }
  window.count += segments;
  if (window.count < perIncrease) return;
  const increase = Math.floor(window.count / perIncrease);
  window.count -= increase * perIncrease;
  window.cwnd += increase;
}
