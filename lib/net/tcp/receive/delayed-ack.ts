/**
 * When to acknowledge: at once, or a little later, when there may be data to ride on.
 *
 * At once: every second full-sized segment; what arrives ahead of or fills a gap; the first segments of a connection, so that
 * the sender's window opens fast ("quick ACKs"). Otherwise after 40 ms at the latest; a connection on which requests and answers
 * alternate ("ping-pong") always waits, because the answer is near.
 *
 * Source: RFC 9293 section 3.8.6.3, RFC 5681 section 4.2; __tcp_ack_snd_check, tcp_event_data_recv, tcp_send_delayed_ack in Linux.
 */
import { MILLISECOND } from "../../../world/clock";
import { RCV_SHUTDOWN } from "../../socket/sock";
import { inTicks, TICK, tickOf } from "../../tick";
import { PSH, type Segment } from "../segment";
import { advertisedMss, DEFAULT_MSS, MIN_MSS } from "../send/mss";
import { sendAck } from "../send/send-segment";
import { distance } from "../sequence";
import type { Tcb } from "../tcb";
import { enterQuickAcks, moreQuickAcks, SHORTEST_DELAY } from "./quick-acks";
import { learnPayloadShare, offerableWindow, receiveWindow } from "./receive-window";

/** A tick of the kernel's clock before the retransmission timer of a peer that is like us would fire (tcp_delack_max). */
const LONGEST = 196 * MILLISECOND;
/**
 * As long as the estimate may grow, where the program answers or a write has ended, and elsewhere (tcp_send_delayed_ack:
 * TCP_DELACK_MAX, HZ / 2).
 */
const LONGEST_INTERACTIVE = 200 * MILLISECOND;
const LONGEST_OTHER = 500 * MILLISECOND;

/** Data has arrived, and is what was expected next (tcp_event_data_recv). */
export function dataReceived(tcb: Tcb, segment: Segment): void {
  tcb.ackPending = true;
  measureSegment(tcb, segment);
  tcb.tuning.dataArrived(tcb);
  const tick = tickOf(tcb.now);
  if (tcb.ato === 0) {
    // The first segment: the sender is in slow start and needs every acknowledgement.
    moreQuickAcks(tcb);
    tcb.ato = SHORTEST_DELAY;
  } else {
    const pause = (tick - tcb.lastReceived) * TICK;
    const half = tickOf(tcb.ato / 2) * TICK;
    if (pause <= SHORTEST_DELAY / 2) tcb.ato = half + SHORTEST_DELAY / 2;
    else if (pause < tcb.ato) tcb.ato = Math.min(half + pause, inTicks(tcb.rtt.rto));
    // Too long a pause: perhaps the sender has fallen back to a small window.
    else if (pause > inTicks(tcb.rtt.rto)) moreQuickAcks(tcb);
  }
  tcb.lastReceived = tick;
}

/** What is a full segment of this peer's, and does this one look like the end of a write (tcp_measure_rcv_mss)? */
export function measureSegment(tcb: Tcb, segment: Segment): void {
  const { rcv } = tcb;
  const size = segment.segmentSize || segment.size;
  const push = segment.has(PSH);
  if (size >= rcv.mss) {
    if (size !== rcv.mss) learnPayloadShare(tcb, segment);
    rcv.mss = Math.min(size, advertisedMss(tcb));
    if (size === rcv.mss && push) tcb.ackPushed++;
    return;
  }
  // A smaller size that comes twice in a row is the full one: the path, or the peer's mind, has changed.
  if (size >= DEFAULT_MSS || (size >= MIN_MSS && !push)) {
    const again = size === rcv.lastSize;
    rcv.lastSize = size;
    if (again) {
      rcv.mss = size;
      return;
    }
  }
  tcb.ackPushed++;
}

/** The end of the handshake waits for data to ride on, as long as any acknowledgement may (tcp_rcv_synsent_state_process). */
export function acknowledgeWithData(tcb: Tcb): void {
  tcb.ackPending = true;
  enterQuickAcks(tcb);
  tcb.timers.setDelayedAck(LONGEST);
}

