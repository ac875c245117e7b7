/**
 * The send queue: bytes that the program has written and the peer has not acknowledged yet.
 *
 *     | sent, not acknowledged            | not sent yet          |
 *     ^ SND.UNA                           ^ SND.NXT               ^ where the next write goes
 *
 * The bytes are copied once, from the program's buffer into pages here, already cut into pieces no longer than a segment. A
 * segment that is sent, or sent again, only refers to its page. One array holds both halves; `next` is the border.
 *
 * Source: struct sk_buff in sk_write_queue and tcp_rtx_queue; tcp_sendmsg_locked in net/ipv4/tcp.c, tcp_fragment in tcp_output.c.
 */
import type { Nanoseconds } from "../../world/clock";
import { Page, Slab } from "../page";
import { add, after, distance, type Seq } from "./sequence";

/** Memory that a piece counts besides its bytes, in bytes: what an sk_buff with its header space takes. */
const OVERHEAD = 1024;
const NO_PAGE = new Page(new Uint8Array(0));
const slab = new Slab();
/** Up to here a piece is taken from a page shared with others. */
const SMALL = 2048;

/** Bytes that leave as one segment. */
export class SendChunk {
  fin = false;
  push = false;
  /** When it was last sent, and how often it was sent in all. */
  sentAt: Nanoseconds = 0;
  transmissions = 0;
  /** What is known of it since it was last sent (RFC 6675 section 2): arrived ahead of a gap; taken for lost; sent again. */
  sacked = false;
  lost = false;
  retransmitted = false;

  constructor(
    public seq: Seq,
    public page: Page,
    public start: number,
    public end: number,
    /** Where its space in the page ends. */
    public limit: number,
  ) {}

  /** Bytes of payload. */
  get size(): number {
    return this.end - this.start;
  }

  get endSeq(): Seq {
    return add(this.seq, this.end - this.start + (this.fin ? 1 : 0));
  }

  get truesize(): number {
    return this.end - this.start + OVERHEAD;
  }
}

export class SendQueue {
  private chunks: SendChunk[] = [];
  private head = 0;
  /** Index of the first piece that was never sent. */
  private next = 0;
  /** Memory of all pieces, in bytes (sk_wmem_queued). */
  memory = 0;

  constructor(
    /** The sequence number that the next byte written gets. */
    public tail: Seq,
  ) {}

  get empty(): boolean {
    return this.head === this.chunks.length;
  }

  /** Has everything been sent at least once? */
  get allSent(): boolean {
    return this.next === this.chunks.length;
  }

  /** The piece to be sent next for the first time. */
  nextToSend(): SendChunk | undefined {
    return this.chunks[this.next];
  }

  /** Is it the last one: could more bytes join it? */
  isLast(chunk: SendChunk): boolean {
    return this.chunks[this.chunks.length - 1] === chunk;
  }

  /** The first piece that is not acknowledged, if it was sent. */
  firstUnacknowledged(): SendChunk | undefined {
    return this.head < this.next ? this.chunks[this.head] : undefined;
  }

  /** Pieces that were sent and not acknowledged, in order: call with 0, 1, 2, … until undefined. */
  unacknowledged(index: number): SendChunk | undefined {
    const at = this.head + index;
    return at < this.next ? this.chunks[at] : undefined;
  }

  get unacknowledgedCount(): number {
    return this.next - this.head;
  }

  /** Copies bytes of `data` from `from` on into the last piece or a new one; returns how many: at most one piece of `mss` bytes. */
  append(data: Uint8Array, from: number, mss: number): number {
    const last = this.next < this.chunks.length ? this.chunks[this.chunks.length - 1] : undefined;
    if (last !== undefined && !last.fin && last.size < mss) {
      const count = Math.min(mss - last.size, data.length - from);
      if (last.end + count > last.limit) makeSpace(last, Math.min(mss, 2 * (last.size + count)));
      this.fill(last, data, from, count);
      return count;
    }
    const count = Math.min(mss, data.length - from);
    const page = count <= SMALL ? slab.take(count) : new Page(new Uint8Array(count));
    const start = count <= SMALL ? slab.offset : 0;
    const chunk = new SendChunk(this.tail, page, start, start, start + count);
    this.chunks.push(chunk);
    this.memory += OVERHEAD;
    this.fill(chunk, data, from, count);
    return count;
  }

