/**
 * Recovery: which of the segments on their way are lost, and sending those again before the timer has to.
 *
 * An acknowledgement that tells of bytes beyond a gap (SACK), or, without SACK, the same acknowledgement again and again, means that
 * something went missing and others arrived. Three of those, and what lies before them is taken for lost: it is sent again at once
 * ("fast retransmit"), and the congestion window shrinks, once for all losses of one window.
 *
 * The scoreboard is the send queue itself: each piece knows whether it was sacked, lost, and sent again. "Pipe" of RFC 6675 is
 * `tcb.inFlight`.
 *
 * **Not modelled:** RACK and tail loss probes (RFC 8985), undoing a false recovery (RFC 3522, DSACK). `ss -ti` shows the real ones.
 *
 * Source: RFC 6675 sections 4 and 5, RFC 6582 (without SACK), RFC 6937 (how the window shrinks); tcp_fastretrans_alert in tcp_input.c.
 */
import { sendChunk } from "./output";
import type { SackBlock } from "./segment";
import type { SendChunk } from "./send-queue";
import { after, before } from "./sequence";
import type { Tcb } from "./tcb";

/** RFC 6675 section 2: "DupThresh … 3". */
const DUPLICATE_THRESHOLD = 3;

/** Marks what these blocks tell of; returns how many pieces they tell of for the first time. */
export function markSacked(tcb: Tcb, blocks: readonly SackBlock[]): number {
  let marked = 0;
  for (const { left, right } of blocks) {
    // RFC 2018 section 5 and tcp_is_sackblock_valid: only what is between SND.UNA and SND.NXT.
    if (!before(left, right) || after(right, tcb.snd.nxt) || !after(right, tcb.snd.una)) continue;
    for (let i = 0; ; i++) {
      const chunk = tcb.sendQueue.unacknowledged(i);
      if (chunk === undefined || !before(chunk.seq, right)) break;
      if (chunk.sacked || before(chunk.seq, left) || after(chunk.endSeq, right)) continue;
      chunk.sacked = true;
      tcb.sackedOut++;
      if (chunk.lost) {
        chunk.lost = false;
        tcb.lostOut--;
      }
      if (chunk.retransmitted) {
        chunk.retransmitted = false;
        tcb.retransmittedOut--;
      }
      marked++;
    }
  }
  return marked;
}

/** The same acknowledgement once more, without SACK: one more segment has arrived somewhere behind the gap (RFC 6582). */
export function countDuplicate(tcb: Tcb): void {
  tcb.duplicateAcks++;
  tcb.sackedOut = Math.min(tcb.duplicateAcks, Math.max(tcb.packetsOut - 1, 0));
}

/** A piece leaves the queue, acknowledged: it leaves the counts too. */
export function forget(tcb: Tcb, chunk: SendChunk): void {
  if (chunk.sacked) tcb.sackedOut--;
  if (chunk.lost) tcb.lostOut--;
  if (chunk.retransmitted) tcb.retransmittedOut--;
}

/** After each acknowledgement: is something lost, is a recovery over, and what may be sent again now? */
export function updateRecovery(tcb: Tcb, acknowledged: number, newlySacked: number): void {
  const { snd } = tcb;
  if (tcb.recovery === "Recovery" || tcb.recovery === "Loss") {
    if (!before(snd.una, tcb.recoveryPoint)) leaveRecovery(tcb);
    else if (!tcb.sackPermitted && acknowledged > 0) partialAck(tcb);
  }
  if (tcb.sackPermitted) markLost(tcb);
  if (tcb.recovery === "Open" || tcb.recovery === "Disorder") {
    tcb.recovery = tcb.sackedOut > 0 ? "Disorder" : "Open";
    const lost = tcb.sackPermitted ? tcb.lostOut > 0 : tcb.duplicateAcks >= DUPLICATE_THRESHOLD;
    if (lost && tcb.packetsOut > 0) enterRecovery(tcb);
  }
  if (tcb.recovery === "Recovery") reduceWindow(tcb, acknowledged + newlySacked);
  if (tcb.recovery !== "Open") retransmitLost(tcb);
}

/** RFC 6675 section 4, IsLost: "returns true when either DupThresh discontiguous SACKed sequences have arrived above 'SeqNum'". */
function markLost(tcb: Tcb): void {
  if (tcb.sackedOut < DUPLICATE_THRESHOLD) return;
  let above = tcb.sackedOut;
  for (let i = 0; above >= DUPLICATE_THRESHOLD; i++) {
    const chunk = tcb.sendQueue.unacknowledged(i);
    if (chunk === undefined) return;
    if (chunk.sacked) above--;
    else if (!chunk.lost && chunk.transmissions === 1) markOneLost(tcb, chunk);
  }
}

function markOneLost(tcb: Tcb, chunk: SendChunk): void {
  chunk.lost = true;
  tcb.lostOut++;
}

