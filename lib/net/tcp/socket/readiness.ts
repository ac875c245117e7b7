/**
 * What poll, select and epoll see of a TCP socket.
 *
 * | | |
 * | --- | --- |
 * | IN | bytes that are worth reading (wake-up-rule.ts), end of file, or a connection to accept |
 * | OUT | a third of the send buffer is free, or a write would fail at once |
 * | RDHUP | the peer has sent its FIN, or we have shut down reading |
 * | PRI | an urgent byte waits (urgent.ts); by itself it is nothing to read |
 * | HUP | both directions are over, or there never was a connection |
 * | ERR | an error waits to be reported |
 *
 * Source: tcp_poll in net/ipv4/tcp.c.
 */
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLPRI, POLLRDHUP, POLLRDNORM, POLLWRNORM } from "../../../sys/poll";
import { RCV_SHUTDOWN, SEND_SHUTDOWN, SHUTDOWN_MASK } from "../../socket/sock";
import { isOpening } from "../state";
import { bytesToMark, isInline } from "../urgent";
import type { TcpSocket } from "./tcp-socket";
import { hasRoom, isReadable } from "./wake-up-rule";

/** What is true now, as POLL* bits. */
export function readinessOf(socket: TcpSocket): number {
  const { tcb, shutdownMask, listener } = socket;
  if (listener !== null) return listener.queues.length > 0 ? POLLIN | POLLRDNORM : 0;
  let events = 0;
  if (shutdownMask === SHUTDOWN_MASK || tcb.state === "CLOSED") events |= POLLHUP;
  if ((shutdownMask & RCV_SHUTDOWN) !== 0) events |= POLLIN | POLLRDNORM | POLLRDHUP;
  if (!isOpening(tcb.state)) {
    if (isReadable(tcb, target(socket))) events |= POLLIN | POLLRDNORM;
    if (tcb.hasUrgent && tcb.urgent.mark !== null && tcb.urgent.state === "arrived") events |= POLLPRI;
    if ((shutdownMask & SEND_SHUTDOWN) !== 0 || hasRoom(tcb)) events |= POLLOUT | POLLWRNORM;
    else tcb.wantsRoom = true;
  }
  if (socket.pendingError !== null) events |= POLLERR;
  return events;
}

/** So many bytes must wait; an urgent one that comes first and isn't part of the stream doesn't count. */
function target({ tcb, options }: TcpSocket): number {
  return options.lowWater + (bytesToMark(tcb) === 0 && !isInline(tcb) ? 1 : 0);
}
