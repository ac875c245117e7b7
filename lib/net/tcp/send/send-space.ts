/**
 * The space that a connection's next bytes are written into: the rest of a page.
 *
 * Bytes that are written one after the other come to lie side by side, and so can leave as one run without being moved. No segment lies in
 * two pages: where the space doesn't take all of a write, it takes whole segments.
 *
 * Source: sk_page_frag and skb_page_frag_refill in net/core/sock.c. Linux lets a segment lie in two pages.
 */
import { copyBytes, Page, Slab } from "../../packet/page";
import { PagePool } from "../../packet/page-pool";
import type { SendChunk } from "./send-chunk";

/** So few bytes are put into a page shared with others; for more there is a page of our own. */
const SMALL = 2048;
const PAGE_SIZE = 65_536;
const slab = new Slab();
const pool = new PagePool(PAGE_SIZE, 64);

export class SendSpace {
  private constructor(
    readonly page: Page,
    /** Where the free part begins, and where it ends. */
    public next: number,
    private readonly end: number,
  ) {
    page.hold();
  }

  /** New space, for `size` bytes at least if they are few, else as much as a page has. */
  static for(size: number): SendSpace {
    if (size <= SMALL) return new SendSpace(slab.take(size), slab.offset, slab.offset + size);
    return new SendSpace(pool.take(), 0, PAGE_SIZE);
  }

  /** How many of `count` bytes it takes. */
  takes(count: number, mss: number): number {
    const left = this.end - this.next;
    return left < count ? left - (left % mss) : count;
  }

  /** How many of `count` bytes it takes right behind this chunk, which then ends with a whole segment or with the last of them. */
  takesBehind(chunk: SendChunk, count: number, mss: number): number {
    if (chunk.page !== this.page || chunk.end !== this.next) return 0;
    const left = this.end - this.next;
    return left < count ? Math.max(left - ((chunk.size + left) % mss), 0) : count;
  }

  /** The chunk moves here. */
  takeIn(chunk: SendChunk): void {
    const { page, start, size } = chunk;
    copyBytes(page, start, size, this.page, this.next);
    chunk.page = this.page;
    chunk.start = this.next;
    chunk.end = chunk.start + size;
    this.next = chunk.end;
    this.page.hold();
    page.release();
  }

  /** Nothing more will be written here. */
  release(): void {
    this.page.release();
  }
}

/** Of a connection that has nothing to send. */
export const NO_SPACE = SendSpace.for(0);
/** Of a chunk that is a FIN and nothing else. */
export const NO_PAGE = new Page(new Uint8Array(0));

/** Copies a part of what a program has written. Making a view costs more than a short copy. */
export function copyIn(source: Uint8Array, from: number, count: number, target: Uint8Array, at: number): void {
  if (count > 64) target.set(from === 0 && count === source.length ? source : source.subarray(from, from + count), at);
  else for (let i = 0; i < count; i++) target[at + i] = source[from + i];
}