/** RFC 6675 section 5 (4): "RecoveryPoint = HighData; ssthresh = cwnd = (FlightSize / 2)", the latter as the module says. */
function enterRecovery(tcb: Tcb): void {
  tcb.recovery = "Recovery";
  tcb.recoveryPoint = tcb.snd.nxt;
  tcb.priorWindow = tcb.window.cwnd;
  tcb.prrDelivered = 0;
  tcb.prrOut = 0;
  tcb.window.ssthresh = tcb.congestion.thresholdAfterLoss(tcb.window);
  const first = tcb.sendQueue.firstUnacknowledged();
  if (first !== undefined && !first.lost && !first.sacked) markOneLost(tcb, first);
}

/** RFC 6937: as much leaves as arrives, in the proportion in which the window is to shrink. At least one segment at the beginning. */
function reduceWindow(tcb: Tcb, delivered: number): void {
  tcb.prrDelivered += delivered;
  const { window, inFlight } = tcb;
  let allowed: number;
  if (inFlight > window.ssthresh) {
    allowed = Math.ceil((tcb.prrDelivered * window.ssthresh) / tcb.priorWindow) - tcb.prrOut;
  } else {
    allowed = Math.min(window.ssthresh - inFlight, Math.max(tcb.prrDelivered - tcb.prrOut, delivered) + 1);
  }
  allowed = Math.max(allowed, tcb.prrOut > 0 ? 0 : 1);
  window.cwnd = Math.max(inFlight + allowed, 1);
}

function leaveRecovery(tcb: Tcb): void {
  if (tcb.recovery === "Recovery")
    tcb.window.cwnd = Math.min(tcb.window.ssthresh, Math.max(tcb.window.cwnd, 2) + tcb.prrDelivered);
  tcb.recovery = "Open";
  tcb.duplicateAcks = 0;
  if (!tcb.sackPermitted) tcb.sackedOut = 0;
}

/** RFC 6582 3.2 (3): an acknowledgement that doesn't cover everything shows the next hole. */
function partialAck(tcb: Tcb): void {
  tcb.duplicateAcks = 0;
  tcb.sackedOut = 0;
  const first = tcb.sendQueue.firstUnacknowledged();
  if (first !== undefined && !first.lost) markOneLost(tcb, first);
}

/** The timer has run out: all that wasn't sacked is lost (tcp_enter_loss). */
export function enterLoss(tcb: Tcb): void {
  if (tcb.recovery !== "Loss" || !before(tcb.snd.una, tcb.recoveryPoint)) {
    if (tcb.retransmits === 0) tcb.window.ssthresh = tcb.congestion.thresholdAfterLoss(tcb.window);
    tcb.congestion.timedOut();
  }
  tcb.recovery = "Loss";
  tcb.recoveryPoint = tcb.snd.nxt;
  tcb.lostOut = 0;
  tcb.retransmittedOut = 0;
  tcb.duplicateAcks = 0;
  if (!tcb.sackPermitted) tcb.sackedOut = 0;
  for (let i = 0; ; i++) {
    const chunk = tcb.sendQueue.unacknowledged(i);
    if (chunk === undefined) break;
    chunk.retransmitted = false;
    chunk.lost = false;
    if (!chunk.sacked) markOneLost(tcb, chunk);
  }
  // RFC 5681 3.1: "cwnd MUST be set to no more than the loss window, LW, which equals 1 full-sized segment".
  tcb.window.cwnd = 1;
  tcb.window.count = 0;
}

/** Sends lost pieces again while the congestion window allows (tcp_xmit_retransmit_queue). */
export function retransmitLost(tcb: Tcb): void {
  for (let i = 0; tcb.lostOut > tcb.retransmittedOut && tcb.inFlight < tcb.window.cwnd; i++) {
    const chunk = tcb.sendQueue.unacknowledged(i);
    if (chunk === undefined) return;
    if (chunk.lost && !chunk.retransmitted) retransmit(tcb, chunk);
  }
}

function retransmit(tcb: Tcb, chunk: SendChunk): void {
  chunk.retransmitted = true;
  tcb.retransmittedOut++;
  tcb.totalRetransmits++;
  tcb.prrOut++;
  tcb.retransmitSince ??= tcb.now;
  sendChunk(tcb, chunk);
}

/** The path takes less than was thought: what was too long is cut, and sent again without blaming congestion. */
export function shrinkUnacknowledged(tcb: Tcb, mss: number): void {
  for (let i = 0; ; i++) {
    const chunk = tcb.sendQueue.unacknowledged(i);
    if (chunk === undefined) break;
    if (chunk.size <= mss || chunk.sacked) continue;
    if (chunk.retransmitted) tcb.retransmittedOut--;
    chunk.retransmitted = false;
    if (!chunk.lost) markOneLost(tcb, chunk);
    tcb.sendQueue.split(chunk, mss);
    tcb.lostOut++;
  }
  retransmitLost(tcb);
}
