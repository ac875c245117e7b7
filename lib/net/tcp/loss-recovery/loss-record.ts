/**
 * What a connection keeps a record of when something seems to be missing. Most connections never need one: it is made with the first sign.
 *
 * Segments are counted, as the peer's SACKs, the time and the timeouts tell of them (scoreboard.ts, rack.ts, loss.ts);
 * what is done about it is in recovery.ts and what it names.
 *
 * Source: RFC 6675 section 2, RFC 6937, RFC 8985; struct tcp_sock in include/linux/tcp.h.
 */
import type { Nanoseconds } from "../../../world/clock";
import { type Seq, toSeq } from "../sequence";

export class LossRecord {
  // Of the segments under way
  /** So many have arrived ahead of a gap; without SACK, so many duplicates of an acknowledgement have come (sacked_out). */
  sackedOut = 0;
  /** So many are taken for lost (lost_out). */
  lostOut = 0;
  /** So many were sent again (retrans_out). */
  retransmittedOut = 0;

  // In all
  /** So many segments were taken for lost (lost). */
  losses = 0;
  /** So many were sent again (total_retrans). */
  totalRetransmits = 0;
  /** How often it was seen that segments had only arrived in another order (reord_seen). */
  reorderingSeen = 0;
  /** So many segments were told to have arrived twice (dsack_dups). */
  duplicatesTold = 0;

  /** Where the rightmost segment ends that was ever sacked (highest_sack). */
  rightmost: Seq = toSeq(0);
  /** SND.NXT when the loss was noticed: recovery ends when it is acknowledged (RecoveryPoint of RFC 6675; high_seq). */
  recoveryPoint: Seq = toSeq(0);
  /** After a simultaneous open the program has closed before the handshake was over: our SYN-ACK is the oldest thing under way. */
  synUnderWay = false;
  /** After a timeout: find out whether it was needless (F-RTO). */
  frto = false;
  /** SND.NXT when the tail loss probe was sent; null when none is under way (tlp_high_seq). */
  tailProbe: Seq | null = null;
  /** It was something that had been sent before (tlp_retrans). */
  tailProbeRepeats = false;

  // Proportional rate reduction (congestion/window-reduction.ts), in segments
  /** So many have arrived since the reduction began (prr_delivered). */
  prrDelivered = 0;
  /** So many have left since (prr_out). */
  prrOut = 0;
  /** What the congestion window was before (prior_cwnd). */
  priorWindow = 0;
  private lastStamp: Nanoseconds = 0;

  /**
   * When a piece is sent. Never the same twice: in virtual time many leave at one moment, one after the other nevertheless, and that order
   * decides what is lost (rack.ts).
   */
  stamp(now: Nanoseconds): Nanoseconds {
    this.lastStamp = Math.max(now, this.lastStamp + 1);
    return this.lastStamp;
  }
}
