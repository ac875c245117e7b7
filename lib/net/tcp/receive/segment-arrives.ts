/**
 * A segment arrives for a connection: the checks of RFC 9293, in its order, one file each.
 *
 * 1. Is it acceptable: sequence number, RST, SYN?      acceptability.ts, timestamps.ts, challenge.ts
 * 2. What does it acknowledge?                         ack-arrives.ts, loss-recovery/recovery.ts
 * 3. What does it bring?                               urgent.ts, data-arrives.ts, stream-reassembler.ts
 * 4. Is the peer done?                                 close/close.ts
 * 5. What may we send now, and must we acknowledge?    send/output.ts, delayed-ack.ts, quick-acks.ts
 *
 * Runs in a soft interrupt or on behalf of a call: it can wake others, and never sleeps.
 *
 * Source: RFC 9293 section 3.10.7.4; tcp_rcv_established and tcp_rcv_state_process in net/ipv4/tcp_input.c.
 */

import { ECONNRESET, EPIPE } from "../../../sys/errno";
import { SECOND } from "../../../world/clock";
import { RCV_SHUTDOWN, SEND_SHUTDOWN } from "../../socket/sock";
import { TICK } from "../../tick";
import { fail, finish } from "../close/abort";
import { ourFinAcknowledged, sendFin } from "../close/close";
import { resetFor } from "../close/refuse";
import { senderHasReduced } from "../congestion/ecn";
import { SEND_BUFFER } from "../info/chronograph";
import { arrivesInSynSent } from "../open/active-open";
import { established, measureHandshake } from "../open/established";
import { ACK, RST, type Segment, SYN, URG } from "../segment";
import { push } from "../send/output";
import { expandIfTooSmall } from "../send/send-buffer";
import { add, after, before } from "../sequence";
import { hasRoom } from "../socket/wake-up-rule";
import { mayReceive, peerHasFinished } from "../state";
import type { Tcb } from "../tcb";
import { urgentArrives } from "../urgent";
import { acceptable } from "./acceptability";
import { ackArrives } from "./ack-arrives";
import { dataArrives } from "./data-arrives";
import { acknowledgeIfDue } from "./delayed-ack";

/** So long without data counts as never. */
const LONG_AGO = (60 * SECOND) / TICK;

/** Does what RFC 9293 says of this segment in this connection's state, and sends what may be sent because of it. */
export function segmentArrives(tcb: Tcb, segment: Segment): void {
  if (tcb.state === "CLOSED") {
    resetFor(tcb.host, segment);
    return;
  }
  if (tcb.state === "SYN_SENT") {
    arrivesInSynSent(tcb, segment);
    return;
  }
  // Linux doesn't look at such a one at all; RFC 9293 drops it after the checks of its number: "if the ACK bit is off, drop the segment".
  if ((segment.flags & (ACK | RST | SYN)) === 0) return;
  if (tcb.state === "SYN_RECV") {
    if (!arrivesInSynReceived(tcb, segment)) return;
  } else if (!acceptable(tcb, segment)) {
    return;
  }
  if (!ackArrives(tcb, segment)) return;
  if (tcb.ecn !== null) senderHasReduced(tcb, tcb.ecn, segment);
  if (segment.has(URG) || tcb.hasUrgent) urgentArrives(tcb, segment);
  if (dataAfterClose(tcb, segment)) return;
  if (tcb.closing && tcb.sendQueue.empty) ourFinAcknowledged(tcb, segment);
  // After the peer's FIN only what has been here before is worth an answer.
  if (mayReceive(tcb.state) || (peerHasFinished(tcb.state) && before(segment.seq, tcb.rcv.nxt)))
    dataArrives(tcb, segment);
  if (isOver(tcb)) return;
  push(tcb);
  acknowledgeIfDue(tcb);
  roomFreed(tcb);
}

/** The states that the steps before may have led to. */
function isOver(tcb: Tcb): boolean {
  return tcb.state === "CLOSED" || tcb.state === "TIME_WAIT";
}

/** After a simultaneous open: "If SND.UNA < SEG.ACK =< SND.NXT, then enter ESTABLISHED state". False when it's dealt with. */
function arrivesInSynReceived(tcb: Tcb, segment: Segment): boolean {
  const { snd } = tcb;
  if (!acceptable(tcb, segment) || !segment.has(ACK)) return false;
  if (!after(segment.ack, snd.una) || after(segment.ack, snd.nxt)) {
    resetFor(tcb.host, segment);
    return false;
  }
  measureHandshake(tcb, segment, tcb.retransmits === 0 ? tcb.lastSent : null);
  snd.una = add(snd.iss, 1);
  established(tcb, segment);
  // The SYN counts as arrived twice: tcp_rcv_state_process expects a request's, which tcp_ack hasn't seen.
  tcb.delivered++;
  // Unlike connect's and accept's handshakes, this one doesn't count as having received something lately (lrcvtime stays zero).
  tcb.lastReceived -= LONG_AGO;
  tcb.owner.wakeAll();
  // shutdown(2) has asked for a FIN when it was too early for one.
  if ((tcb.owner.shutdownMask & SEND_SHUTDOWN) !== 0) sendFin(tcb);
  return true;
}

/**
 * Data for a program that has closed, or has shut down both directions: RFC 1122 4.2.2.13: "If such a host issues a CLOSE call while
 * received data is still pending …, or if new data is received after CLOSE is called, its TCP SHOULD send a RST".
 */
function dataAfterClose(tcb: Tcb, segment: Segment): boolean {
  const { state } = tcb;
  // After the peer's FIN nothing can follow: what begins before it and goes beyond is as good as data for nobody (tcp_rcv_state_process).
  const beyondFin = peerHasFinished(tcb.state) && before(segment.seq, tcb.rcv.nxt);
  if (state !== "FIN_WAIT1" && state !== "FIN_WAIT2" && !beyondFin) return false;
  if ((tcb.owner.shutdownMask & RCV_SHUTDOWN) === 0) return false;
  // A FIN behind a gap counts as well: there was data before it.
  if (segment.length === 0 || !after(add(segment.seq, segment.size), tcb.rcv.nxt)) return false;
  resetFor(tcb.host, segment);
  if (tcb.owner.dead) finish(tcb);
  else fail(tcb, tcb.owner.pendingError ?? (state === "CLOSE_WAIT" ? EPIPE : ECONNRESET));
  return true;
}

/** There is room again: whoever waits for it may go on (sk_stream_write_space). */
function roomFreed(tcb: Tcb): void {
  if (!tcb.wantsRoom) return;
  expandIfTooSmall(tcb);
  if (!hasRoom(tcb)) return;
  tcb.wantsRoom = false;
  tcb.stopTiming(SEND_BUFFER);
  if (!tcb.owner.dead) tcb.owner.wakeForRoom();
}
