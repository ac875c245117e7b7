/**
 * An acknowledgement arrives: what it covers leaves the send queue, and what it tells moves the windows.
 *
 * Source: RFC 9293 section 3.10.7.4 (fifth check, the ACK field), RFC 5961 section 5, RFC 6298, RFC 5681; tcp_ack and
 * tcp_clean_rtx_queue in net/ipv4/tcp_input.c.
 */
import { MILLISECOND } from "../../world/clock";
import { challenge, noteTimestamp } from "./acceptability";
import { timestampNow } from "./output";
import { probeAnswered } from "./probe";
import { countDuplicate, forget, markSacked, updateRecovery } from "./recovery";
import type { Segment } from "./segment";
import { add, after, before, distance, type Seq } from "./sequence";
import type { Tcb } from "./tcb";

/** False when the segment is to be dropped. */
export function ackArrives(tcb: Tcb, segment: Segment): boolean {
  const { snd } = tcb;
  const { ack } = segment;
  if (before(ack, snd.una)) {
    // RFC 5961 5.2: older than the largest window ever offered can't be an honest duplicate.
    if (before(ack, add(snd.una, -Math.min(snd.maxWnd, bytesAcknowledged(tcb))))) {
      challenge(tcb);
      return false;
    }
    if (tcb.sackPermitted && segment.sack.length > 0) updateRecovery(tcb, 0, markSacked(tcb, segment.sack));
    return true;
  }
  // "If the ACK acks something not yet sent (SEG.ACK > SND.NXT), then send an ACK, drop the segment".
  if (after(ack, snd.nxt)) {
    challenge(tcb);
    return false;
  }
  noteTimestamp(tcb, segment);
  tcb.softError = null;
  tcb.probes = 0;
  tcb.keepProbes = 0;
  tcb.lastHeard = tcb.now;
  const waited = tcb.packetsOut > 0;
  const windowMoved = updateWindow(tcb, segment);
  const sacked = tcb.sackPermitted && segment.sack.length > 0 ? markSacked(tcb, segment.sack) : 0;
  if (!waited) {
    tcb.retransmitSince = null;
    probeAnswered(tcb);
    return true;
  }
  const acknowledged = ack === snd.una ? 0 : takeAcknowledged(tcb, ack, segment);
  // RFC 5681 section 2, "duplicate acknowledgment": no data, the same ACK, the same window, something outstanding.
  if (acknowledged === 0 && !tcb.sackPermitted && segment.length === 0 && !windowMoved && ack === snd.una)
    countDuplicate(tcb);
  updateRecovery(tcb, acknowledged, sacked);
  if (acknowledged > 0 && tcb.windowLimited && tcb.recovery !== "Recovery")
    tcb.congestion.acknowledged(tcb.window, acknowledged, tcb.now, tcb.rtt.srtt);
  return true;
}

/** "If SND.WL1 < SEG.SEQ or (SND.WL1 = SEG.SEQ and SND.WL2 =< SEG.ACK), set SND.WND <- SEG.WND": not from an older segment. */
function updateWindow(tcb: Tcb, segment: Segment): boolean {
  const { snd } = tcb;
  const window = segment.window << snd.scale;
  if (!updatesWindow(tcb, segment)) return false;
  snd.wl1 = segment.seq;
  if (window === snd.wnd) return false;
  snd.wnd = window;
  if (window > snd.maxWnd) snd.maxWnd = window;
  return true;
}

/** Is its window newer than the one that is known (tcp_may_update_window)? */
export function updatesWindow({ snd }: Tcb, segment: Segment): boolean {
  const window = segment.window << snd.scale;
  if (after(segment.ack, snd.una) || after(segment.seq, snd.wl1)) return true;
  return segment.seq === snd.wl1 && (window > snd.wnd || window === 0);
}

/** How many bytes the peer has acknowledged in all; a long connection counts no further than the sequence numbers do. */
function bytesAcknowledged({ snd }: Tcb): number {
  return distance(snd.una, snd.iss) >>> 0;
}

/** SND.UNA moves to `ack`. Returns how many pieces that covers. */
function takeAcknowledged(tcb: Tcb, ack: Seq, segment: Segment): number {
  const { snd, sendQueue } = tcb;
  let count = 0;
  let sentAt = -1;
  let doubtful = false;
  for (;;) {
    const chunk = sendQueue.takeAcknowledged(ack);
    if (chunk === null) break;
    forget(tcb, chunk);
    count++;
    // Karn's algorithm (RFC 6298 section 3): "RTT samples MUST NOT be made using segments that were retransmitted".
    if (chunk.transmissions > 1) doubtful = true;
    else sentAt = chunk.sentAt;
  }
  snd.una = ack;
  if (!doubtful && sentAt >= 0) tcb.measured(tcb.now - sentAt);
  else if (tcb.timestamps && segment.hasTimestamps && segment.tsEcr !== 0)
    // RFC 7323 4.1: an echo says which of the transmissions is acknowledged.
    tcb.measured(Math.max((timestampNow(tcb) - segment.tsEcr) | 0, 1) * MILLISECOND);
  else tcb.rtt.progressed();
  tcb.retransmits = 0;
  tcb.retransmitSince = null;
  if (tcb.recovery === "Open" || tcb.recovery === "Disorder") tcb.duplicateAcks = 0;
  // RFC 6298 (5.2) "When all outstanding data has been acknowledged, turn off the retransmission timer", (5.3) else restart it.
  if (tcb.packetsOut === 0) tcb.timers.stopRetransmit();
  else tcb.timers.setRetransmit(tcb.rtt.rto);
  return Math.max(count, 1);
}
