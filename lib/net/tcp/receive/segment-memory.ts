/**
 * The memory of a segment that has come: what its packet takes (packet/truesize.ts), and what is left of that when its payload joins
 * the packet at the end of the receive queue (receive-queue.ts).
 *
 * Source: skb_try_coalesce in net/core/skbuff.c.
 */
import type { Packet } from "../../packet/packet";
import { FULL_HEAD, HEADER_TRUESIZE, RECEIVE_HEADROOM, SHARED_INFO_SIZE, SKB_SIZE } from "../../packet/truesize";
import type { Segment } from "../segment";

/** Notes it in the segment that was read from this packet. */
export function countMemory(packet: Packet, segment: Segment): void {
  const { truesize, fragmentEnd, macHeader } = packet;
  segment.truesize = truesize;
  segment.headEmpty = fragmentEnd > 0;
  segment.sharedBefore = packet.heldBefore && segment.headEmpty && packet.device?.loopback === true;
  segment.tailroom = 0;
  if (segment.headEmpty) segment.overhead = HEADER_TRUESIZE;
  else segment.overhead = packet.headInPage ? SKB_SIZE : -1;
  if (segment.headEmpty || segment.moreSize > 0 || (truesize > FULL_HEAD && !packet.headInPage)) return;
  segment.tailroom = Math.max(truesize - SKB_SIZE - SHARED_INFO_SIZE - RECEIVE_HEADROOM - (packet.end - macHeader), 0);
}
