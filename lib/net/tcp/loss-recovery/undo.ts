/**
 * Taking a recovery back: nothing had been lost, the acknowledgements were only late.
 *
 * Two things give it away. Every retransmission was told to have arrived twice (duplicate SACK, RFC 2883): so the originals were there. Or
 * the acknowledgement echoes a timestamp from before the first retransmission (Eifel, RFC 3522): so it is for an original. Then
 * window and threshold are again what they were.
 *
 * Source: RFC 3522, RFC 3708, RFC 4015; tcp_may_undo, tcp_undo_cwnd_reduction, tcp_try_undo_recovery, tcp_try_undo_dsack,
 * tcp_try_undo_loss, tcp_try_undo_partial in net/ipv4/tcp_input.c.
 */
import type { Nanoseconds } from "../../../world/clock";
import type { AckEffect } from "../receive/ack-effect";
import type { Segment } from "../segment";
import { after, before, type Seq } from "../sequence";
import type { Tcb } from "../tcb";
import { echoes, isEarlier, stampAt } from "../timestamps";
import { unmarkLost } from "./mark-lost";
import { PATIENT_RECOVERIES } from "./rack";
import { keepOpen } from "./recovery-state";
import { noteReordering } from "./scoreboard";

export class Undo {
  /** SND.UNA when the recovery began that could be taken back; null when there is none. */
  marker: Seq | null = null;
  /** Retransmissions not known to have been needless; −1: there was none yet. */
  private retransmissions = -1;
  /** What the threshold was; 0 when it is not to be restored. */
  priorThreshold = 0;
  /** When the first retransmission of this recovery was sent; null when there was none (retrans_stamp). */
  firstRetransmissionAt: Nanoseconds | null = null;

  begin(una: Seq, retransmissions: number): void {
    this.marker = una;
    this.retransmissions = retransmissions || -1;
  }

  retransmitted(now: Nanoseconds): void {
    this.firstRetransmissionAt ??= now;
    this.retransmissions = Math.max(this.retransmissions, 0) + 1;
  }

  get allNeedless(): boolean {
    return this.marker !== null && this.retransmissions === 0;
  }

  /** A duplicate SACK is about a segment that is still in the queue … */
  retransmissionArrivedTwice(end: Seq): void {
    if (this.marker !== null && this.retransmissions > 0 && after(end, this.marker)) this.retransmissions--;
  }

  /** … or about segments that have left it. */
  forgottenArrivedTwice(end: Seq, segments: number): void {
    if (this.marker !== null && this.retransmissions > 0 && after(end, this.marker))
      this.retransmissions = Math.max(this.retransmissions - segments, 0);
  }
}

/** Does the acknowledgement echo a timestamp from before the first retransmission (tcp_packet_delayed)? */
function echoesOriginal(tcb: Tcb, segment: Segment): boolean {
  const { firstRetransmissionAt: at } = tcb.undo;
  // Nothing was sent again, so nothing can have been lost; but without SACK the time is forgotten at the end (mustHoldState).
  if (at === null) return tcb.sackPermitted || before(tcb.snd.una, tcb.loss.recoveryPoint);
  return echoes(tcb, segment) && isEarlier(segment.tsEcr, stampAt(at, tcb.tsOffset));
}

function mayUndo(tcb: Tcb, segment: Segment): boolean {
  return tcb.undo.marker !== null && (tcb.undo.allNeedless || echoesOriginal(tcb, segment));
}

/** Window and threshold are again what they were (tcp_undo_cwnd_reduction). */
function undoReduction(tcb: Tcb): void {
  const { undo, congestionWindow: window } = tcb;
  if (undo.priorThreshold > 0) {
    window.cwnd = Math.max(window.cwnd, tcb.loss.priorWindow);
    if (undo.priorThreshold > window.ssthresh) {
      window.ssthresh = undo.priorThreshold;
      if (tcb.ecn !== null) tcb.ecn.reduced = false;
    }
  }
  undo.marker = null;
  tcb.rack.advanced = true;
}

/** Without SACK, an acknowledgement up to the recovery point exactly may be a duplicate that would begin another recovery (RFC 6582 4). */
function mustHoldState(tcb: Tcb): boolean {
  if (tcb.sackPermitted || tcb.snd.una !== tcb.loss.recoveryPoint) return false;
  if (tcb.loss.retransmittedOut === 0) tcb.undo.firstRetransmissionAt = null;
  return true;
}

/** All that was sent before the recovery is acknowledged. Returns whether the state is kept nevertheless. */
export function undoRecovery(tcb: Tcb, segment: Segment): boolean {
  if (mayUndo(tcb, segment)) undoReduction(tcb);
  if (mustHoldState(tcb)) return true;
  tcb.setRecovery("Open");
  return false;
}

/** Every retransmission was needless. */
export function undoByDuplicates(tcb: Tcb): boolean {
  if (!tcb.undo.allNeedless) return false;
  tcb.rack.persist = Math.min(PATIENT_RECOVERIES, tcb.rack.persist + 1);
  undoReduction(tcb);
  return true;
}

/** Was the timeout needless, as far as duplicate SACKs or timestamps tell (tcp_try_undo_loss)? */
export function undoLoss(tcb: Tcb, segment: Segment): boolean {
  if (!mayUndo(tcb, segment)) return false;
  undoTimeout(tcb);
  if (!mustHoldState(tcb) && tcb.sackPermitted) tcb.setRecovery("Open");
  return true;
}

/** It was: what has arrived was sent only once, and before it (F-RTO). */
export function undoLossByFrto(tcb: Tcb): void {
  undoTimeout(tcb);
  if (!mustHoldState(tcb)) tcb.setRecovery("Open");
}

function undoTimeout(tcb: Tcb): void {
  unmarkLost(tcb);
  undoReduction(tcb);
  tcb.retransmits = 0;
}

/** A hole was filled by the original, not by the retransmission. Returns whether nothing more is to be done about losses now. */
export function undoPartial(tcb: Tcb, segment: Segment, effect: AckEffect): boolean {
  if (tcb.undo.marker === null || !echoesOriginal(tcb, segment)) return false;
  noteReordering(tcb, effect.priorUna);
  if (tcb.loss.retransmittedOut > 0) return true;
  tcb.undo.firstRetransmissionAt = null;
  unmarkLost(tcb);
  undoReduction(tcb);
  keepOpen(tcb);
  return false;
}
