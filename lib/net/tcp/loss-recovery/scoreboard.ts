/**
 * The scoreboard: what is known of each segment under way. It is the send queue itself: each chunk says whether it has arrived ahead of a
 * gap (`sacked`), is taken for lost (`lost`), and was sent again since (`retransmitted`); the counts of each are in the control block.
 *
 * Invariant: a segment isn't both sacked and lost. "Pipe" of RFC 6675 is `tcb.inFlight`: sent − sacked − lost + retransmitted.
 *
 * Source: RFC 2018 section 5, RFC 2883 (duplicate SACK), RFC 6675 section 4; tcp_sacktag_write_queue, tcp_sacktag_one,
 * tcp_check_dsack, tcp_mark_skb_lost in net/ipv4/tcp_input.c.
 */
import type { AckEffect } from "../receive/ack-effect";
import type { SackBlock } from "../segment";
import { plainMss } from "../send/mss";
import type { SendChunk } from "../send/send-chunk";
import { add, after, before, distance, type Seq } from "../sequence";
import type { Tcb } from "../tcb";
import { rackAdvance } from "./rack";

/** Reordering is never thought to reach further than this, in segments (net.ipv4.tcp_max_reordering). */
const MAX_REORDERING = 300;

/** Takes in what the SACK blocks tell (tcp_sacktag_write_queue). */
export function readBlocks(tcb: Tcb, blocks: readonly SackBlock[], effect: AckEffect, ack: Seq): void {
  const dsack = isDsack(blocks, ack) && countDsack(tcb, blocks[0], effect);
  // In the order of their numbers: else what is told first would make the others look reordered.
  const ordered = blocks.length === 1 ? blocks : [...blocks].sort((a, b) => distance(a.left, b.left));
  for (const block of ordered) readBlock(tcb, block, dsack && block === blocks[0], effect);
  if (effect.reorderedFrom !== null && (tcb.recovery !== "Loss" || tcb.undo.marker !== null))
    noteReordering(tcb, effect.reorderedFrom);
  // What is acknowledged is looked at for itself (tcp_clean_rtx_queue).
  effect.reorderedFrom = null;
}

function readBlock(tcb: Tcb, { left, right }: SackBlock, dsack: boolean, effect: AckEffect): void {
  const { snd, sendQueue } = tcb;
  if (!isValid(tcb, left, right, dsack)) return;
  for (let i = 0; ; i++) {
    const chunk = sendQueue.unacknowledged(i);
    if (chunk === undefined || !before(chunk.seq, right)) break;
    if (before(chunk.seq, left) || after(chunk.endSeq, right)) continue;
    const repeated = dsack && chunk.transmissions > 1;
    if (repeated) tcb.undo.retransmissionArrivedTwice(chunk.endSeq);
    // It had arrived before it was sent again, and so only late.
    if (repeated && chunk.sacked) noteLeftmost(effect, chunk.seq);
    // Acknowledged, and about to leave the queue.
    if (!after(chunk.endSeq, snd.una)) continue;
    if (!chunk.sacked) markSacked(tcb, chunk, effect);
    if (repeated && chunk.retransmitted) {
      chunk.retransmitted = false;
      tcb.loss.retransmittedOut--;
    }
  }
}

/**
 * Only what is between SND.UNA and SND.NXT makes sense; a block that begins at SND.UNA contradicts the acknowledgement itself. A
 * duplicate may be about what is acknowledged, as far back as the present recovery (tcp_is_sackblock_valid).
 */
function isValid(tcb: Tcb, left: Seq, right: Seq, dsack: boolean): boolean {
  const { snd } = tcb;
  if (!before(left, right) || after(right, snd.nxt)) return false;
  if (after(left, snd.una)) return true;
  const marker = dsack ? tcb.undo.marker : null;
  if (marker === null || after(right, snd.una)) return false;
  return !before(left, marker) || (after(right, marker) && !before(left, add(right, -snd.maxWnd)));
}

