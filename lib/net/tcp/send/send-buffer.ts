/**
 * The size of the send buffer: it follows the congestion window, unless the program has set it (SO_SNDBUF).
 *
 * It must hold what is on its way, to be sent again if need be, and as much again, so that there is always more to send.
 *
 * Source: tcp(7), tcp_wmem; tcp_sndbuf_expand, tcp_should_expand_sndbuf in net/ipv4/tcp_input.c.
 */
import { SHARED_INFO_SIZE, SKB_SIZE } from "../../packet/truesize";
import { INITIAL_WINDOW } from "../congestion/congestion-control";
import type { Tcb } from "../tcb";

/** Headers of all layers (MAX_TCP_HEADER), in bytes: they lie in one block with the payload. */
const HEADERS = 320;

/** Room for twice the congestion window: 87,040 bytes for ten segments on Ethernet, 2,626,560 on loopback. */
export function expandSendBuffer(tcb: Tcb): void {
  const { owner, options, snd, cwnd, host } = tcb;
  if (options.sendBufferLocked) return;
  // The allocator hands out powers of two.
  const perSegment = (1 << (32 - Math.clz32(snd.mss + HEADERS + SHARED_INFO_SIZE - 1))) + SKB_SIZE;
  const size = 2 * Math.max(INITIAL_WINDOW, cwnd) * perSegment;
  const allowed = Math.min(size, host.sysctl.tcp_wmem[2]);
  if (allowed > options.sendBuffer) owner.options = options.withSendBuffer(allowed);
}

/** Somebody waits for room. If the network would take more than the buffer holds, the buffer is what holds the sender back. */
export function expandIfTooSmall(tcb: Tcb): void {
  if (tcb.inFlight < tcb.cwnd) expandSendBuffer(tcb);
}
