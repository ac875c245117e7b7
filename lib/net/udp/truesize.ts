/**
 * How much memory a datagram takes, as Linux counts it against SO_SNDBUF and SO_RCVBUF: the buffer's descriptor, and the block
 * that the allocator hands out for headers and payload; larger payloads lie in pages. So 256 datagrams of one byte fill a receive
 * buffer of 212,992 bytes. Measured on Linux 6.18, x86-64, over loopback.
 *
 * Source: net/ipv4/ip_output.c (__ip_append_data), net/core/skbuff.c (kmalloc_reserve).
 */

/** sizeof(struct sk_buff) and sizeof(struct skb_shared_info) in cache lines. */
const SKB_SIZE = 256;
const SHARED_INFO_SIZE = 320;
/** The block for small buffers (skbuff_small_head). */
const SMALL_BLOCK = 576;
/** Largest block that is used; larger payloads go into pages. */
const LARGEST_BLOCK = 16_384;
/** IP and UDP header, and room for a link header. */
const HEADERS = 59;

export function datagramTruesize(length: number): number {
  const needed = length + HEADERS + SHARED_INFO_SIZE;
  if (needed <= SMALL_BLOCK) return SMALL_BLOCK + SKB_SIZE;
  if (needed > LARGEST_BLOCK) return SMALL_BLOCK + SKB_SIZE + length;
  let block = 1024;
  while (block < needed) block *= 2;
  return block + SKB_SIZE;
}
