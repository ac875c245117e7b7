/**
 * shutdown(2): one direction of a connection ends, or both, while the descriptor stays.
 *
 * SHUT_WR sends a FIN behind what was written. SHUT_RD tells the peer nothing: this side only stops reading. What isn't a connection
 * yet is dissolved, and a listener stops listening.
 *
 * Source: shutdown(2); inet_shutdown in net/ipv4/af_inet.c, tcp_shutdown in net/ipv4/tcp.c.
 */
import { ENOTCONN } from "../../../sys/errno";
import { SHUT_WR } from "../../../sys/socket";
import { RCV_SHUTDOWN, SEND_SHUTDOWN } from "../../socket/sock";
import { sendFin } from "../close/close";
import { isOpening } from "../state";
import { disconnect } from "./connect";
import type { TcpSocket } from "./tcp-socket";

/** `how` is SHUT_RD, SHUT_WR or SHUT_RDWR. Throws ENOTCONN when there is no connection; the mask is set all the same. */
export function shutDown(socket: TcpSocket, how: number): void {
  const { tcb } = socket;
  // Whoever shuts down what isn't connected yet can't connect any more, until AF_UNSPEC sets it back.
  if (socket.connectState === "connecting") {
    const early = isOpening(tcb.state) || tcb.state === "CLOSED";
    socket.connectState = early ? "disconnecting" : "connected";
  }
  if (socket.listener !== null) {
    if (how !== SHUT_WR) disconnect(socket);
    socket.wakeAll();
    return;
  }
  if (tcb.state === "SYN_SENT") {
    disconnect(socket);
    socket.wakeAll();
    return;
  }
  const closed = tcb.state === "CLOSED";
  // While both open at the same time, the FIN waits until the handshake is over (receive/segment-arrives.ts).
  const opening = tcb.state === "SYN_RECV";
  const mask = (how + 1) & (RCV_SHUTDOWN | SEND_SHUTDOWN);
  socket.shutdownMask |= mask;
  if ((mask & SEND_SHUTDOWN) !== 0 && !closed && !opening) socket.locked(() => sendFin(tcb));
  socket.wakeAll();
  if (closed) throw ENOTCONN;
}
