/**
 * What lies in a Unix socket's receive queue: one buffer of bytes, and who pays for it.
 *
 * The *sender* pays: a message counts against the sender's SO_SNDBUF until the receiver has taken it. What counts is not the
 * payload but the memory that Linux needs for it, its `truesize`: the descriptor of the buffer, and the block that the
 * allocator hands out. That is why 278 writes of one byte fill a buffer of 212,992, and it can be seen with ioctl(SIOCOUTQ).
 *
 * Source: net/core/skbuff.c (alloc_skb_with_frags, __build_skb_around), include/linux/skbuff.h (SKB_TRUESIZE), x86-64.
 */
import type { UnixSocket } from "./unix-socket";

const PAGE_SIZE = 4096;
const CACHE_LINE = 64;
/** sizeof(struct sk_buff) and sizeof(struct skb_shared_info), each in whole cache lines. */
const SKB_SIZE = 256;
const SHARED_INFO_SIZE = 320;
/** Smallest block that holds an empty buffer and its shared info. */
const SMALLEST_BLOCK = 512;
/** Payload that fits with its shared info in one page, and in four. */
const ONE_PAGE = PAGE_SIZE - SHARED_INFO_SIZE;
const FOUR_PAGES = 4 * PAGE_SIZE - SHARED_INFO_SIZE;
/** A stream is cut into pieces of so much at the most: one page and eight pages in fragments. */
export const MAX_PIECE = ONE_PAGE + 8 * PAGE_SIZE;
/** MAX_SKB_FRAGS: most pages of fragments. */
const MAX_FRAGMENTS = 17;

export interface UnixMessage {
  readonly data: Uint8Array;
  /** Bytes before it have been read. */
  start: number;
  readonly sender: UnixSocket;
  /** What it counts against the sender's buffer. */
  readonly truesize: number;
}

function wholePages(bytes: number): number {
  return Math.ceil(bytes / PAGE_SIZE) * PAGE_SIZE;
}

/** Memory for a buffer with so many bytes in one block and so many in pages. */
function bufferSize(linear: number, paged: number): number {
  const needed = Math.ceil(linear / CACHE_LINE) * CACHE_LINE + SHARED_INFO_SIZE;
  let block = SMALLEST_BLOCK;
  while (block < needed) block *= 2;
  return block + SKB_SIZE + wholePages(paged);
}

/** Memory for one piece of a stream (unix_stream_sendmsg). */
export function pieceTruesize(length: number): number {
  const paged = Math.min(length, wholePages(Math.max(0, length - ONE_PAGE)));
  return bufferSize(length - paged, paged);
}

/** Memory for one datagram (unix_dgram_sendmsg). */
export function datagramTruesize(length: number): number {
  if (length <= FOUR_PAGES) return bufferSize(length, 0);
  const paged = wholePages(Math.min(length - FOUR_PAGES, MAX_FRAGMENTS * PAGE_SIZE));
  return bufferSize(length - paged, paged);
}
