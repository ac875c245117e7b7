/**
 * CUBIC: after a loss the window returns to where it was along a cubic curve: fast at first, slowly near the old maximum, and
 * faster again beyond it. Growth depends on time and not on the round trip, so that long paths are not put at a disadvantage.
 *
 *     W(t) = C · (t − K)³ + Wmax,  K = ∛((Wmax − cwnd) / C)
 *
 * The arithmetic is Linux's: whole segments, and ticks of the kernel's clock.
 *
 * Source: RFC 9438 sections 4.1 to 4.7; bictcp_update in net/ipv4/tcp_cubic.c. Linux's default.
 */
import { type Nanoseconds, SECOND } from "../../../world/clock";
import { TICK, tickOf } from "../../tick";
import { additiveIncrease, type CongestionControl, type CongestionWindow, slowStart } from "./congestion-control";
import { HyStart } from "./hystart";

/** RFC 9438 5.1: C = 0.4, 4.6: beta = 0.7; as Linux has them: 410/1024, 717/1024. */
const C = 410 / 1024;
const BETA = 717 / 1024;
/** 4.3: acknowledged segments per segment that Reno would grow by are 15/8 of the window: (1 + β) / (3 · (1 − β)). */
const RENO_SCALE = 15;
/** The curve isn't looked up more often than this while the window stays as it is (HZ / 32). */
const LOOK_UP = 7 * TICK;

export class Cubic implements CongestionControl {
  readonly name = "cubic";
  private hystart = new HyStart();
  /** Wmax, in segments; 0 before the first loss. */
  private lastMax = 0;
  /** When this congestion avoidance began; null when it hasn't. */
  private epoch: Nanoseconds | null = null;
  /** K in seconds, and the window at the curve's flat point. */
  private k = 0;
  private origin = 0;
  /** What Reno's window would be by now, and acknowledged segments that haven't made it grow yet. */
  private estimate = 0;
  private estimateCount = 0;
  /** Acknowledged segments per segment that the window grows by; for which window, and when it was looked up. */
  private perIncrease = 0;
  private lastWindow = 0;
  private lastLook: Nanoseconds = Number.NEGATIVE_INFINITY;
  /** The shortest round trip, as far as it was told. */
  private shortest: Nanoseconds = Number.POSITIVE_INFINITY;

  measured(window: CongestionWindow, rtt: Nanoseconds, ever: Nanoseconds, round: number, now: Nanoseconds): void {
    this.shortest = ever;
    // Samples right after a recovery say nothing.
    if (this.epoch !== null && now - this.epoch < SECOND) return;
    this.hystart.measured(window, rtt, ever, round, now);
  }

  acknowledged(window: CongestionWindow, segments: number, now: Nanoseconds, srtt: Nanoseconds): void {
    const left = window.slowStart ? slowStart(window, segments) : segments;
    if (left === 0) return;
    this.estimateCount += left;
    this.lookUp(window.cwnd, left, now, srtt);
    additiveIncrease(window, this.perIncrease, left);
  }

  private lookUp(cwnd: number, segments: number, now: Nanoseconds, srtt: Nanoseconds): void {
    if (this.lastWindow === cwnd && now - this.lastLook <= LOOK_UP) return;
    if (this.epoch === null || tickOf(now) !== tickOf(this.lastLook)) {
      this.lastWindow = cwnd;
      this.lastLook = now;
      const epoch = this.epoch ?? this.begin(cwnd, segments, now);
      // 4.2: the target is the curve one round trip ahead.
      const t =
        ((tickOf(now) - tickOf(epoch) + Math.ceil(Math.min(srtt, this.shortest) / TICK)) * TICK) / SECOND - this.k;
      const offset = Math.floor(C * Math.abs(t * t * t));
      const target = this.origin + (t < 0 ? -offset : offset);
      this.perIncrease = target > cwnd ? Math.floor(cwnd / (target - cwnd)) : 100 * cwnd;
      // Nothing is known of the path yet: don't be too shy.
      if (this.lastMax === 0) this.perIncrease = Math.min(this.perIncrease, 20);
    }
    // 4.3: in the Reno-friendly region never slower than Reno.
    const perEstimate = (cwnd * RENO_SCALE) >> 3;
    for (; this.estimateCount > perEstimate; this.estimateCount -= perEstimate) this.estimate++;
    if (this.estimate > cwnd) this.perIncrease = Math.min(this.perIncrease, Math.floor(cwnd / (this.estimate - cwnd)));
    // At most half as fast as slow start.
    this.perIncrease = Math.max(this.perIncrease, 2);
  }

  private begin(cwnd: number, segments: number, now: Nanoseconds): Nanoseconds {
    this.epoch = now;
    this.estimate = cwnd;
    this.estimateCount = segments;
    this.origin = Math.max(cwnd, this.lastMax);
    this.k = Math.cbrt((this.origin - cwnd) / C);
    return now;
  }

  thresholdAfterLoss(window: CongestionWindow): number {
    this.epoch = null;
    // 4.7, fast convergence: whoever loses before the old maximum leaves room for others.
    const { cwnd } = window;
    this.lastMax = cwnd < this.lastMax ? Math.floor((cwnd * (1 + BETA)) / 2) : cwnd;
    return Math.max(Math.floor(cwnd * BETA), 2);
  }

  /** Nothing that was learnt holds any more. */
  timedOut(): void {
    this.hystart = new HyStart();
    this.epoch = null;
    this.lastMax = 0;
    this.perIncrease = 0;
    this.lastWindow = 0;
    this.lastLook = Number.NEGATIVE_INFINITY;
  }
}
