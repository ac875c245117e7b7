/**
 * A piece of the send queue: bytes that leave as one segment, and what is known of it. The scoreboard (scoreboard.ts) is made of these.
 *
 * Source: struct sk_buff and struct tcp_skb_cb in include/net/tcp.h.
 */
import type { Nanoseconds } from "../../world/clock";
import { Page } from "../page";
import { NO_PIECES, type Piece } from "../piece";
import { add, type Seq } from "./sequence";

/** Bytes that leave as one segment. */
export class SendChunk {
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

  /** Puts the bytes of the next piece behind these, in a page of their own. */
  append(next: SendChunk): void {
    const page = new Page(new Uint8Array(this.size + next.size));
    page.bytes.set(this.page.bytes.subarray(this.start, this.end));
    page.bytes.set(next.page.bytes.subarray(next.start, next.end), this.size);
    page.hold();
    for (const former of [this, next]) former.page.release();
    this.page = page;
    this.start = 0;
    this.end = page.bytes.length;
    this.fin = next.fin;
    this.push ||= next.push;
    this.eor = next.eor;
  }

  /** The first `count` bytes of the next piece, which has more, become this one's last; copied only where the two don't lie side by side. */
  takeFrom(next: SendChunk, count: number): void {
    const { page, start } = next;
    if (page === this.page && start === this.end) {
      this.end += count;
    } else {
      const own = new Page(new Uint8Array(this.size + count));
      own.bytes.set(this.page.bytes.subarray(this.start, this.end));
      own.bytes.set(page.bytes.subarray(start, start + count), this.size);
      own.hold();
      this.page.release();
      this.page = own;
      this.start = 0;
      this.end = own.bytes.length;
    }
    next.start = start + count;
    next.seq = add(next.seq, count);
  }

  /** Bytes of payload. */
  get size(): number {
    return this.end - this.start;
  }

  get endSeq(): Seq {
    return add(this.seq, this.end - this.start + (this.fin ? 1 : 0));
  }

  /** It is one segment. */
  get segmentSize(): number {
    return 0;
  }

  get more(): readonly Piece[] {
    return NO_PIECES;
  }

  get truesize(): number {
    return this.end - this.start + this.overhead;
  }
}
