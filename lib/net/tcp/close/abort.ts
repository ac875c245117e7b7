/**
 * The end of a connection without ceremony: by an error, by a RST that comes, by a RST that goes.
 *
 * Source: RFC 9293 section 3.10.7.4 (second check, RST), 3.10.5 (ABORT); tcp_reset, tcp_done, tcp_send_active_reset in Linux.
 */
import { ECONNREFUSED, ECONNRESET, EPIPE, type Errno } from "../../../sys/errno";
import { SHUTDOWN_MASK } from "../../socket/sock";
import { advertiseWindow } from "../receive/receive-window";
import { blocksToTell } from "../receive/sack-blocks";
import { ACK, RST } from "../segment";
import { acceptableSeq, emptySegment } from "../send/send-segment";
import type { Tcb } from "../tcb";
import { addTimestamps } from "../timestamps";
import { pointToMark } from "../urgent";

/** The connection is over; whoever has the socket learns why with the next call (tcp_done_with_error). */
export function fail(tcb: Tcb, error: Errno): void {
  if (tcb.state === "CLOSED") return;
  tcb.owner.pendingError = error;
  finish(tcb);
  if (!tcb.owner.dead) tcb.owner.wakeForError();
}

/** The connection is over (tcp_done). */
export function finish(tcb: Tcb): void {
  if (tcb.state === "CLOSED") return;
  finishQuietly(tcb);
  if (!tcb.owner.dead) tcb.owner.wakeAll();
}

/** It is over, and nobody is told yet. */
export function finishQuietly(tcb: Tcb): void {
  tcb.stopTimers();
  tcb.backOff = 0;
  if (tcb.hasSendQueue) tcb.sendQueue.clear();
  if (tcb.hasLoss) tcb.loss.sackedOut = tcb.loss.lostOut = tcb.loss.retransmittedOut = 0;
  tcb.setState("CLOSED");
  tcb.owner.shutdownMask = SHUTDOWN_MASK;
  tcb.host.ended(tcb);
}

/** A RST has come that counts (tcp_reset). */
export function resetByPeer(tcb: Tcb): void {
  // "refused" where there was no connection yet, "broken pipe" where the peer had said that it is done.
  if (tcb.state === "SYN_SENT") fail(tcb, ECONNREFUSED);
  else fail(tcb, tcb.state === "CLOSE_WAIT" ? EPIPE : ECONNRESET);
}

/** Does a peer have to be told that we give up? Not one that has, or will have, all that there is (tcp_need_reset, tcp_disconnect). */
export function needsReset({ state, sendQueue }: Tcb): boolean {
  if (state === "CLOSING" || state === "LAST_ACK") return !sendQueue.allSent;
  return state !== "CLOSED" && state !== "SYN_SENT" && state !== "TIME_WAIT";
}

/** Tells the peer that this connection is over, whatever was still on its way (tcp_send_active_reset). */
export function sendReset(tcb: Tcb): void {
  const segment = emptySegment(tcb, RST | ACK, acceptableSeq(tcb));
  segment.ack = tcb.rcv.nxt;
  segment.window = advertiseWindow(tcb);
  if (tcb.sackPermitted) segment.sack = blocksToTell(tcb);
  if (tcb.timestamps) addTimestamps(tcb, segment);
  if (tcb.hasUrgent) pointToMark(tcb, segment);
  tcb.host.transmit(tcb, segment, null);
}
