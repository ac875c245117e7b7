/**
 * SO_RCVLOWAT and the receive buffer: a reader may ask to sleep until so many bytes are there, so they must fit.
 *
 * Not more than half of the buffer: the rest is memory around the payload. A buffer that the program hasn't set grows with the mark.
 *
 * Source: socket(7); tcp_set_rcvlowat in net/ipv4/tcp.c.
 */
import { growReceiveBuffer } from "../receive/receive-window";
import type { TcpSocket } from "./tcp-socket";

/** The largest mark, in bytes. */
export function mostLowWaterOf({ options, tcp }: TcpSocket): number {
  return (options.receiveBufferLocked ? options.receiveBuffer : tcp.sysctl.tcp_rmem[2]) >> 1;
}

/** The mark was set: a buffer that may grow is at least twice that large. */
export function makeRoomForLowWater({ options, tcb }: TcpSocket): void {
  if (!options.receiveBufferLocked) growReceiveBuffer(tcb, options.lowWater);
}
