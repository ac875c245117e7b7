/**
 * What one call of recv(2) has taken out of the receive queue so far, and how it takes: MSG_PEEK leaves the bytes where they are, MSG_TRUNC
 * counts them without copying.
 *
 * Source: tcp_recvmsg_locked in net/ipv4/tcp.c (copied, peek_seq, urg_hole).
 */
import { MSG_PEEK, MSG_TRUNC, MSG_WAITALL } from "../../../sys/socket";
import type { ReceiveQueue } from "../receive/receive-queue";
import { add, type Seq } from "../sequence";
import type { Tcb } from "../tcb";
import { bytesToMark } from "../urgent";

const EMPTY = new Uint8Array(0);

export class Taken {
  /** In bytes. */
  copied = 0;
  /** Bytes at the beginning of the queue that it has seen already and left there. */
  seen = 0;
  /** Urgent bytes that a peek has passed over (urg_hole). */
  private hole = 0;
  readonly peek: boolean;
  /** With so many bytes the call needn't sleep any more: SO_RCVLOWAT, or all that was asked for (MSG_WAITALL). */
  readonly enough: number;
  /** MSG_TRUNC: the bytes are counted, and not copied; tcp(7). */
  private readonly unseen: boolean;

  constructor(
    private buffer: Uint8Array | null,
    /** How many bytes were asked for. */
    readonly size: number,
    flags: number,
    lowWater: number,
    /** For a peek: the number of the next byte to look at, less `copied` (peek_seq). At first, where the queue begins. */
    private base: Seq,
  ) {
    this.peek = (flags & MSG_PEEK) !== 0;
    this.enough = Math.max((flags & MSG_WAITALL) !== 0 ? size : Math.min(size, lowWater), 1);
    this.unseen = (flags & MSG_TRUNC) !== 0;
  }

  /**
   * It has slept. If somebody else has read meanwhile what this call had only looked at, it looks from the beginning again, and
   * keeps what it has: some bytes twice. Linux calls that a bug of the program (tcp_recvmsg_locked).
   */
  slept(begin: Seq): void {
    if (begin === this.base) return;
    this.base = add(begin, -this.copied - this.hole);
    this.seen = 0;
  }

  /** How far the next byte to be taken is from the mark of urgent data; null when that isn't ahead. */
  toMark(tcb: Tcb): number | null {
    const ahead = bytesToMark(tcb);
    return ahead === null || ahead < this.seen ? null : ahead - this.seen;
  }

  /** The urgent byte is none of the stream. */
  skip(queue: ReceiveQueue): void {
    if (!this.peek) {
      queue.discard(1);
      return;
    }
    this.hole++;
    this.seen++;
  }

  /** Takes what is there and not seen yet, as far as it was asked for, up to `limit` bytes. */
  take(queue: ReceiveQueue, limit = this.size): void {
    const most = Math.min(queue.bytes - this.seen, this.size - this.copied, limit);
    const count = this.takeUpTo(most, queue);
    this.copied += count;
    if (this.peek) this.seen += count;
  }

  private takeUpTo(most: number, queue: ReceiveQueue): number {
    if (this.unseen) return this.peek ? most : queue.discard(most);
    const buffer = withSpace(this.buffer, this.copied, most);
    this.buffer = buffer;
    return this.peek ? queue.peek(buffer, this.copied, most, this.seen) : queue.read(buffer, this.copied, most);
  }

  /** The bytes as the call returns them. */
  bytes(): Uint8Array {
    // Counted but not copied: the program's buffer keeps what it held.
    if (this.unseen) return this.buffer?.subarray(0, this.copied) ?? new Uint8Array(this.copied);
    return this.buffer === null ? EMPTY : this.buffer.subarray(0, this.copied);
  }
}

/** Where the bytes go: the program's own buffer, or one that grows with what arrives. */
function withSpace(buffer: Uint8Array | null, used: number, more: number): Uint8Array {
  if (buffer === null) return new Uint8Array(more);
  if (buffer.length >= used + more) return buffer;
  const larger = new Uint8Array(used + more);
  larger.set(buffer.subarray(0, used));
  return larger;
}
