/**
 * An acknowledgement arrives: what it covers leaves the send queue, and what it tells moves the windows.
 *
 * Source: RFC 9293 section 3.10.7.4 (fifth check, the ACK field), RFC 5961 section 5, RFC 6298, RFC 5681; tcp_ack and
 * tcp_clean_rtx_queue in net/ipv4/tcp_input.c.
 */
import type { Nanoseconds } from "../../../world/clock";
import { tickOf } from "../../tick";
import { INITIAL_WINDOW } from "../congestion/congestion-control";
import { windowLimited } from "../congestion/congestion-window";
import { reduceWindow, reducing } from "../congestion/window-reduction";
import { BUSY } from "../info/chronograph";
import { rackAdvance } from "../loss-recovery/rack";
import { type Resend, recover } from "../loss-recovery/recovery";
import { retransmitLost } from "../loss-recovery/retransmit-lost";
import {
  checkDuplicates,
  noteLeftmost,
  noteReordering,
  readBlocks,
  rightmostArrived,
} from "../loss-recovery/scoreboard";
import { scheduleTailProbe, tailProbeAnswered } from "../loss-recovery/tail-loss-probe";
import { ACK, PSH, type Segment } from "../segment";
import { push } from "../send/output";
import type { SendChunk } from "../send/send-chunk";
import { add, after, before, distance } from "../sequence";
import type { Tcb } from "../tcb";
import { probeAnswered } from "../timers/probe";
import { echoes, noteTimestamp, roundTripOfEcho } from "../timestamps";
import { urgentAcknowledged } from "../urgent";
import { AckEffect } from "./ack-effect";
import { challenge } from "./challenge";

/** What the acknowledgement that is being read has brought; filled anew for each, so that nothing is made for a segment. */
const effect = new AckEffect();

/**
 * Most segments of a stream that flows one way: the next data, and nothing new about what we have sent. Such a one isn't looked at as an
 * acknowledgement at all, so it doesn't put off a probe of the peer's window either (header prediction in tcp_rcv_established).
 */
function isPredicted(tcb: Tcb, segment: Segment): boolean {
  const { snd, rcv } = tcb;
  if (segment.size === 0 || segment.seq !== rcv.nxt || segment.ack !== snd.una) return false;
  if ((segment.flags & ~PSH) !== ACK || segment.window << snd.scale !== snd.wnd || segment.sack.length > 0)
    return false;
  return tcb.state === "ESTABLISHED" && !tcb.hasGap;
}

/** Takes in what the segment acknowledges (tcp_ack). False when the segment is to be dropped. */
export function ackArrives(tcb: Tcb, segment: Segment): boolean {
  const { snd } = tcb;
  if (isPredicted(tcb, segment)) {
    noteTimestamp(tcb, segment);
    snd.wl1 = segment.seq;
    return true;
  }
  effect.begin(tcb, segment, rightmostArrived(tcb));
  if (before(segment.ack, snd.una)) return olderAckArrives(tcb, segment);
  // "If the ACK acks something not yet sent (SEG.ACK > SND.NXT), then send an ACK, drop the segment".
  if (after(segment.ack, snd.nxt)) {
    challenge(tcb);
    return false;
  }
  const { packetsOut } = tcb;
  noteWhatItTells(tcb, segment);
  if (packetsOut > 0) {
    drawConclusions(tcb, segment);
    tcb.forgetSendQueue();
    return true;
  }
  if (effect.duplicateTold) recover(tcb, segment, effect);
  probeAnswered(tcb);
  tailProbeAnswered(tcb, segment.ack, effect);
  return true;
}

/** SND.UNA and the peer's window move, and what SACK tells is noted. The peer is there: nothing is asked of it again for now. */
function noteWhatItTells(tcb: Tcb, segment: Segment): void {
  const { snd } = tcb;
  const { ack } = segment;
  noteTimestamp(tcb, segment);
  effect.advanced = after(ack, snd.una);
  if (effect.advanced) tcb.retransmits = 0;
  updateWindow(tcb, segment);
  snd.una = ack;
  if (tcb.hasUrgent) urgentAcknowledged(tcb);
  if (tcb.sackPermitted && segment.sack.length > 0) readBlocks(tcb, segment.sack, effect, ack);
  tcb.owner.softError = null;
  tcb.probes = 0;
  tcb.keepProbes = 0;
  tcb.lastHeard = tickOf(tcb.now);
}

