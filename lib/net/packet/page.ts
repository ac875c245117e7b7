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
  private ownWords: Int32Array | null = null;

  constructor(
    bytes: Uint8Array,
    private readonly pool: { giveBack(page: Page): void } | null = null,
  ) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The bytes as 32-bit words in the machine's own order. They begin at a multiple of four, as all memory that is handed out here. */
  get words(): Int32Array {
    this.ownWords ??= wordsOf(this.bytes);
    return this.ownWords;
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

function wordsOf({ buffer, byteOffset, byteLength }: Uint8Array): Int32Array {
  return new Int32Array(buffer, byteOffset, byteLength >> 2);
}

/** Up to so many bytes, such as a frame's headers, words in a loop beat making a view for `set` (measured, Node 20). */
const SHORT = 128;

/** Copies `count` bytes from one page to another. */
export function copyBytes(source: Page, from: number, count: number, target: Page, at: number): void {
  if (count > SHORT) {
    target.bytes.set(source.bytes.subarray(from, from + count), at);
    return;
  }
  // Headers lie alike in all packets: from a multiple of four on they can be copied by words.
  let i = 0;
  if (((from ^ at) & 3) === 0 && count >= 16) {
    for (; ((from + i) & 3) !== 0; i++) target.bytes[at + i] = source.bytes[from + i];
    i = copyWords(source.words, (from + i) >> 2, (count - i) >> 2, target.words, (at + i) >> 2) + i;
  }
  for (; i < count; i++) target.bytes[at + i] = source.bytes[from + i];
}

/** Four at a time; returns how many bytes those were. */
function copyWords(source: Int32Array, from: number, count: number, target: Int32Array, at: number): number {
  let i = 0;
  for (const last = count - 3; i < last; i += 4) {
    target[at + i] = source[from + i];
    target[at + i + 1] = source[from + i + 1];
    target[at + i + 2] = source[from + i + 2];
    target[at + i + 3] = source[from + i + 3];
  }
  for (; i < count; i++) target[at + i] = source[from + i];
  return 4 * count;
}

/** Making a page costs a microsecond, however small it is; so many packets share one. */
const SLAB_SIZE = 262_144;

/**
 * Hands out small pieces of a large page, one after the other. A page goes (garbage collection) when the last packet that lies
 * in it goes. Linux's page_frag allocator does the same with reference counts.
 */
export class Slab {
  private page: Page;
  private next = 0;
  /** The offset of the piece handed out last. */
  offset = 0;

  /** Cuts pages of `size` bytes; pieces of more than a sixteenth of that get a page of their own. */
  constructor(private readonly size = SLAB_SIZE) {
    this.page = new Page(new Uint8Array(size));
  }

  /** A page with `size` free bytes at `this.offset`. They may hold anything. */
  take(size: number): Page {
    if (size > this.size / 16) {
      this.offset = 0;
      return new Page(new Uint8Array(size));
    }
    if (this.next + size > this.size) {
      this.page = new Page(new Uint8Array(this.size));
      this.next = 0;
    }
    this.offset = this.next;
    // In whole words, so that headers of one piece don't share them with another's.
    this.next += (size + 15) & ~15;
    return this.page;
  }
}
