/**
 * HyStart: leaves slow start before it has filled the queues on the path, instead of by the first loss.
 *
 * Two signs that the path is full. Acknowledgements follow each other closely for half of a round trip: so many segments are under way
 * as the path holds. Or the first acknowledgements of a round trip take an eighth longer than the shortest ever: a queue builds up.
 *
 * Source: Ha and Rhee, "Taming the elephants: New TCP slow start"; hystart_update in net/ipv4/tcp_cubic.c.
 */
import { MILLISECOND, type Nanoseconds } from "../../../world/clock";
import type { CongestionWindow } from "./congestion-control";

/** Not worth it below (hystart_low_window, in segments). */
const LOW_WINDOW = 16;
/** Acknowledgements further apart are no train (hystart_ack_delta_us). */
const TRAIN_GAP = 2 * MILLISECOND;
/** A run of segments may take so long on the wire (hystart_ack_delay). */
const RUN_DELAY = MILLISECOND;
/** So many samples of a round trip make a minimum (HYSTART_MIN_SAMPLES). */
const SAMPLES = 8;
/** An eighth of the shortest round trip, but within these bounds (HYSTART_DELAY_MIN, HYSTART_DELAY_MAX). */
const LEAST_RISE = 4 * MILLISECOND;
const MOST_RISE = 16 * MILLISECOND;

export class HyStart {
  private found = false;
  private round = -1;
  private begunAt: Nanoseconds = 0;
  private lastAck: Nanoseconds = 0;
  private shortest: Nanoseconds = Number.POSITIVE_INFINITY;
  private samples = 0;

  /** A round trip took `rtt`, `ever` is the shortest so far, `round` numbers windows of data. Sets the threshold when the path is full. */
  measured(window: CongestionWindow, rtt: Nanoseconds, ever: Nanoseconds, round: number, now: Nanoseconds): void {
    if (this.found || !window.slowStart) return;
    if (round !== this.round) this.begin(round, now);
    if (window.cwnd < LOW_WINDOW) return;
    if (this.isTrain(ever, now) || this.isRising(rtt, ever)) {
      this.found = true;
      window.ssthresh = window.cwnd;
    }
  }

  private begin(round: number, now: Nanoseconds): void {
    this.round = round;
    this.begunAt = now;
    this.lastAck = now;
    this.shortest = Number.POSITIVE_INFINITY;
    this.samples = 0;
  }

  private isTrain(ever: Nanoseconds, now: Nanoseconds): boolean {
    if (now - this.lastAck > TRAIN_GAP) return false;
    this.lastAck = now;
    return now - this.begunAt > (ever + RUN_DELAY) / 2;
  }

  private isRising(rtt: Nanoseconds, ever: Nanoseconds): boolean {
    this.shortest = Math.min(this.shortest, rtt);
    if (this.samples < SAMPLES) {
      this.samples++;
      return false;
    }
    return this.shortest > ever + Math.min(Math.max(ever / 8, LEAST_RISE), MOST_RISE);
  }
}
