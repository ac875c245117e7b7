/**
 * Buffers of one size, cut from large pages: what a driver hands to its card.
 *
 * Each page is cut into many, so that the few objects that describe it stay in the CPU's cache however many buffers there are. A page is
 * used again when all its buffers are free; each of them is held once, for whoever has it, who releases it (Page.hold).
 *
 * Source: page_pool_dev_alloc_frag in include/net/page_pool/helpers.h.
 */
import type { Page } from "./page";
import { PagePool } from "./page-pool";

/** Of the pages that are cut, in bytes. */
const PAGE_SIZE = 65_536;

export class PageFragments {
  private readonly pages: PagePool;
  private page: Page | null = null;
  private next = PAGE_SIZE;
  /** Where in its page the buffer begins that was handed out last. */
  offset = 0;

  constructor(
    /** Of each buffer, in bytes. */
    private readonly size: number,
    /** How many free ones to keep. */
    spare: number,
  ) {
    this.pages = new PagePool(Math.max(PAGE_SIZE, size), Math.ceil((spare * size) / PAGE_SIZE));
  }

  /** The page of a free buffer, which begins at `this.offset`. */
  take(): Page {
    if (this.page === null || this.next + this.size > PAGE_SIZE) {
      // While it is cut up, it isn't free.
      this.page?.release();
      this.page = this.pages.take();
      this.page.hold();
      this.next = 0;
    }
    this.page.hold();
    this.offset = this.next;
    this.next += this.size;
    return this.page;
  }
}
