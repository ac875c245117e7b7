/**
 * How much waits in a socket's queues: ioctl(2) with FIONREAD and its relatives.
 *
 * Source: tcp(7); tcp_ioctl in net/ipv4/tcp.c.
 */
import { EINVAL, ENOTTY } from "../../../sys/errno";
import { FIONREAD, SIOCATMARK, SIOCOUTQ, SIOCOUTQNSD } from "../../../sys/fcntl";
import { distance } from "../sequence";
import { isOpening } from "../state";
import type { Tcb } from "../tcb";
import { bytesToMark, isInline } from "../urgent";
import type { TcpSocket } from "./tcp-socket";

/** In bytes. Throws EINVAL for a listener, ENOTTY for what is none of these requests. */
export function queueLength(socket: TcpSocket, request: number): number {
  const { tcb } = socket;
  const notYet = isOpening(tcb.state);
  switch (request) {
    case SIOCATMARK:
      return Number(bytesToMark(tcb) === 0);
    case FIONREAD:
      if (socket.listening) throw EINVAL;
      return notYet ? 0 : bytesToRead(tcb);
    // A FIN counts as a byte until it is acknowledged; and when the connection is over, so does what never was.
    case SIOCOUTQ:
      if (socket.listening) throw EINVAL;
      return notYet ? 0 : Math.max(distance(tcb.sendQueue.tail, tcb.snd.una), 0);
    case SIOCOUTQNSD:
      if (socket.listening) throw EINVAL;
      return notYet ? 0 : Math.max(distance(tcb.sendQueue.tail, tcb.snd.nxt), 0);
    default:
      throw ENOTTY;
  }
}

/** What one read could bring: it would stop at an urgent byte that has come (tcp_inq). */
function bytesToRead(tcb: Tcb): number {
  const { bytes } = tcb.receiveQueue;
  const toMark = isInline(tcb) ? null : bytesToMark(tcb);
  return toMark === null ? bytes : Math.min(bytes, toMark);
}

/** Sequence numbers of the send queue that the peer hasn't acknowledged, SYN and FIN counted: Send-Q of ss(8). */
export function unacknowledgedNumbers(tcb: Tcb): number {
  return tcb.state === "CLOSED" ? 0 : Math.max(distance(tcb.sendQueue.tail, tcb.snd.una), 0);
}