  private fill(chunk: SendChunk, data: Uint8Array, from: number, count: number): void {
    const { bytes } = chunk.page;
    if (count > 64)
      bytes.set(from === 0 && count === data.length ? data : data.subarray(from, from + count), chunk.end);
    else for (let i = 0; i < count; i++) bytes[chunk.end + i] = data[from + i];
    chunk.end += count;
    this.tail = add(this.tail, count);
    this.memory += count;
  }

  /** The stream ends here: a FIN on the last piece if that wasn't sent, else on one of its own. */
  appendFin(): void {
    let last = this.chunks[this.chunks.length - 1];
    if (this.allSent) {
      last = new SendChunk(this.tail, NO_PAGE, 0, 0, 0);
      this.chunks.push(last);
      this.memory += OVERHEAD;
    }
    last.fin = true;
    this.tail = add(this.tail, 1);
  }

  /** What was written last is to be handed to the peer's program without waiting for more (PSH). */
  markPush(): void {
    if (!this.allSent) this.chunks[this.chunks.length - 1].push = true;
  }

  /** The first piece not sent yet has been sent. */
  advance(): void {
    this.next++;
  }

  /** Cuts a piece in two, the first of `size` bytes; both know what was known of the whole. */
  split(chunk: SendChunk, size: number): SendChunk {
    const at = this.chunks.indexOf(chunk, this.head);
    const rest = new SendChunk(add(chunk.seq, size), chunk.page, chunk.start + size, chunk.end, chunk.limit);
    rest.fin = chunk.fin;
    rest.push = chunk.push;
    rest.sentAt = chunk.sentAt;
    rest.transmissions = chunk.transmissions;
    rest.sacked = chunk.sacked;
    rest.lost = chunk.lost;
    rest.retransmitted = chunk.retransmitted;
    chunk.end = chunk.start + size;
    chunk.limit = chunk.end;
    chunk.fin = false;
    chunk.push = false;
    this.chunks.splice(at + 1, 0, rest);
    if (at < this.next) this.next++;
    this.memory += OVERHEAD;
    return rest;
  }

  /** Takes out the first piece when `una` covers all of it; of one that is covered in part, the acknowledged bytes go. */
  takeAcknowledged(una: Seq): SendChunk | null {
    if (this.head === this.next) return null;
    const chunk = this.chunks[this.head];
    if (after(chunk.endSeq, una)) {
      const covered = distance(una, chunk.seq);
      if (covered > 0) {
        chunk.seq = una;
        chunk.start += covered;
        this.memory -= covered;
      }
      return null;
    }
    this.memory -= chunk.truesize;
    this.head++;
    if (this.head === this.chunks.length) {
      this.chunks.length = 0;
      this.head = 0;
      this.next = 0;
    } else if (this.head > 64 && this.head * 2 > this.chunks.length) {
      this.chunks = this.chunks.slice(this.head);
      this.next -= this.head;
      this.head = 0;
    }
    return chunk;
  }

  /** The connection is over: nothing of this will be sent. */
  clear(): void {
    this.chunks.length = 0;
    this.head = 0;
    this.next = 0;
    this.memory = 0;
  }
}

/** Moves a piece to a page of its own with space for `size` bytes. */
function makeSpace(chunk: SendChunk, size: number): void {
  const page = new Page(new Uint8Array(size));
  page.bytes.set(chunk.page.bytes.subarray(chunk.start, chunk.end));
  chunk.end -= chunk.start;
  chunk.start = 0;
  chunk.page = page;
  chunk.limit = size;
}
