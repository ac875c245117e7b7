/**
 * CUBIC: after a loss the window returns to where it was along a cubic curve: fast at first, slowly near the old maximum, and
 * faster again beyond it. Growth depends on time and not on the round trip, so that long paths are not put at a disadvantage.
 *
 *     W(t) = C · (t − K)³ + Wmax,  K = ∛(Wmax · (1 − β) / C)
 *
 * **Not modelled:** HyStart (it leaves slow start before the first loss). `nstat -az TcpExtTCPHystart*` shows it.
 *
 * Source: RFC 9438 sections 4.1 to 4.7; net/ipv4/tcp_cubic.c. Linux's default.
 */
import { type Nanoseconds, SECOND } from "../../world/clock";
import { additiveIncrease, type CongestionControl, type CongestionWindow, slowStart } from "./congestion-control";

/** RFC 9438 4.1: C = 0.4, 4.6: beta = 0.7 (Linux: 717/1024). */
const C = 0.4;
const BETA = 717 / 1024;
/** 4.3: what makes the Reno estimate as fast as Reno: 3 · (1 − β) / (1 + β). */
const ALPHA = (3 * (1 - BETA)) / (1 + BETA);

export class Cubic implements CongestionControl {
  readonly name = "cubic";
  /** Wmax, in segments; 0 before the first loss. */
  private lastMax = 0;
  /** When this congestion avoidance began; null when it hasn't. */
  private epoch: Nanoseconds | null = null;
  /** K in seconds, and the window at the curve's flat point. */
  private k = 0;
  private origin = 0;
  /** What Reno's window would be by now. */
  private estimate = 0;

  acknowledged(window: CongestionWindow, segments: number, now: Nanoseconds, srtt: Nanoseconds): void {
    const left = window.slowStart ? slowStart(window, segments) : segments;
    if (left === 0) return;
    if (this.epoch === null) this.begin(window.cwnd, now);
    // 4.2: the target is the curve one round trip ahead.
    const t = (now + srtt - (this.epoch ?? now)) / SECOND - this.k;
    const target = this.origin + C * t * t * t;
    this.estimate += (ALPHA * left) / window.cwnd;
    // 4.3: in the Reno-friendly region never slower than Reno.
    const goal = Math.min(Math.max(target, this.estimate), 1.5 * window.cwnd);
    const perIncrease = goal > window.cwnd ? window.cwnd / (goal - window.cwnd) : 100 * window.cwnd;
    additiveIncrease(window, Math.max(2, Math.floor(perIncrease)), left);
  }

  private begin(cwnd: number, now: Nanoseconds): void {
    this.epoch = now;
    this.estimate = cwnd;
    this.origin = Math.max(cwnd, this.lastMax);
    this.k = Math.cbrt((this.origin - cwnd) / C);
  }

  thresholdAfterLoss(window: CongestionWindow): number {
    this.epoch = null;
    // 4.7, fast convergence: whoever loses before the old maximum leaves room for others.
    const { cwnd } = window;
    this.lastMax = cwnd < this.lastMax ? (cwnd * (1 + BETA)) / 2 : cwnd;
    return Math.max(Math.floor(cwnd * BETA), 2);
  }

  timedOut(): void {
    this.epoch = null;
    this.lastMax = 0;
  }
}