/** Another one has overtaken it. What it tells by SACK may be news nevertheless. */
function olderAckArrives(tcb: Tcb, segment: Segment): boolean {
  const { snd } = tcb;
  // RFC 5961 5.2: older than the largest window ever offered can't be an honest duplicate.
  if (before(segment.ack, add(snd.una, -Math.min(snd.maxWnd, bytesAcknowledged(tcb))))) {
    challenge(tcb);
    return false;
  }
  if (tcb.sackPermitted && segment.sack.length > 0) {
    readBlocks(tcb, segment.sack, effect, segment.ack);
    // Only what is newer counts as a delivery (tcp_clean_rtx_queue, which older ones don't come to).
    tcb.delivered = effect.priorDelivered;
    resend(tcb, recover(tcb, segment, effect));
  }
  return true;
}

/** Something was under way: what has arrived of it, what is lost, how much more may leave, and when the timer fires. */
function drawConclusions(tcb: Tcb, segment: Segment): void {
  const opens = effect.advanced && tcb.hasLoss && tcb.loss.synUnderWay;
  takeAcknowledged(tcb, segment);
  if (tcb.hasRack) tcb.rack.adjustWindow(tcb, effect);
  effect.reneged = effect.advanced && tcb.sendQueue.firstUnacknowledged()?.sacked === true;
  tailProbeAnswered(tcb, segment.ack, effect);
  const lost = isOrdinary(tcb) ? "nothing" : recover(tcb, segment, effect);
  if (effect.restartTimer && !scheduleTailProbe(tcb, tcb.rtt.rto)) tcb.timers.rearm();
  controlCongestion(tcb);
  resend(tcb, lost);
  if (opens) {
    tcb.loss.synUnderWay = false;
    tcb.timers.rearm();
  }
}

/** Nothing was lost before, and nothing in this acknowledgement tells of a loss: no detective work (tcp_ack_is_dubious). */
function isOrdinary(tcb: Tcb): boolean {
  const { reneged, congestionTold, sacked, duplicateTold, news } = effect;
  return news && !reneged && !congestionTold && !sacked && !duplicateTold && tcb.recovery === "Open";
}

/** The congestion window moves: down in recovery, and else up, if something new was acknowledged and it was what held us back. */
function controlCongestion(tcb: Tcb): void {
  const delivered = tcb.delivered - effect.priorDelivered;
  if (reducing(tcb)) {
    reduceWindow(tcb, delivered, effect.advanced && tcb.loss.losses === effect.priorLosses);
    return;
  }
  // Where segments are reordered a good deal, what SACK tells of counts as well.
  const reordered = tcb.reordering > tcb.host.sysctl.tcp_reordering && effect.sacked;
  if ((effect.acked > 0 || reordered) && windowLimited(tcb))
    tcb.congestion.acknowledged(tcb.congestionWindow, delivered, tcb.now, tcb.rtt.srtt);
}

function resend(tcb: Tcb, what: Resend): void {
  if (what === "nothing") return;
  if (what === "new") {
    push(tcb, "now");
    if (after(tcb.snd.nxt, tcb.loss.recoveryPoint)) return;
    tcb.loss.frto = false;
  }
  retransmitLost(tcb);
}

/** "If SND.WL1 < SEG.SEQ or (SND.WL1 = SEG.SEQ and SND.WL2 =< SEG.ACK), set SND.WND <- SEG.WND": not from an older segment. */
function updateWindow(tcb: Tcb, segment: Segment): void {
  const { snd } = tcb;
  const window = segment.window << snd.scale;
  if (!updatesWindow(tcb, segment)) return;
  effect.windowUpdate = true;
  snd.wl1 = segment.seq;
  snd.wnd = window;
  if (window > snd.maxWnd) snd.maxWnd = window;
}

/** Is its window newer than the one that is known (tcp_may_update_window)? */
export function updatesWindow({ snd }: Tcb, segment: Segment): boolean {
  const window = segment.window << snd.scale;
  if (after(segment.ack, snd.una) || after(segment.seq, snd.wl1)) return true;
  return segment.seq === snd.wl1 && (window > snd.wnd || window === 0);
}

/** How many bytes the peer has acknowledged in all; a long connection counts no further than the sequence numbers do. */
export function bytesAcknowledged({ snd }: Tcb): number {
  return distance(snd.una, snd.countedFrom) >>> 0;
}

