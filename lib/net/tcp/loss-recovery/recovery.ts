/**
 * Recovery: what is done about losses, state by state.
 *
 *     Open ──SACK or a duplicate comes→ Disorder ──something is lost→ Recovery ──all from before is acknowledged→ Open
 *     any ──the retransmission timer→ Loss ──all from before is acknowledged, or it was a mistake→ Open
 *
 * In Recovery the window shrinks while lost segments are sent again; in Loss it begins anew at one segment. What is lost is said by
 * rack.ts; without SACK, duplicates of an acknowledgement are counted instead: each stands for one segment that has arrived somewhere.
 * Both can turn out to have been a mistake (undo.ts).
 *
 * Source: RFC 6675 section 5, RFC 6582 (without SACK), RFC 5682 (F-RTO); tcp_fastretrans_alert, tcp_process_loss, tcp_enter_recovery,
 * tcp_try_to_open in net/ipv4/tcp_input.c.
 */
import { MILLISECOND } from "../../../world/clock";
import { currentThreshold } from "../congestion/congestion-window";
import { beginReduction, endReduction, reducing } from "../congestion/window-reduction";
import type { AckEffect } from "../receive/ack-effect";
import type { Segment } from "../segment";
import { after, before } from "../sequence";
import type { Tcb } from "../tcb";
import { markLost } from "./mark-lost";
import { rackMarkLost } from "./rack";
import { keepOpen } from "./recovery-state";
import { checkDuplicates } from "./scoreboard";
import { undoByDuplicates, undoLoss, undoLossByFrto, undoPartial, undoRecovery } from "./undo";

/** How long a receiver that seems to have thrown data away may take to explain itself. */
const SHORTEST_PATIENCE = 10 * MILLISECOND;

/** What may leave when all is worked out: nothing out of the ordinary; lost segments; new ones, although there was a timeout. */
export type Resend = "nothing" | "lost" | "new";

/** Works out what an acknowledgement means that isn't ordinary (tcp_fastretrans_alert). */
export function recover(tcb: Tcb, segment: Segment, effect: AckEffect): Resend {
  const duplicates = effect.duplicate ? 1 : 0;
  if (tcb.packetsOut === 0) tcb.loss.sackedOut = 0;
  if (effect.congestionTold) tcb.undo.priorThreshold = 0;
  if (effect.reneged) {
    awaitReneging(tcb, effect);
    return "nothing";
  }
  if (tcb.recovery === "Open") {
    tcb.undo.firstRetransmissionAt = null;
  } else if (!before(tcb.snd.una, tcb.loss.recoveryPoint) && !leave(tcb, segment)) {
    return "nothing";
  }
  if (tcb.recovery === "Recovery") return inRecovery(tcb, segment, effect, duplicates);
  if (tcb.recovery === "Loss") {
    const resend = inLoss(tcb, segment, effect, duplicates);
    identifyLosses(tcb, effect);
    const over = isOpen(tcb) || effect.lostRetransmission;
    if (!over) return resend;
  }
  if (!tcb.sackPermitted) {
    if (effect.advanced) tcb.loss.sackedOut = 0;
    countDuplicates(tcb, duplicates);
  }
  if (tcb.recovery === "Open" || tcb.recovery === "Disorder") undoByDuplicates(tcb);
  identifyLosses(tcb, effect);
  if (tcb.loss.lostOut === 0) {
    tryToOpen(tcb, effect);
    return "nothing";
  }
  enterRecovery(tcb);
  return "lost";
}

/** All that was sent before is acknowledged: CWR and Recovery are over. False where Recovery must stay all the same (undo.ts). */
function leave(tcb: Tcb, segment: Segment): boolean {
  if (tcb.recovery === "CWR" && tcb.snd.una !== tcb.loss.recoveryPoint) {
    endReduction(tcb);
    tcb.setRecovery("Open");
  } else if (tcb.recovery === "Recovery") {
    if (!tcb.sackPermitted) tcb.loss.sackedOut = 0;
    if (undoRecovery(tcb, segment)) return false;
    endReduction(tcb);
  }
  return true;
}

/**
 * The receiver has thrown away what it had told by SACK, or its acknowledgement is on the way: wait a little, then begin anew as after a
 * timeout (tcp_check_sack_reneging).
 */
function awaitReneging(tcb: Tcb, effect: AckEffect): void {
  effect.restartTimer = false;
  tcb.timers.set("retransmit", Math.max(tcb.rtt.srtt / 2, SHORTEST_PATIENCE));
}

function inRecovery(tcb: Tcb, segment: Segment, effect: AckEffect, duplicates: number): Resend {
  if (!effect.advanced) {
    if (!tcb.sackPermitted) countDuplicates(tcb, duplicates);
  } else if (undoPartial(tcb, segment, effect)) {
    return "nothing";
  }
  if (undoByDuplicates(tcb)) tryToOpen(tcb, effect);
  identifyLosses(tcb, effect);
  if (tcb.recovery !== "Recovery") {
    if (tcb.loss.lostOut === 0) return "nothing";
    enterRecovery(tcb);
  }
  return "lost";
}

