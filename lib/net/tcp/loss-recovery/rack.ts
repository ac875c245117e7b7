/**
 * RACK: what was sent so long before something that has arrived is lost.
 *
 * Not counts but time decides: a segment is lost when one that was sent later has arrived, and the round-trip time of that one has
 * gone by since, with some patience for the network having reordered the two. That works for retransmissions as for
 * first transmissions. Without signs of reordering there is no patience once three segments have arrived out of order, which is what "three
 * duplicate acknowledgements" of RFC 5681 were.
 *
 * Source: RFC 8985 section 6; net/ipv4/tcp_recovery.c.
 */
import { MICROSECOND, MILLISECOND, type Nanoseconds } from "../../../world/clock";
import type { AckEffect } from "../receive/ack-effect";
import type { SendChunk } from "../send/send-chunk";
import { after, type Seq, toSeq } from "../sequence";
import type { Tcb } from "../tcb";
import { markLost } from "./mark-lost";

/** How long the patience lasts that duplicate SACKs have taught, in recoveries (TCP_RACK_RECOVERY_THRESH). */
export const PATIENT_RECOVERIES = 16;
/** TCP_TIMEOUT_MIN_US. */
const SHORTEST_WAIT = 2 * MILLISECOND;

/** RACK.* of RFC 8985 section 5. */
export class Rack {
  /** The segment sent last among those that have arrived: when, where it ends, and its round-trip time. */
  sentAt: Nanoseconds = 0;
  endSeq: Seq = toSeq(0);
  rtt: Nanoseconds = 0;
  /** Something has arrived since the queue was looked through last. */
  advanced = false;
  /** The reordering window is so many quarters of the shortest round trip; grows with duplicate SACKs. */
  windowSteps = 1;
  persist = 0;
  duplicateTold = false;
  private lastAdjusted = 0;

  /** RFC 8985 6.2 step 4: after a round with duplicate SACKs, be more patient (tcp_rack_update_reo_wnd). */
  adjustWindow(tcb: Tcb, effect: AckEffect): void {
    if (effect.priorDelivered === 0) return;
    if (effect.priorDelivered < this.lastAdjusted) this.duplicateTold = false;
    if (this.duplicateTold) {
      this.windowSteps = Math.min(this.windowSteps + 1, 255);
      this.duplicateTold = false;
      this.lastAdjusted = tcb.delivered;
      this.persist = PATIENT_RECOVERIES;
    } else if (this.persist === 0) {
      this.windowSteps = 1;
    }
  }
}

/** 6.2 step 2: this segment has arrived (tcp_rack_advance). */
export function rackAdvance(tcb: Tcb, chunk: SendChunk): void {
  const { rack } = tcb;
  const rtt = tcb.now - chunk.sentAt;
  // It may have been an earlier transmission that arrived. Linux counts microseconds here.
  if (chunk.transmissions > 1 && (tcb.minRtt === 0 || rtt + MICROSECOND <= tcb.minRtt)) return;
  rack.advanced = true;
  rack.rtt = rtt;
  if (!sentAfter(chunk.sentAt, chunk.endSeq, rack.sentAt, rack.endSeq)) return;
  rack.sentAt = chunk.sentAt;
  rack.endSeq = chunk.endSeq;
}

/** Was the one sent after the other? Of two that were sent at once, the one behind (tcp_skb_sent_after). */
function sentAfter(at: Nanoseconds, endSeq: Seq, otherAt: Nanoseconds, otherEnd: Seq): boolean {
  return at > otherAt || (at === otherAt && after(endSeq, otherEnd));
}

/** How much patience the path deserves; none once it shows that it lost something, unless it is known to reorder (tcp_rack_reo_wnd). */
function reorderingWindow(tcb: Tcb): Nanoseconds {
  if (tcb.loss.reorderingSeen === 0) {
    if (tcb.recovery === "Recovery" || tcb.recovery === "Loss") return 0;
    if (tcb.loss.sackedOut >= tcb.reordering) return 0;
  }
  return Math.min((tcb.minRtt / 4) * tcb.rack.windowSteps, tcb.rtt.srtt);
}

/** How much longer this segment may take before it counts as lost. */
export function patience(tcb: Tcb, chunk: SendChunk, window: Nanoseconds): Nanoseconds {
  return tcb.rack.rtt + window - (tcb.now - chunk.sentAt);
}

/** 6.2 step 5: marks what is lost; returns how long until the next segment would be, 0 when none would. */
export function detectLoss(tcb: Tcb): Nanoseconds {
  const { rack, sendQueue } = tcb;
  const window = reorderingWindow(tcb);
  let wait = 0;
  for (let i = 0; ; i++) {
    const chunk = sendQueue.unacknowledged(i);
    if (chunk === undefined) return wait;
    if (chunk.sacked || (chunk.lost && !chunk.retransmitted)) continue;
    if (!sentAfter(rack.sentAt, rack.endSeq, chunk.sentAt, chunk.endSeq)) continue;
    const remaining = patience(tcb, chunk, window);
    if (remaining <= 0) markLost(tcb, chunk);
    else wait = Math.max(wait, remaining);
  }
}

/** After an acknowledgement (tcp_rack_mark_lost). Returns whether the timer waits for reordered segments now. */
export function rackMarkLost(tcb: Tcb): boolean {
  if (!tcb.rack.advanced) return false;
  tcb.rack.advanced = false;
  const wait = detectLoss(tcb);
  if (wait === 0) return false;
  tcb.timers.set("reordering", wait + SHORTEST_WAIT);
  return true;
}
