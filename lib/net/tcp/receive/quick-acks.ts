/**
 * Quick ACKs, and "ping-pong": what the decision when to acknowledge (delayed-ack.ts) keeps in mind.
 *
 * A sender in slow start grows with each acknowledgement, so the first segments of a connection are acknowledged at once, and again when
 * something went wrong on the way. Where requests and answers alternate it is the other way round: an acknowledgement by itself
 * would be a packet for nothing, since the answer follows at once.
 *
 * Source: tcp_incr_quickack, tcp_enter_quickack_mode in net/ipv4/tcp_input.c; tcp_event_ack_sent, tcp_event_data_sent in tcp_output.c;
 * struct inet_connection_sock, icsk_ack.
 */
import { MILLISECOND } from "../../../world/clock";
import { TICK, tickOf } from "../../tick";
import type { Tcb } from "../tcb";

/** TCP_ATO_MIN. RFC 9293 3.8.6.3, MUST-40: "the delay MUST be less than 0.5 seconds". */
export const SHORTEST_DELAY = 40 * MILLISECOND;
/** TCP_MAX_QUICKACKS, in segments. */
const MAX_QUICK_ACKS = 16;

/** As many as it takes to acknowledge the window that is open, every second segment (tcp_incr_quickack). */
export function moreQuickAcks(tcb: Tcb, most = MAX_QUICK_ACKS): void {
  const inWindow = Math.floor(tcb.rcv.wnd / (2 * tcb.rcv.mss));
  tcb.quickAcks = Math.max(tcb.quickAcks, Math.min(inWindow || 2, most));
}

/** Something is wrong on the way here: the sender needs every acknowledgement at once (tcp_enter_quickack_mode). */
export function enterQuickAcks(tcb: Tcb, most = MAX_QUICK_ACKS): void {
  moreQuickAcks(tcb, most);
  tcb.pingPong = false;
  tcb.ato = SHORTEST_DELAY;
}

/** A segment with an acknowledgement has left: none is due any more (tcp_event_ack_sent). */
export function ackSent(tcb: Tcb): void {
  if (tcb.ackPending && tcb.quickAcks > 0) {
    tcb.quickAcks--;
    if (tcb.quickAcks === 0) tcb.ato = SHORTEST_DELAY;
  }
  tcb.ackPending = false;
  tcb.ackNow = false;
  tcb.rcv.noMemory = false;
  tcb.ackPushed = 0;
  tcb.dsack = null;
  if (tcb.hasCompression) tcb.compression.held = 0;
  if (tcb.hasTimers) tcb.timers.stopDelayedAck();
}

/** Data has left soon after data came: the two alternate (tcp_event_data_sent). */
export function dataSent(tcb: Tcb): void {
  tcb.lastSent = tcb.now;
  if ((tickOf(tcb.now) - tcb.lastReceived) * TICK < tcb.ato) tcb.pingPong = true;
}