/** This segment has arrived ahead of a gap (tcp_sacktag_one). */
function markSacked(tcb: Tcb, chunk: SendChunk, effect: AckEffect): void {
  const right = rightmostArrived(tcb);
  rackAdvance(tcb, chunk);
  if (chunk.retransmitted) {
    // If it isn't lost, the retransmission is believed to be under way still.
    if (chunk.lost) {
      tcb.loss.retransmittedOut--;
      chunk.retransmitted = false;
    }
  } else if (chunk.transmissions === 1) {
    if (before(chunk.seq, right)) noteLeftmost(effect, chunk.seq);
    if (!after(chunk.endSeq, tcb.loss.recoveryPoint)) effect.originalArrived = true;
    if (effect.firstSackedAt < 0) effect.firstSackedAt = chunk.sentAt;
    effect.lastSackedAt = chunk.sentAt;
  }
  if (chunk.lost) {
    chunk.lost = false;
    tcb.loss.lostOut--;
  }
  chunk.sacked = true;
  tcb.loss.sackedOut++;
  tcb.delivered++;
  effect.sacked = true;
  if (tcb.loss.sackedOut === 1 || after(chunk.endSeq, tcb.loss.rightmost)) tcb.loss.rightmost = chunk.endSeq;
}

/** This segment has arrived behind others that were sent after it; the leftmost of them tells how far the path reorders. */
export function noteLeftmost(effect: AckEffect, seq: Seq): void {
  if (effect.reorderedFrom === null || before(seq, effect.reorderedFrom)) effect.reorderedFrom = seq;
}

/** The right edge of what is known to have arrived (tcp_highest_sack_seq). */
export function rightmostArrived(tcb: Tcb): Seq {
  return tcb.hasLoss && tcb.loss.sackedOut > 0 ? tcb.loss.rightmost : tcb.snd.una;
}

/** RFC 2883 section 4: the first block is about something that had been acknowledged, or lies within the second block. */
function isDsack(blocks: readonly SackBlock[], ack: Seq): boolean {
  const [first, second] = blocks;
  if (before(first.left, ack)) return true;
  return second !== undefined && !after(first.right, second.right) && !before(first.left, second.left);
}

/** Something has arrived twice: one of its transmissions was needless (tcp_dsack_seen). False when that can't be. */
function countDsack(tcb: Tcb, { left, right }: SackBlock, effect: AckEffect): boolean {
  const length = distance(right, left);
  if (length <= 0 || length > tcb.snd.maxWnd) return false;
  const mss = plainMss(tcb);
  const segments = Math.max(Math.ceil(length / mss), 1);
  if (length <= mss && tcb.loss.tailProbe !== null && tcb.loss.tailProbe === right) effect.duplicateOfProbe = true;
  tcb.loss.duplicatesTold += segments;
  if (tcb.loss.duplicatesTold > tcb.loss.totalRetransmits) return false;
  if (tcb.loss.reorderingSeen > 0 && !effect.duplicateOfProbe) tcb.rack.duplicateTold = true;
  effect.duplicateTold = true;
  tcb.delivered += segments;
  if (!after(right, effect.priorUna)) tcb.undo.forgottenArrivedTwice(right, segments);
  return true;
}

/** A segment has arrived `from` there after others behind it: so much disorder is to be expected on this path. */
export function noteReordering(tcb: Tcb, from: Seq): void {
  const right = rightmostArrived(tcb);
  if (!before(from, right)) return;
  const segments = Math.ceil(distance(right, from) / plainMss(tcb));
  if (segments > tcb.reordering) tcb.reordering = Math.min(segments, MAX_REORDERING);
  tcb.loss.reorderingSeen++;
}

/**
 * Without SACK: more duplicates have come than segments could have caused them, so those had been reordered (tcp_check_reno_reordering).
 * `acked`: so many segments have just been acknowledged.
 */
export function checkDuplicates(tcb: Tcb, acked: number): void {
  const { packetsOut, loss } = tcb;
  const most = packetsOut - Math.min(Math.max(loss.lostOut, 1), packetsOut);
  if (loss.sackedOut <= most) return;
  loss.sackedOut = most;
  tcb.reordering = Math.min(packetsOut + acked, MAX_REORDERING);
  loss.reorderingSeen++;
}
