/**
 * How much memory a packet takes: what Linux counts against SO_SNDBUF and SO_RCVBUF, and calls its truesize.
 *
 * Not the payload alone: a descriptor of the packet, and the block or page that its bytes lie in, however few they are. So a
 * byte that comes alone takes some 800 bytes of the receiver's memory, and a peer that sends its stream in crumbs is allowed a smaller
 * window (tcp/receive/receive-window.ts).
 *
 * How much depends on the way that the bytes have come:
 *
 * - over loopback: the sender's own packet, a descriptor with room for headers, and the payload in pages: 832 bytes and the payload
 * - from a card: a page fragment that the driver has allocated, 2,048 bytes for a frame of 1,500, and a descriptor (nic-driver.ts)
 * - from anywhere else (a TUN device): one block of the allocator, a power of two, and a descriptor; what doesn't fit into 4 KB
 *   lies in pages
 *
 * Source: SKB_TRUESIZE in include/linux/skbuff.h; kmalloc_reserve in net/core/skbuff.c; measured on Linux 6.18, x86-64.
 */

/** sizeof(struct sk_buff) and sizeof(struct skb_shared_info), in cache lines. */
export const SKB_SIZE = 256;
export const SHARED_INFO_SIZE = 320;
/** The block for small buffers and for headers alone (skbuff_small_head). */
export const SMALL_BLOCK = 576;
/** A packet whose payload lies in pages takes so much besides it. */
export const HEADER_TRUESIZE = SMALL_BLOCK + SKB_SIZE;
/** Space that a driver leaves in front of a frame (NET_SKB_PAD). */
export const RECEIVE_HEADROOM = 64;

/** A packet of `size` bytes, headroom and headers included, in one block of the allocator. */
export function blockTruesize(size: number): number {
  const needed = size + SHARED_INFO_SIZE;
  return (needed <= SMALL_BLOCK ? SMALL_BLOCK : 1 << (32 - Math.clz32(needed - 1))) + SKB_SIZE;
}

const PAGE_SIZE = 4096;
/** A packet whose first page is full of it: the rest lies in further pages. */
export const FULL_HEAD = PAGE_SIZE + SKB_SIZE;

/** An IP packet of `length` bytes that has come from such a device (tun_alloc_skb). */
export function frameTruesize(length: number): number {
  const size = RECEIVE_HEADROOM + length;
  const beyond = size + SHARED_INFO_SIZE - PAGE_SIZE;
  return beyond <= 0 ? blockTruesize(size) : FULL_HEAD + Math.ceil(beyond / PAGE_SIZE) * PAGE_SIZE;
}
