/**
 * What a connection keeps a record of when something seems to be missing. Most connections never need one: it is made with the first sign.
 *
 * Pieces of the send queue are counted, as the peer's SACKs, the time and the timeouts tell of them (scoreboard.ts, rack.ts, loss.ts);
 * what is done about it is in recovery.ts and what it names.
 *
 * Source: RFC 6675 section 2, RFC 6937, RFC 8985; struct tcp_sock in include/linux/tcp.h.
 */
import { type Seq, toSeq } from "../sequence";

export class LossRecord {
  /** Of the pieces under way: arrived ahead of a gap; taken for lost; sent again. */
  sackedOut = 0;
  lostOut = 0;
  retransmittedOut = 0;
  /** How many were taken for lost, and how many were sent again, in all. */
  losses = 0;
  totalRetransmits = 0;
  /** Where the rightmost piece ends that was ever sacked. */
  rightmost: Seq = toSeq(0);
  /** How often it was seen that pieces had only arrived in another order. */
  reorderingSeen = 0;
  /** Pieces that were told to have arrived twice. */
  duplicatesTold = 0;
  /** SND.NXT when the loss was noticed: recovery ends when it is acknowledged (RecoveryPoint). */
  recoveryPoint: Seq = toSeq(0);
  /** After a simultaneous open the program has closed before the handshake was over: our SYN-ACK is the oldest thing under way. */
  synUnderWay = false;
  /** After a timeout: find out whether it was needless (F-RTO). */
  frto = false;
  /** SND.NXT when the tail loss probe was sent; null when none is under way. Was it something sent before? */
  tailProbe: Seq | null = null;
  tailProbeRepeats = false;
  /** Proportional rate reduction (congestion/window-reduction.ts). */
  prrDelivered = 0;
  prrOut = 0;
  priorWindow = 0;
}
