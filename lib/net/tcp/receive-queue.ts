/**
 * The receive queue: bytes that have arrived in order and that the program has not read yet.
 *
 * It holds no copy: each piece refers to the packet it came in. The bytes are copied once, when the program reads.
 *
 * Source: sk_receive_queue; tcp_recvmsg_locked in net/ipv4/tcp.c, tcp_queue_rcv and tcp_try_coalesce in tcp_input.c.
 */
import type { Piece } from "../piece";

/** Shared by all queues that are empty; nothing is ever put into it. */
const NONE: Piece[] = [];
/** A smaller piece is copied in a loop: cheaper than a view. */
const SMALL = 64;

export class ReceiveQueue {
  private pieces = NONE;
  private head = 0;
  /** Bytes that wait to be read. */
  bytes = 0;

  get empty(): boolean {
    return this.bytes === 0;
  }

  /** Appends a piece, which is the queue's from now on. */
  add(piece: Piece): void {
    piece.page.hold();
    if (this.pieces.length === 0) this.pieces = [piece];
    else this.pieces.push(piece);
    this.bytes += piece.end - piece.start;
  }

  /** Copies up to `size` bytes to `target` from `at` on and forgets them; returns how many. */
  read(target: Uint8Array, at: number, size: number): number {
    let done = 0;
    while (done < size && this.bytes > 0) {
      const piece = this.pieces[this.head];
      const count = Math.min(size - done, piece.end - piece.start);
      copy(piece.page.bytes, piece.start, count, target, at + done);
      this.consume(piece, count);
      done += count;
    }
    return done;
  }

  /** Throws up to `size` bytes away; returns how many. */
  discard(size: number): number {
    let done = 0;
    while (done < size && this.bytes > 0) {
      const piece = this.pieces[this.head];
      const count = Math.min(size - done, piece.end - piece.start);
      this.consume(piece, count);
      done += count;
    }
    return done;
  }

  /** Like `read`, from the `skip`th byte on, and forgets nothing. */
  peek(target: Uint8Array, at: number, size: number, skip: number): number {
    let done = 0;
    let toSkip = skip;
    for (let i = this.head; i < this.pieces.length && done < size; i++) {
      const { page, start, end } = this.pieces[i];
      const skipped = Math.min(toSkip, end - start);
      toSkip -= skipped;
      const count = Math.min(size - done, end - start - skipped);
      copy(page.bytes, start + skipped, count, target, at + done);
      done += count;
    }
    return done;
  }

  clear(): void {
    this.pieces = NONE;
    this.head = 0;
    this.bytes = 0;
  }

  private consume(piece: Piece, count: number): void {
    piece.start += count;
    this.bytes -= count;
    if (piece.start < piece.end) return;
    piece.page.release();
    this.head++;
    if (this.head === this.pieces.length) {
      this.pieces = NONE;
      this.head = 0;
    } else if (this.head > 256) {
      this.pieces = this.pieces.slice(this.head);
      this.head = 0;
    }
  }
}

function copy(data: Uint8Array, start: number, count: number, target: Uint8Array, at: number): void {
  if (count > SMALL) {
    target.set(start === 0 && count === data.length ? data : data.subarray(start, start + count), at);
    return;
  }
  for (let i = 0; i < count; i++) target[at + i] = data[start + i];
}
