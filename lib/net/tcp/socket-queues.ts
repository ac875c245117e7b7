/** How much waits in a socket's queues: ioctl(2) with FIONREAD and SIOCOUTQ; tcp(7), tcp_ioctl in net/ipv4/tcp.c. */
import { EINVAL, ENOTTY } from "../../sys/errno";
import { FIONREAD, SIOCOUTQ } from "../../sys/fcntl";
import { distance } from "./sequence";
import type { TcpSocket } from "./tcp-socket";

export function queueLength(socket: TcpSocket, request: number): number {
  if (socket.listening && (request === FIONREAD || request === SIOCOUTQ)) throw EINVAL;
  const { tcb } = socket;
  const notYet = tcb.state === "SYN_SENT" || tcb.state === "SYN_RECV";
  if (request === FIONREAD) return notYet ? 0 : tcb.receiveQueue.bytes;
  // A FIN counts as a byte until it is acknowledged; and when the connection is over, so does what never was.
  if (request === SIOCOUTQ) return notYet ? 0 : Math.max(distance(tcb.sendQueue.tail, tcb.snd.una), 0);
  throw ENOTTY;
}
