/**
 * When to acknowledge: at once, or a little later, when there may be data to ride on.
 *
 * At once: every second full-sized segment; what arrives ahead of or fills a gap; the first segments of a connection, so that
 * the sender's window opens fast ("quick ACKs"). Otherwise after 40 ms at the latest; a connection on which requests and answers
 * alternate ("ping-pong") always waits, because the answer is near.
 *
 * Source: RFC 9293 section 3.8.6.3, RFC 5681 section 4.2; __tcp_ack_snd_check, tcp_event_data_recv, tcp_send_delayed_ack in Linux.
 */
import { MILLISECOND } from "../../world/clock";
import { sendAck } from "./output";
import { offerableWindow, receiveWindow } from "./receive-window";
import { distance } from "./sequence";
import type { Tcb } from "./tcb";

/** TCP_ATO_MIN. RFC 9293 3.8.6.3, MUST-41: "the delay MUST be less than 0.5 seconds". */
const SHORTEST = 40 * MILLISECOND;
/** Nothing is known of the peer's pace before its first data: the next tick of the kernel's clock. */
const TICK = 4 * MILLISECOND;
const LONGEST = 200 * MILLISECOND;
/** TCP_MAX_QUICKACKS. */
const MAX_QUICK_ACKS = 16;

/** Data has arrived (tcp_event_data_recv). */
export function dataReceived(tcb: Tcb, size: number, push: boolean): void {
  tcb.ackPending = true;
  const { rcv, now } = tcb;
  // The end of a write, probably: once it is read, nothing more will come to acknowledge it with (ICSK_ACK_PUSHED).
  if (size < rcv.mss || (size === rcv.mss && push)) tcb.ackPushed = true;
  if (size >= rcv.mss || (size >= 536 && size > rcv.mss >> 1)) rcv.mss = size;
  if (tcb.ato === 0) {
    // The first segment: the sender is in slow start and needs every acknowledgement.
    enterQuickAcks(tcb);
    tcb.ato = SHORTEST;
  } else {
    const pause = now - tcb.lastReceived;
    if (pause <= SHORTEST / 2) tcb.ato = tcb.ato / 2 + SHORTEST / 2;
    else if (pause < tcb.ato) tcb.ato = Math.min(tcb.ato / 2 + pause, tcb.rtt.rto);
    // Too long a pause: perhaps the sender has fallen back to a small window.
    else if (pause > tcb.rtt.rto) enterQuickAcks(tcb);
  }
  tcb.lastReceived = now;
}

export function enterQuickAcks(tcb: Tcb): void {
  const inWindow = Math.floor(tcb.rcv.wnd / (2 * tcb.rcv.mss));
  tcb.quickAcks = Math.max(tcb.quickAcks, Math.min(Math.max(inWindow, 2), MAX_QUICK_ACKS));
}

/** Decides on the acknowledgement that is due after a segment (tcp_ack_snd_check). */
export function acknowledgeIfDue(tcb: Tcb): void {
  if (!tcb.ackPending) return;
  const { rcv } = tcb;
  const outOfOrder = tcb.reassembler !== null && tcb.reassembler.bytes > 0;
  // RFC 9293 3.8.6.3, SHLD-19: "an ACK SHOULD be generated for at least every second full-sized segment", if the window moves on.
  const two = distance(rcv.nxt, rcv.wup) > rcv.mss && offerableWindow(tcb) >= receiveWindow(tcb);
  if (two || outOfOrder || (tcb.quickAcks > 0 && !tcb.pingPong)) sendAck(tcb);
  else delay(tcb);
}

function delay(tcb: Tcb): void {
  if (tcb.timers.delayedAckPending) return;
  const most = tcb.pingPong ? LONGEST : 500 * MILLISECOND;
  const bound = tcb.rtt.srtt > 0 ? Math.min(Math.max(tcb.rtt.srtt, SHORTEST), most) : most;
  tcb.timers.setDelayedAck(Math.max(Math.min(tcb.ato, bound), TICK));
}

/** Nothing to ride on came along. */
export function delayedAckTimeout(tcb: Tcb): void {
  if (!tcb.ackPending) return;
  if (tcb.pingPong) {
    // The program doesn't answer that fast after all.
    tcb.pingPong = false;
    tcb.ato = SHORTEST;
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
    const all = copied > 0 && tcb.receiveQueue.empty && tcb.ackPushed && !tcb.pingPong;
    if (many || all) {
      sendAck(tcb);
      return;
    }
  }
  if (copied === 0 || tcb.state === "CLOSED") return;
  const window = receiveWindow(tcb);
  if (2 * window > rcv.threshold) return;
  const offered = offerableWindow(tcb);
  if (offered > 0 && offered >= 2 * window) sendAck(tcb);
}

/** A segment with an acknowledgement has left: none is due any more. */
export function ackSent(tcb: Tcb): void {
  if (tcb.ackPending && tcb.quickAcks > 0) {
    tcb.quickAcks--;
    if (tcb.quickAcks === 0) tcb.ato = SHORTEST;
  }
  tcb.ackPending = false;
  tcb.ackPushed = false;
  tcb.timers.stopDelayedAck();
}

/** Data has left soon after data came: the two alternate (tcp_event_data_sent). */
export function dataSent(tcb: Tcb): void {
  tcb.lastSent = tcb.now;
  if (tcb.now - tcb.lastReceived < tcb.ato) tcb.pingPong = true;
}