function isOpen({ recovery }: Tcb): boolean {
  return recovery === "Open";
}

/** After a timeout (tcp_process_loss). */
function inLoss(tcb: Tcb, segment: Segment, effect: AckEffect, duplicates: number): Resend {
  const { snd } = tcb;
  const recovered = !before(snd.una, tcb.loss.recoveryPoint);
  if (effect.advanced && undoLoss(tcb, segment)) return "nothing";
  if (tcb.loss.frto) {
    // RFC 5682 3.1 step 3.b: "it acknowledges data that was not acknowledged earlier …, declare the timeout spurious"; what was sent
    // only once must have been sent before the timeout.
    if (effect.originalArrived) {
      undoLossByFrto(tcb);
      return "nothing";
    }
    if (after(snd.nxt, tcb.loss.recoveryPoint)) {
      // Step 3.a: a duplicate: the loss was real.
      if (effect.sacked || duplicates > 0) tcb.loss.frto = false;
    } else if (effect.advanced && !recovered) {
      tcb.loss.recoveryPoint = snd.nxt;
      // Step 2.b: "transmit up to two new (previously unsent) segments", if there are any, and see what happens.
      if (tcb.sendQueue.nextToSend() !== undefined && after(snd.windowEnd, snd.nxt)) return "new";
      tcb.loss.frto = false;
    }
  }
  if (recovered) {
    undoRecovery(tcb, segment);
    return "nothing";
  }
  if (!tcb.sackPermitted) {
    if (after(snd.nxt, tcb.loss.recoveryPoint) && duplicates > 0) countDuplicates(tcb, duplicates);
    else if (effect.advanced) tcb.loss.sackedOut = 0;
  }
  return "lost";
}

/** What is lost now that wasn't before (tcp_identify_packet_loss). */
function identifyLosses(tcb: Tcb, effect: AckEffect): void {
  if (tcb.packetsOut === 0) return;
  if (!tcb.sackPermitted) {
    markFirstLost(tcb, effect.advanced);
    return;
  }
  const { retransmittedOut } = tcb.loss;
  if (rackMarkLost(tcb)) effect.restartTimer = false;
  if (retransmittedOut > tcb.loss.retransmittedOut) effect.lostRetransmission = true;
}

/** Without SACK: three duplicates; in recovery, an acknowledgement that doesn't cover everything shows the next hole (RFC 6582 3.2). */
function markFirstLost(tcb: Tcb, advanced: boolean): void {
  const { recovery } = tcb;
  const begins = recovery !== "Recovery" && recovery !== "Loss" && tcb.loss.sackedOut >= tcb.reordering;
  if (!begins && !(recovery === "Recovery" && advanced)) return;
  const first = tcb.sendQueue.unacknowledged(0);
  if (first !== undefined && !first.lost) markLost(tcb, first);
}

/** Without SACK: so many duplicates are so many segments that have arrived somewhere behind the hole (tcp_add_reno_sack). */
function countDuplicates(tcb: Tcb, duplicates: number): void {
  if (duplicates === 0) return;
  const { loss } = tcb;
  const before = loss.sackedOut;
  loss.sackedOut += duplicates;
  checkDuplicates(tcb, 0);
  tcb.delivered += Math.max(loss.sackedOut - before, 0);
}

/** Something is lost: the window begins to shrink, and until all that is under way now is acknowledged it is so (tcp_enter_recovery). */
export function enterRecovery(tcb: Tcb): void {
  const { undo } = tcb;
  undo.priorThreshold = 0;
  undo.begin(
    tcb.snd.una,
    tcb.loss.retransmittedOut + (tcb.loss.tailProbe !== null && tcb.loss.tailProbeRepeats ? 1 : 0),
  );
  if (!reducing(tcb)) {
    undo.priorThreshold = currentThreshold(tcb);
    beginReduction(tcb);
  }
  tcb.setRecovery("Recovery");
}

function tryToOpen(tcb: Tcb, effect: AckEffect): void {
  if (tcb.loss.retransmittedOut === 0) tcb.undo.firstRetransmissionAt = null;
  if (effect.congestionTold) enterCwr(tcb, effect);
  if (tcb.recovery !== "CWR") keepOpen(tcb);
}

/** Nothing was lost, but soon something would be: the window shrinks once for all that is under way (RFC 3168 6.1.2; tcp_enter_cwr). */
function enterCwr(tcb: Tcb, effect: AckEffect): void {
  tcb.undo.priorThreshold = 0;
  if (tcb.ecn !== null) tcb.ecn.deliveredMarked += tcb.delivered - effect.priorDelivered;
  if (tcb.recovery !== "Open" && tcb.recovery !== "Disorder") return;
  tcb.undo.marker = null;
  beginReduction(tcb);
  tcb.setRecovery("CWR");
}
