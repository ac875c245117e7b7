/**
 * What one acknowledgement has brought, as far as it is known by now: written by who reads it, read by who draws the conclusions.
 *
 * Source: the flags of tcp_ack (FLAG_DATA_ACKED and others) and struct tcp_sacktag_state in net/ipv4/tcp_input.c.
 */
import type { Nanoseconds } from "../../../world/clock";
import { ECE, type Segment, SYN } from "../segment";
import { type Seq, toSeq } from "../sequence";
import type { Tcb } from "../tcb";

export class AckEffect {
  /** SND.UNA, the right edge of what was known to have arrived, and the counts, all before it came. */
  priorUna: Seq = toSeq(0);
  priorRight: Seq = toSeq(0);
  priorDelivered = 0;
  priorLosses = 0;
  priorSacked = 0;
  /** The segment brings data, or a window that is newer. */
  data = false;
  windowUpdate = false;
  /** SND.UNA moves; segments leave the queue, among them some that were sent more than once. */
  advanced = false;
  acked = 0;
  retransmittedAcked = false;
  /** SACK tells of segments for the first time; of a segment that has come twice (RFC 2883); of the tail loss probe's. */
  sacked = false;
  duplicateTold = false;
  duplicateOfProbe = false;
  /** What SACK has told to have arrived isn't acknowledged, although nothing is missing before it (RFC 2018 section 8). */
  reneged = false;
  /** Something arrived that was sent only once, and before recovery began. */
  originalArrived = false;
  /** The peer tells that a router has marked our data (congestion/ecn.ts). */
  congestionTold = false;
  /** A retransmission was lost. */
  lostRetransmission = false;
  /** The retransmission timer begins anew. */
  restartTimer = false;
  /** When the first and the last of the segments that count for the round-trip time were sent; −1: there is none. */
  firstAckedAt: Nanoseconds = -1;
  lastAckedAt: Nanoseconds = -1;
  firstSackedAt: Nanoseconds = -1;
  lastSackedAt: Nanoseconds = -1;
  /** Where the leftmost segment stands that has arrived behind others that were sent after it; null: none has. */
  reorderedFrom: Seq | null = null;

  begin(tcb: Tcb, segment: Segment, right: Seq): this {
    this.priorUna = tcb.snd.una;
    this.priorRight = right;
    this.priorDelivered = tcb.delivered;
    this.priorLosses = tcb.hasLoss ? tcb.loss.losses : 0;
    this.priorSacked = tcb.hasLoss ? tcb.loss.sackedOut : 0;
    this.data = segment.length > 0;
    this.congestionTold = tcb.ecn !== null && segment.has(ECE) && !segment.has(SYN);
    this.windowUpdate = this.advanced = this.retransmittedAcked = false;
    this.acked = 0;
    this.reneged = false;
    this.sacked = this.duplicateTold = this.duplicateOfProbe = false;
    this.originalArrived = this.lostRetransmission = this.restartTimer = false;
    this.firstAckedAt = this.lastAckedAt = this.firstSackedAt = this.lastSackedAt = -1;
    this.reorderedFrom = null;
    return this;
  }

  /** Is there more to it than the same acknowledgement once more? */
  get news(): boolean {
    return this.data || this.windowUpdate || this.acked > 0;
  }

  /** RFC 5681 section 2, "duplicate acknowledgment": no data, the same ACK, the same window. */
  get duplicate(): boolean {
    return !this.advanced && !this.news && !this.duplicateTold;
  }
}
