/**
 * May this segment be listened to at all? The checks that come before anything else, in every state with a connection.
 *
 * They keep out old duplicates, and strangers who guess: a RST or a SYN must hit the exact number, or else the peer is asked
 * ("challenge ACK") whether it really meant it.
 *
 * Source: RFC 9293 section 3.10.7.4 (first to fourth check), RFC 5961 sections 3 to 5, RFC 7323 section 5 (PAWS);
 * tcp_validate_incoming in net/ipv4/tcp_input.c.
 */
import { MILLISECOND, SECOND } from "../../world/clock";
import { resetByPeer } from "./abort";
import { sendAck } from "./output";
import { receiveWindow } from "./receive-window";
import { RST, type Segment, SYN } from "./segment";
import { add, after, before } from "./sequence";
import type { Tcb } from "./tcb";

/** RFC 7323 5.5: a timestamp older than 24 days means nothing any more. */
const TIMESTAMP_LIFE = 24 * 24 * 3600 * SECOND;

/** False when the segment has been dealt with: dropped, or answered. */
export function acceptable(tcb: Tcb, segment: Segment): boolean {
  if (isOldDuplicate(tcb, segment) && !segment.has(RST)) {
    // RFC 7323 5.3 (R1): "Send an acknowledgement in reply … and drop the segment."
    answerUnacceptable(tcb, segment);
    return false;
  }
  if (!inWindow(tcb, segment)) {
    // "If an incoming segment is not acceptable, an acknowledgment should be sent in reply (unless the RST bit is set …)".
    if (!segment.has(RST)) answerUnacceptable(tcb, segment);
    return false;
  }
  if (segment.has(RST)) {
    // RFC 5961 3.2: only the very next number resets; another one in the window is answered with a challenge.
    if (segment.seq === tcb.rcv.nxt) resetByPeer(tcb);
    else challenge(tcb);
    return false;
  }
  if (segment.has(SYN)) {
    // RFC 5961 4.2: "If the SYN bit is set, irrespective of the sequence number, TCP MUST send an ACK (… challenge ACK)".
    challenge(tcb);
    return false;
  }
  noteTimestamp(tcb, segment);
  return true;
}

/** RFC 9293 3.4: does any of it lie in the receive window? Linux looks at the ends only. */
function inWindow(tcb: Tcb, segment: Segment): boolean {
  const { rcv } = tcb;
  return !before(segment.endSeq, rcv.wup) && !after(segment.seq, add(rcv.nxt, receiveWindow(tcb)));
}

/** RFC 7323 5.3 (R1): "If there is a Timestamps option …, SEG.TSval < TS.Recent, … then treat the arriving segment as not acceptable". */
function isOldDuplicate(tcb: Tcb, segment: Segment): boolean {
  if (!tcb.timestamps || !segment.hasTimestamps) return false;
  return ((segment.tsVal - tcb.tsRecent) | 0) < 0 && tcb.now - tcb.tsRecentAt < TIMESTAMP_LIFE;
}

/** RFC 7323 4.3 (2): the value to echo is that of the segment that the next acknowledgement is about. */
function noteTimestamp(tcb: Tcb, segment: Segment): void {
  if (!segment.hasTimestamps || after(segment.seq, tcb.rcv.wup)) return;
  tcb.tsRecent = segment.tsVal;
  tcb.tsRecentAt = tcb.now;
}

function answerUnacceptable(tcb: Tcb, segment: Segment): void {
  // Data, a probe or a keepalive is always answered; anything else not too often.
  if (segment.has(SYN)) challenge(tcb);
  else sendAck(tcb);
}

/** RFC 5961 section 7: "ACK throttling". */
export function challenge(tcb: Tcb): void {
  if (tcb.now - tcb.challengeAt < tcb.host.sysctl.tcp_invalid_ratelimit * MILLISECOND) return;
  tcb.challengeAt = tcb.now;
  sendAck(tcb);
}
