/**
 * Closing: each direction ends by itself, with a FIN that is acknowledged like a byte.
 *
 *     we close first:   ESTABLISHED → FIN_WAIT1 → FIN_WAIT2 → TIME_WAIT
 *     the peer first:   ESTABLISHED → CLOSE_WAIT → LAST_ACK → CLOSED
 *     both at once:     ESTABLISHED → FIN_WAIT1 → CLOSING → TIME_WAIT
 *
 * close(2) is not the end of the connection: what was written is still sent, without a process to report to (an "orphan"). But a
 * program that closes while it hasn't read everything has thrown data away; the peer must know, so that goes by a RST.
 *
 * Source: RFC 9293 sections 3.6, 3.10.4 (CLOSE), 3.10.7.4 (eighth check); RFC 2525 section 2.17; tcp_close, tcp_fin, tcp_shutdown.
 */
import { type Nanoseconds, SECOND } from "../../../world/clock";
import { RCV_SHUTDOWN, SEND_SHUTDOWN } from "../../socket/sock";
import { FIN, type Segment } from "../segment";
import { push } from "../send/output";
import { sendAck } from "../send/send-segment";
import { add } from "../sequence";
import type { TcpState } from "../state";
import type { Tcb } from "../tcb";
import { finish, needsReset, sendReset } from "./abort";
import { resetFor } from "./refuse";
import { TIME_WAIT_LENGTH } from "./time-wait";

/** How a connection is released: all that was written still goes and a FIN behind it, or a RST goes and nothing else. */
export type Release = "orderly" | "abortive";

/** The last descriptor is gone, or the program has gone (tcp_close). SO_LINGER with a time of zero asks for an abortive release. */
export function closeConnection(tcb: Tcb, release: Release): void {
  tcb.owner.shutdownMask = RCV_SHUTDOWN | SEND_SHUTDOWN;
  const unread = !tcb.receiveQueue.empty;
  tcb.receiveQueue.clear();
  if (tcb.state === "CLOSED") return;
  // What was thrown away unread is told in any state; SO_LINGER only where the peer may not know yet.
  if (unread) abandon(tcb);
  else if (release === "abortive" || tcb.state === "SYN_SENT") {
    if (needsReset(tcb)) sendReset(tcb);
    finish(tcb);
  } else if (tcb.state !== "FIN_WAIT2") sendFin(tcb);
  else if (finTimeout(tcb) < 0) abandon(tcb);
  else awaitFin(tcb);
}

/** It ends here, and the peer learns of it. */
function abandon(tcb: Tcb): void {
  sendReset(tcb);
  finish(tcb);
}

/** No more will be written: a FIN goes out behind what is in the queue (tcp_send_fin). */
export function sendFin(tcb: Tcb): void {
  const next = afterOurFin(tcb.state);
  if (next === null) return;
  if (tcb.state === "SYN_RECV") tcb.loss.synUnderWay = true;
  tcb.setState(next);
  tcb.sendQueue.appendFin();
  push(tcb, "now");
}

/** Which state asking for a FIN leads to (new_state[] in net/ipv4/tcp.c); null where it is too early or too late for one. */
function afterOurFin(state: TcpState): TcpState | null {
  switch (state) {
    case "ESTABLISHED":
    case "SYN_RECV":
      return "FIN_WAIT1";
    case "CLOSE_WAIT":
      return "LAST_ACK";
    default:
      return null;
  }
}

/** The acknowledgement covers all that we sent, the FIN included. */
export function ourFinAcknowledged(tcb: Tcb, segment: Segment): void {
  switch (tcb.state) {
    case "FIN_WAIT1":
      tcb.setState("FIN_WAIT2");
      tcb.owner.shutdownMask |= SEND_SHUTDOWN;
      if (!tcb.owner.dead) tcb.owner.wakeAll();
      else if (finTimeout(tcb) < 0) {
        resetFor(tcb.host, segment);
        finish(tcb);
      }
      // The peer's FIN comes with the same segment: it is to be dealt with before.
      else if (segment.has(FIN)) tcb.timers.setKeepalive(finTimeout(tcb));
      else awaitFin(tcb);
      return;
    case "CLOSING":
      timeWait(tcb);
      return;
    case "LAST_ACK":
      finish(tcb);
      return;
    default:
  }
}

/** Everything from the peer up to its FIN has arrived (tcp_fin). */
export function peerFinished(tcb: Tcb): void {
  const { rcv, owner } = tcb;
  rcv.nxt = add(rcv.nxt, 1);
  rcv.fin = null;
  tcb.peerDone = true;
  tcb.ackPending = true;
  owner.shutdownMask |= RCV_SHUTDOWN;
  switch (tcb.state) {
    case "ESTABLISHED":
      tcb.setState("CLOSE_WAIT");
      tcb.pingPong = true;
      break;
    case "FIN_WAIT1":
      // "If our FIN has been ACKed …, then enter TIME-WAIT; otherwise, enter the CLOSING state."
      sendAck(tcb);
      tcb.setState("CLOSING");
      break;
    case "FIN_WAIT2":
      sendAck(tcb);
      timeWait(tcb);
      return;
    default:
      return;
  }
  // What would be told with the next acknowledgement is of no interest any more, and what has come beyond the FIN is thrown away (tcp_fin).
  tcb.dsack = null;
  tcb.reassembler = null;
  rcv.memoryAhead = 0;
  if (!owner.dead) owner.wakeAll();
}

/** To answer stragglers for twice the time that a segment may live (RFC 9293 3.6.1). */
function timeWait(tcb: Tcb): void {
  tcb.setState("TIME_WAIT");
  leaveEntry(tcb, TIME_WAIT_LENGTH);
}

/** Nobody has the socket open, and only the peer's FIN is awaited: a small entry can do that, for a minute at most (tcp_time_wait). */
export function awaitFin(tcb: Tcb): void {
  const beyond = finTimeout(tcb) - TIME_WAIT_LENGTH;
  if (beyond > 0) tcb.timers.setKeepalive(beyond);
  else leaveEntry(tcb, finTimeout(tcb));
}

/** The connection's memory goes; a small entry stays behind (time-wait.ts). */
export function leaveEntry(tcb: Tcb, span: Nanoseconds): void {
  tcb.host.enteredTimeWait(tcb, span);
  finish(tcb);
}

/** How long an orphan waits in FIN_WAIT2 for the peer's FIN (tcp_fin_time): long enough for it to be sent again; negative: not at all. */
export function finTimeout(tcb: Tcb): Nanoseconds {
  const asked = (tcb.settings.linger2 || tcb.host.sysctl.tcp_fin_timeout) * SECOND;
  return asked < 0 ? asked : Math.max(asked, 3.5 * tcb.rtt.rto);
}
