/**
 * A piece of memory that packets lie in.
 *
 * The bytes, and a DataView of them that is made once: through it the kernel reads and writes numbers in network byte order
 * (most significant byte first) wherever they stand. A packet refers to a page and an offset, so no array is made per packet.
 *
 * A page that comes from a pool (page-pool.ts) goes back there when the last of those who have said that they use it says that it
 * doesn't any more. Who never says so does no harm: the page is then collected as garbage, like any other.
 *
 * Source: struct page in include/linux/mm_types.h; get_page and put_page in include/linux/mm.h.
 */
export class Page {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  private users = 0;

  constructor(
    bytes: Uint8Array,
    private readonly pool: { giveBack(page: Page): void } | null = null,
  ) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Somebody refers to its bytes from now on, beyond the call that is going on. */
  hold(): void {
    this.users++;
  }

  /** One of them doesn't any more. */
  release(): void {
    this.users--;
    if (this.users === 0) this.pool?.giveBack(this);
  }
}

/** Up to so many bytes a loop beats making a view for `set` (measured, Node 20). */
const SHORT = 128;

/** Copies `count` bytes from one page to another. */
export function copyBytes(source: Page, from: number, count: number, target: Page, at: number): void {
  if (count > SHORT) {
    target.bytes.set(source.bytes.subarray(from, from + count), at);
    return;
  }
  const words = count & ~3;
  for (let i = 0; i < words; i += 4) target.view.setInt32(at + i, source.view.getInt32(from + i));
  for (let i = words; i < count; i++) target.bytes[at + i] = source.bytes[from + i];
}

/** Making a page costs a microsecond, however small it is; so many packets share one. */
const SLAB_SIZE = 262_144;
/** Larger pieces get a page of their own. */
const LARGEST_PIECE = 16_384;

/**
 * Hands out small pieces of a large page, one after the other. A page goes (garbage collection) when the last packet that lies
 * in it goes. Linux's page_frag allocator does the same with reference counts.
 */
export class Slab {
  private page = new Page(new Uint8Array(SLAB_SIZE));
  private next = 0;
  /** The offset of the piece handed out last. */
  offset = 0;

  /** A page with `size` free bytes at `this.offset`. They may hold anything. */
  take(size: number): Page {
    if (size > LARGEST_PIECE) {
      this.offset = 0;
      return new Page(new Uint8Array(size));
    }
    if (this.next + size > SLAB_SIZE) {
      this.page = new Page(new Uint8Array(SLAB_SIZE));
      this.next = 0;
    }
    this.offset = this.next;
    // In whole words, so that headers of one piece don't share them with another's.
    this.next += (size + 15) & ~15;
    return this.page;
  }
}
