/**
 * Prefetching: what a call or a segment will look at of a connection is asked of memory all at once.
 *
 * Of a hundred thousand connections hardly one is in the CPU's caches when its turn comes, and what has to be fetched from memory takes as
 * long as hundreds of instructions. Asked for one after the other, as the way through TCP gets there, these waits add up. Asked for
 * together they pass together, since the CPU goes on while it waits: then a message costs a fifth less, and where few connections
 * talk, nothing more. (`npm run bench -- epoll` tells.)
 *
 * JavaScript has no instruction for it, so of each part one field is read, and of a large one several: a cache line holds eight.
 *
 * Source: include/linux/prefetch.h; Linux asks for a packet in the same way before it fills it in (__alloc_skb in net/core/skbuff.c).
 */
import type { TcpSocket } from "./tcp-socket";

/** What was read has to go somewhere, or the compiler would leave the reading out. */
const read = { last: 0 };

/** Reads a field of each part of the connection that will be needed. */
export function prefetch(socket: TcpSocket): void {
  const { tcb, flow } = socket;
  const { snd, rcv, rtt, receiveQueue } = tcb;
  read.last =
    (snd.una + snd.measuredUpTo + rcv.nxt + rcv.mss + rcv.memoryAhead + rtt.rto + receiveQueue.bytes) ^
    (tcb.cwnd + tcb.packetsOut + tcb.tsRecent + tcb.delivered + tcb.quickAcks + tcb.lastSent) ^
    (tcb.hasTuning ? tcb.tuning.space : 0) ^
    (socket.shutdownMask + socket.localPort + socket.formerMss + flow.source + flow.generation) ^
    (socket.firstReader?.exclusive ? 1 : 0);
}
