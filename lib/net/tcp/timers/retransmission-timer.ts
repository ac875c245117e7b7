/**
 * How long to wait for an acknowledgement before sending again: the RTT estimate and the timeout that follows from it.
 *
 * A module: a host can be booted with another one in place of this. It hears of every measured round trip and of every timeout,
 * and is asked for one number. Too short a timeout sends twice what had arrived; too long a one leaves the line silent.
 *
 * Linux departs from the RFC where it would be too timid or too bold: 200 ms at least are added to the round trip, not a second in all; one
 * that takes *less* time than expected raises the variation only a little; and what is added follows the largest variation of a
 * window of data at once, and its fall slowly, window by window.
 *
 * **Not modelled:** timers that fire up to an eighth late (the timer wheel). The real machine's estimate is in `ss -ti`.
 *
 * Source: RFC 6298; tcp_rtt_estimator and __tcp_set_rto in net/ipv4/tcp_input.c, tcp_retransmit_timer in tcp_timer.c.
 */
import { MILLISECOND, type Nanoseconds, SECOND } from "../../../world/clock";

/** RFC 6298 (2.1): "Until a round-trip time (RTT) measurement has been made … the sender SHOULD set RTO <- 1 second". */
export const INITIAL_RTO: Nanoseconds = SECOND;
/**
 * (5.7): "If the timer expires awaiting the ACK of a SYN segment …, the RTO MUST be re-initialized to 3 seconds when data transmission
 * begins".
 */
export const FALLBACK_RTO: Nanoseconds = 3 * SECOND;
/** Linux's TCP_RTO_MIN, smaller than the second that RFC 6298 (2.4) asks for. */
export const MIN_RTO: Nanoseconds = 200 * MILLISECOND;
/** Linux's TCP_RTO_MAX; RFC 6298 (2.5) allows 60 seconds or more. */
export const MAX_RTO: Nanoseconds = 120 * SECOND;

/** The contract of the module: how long to wait for an acknowledgement. Times are nanoseconds. */
export interface RetransmissionTimer {
  /** How long to wait now, in nanoseconds, back-off included. */
  readonly rto: Nanoseconds;
  /** Smoothed round-trip time and its variation, in nanoseconds; 0 while nothing was measured. */
  readonly srtt: Nanoseconds;
  /** Its variation, in nanoseconds; 0 while nothing was measured. */
  readonly rttvar: Nanoseconds;
  /**
   * A round trip was measured, on a segment that was sent only once (Karn's algorithm) or by timestamps. `windowOver`: all that was
   * under way when this was true last has been acknowledged since.
   */
  measured(rtt: Nanoseconds, windowOver?: boolean): void;
  /** The timer has run out: wait longer next time, `longest` at most (TCP_RTO_MAX_MS). */
  backOff(longest?: Nanoseconds): void;
  /** New data was acknowledged: the network is there again. `handshakeOver`: it was the SYN, and no round trip could be measured. */
  progressed(handshakeOver?: boolean): void;
}

/** It counts whole nanoseconds. */
export class Rfc6298Timer implements RetransmissionTimer {
  rto = INITIAL_RTO;
  /** While nothing was measured. */
  private first = INITIAL_RTO;
  srtt = 0;
  rttvar = 0;
  /** What is added to srtt: four times the variation, of late (rttvar_us); and the largest that it was in this window (mdev_max_us). */
  private margin = MIN_RTO;
  private largest = MIN_RTO;

  measured(rtt: Nanoseconds, windowOver = true): void {
    if (this.srtt === 0) {
      // (2.2) "SRTT <- R, RTTVAR <- R/2"
      this.srtt = rtt;
      this.rttvar = Math.floor(rtt / 2);
      this.margin = this.largest = Math.max(4 * this.rttvar, MIN_RTO);
    } else {
      // (2.3) "RTTVAR <- (1 - beta) * RTTVAR + beta * |SRTT - R'|, SRTT <- (1 - alpha) * SRTT + alpha * R'", with 1/4 and 1/8
      const error = rtt - this.srtt;
      const more = Math.abs(error) - this.rttvar;
      this.rttvar += Math.floor(error < 0 && more > 0 ? more / 32 : more / 4);
      this.srtt += Math.floor(error / 8);
      this.follow(windowOver);
    }
    this.progressed();
  }

  /** The margin rises with the variation, and falls by a quarter of the difference with each window. */
  private follow(windowOver: boolean): void {
    this.largest = Math.max(this.largest, 4 * this.rttvar);
    this.margin = Math.max(this.margin, this.largest);
    if (!windowOver) return;
    this.margin -= Math.floor((this.margin - this.largest) / 4);
    this.largest = MIN_RTO;
  }

  backOff(longest = MAX_RTO): void {
    // (5.5) "The host MUST set RTO <- RTO * 2 ("back off the timer"). The maximum value discussed in (2.5) … may be used".
    this.rto = Math.min(this.rto * 2, longest);
  }

  progressed(handshakeOver = false): void {
    if (handshakeOver) this.first = FALLBACK_RTO;
    if (this.srtt === 0) {
      this.rto = this.first;
      return;
    }
    // (2.3) "RTO <- SRTT + max (G, K*RTTVAR)", K = 4; Linux puts its minimum in the place of the clock's granularity G.
    this.rto = Math.min(this.srtt + this.margin, MAX_RTO);
  }
}
