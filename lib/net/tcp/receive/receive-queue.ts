/**
 * The receive queue: bytes that have arrived in order and that the program has not read yet.
 *
 * It holds no copy: each piece refers to the packet it came in. The bytes are copied once, when the program reads.
 *
 * What counts against the receive buffer is the packets' memory (packet/truesize.ts). A packet that comes joins the one at the end of the
 * queue if it can: of its memory only the pages remain, or, when its few bytes fit into free space there, nothing. The price: the
 * memory of packets that are joined is free only when the last byte of all of them has been read.
 *
 * Source: sk_receive_queue, sk_rmem_alloc; tcp_recvmsg_locked in net/ipv4/tcp.c, tcp_queue_rcv and tcp_try_coalesce in tcp_input.c,
 * skb_try_coalesce in net/core/skbuff.c.
 */
import { MAX_FRAGMENTS } from "../../ethernet/gro";
import type { Page } from "../../packet/page";
import { Piece } from "../../packet/piece";
import { blockTruesize, SHARED_INFO_SIZE, SKB_SIZE } from "../../packet/truesize";
import type { Segment } from "../segment";

/** Shared by all queues that are empty; nothing is ever put into it. */
const NONE: Piece[] = [];
/** A smaller piece is copied in a loop: cheaper than a view. */
const SMALL = 64;
/** The sender fills pages of this size (SKB_FRAG_PAGE_ORDER). */
const PAGE_SIZE = 32_768;
/** When the queue is copied together, so many bytes go into one packet: what fits into a page. */
const COLLAPSED = 4096 - SHARED_INFO_SIZE;

/** What matters of the packet at the end of the queue to the one that comes next. */
interface LastPacket {
  /** Page fragments that hang on it. */
  fragments: number;
  /** Free space behind its bytes. */
  room: number;
}

export class ReceiveQueue {
  private pieces = NONE;
  private head = 0;
  private last: LastPacket | null = null;
  /** Bytes that wait to be read. */
  bytes = 0;
  /** Memory of all packets that wait, in bytes (sk_rmem_alloc). Invariant: the sum of the pieces' memory. */
  memory = 0;

  get empty(): boolean {
    return this.bytes === 0;
  }

  /**
   * Appends `size` bytes of the segment's payload, from its `skip`th on. `mayJoin`: the packet at the end of the queue is nobody
   * else's.
   */
  append(segment: Segment, skip: number, size: number, mayJoin: boolean): void {
    const before = this.empty ? null : this.pieces[this.pieces.length - 1];
    if (skip === 0 && size === segment.size) {
      this.add(new Piece(segment.page, segment.start, segment.end));
      for (const piece of segment.more) this.add(piece);
    } else {
      for (const piece of segment.pieces(skip, size)) this.add(piece);
    }
    const added = mayJoin && before !== null ? this.join(segment, size) : -1;
    if (added < 0) this.last = { fragments: fragmentsOf(segment), room: segment.tailroom };
    this.charge(added < 0 ? segment.truesize : added, added < 0 ? null : before);
  }

  /** Appends a piece that takes so much memory. */
  appendPiece(piece: Piece, memory: number): void {
    this.add(piece);
    this.last = null;
    this.charge(memory, null);
  }

  /** The memory that it takes when it joins the last packet; −1 when it can't. */
  private join(segment: Segment, size: number): number {
    const { last } = this;
    if (last === null) return -1;
    if (size <= last.room) {
      last.room -= size;
      return 0;
    }
    // A head that is taken over becomes a fragment too.
    const fragments = fragmentsOf(segment) + (segment.headEmpty ? 0 : 1);
    if (segment.overhead < 0 || last.fragments + fragments > MAX_FRAGMENTS) return -1;
    last.fragments += fragments;
    last.room = 0;
    return segment.truesize - segment.overhead;
  }

  /** The last piece answers for its packet's memory, and for that of the packets it has joined, of which `before` was the last piece. */
  private charge(memory: number, before: Piece | null): void {
    const piece = this.pieces[this.pieces.length - 1];
    this.memory += memory;
    piece.memory += memory;
    if (before === null || before === piece) return;
    piece.memory += before.memory;
    before.memory = 0;
  }

  private add(piece: Piece): void {
    piece.page.hold();
    if (this.pieces.length === 0) this.pieces = [piece];
    else this.pieces.push(piece);
    this.bytes += piece.end - piece.start;
  }

  /** Copies all that waits into packets that are filled up (tcp_collapse). Only counted: nobody sees where the bytes lie. */
  collapse(): void {
    const rest = this.bytes % COLLAPSED;
    const truesize = blockTruesize(rest);
    const least = Math.floor(this.bytes / COLLAPSED) * blockTruesize(COLLAPSED) + (rest > 0 ? truesize : 0);
    if (least >= this.memory) return;
    for (let i = this.head; i < this.pieces.length; i++) this.pieces[i].memory = 0;
    this.last = { fragments: 0, room: rest > 0 ? truesize - SKB_SIZE - SHARED_INFO_SIZE - rest : 0 };
    this.memory = 0;
    this.charge(least, null);
  }

  /** Copies up to `size` bytes of the first packet to `target` from `at` on and forgets them; returns how many. */
  read(target: Uint8Array, at: number, size: number): number {
    let done = 0;
    while (done < size && this.bytes > 0) {
      const piece = this.pieces[this.head];
      const count = Math.min(size - done, piece.end - piece.start);
      copy(piece.page, piece.start, count, target, at + done);
      done += count;
      if (this.consume(piece, count)) break;
    }
    return done;
  }

  /** Throws up to `size` bytes of the first packet away; returns how many. */
  discard(size: number): number {
    let done = 0;
    while (done < size && this.bytes > 0) {
      const piece = this.pieces[this.head];
      const count = Math.min(size - done, piece.end - piece.start);
      done += count;
      if (this.consume(piece, count)) break;
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
      copy(page, start + skipped, count, target, at + done);
      done += count;
    }
    return done;
  }

  clear(): void {
    this.pieces = NONE;
    this.head = 0;
    this.last = null;
    this.bytes = 0;
    this.memory = 0;
  }

  /** True when that was the end of a packet. */
  private consume(piece: Piece, count: number): boolean {
    piece.start += count;
    this.bytes -= count;
    if (piece.start < piece.end) return false;
    piece.page.release();
    this.memory -= piece.memory;
    this.head++;
    if (this.head === this.pieces.length) {
      this.pieces = NONE;
      this.head = 0;
      this.last = null;
    } else if (this.head > 256) {
      this.pieces = this.pieces.slice(this.head);
      this.head = 0;
    }
    return piece.memory > 0;
  }
}

/** The queue of all connections on which nothing waits; nothing is ever put into it. */
export const NOTHING_RECEIVED = new ReceiveQueue();

function fragmentsOf(segment: Segment): number {
  if (!segment.headEmpty) return segment.more.length;
  return segment.more.reduce(
    (sum, { start, end }) => sum + Math.ceil((end - start) / PAGE_SIZE),
    Math.ceil((segment.end - segment.start) / PAGE_SIZE),
  );
}

function copy(page: Page, start: number, count: number, target: Uint8Array, at: number): void {
  if (count > SMALL) {
    target.set(page.bytes.subarray(start, start + count), at);
    return;
  }
  for (let i = 0; i < count; i++) target[at + i] = page.bytes[start + i];
}