/** Decides on the acknowledgement that is due after a segment (tcp_ack_snd_check). */
export function acknowledgeIfDue(tcb: Tcb): void {
  if (!tcb.ackPending) return;
  const { rcv } = tcb;
  // RFC 9293 3.8.6.3, SHLD-19: "an ACK SHOULD be generated for at least every second full-sized segment", if the window moves on.
  const many = distance(rcv.nxt, rcv.wup) > rcv.mss;
  const two = many && (tcb.receiveQueue.bytes < tcb.options.lowWater || offerableWindow(tcb) >= rcv.wnd);
  const quick = tcb.quickAcks > 0 && !tcb.pingPong;
  // RFC 5681 4.2: "Out-of-order data segments SHOULD be acknowledged immediately, in order to accelerate loss recovery".
  const outOfOrder = tcb.hasGap || rcv.fin !== null;
  if (two || quick || tcb.ackNow) sendAck(tcb);
  else if (outOfOrder) compress(tcb);
  else delay(tcb);
}

/** At once, or with others that come soon (sack-compression.ts). While there is a gap, nothing else waits. */
function compress(tcb: Tcb): void {
  const wait = tcb.sackPermitted ? tcb.compression.waits(tcb) : 0;
  if (wait === 0) {
    sendAck(tcb);
    return;
  }
  tcb.compression.held++;
  if (!tcb.timers.delayedAckPending) tcb.timers.setCompressedAck(wait);
}

/** Later, as the peer's pace allows (tcp_send_delayed_ack). */
function delay(tcb: Tcb): void {
  let { ato } = tcb;
  if (ato > SHORTEST_DELAY) {
    const most = tcb.pingPong || tcb.ackPushed > 0 ? LONGEST_INTERACTIVE : LONGEST_OTHER;
    const { srtt } = tcb.rtt;
    ato = Math.min(ato, srtt > 0 ? Math.min(Math.max(srtt, SHORTEST_DELAY), most) : most);
  }
  // Before the first data nothing is known of the peer's pace.
  ato = Math.max(Math.min(ato, LONGEST), TICK);
  const { delayedAckIn } = tcb.timers;
  // In whole ticks, as all of this is counted: a quarter of 40 ms are 8.
  if (delayedAckIn <= Math.floor(ato / (4 * TICK)) * TICK) sendAck(tcb);
  else if (ato < delayedAckIn) tcb.timers.setDelayedAck(ato);
}

/** Nothing to ride on came along. */
export function delayedAckTimeout(tcb: Tcb): void {
  if (!tcb.ackPending) return;
  if (tcb.hasCompression && tcb.compression.held > 0) {
    sendAck(tcb);
    return;
  }
  if (tcb.pingPong) {
    // The program doesn't answer that fast after all.
    tcb.pingPong = false;
    tcb.ato = SHORTEST_DELAY;
  } else {
    tcb.ato = Math.min(tcb.ato * 2, tcb.rtt.rto);
  }
  sendAck(tcb);
}

/** The program has read: a window that has opened a good deal is worth a segment of its own (tcp_cleanup_rbuf). */
export function acknowledgeAfterRead(tcb: Tcb, copied: number): void {
  const { rcv } = tcb;
  if (tcb.ackPending) {
    const many = distance(rcv.nxt, rcv.wup) > rcv.mss;
    const ended = tcb.ackPushed > 1 || (tcb.ackPushed === 1 && !tcb.pingPong);
    if (many || (copied > 0 && tcb.allRead && ended)) {
      sendAck(tcb);
      return;
    }
  }
  if (copied === 0 || (tcb.owner.shutdownMask & RCV_SHUTDOWN) !== 0 || tcb.state === "CLOSED") return;
  const window = receiveWindow(tcb);
  if (2 * window > rcv.clamp) return;
  const offered = offerableWindow(tcb);
  if (offered > 0 && offered >= 2 * window) sendAck(tcb);
}
