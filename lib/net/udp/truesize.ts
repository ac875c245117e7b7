/**
 * How much memory a datagram takes, as Linux counts it against SO_SNDBUF and SO_RCVBUF: the buffer's descriptor, and the block
 * that the allocator hands out for headers and payload; larger payloads lie in pages. So 256 datagrams of one byte fill a receive
 * buffer of 212,992 bytes. Measured on Linux 6.18, x86-64, over loopback.
 *
 * Source: net/ipv4/ip_output.c (__ip_append_data), net/core/skbuff.c (kmalloc_reserve).
 */
import { blockTruesize, HEADER_TRUESIZE, SHARED_INFO_SIZE } from "../packet/truesize";

/** Largest block that is used, in bytes; larger payloads go into pages. */
const LARGEST_BLOCK = 16_384;
/** IP's and UDP's header (28 bytes), room for a link header (LL_RESERVED_SPACE: 16), and what aligning may take (15). */
const HEADERS = 59;

/** Of a datagram with so many bytes of payload, in bytes. */
export function datagramTruesize(length: number): number {
  const inBlock = length + HEADERS;
  return inBlock + SHARED_INFO_SIZE > LARGEST_BLOCK ? HEADER_TRUESIZE + length : blockTruesize(inBlock);
}