/** What is covered by SND.UNA leaves the queue (tcp_clean_rtx_queue). */
function takeAcknowledged(tcb: Tcb, segment: Segment): void {
  const { snd, sendQueue } = tcb;
  for (;;) {
    const chunk = sendQueue.takeAcknowledged(snd.una);
    if (chunk === null) break;
    countAcknowledged(tcb, chunk);
  }
  if (sendQueue.empty) tcb.stopTiming(BUSY);
  const measured = measureRoundTrip(tcb, segment);
  if (effect.acked > 0) {
    effect.restartTimer = true;
    if (!tcb.sackPermitted) countWithoutSack(tcb);
    // A hole was filled by what was sent only once: that had been reordered.
    else if (effect.reorderedFrom !== null && before(effect.reorderedFrom, effect.priorRight))
      noteReordering(tcb, effect.reorderedFrom);
    return;
  }
  // What has arrived was sent before the oldest piece was: only then that one's time begins anew. Else each SACK would put the timeout off.
  const first = sendQueue.firstUnacknowledged();
  if (measured && first !== undefined && effect.firstSackedAt >= 0 && effect.firstSackedAt < first.sentAt)
    effect.restartTimer = true;
}

/** This chunk is acknowledged and has left the queue: what its going tells. */
function countAcknowledged(tcb: Tcb, chunk: SendChunk): void {
  effect.acked += chunk.segments;
  if (chunk.transmissions > 1) {
    effect.retransmittedAcked = true;
  } else if (!chunk.sacked) {
    if (effect.firstAckedAt < 0) effect.firstAckedAt = chunk.sentAt;
    effect.lastAckedAt = chunk.sentAt;
    // One that is acknowledged in two steps looks reordered: the first has moved SND.UNA beyond where it begins.
    noteLeftmost(effect, add(chunk.seq, -chunk.acknowledged));
    if (tcb.hasLoss && !after(chunk.endSeq, tcb.loss.recoveryPoint)) effect.originalArrived = true;
  }
  if (chunk.retransmitted) tcb.loss.retransmittedOut--;
  if (chunk.lost) tcb.loss.lostOut--;
  if (chunk.sacked) {
    tcb.loss.sackedOut--;
  } else if (tcb.sackPermitted) {
    tcb.delivered += chunk.segments;
    // While nothing is left that could be lost, there is nothing to remember yet.
    if (tcb.hasRack || !tcb.sendQueue.empty) rackAdvance(tcb, chunk);
  }
}

/** Returns whether there was one to be measured (tcp_ack_update_rtt). */
function measureRoundTrip(tcb: Tcb, segment: Segment): boolean {
  // Karn's algorithm (RFC 6298 section 3): "RTT samples MUST NOT be made using segments that were retransmitted".
  let sentAt = effect.retransmittedAcked ? -1 : effect.firstAckedAt;
  if (sentAt < 0) sentAt = effect.firstSackedAt;
  if (sentAt >= 0) {
    const latest = effect.lastSackedAt >= 0 ? effect.lastSackedAt : effect.lastAckedAt;
    tcb.measured(tcb.now - sentAt, tcb.now - latest);
    tellCongestionControl(tcb, tcb.now - latest);
    return true;
  }
  // RFC 7323 4.1: an echo says which of the transmissions is acknowledged.
  if (effect.acked === 0 || !echoes(tcb, segment)) return false;
  const rtt = roundTripOfEcho(tcb, segment);
  tcb.measured(rtt, rtt);
  return true;
}

/** In slow start, round trips that take longer tell that the path is full. */
function tellCongestionControl(tcb: Tcb, rtt: Nanoseconds): void {
  if (!tcb.hasWindowUse) return;
  const { congestionWindow: window, windowUse: use, snd } = tcb;
  if (!window.slowStart) return;
  if (use.round === 0 || after(snd.una, use.roundEnd)) {
    use.roundEnd = snd.nxt;
    use.round++;
  }
  if (window.cwnd <= INITIAL_WINDOW) return;
  tcb.congestion.measured?.(window, rtt, tcb.minRtt, use.round, tcb.now);
}

/** Without SACK: one of the acknowledged pieces filled the hole, the others had been counted as duplicates (tcp_remove_reno_sacks). */
function countWithoutSack(tcb: Tcb): void {
  const { acked } = effect;
  tcb.delivered += Math.max(acked - tcb.loss.sackedOut, 1);
  tcb.loss.sackedOut = Math.max(tcb.loss.sackedOut - (acked - 1), 0);
  checkDuplicates(tcb, acked);
  if (effect.retransmittedAcked) effect.originalArrived = false;
}
