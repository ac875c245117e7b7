/**
 * May this segment be listened to at all? The checks that come before anything else, in every state with a connection.
 *
 * They keep out old duplicates, and strangers who guess: a RST or a SYN must hit the exact number, or else the peer is asked
 * ("challenge ACK") whether it really meant it.
 *
 * Source: RFC 9293 section 3.10.7.4 (first to fourth check), RFC 5961 sections 3 to 5, RFC 7323 section 5 (PAWS);
 * tcp_validate_incoming in net/ipv4/tcp_input.c.
 */
import { MILLISECOND } from "../../../world/clock";
import { resetByPeer } from "../close/abort";
import { ACK, FIN, RST, type Segment, SYN } from "../segment";
import { sendAck } from "../send/send-segment";
import { add, after, before, type Seq } from "../sequence";
import { peerHasFinished } from "../state";
import type { Tcb } from "../tcb";
import { isOldDuplicate } from "../timestamps";
import { updatesWindow } from "./ack-arrives";
import { challenge } from "./challenge";
import { enterQuickAcks } from "./quick-acks";
import { receiveWindow } from "./receive-window";
import { noteDuplicate } from "./sack-blocks";

/** False when the segment has been dealt with: dropped, or answered. */
export function acceptable(tcb: Tcb, segment: Segment): boolean {
  if (isOldDuplicate(tcb, segment) && !isDisorderedAck(tcb, segment) && !segment.has(RST)) {
    // RFC 7323 5.3 (R1): "Send an acknowledgment in reply … and drop the segment." An old acknowledgement isn't worth it.
    const oldAck = segment.length === 0 && before(segment.seq, tcb.rcv.nxt);
    if (!oldAck || segment.has(SYN)) answerUnacceptable(tcb, segment);
    return false;
  }
  if (!inWindow(tcb, segment)) {
    // "If an incoming segment is not acceptable, an acknowledgment should be sent in reply (unless the RST bit is set …)".
    if (!segment.has(RST)) answerUnacceptable(tcb, segment);
    else if (resetsAfterFin(tcb, segment)) resetByPeer(tcb);
    return false;
  }
  if (segment.has(RST)) {
    // RFC 5961 3.2: only the very next number resets; another one in the window is answered with a challenge.
    if (segment.seq === tcb.rcv.nxt || resetsAfterFin(tcb, segment) || resetsBehindGap(tcb, segment)) resetByPeer(tcb);
    else challenge(tcb);
    return false;
  }
  if (segment.has(SYN) && !completesSimultaneousOpen(tcb, segment)) {
    // RFC 5961 4.2: "If the SYN bit is set, irrespective of the sequence number, TCP MUST send an ACK (… challenge ACK)".
    challenge(tcb);
    return false;
  }
  return true;
}

/** RFC 9293 3.4: does any of it lie in the receive window? Linux looks at the ends only (tcp_sequence). */
function inWindow(tcb: Tcb, segment: Segment): boolean {
  const { rcv } = tcb;
  const edge = add(rcv.nxt, receiveWindow(tcb));
  if (before(segment.endSeq, rcv.wup) || after(segment.seq, edge)) return false;
  // What goes beyond the window is taken only while nothing waits to be read; a FIN may always lie beyond.
  const end = add(segment.endSeq, segment.has(FIN) ? -1 : 0);
  return !after(end, edge) || tcb.allRead;
}

/** The same in RFC 9293's own words, for who has no connection yet or any more (tcp_in_window). */
export function inReceiveWindow({ seq, endSeq }: Segment, next: Seq, window: number): boolean {
  const edge = add(next, window);
  return seq === next || (after(endSeq, next) && before(seq, edge)) || (seq === edge && seq === endSeq);
}

/** Some send their RST with the number of the FIN that they have sent (tcp_reset_check). */
function resetsAfterFin(tcb: Tcb, segment: Segment): boolean {
  return peerHasFinished(tcb.state) && segment.seq === add(tcb.rcv.nxt, -1);
}

/** RFC 5961 3.2 as Linux extends it: behind a gap the peer's next number is that after the rightmost run that has arrived. */
function resetsBehindGap(tcb: Tcb, segment: Segment): boolean {
  if (!tcb.sackPermitted || !tcb.hasGap) return false;
  const rightmost = tcb.runsAhead.reduce((last, { right }) => (after(right, last) ? right : last), tcb.rcv.nxt);
  return segment.seq === rightmost;
}

/** Both sides have sent a SYN, and this is the peer's again, now with an acknowledgement of ours. */
function completesSimultaneousOpen(tcb: Tcb, segment: Segment): boolean {
  const { state, rcv, snd } = tcb;
  if (state !== "SYN_RECV" || !segment.has(ACK) || segment.length !== 1) return false;
  return segment.endSeq === rcv.nxt && segment.ack === snd.nxt;
}

/** An acknowledgement that another one, sent later, has overtaken: harmless, and no reason to answer (tcp_disordered_ack). */
function isDisorderedAck(tcb: Tcb, segment: Segment): boolean {
  const { rcv, snd } = tcb;
  if (segment.length > 0 || !segment.has(ACK) || segment.seq !== rcv.nxt || segment.ack !== snd.una) return false;
  if (updatesWindow(tcb, segment)) return false;
  return ((tcb.tsRecent - segment.tsVal) | 0) <= (1.2 * tcb.rtt.rto) / MILLISECOND;
}

function answerUnacceptable(tcb: Tcb, segment: Segment): void {
  if (segment.has(SYN)) challenge(tcb);
  else if (tcb.answers.allow(segment, tcb.host)) answerDuplicate(tcb, segment);
}

/** Tells where we are; what was wrong with the segment goes along as a duplicate SACK (tcp_send_dupack). */
function answerDuplicate(tcb: Tcb, segment: Segment): void {
  if (before(segment.seq, tcb.rcv.nxt) && segment.length > 0) {
    enterQuickAcks(tcb);
    noteDuplicate(tcb, segment.seq, after(segment.endSeq, tcb.rcv.nxt) ? tcb.rcv.nxt : segment.endSeq);
  }
  sendAck(tcb);
}
