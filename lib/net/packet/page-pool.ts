/**
 * A pool of pages of one size, used again and again.
 *
 * New memory is slow: the system fills it with zeros, and it is in none of the CPU's caches. A stream of packets needs only a few
 * pages at a time, so they are taken from here, and come back when nobody uses their bytes any more. The one that came last is the
 * first to go: it is the warmest.
 *
 * **Invariant:** what lies in the pool is referred to by nobody. Whoever keeps bytes of a page holds the page (Page.hold): the send queue,
 * a packet on its way down or in a card's buffer, a frame on the wire, the receive queue.
 *
 * Source: net/core/page_pool.c (for receive buffers), skb_page_frag_refill in net/core/sock.c (for what programs send).
 */
import { Page, Slab } from "./page";

/** The checksum keeps the last few pieces of memory at hand as words (checksum.ts), so pages come from few large ones. */
const slab = new Slab(1 << 20);

export class PagePool {
  private readonly pages: Page[] = [];

  constructor(
    /** In bytes. */
    private readonly size: number,
    /** How many may lie here; more are left to the garbage collector. */
    private readonly most: number,
  ) {}

  /** A page; its bytes may be anything. */
  take(): Page {
    const page = this.pages.pop();
    if (page !== undefined) return page;
    const { bytes } = slab.take(this.size);
    return new Page(bytes.subarray(slab.offset, slab.offset + this.size), this);
  }

  giveBack(page: Page): void {
    if (this.pages.length < this.most) this.pages.push(page);
  }
}
