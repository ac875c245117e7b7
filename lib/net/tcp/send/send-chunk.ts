/**
 * A chunk of the send queue: bytes that lie side by side and have fared alike, and what is known of them. It leaves as one segment, or as
 * several at once (segment-run.ts). As soon as one segment of it might fare differently from the others, it is cut: the scoreboard
 * (loss-recovery/scoreboard.ts) is made of single segments.
 *
 * Source: struct sk_buff and struct tcp_skb_cb in include/net/tcp.h; tcp_skb_pcount.
 */
import type { Nanoseconds } from "../../../world/clock";
import { copyBytes, type Page, Slab } from "../../packet/page";
import { NO_PIECES, type Piece } from "../../packet/piece";
import { add, type Seq } from "../sequence";

const slab = new Slab();

/** Bytes that leave together. */
export class SendChunk {
  /** When it has left as several segments: bytes in each, the last may have less. Else 0. */
  segmentSize = 0;
  /** So many bytes were acknowledged before the rest of their segment. */
  acknowledged = 0;
  fin = false;
  push = false;
  /** The program has ended a record here (MSG_EOR): nothing may join it behind. */
  eor = false;
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
    /** Memory that it counts besides its bytes. */
    public overhead: number,
  ) {}

  /** Keeps the first `size` bytes and returns the rest; both know what was known of the whole (tcp_fragment). */
  cut(size: number): SendChunk {
    const rest = new SendChunk(add(this.seq, size), this.page, this.start + size, this.end, 0);
    rest.page.hold();
    rest.segmentSize = this.segmentSize;
    rest.fin = this.fin;
    rest.push = this.push;
    rest.eor = this.eor;
    rest.sentAt = this.sentAt;
    rest.transmissions = this.transmissions;
    rest.sacked = this.sacked;
    rest.lost = this.lost;
    rest.retransmitted = this.retransmitted;
    this.end = this.start + size;
    this.fin = false;
    this.push = false;
    this.eor = false;
    return rest;
  }

  /** Do the bytes of the next chunk lie right behind these? */
  touches(next: SendChunk): boolean {
    return next.page === this.page && next.start === this.end;
  }

  /** The next chunk becomes the end of this one; its bytes are copied only where the two don't lie side by side. */
  append(next: SendChunk): void {
    if (!this.touches(next)) this.moveTogether(next, next.size);
    else this.end = next.end;
    next.page.release();
    this.fin = next.fin;
    this.push ||= next.push;
    this.eor = next.eor;
  }

  /**
   * The first `count` bytes of the next chunk, which has more, become this one's last; copied only where the two don't lie side by
   * side.
   */
  takeFrom(next: SendChunk, count: number): void {
    if (!this.touches(next)) this.moveTogether(next, count);
    else this.end += count;
    next.start += count;
    next.seq = add(next.seq, count);
  }

  /** Puts these bytes, and behind them the first of the next chunk, where there is space for both. */
  private moveTogether(next: SendChunk, count: number): void {
    const { page, start, size } = this;
    this.page = slab.take(size + count);
    this.page.hold();
    this.start = slab.offset;
    this.end = this.start + size + count;
    copyBytes(page, start, size, this.page, this.start);
    copyBytes(next.page, next.start, count, this.page, this.start + size);
    page.release();
  }

  /** Bytes of payload. */
  get size(): number {
    return this.end - this.start;
  }

  get endSeq(): Seq {
    return add(this.seq, this.end - this.start + (this.fin ? 1 : 0));
  }

  /** How many segments it has left as. */
  get segments(): number {
    return this.segmentSize === 0 ? 1 : Math.ceil(this.size / this.segmentSize);
  }

  get more(): readonly Piece[] {
    return NO_PIECES;
  }

  get truesize(): number {
    return this.end - this.start + this.overhead;
  }
}

/** The same bytes, each segment a chunk of its own. */
export function segmentsOf(chunks: readonly SendChunk[]): SendChunk[] {
  const segments: SendChunk[] = [];
  for (const whole of chunks) {
    let chunk = whole;
    while (chunk.segments > 1) {
      segments.push(chunk);
      chunk = chunk.cut(chunk.segmentSize);
    }
    segments.push(chunk);
  }
  for (const segment of segments) segment.segmentSize = 0;
  return segments;
}
