/**
 * Segments that leave together: pieces of the send queue that follow each other.
 *
 * They go down the stack as one large segment, which is cut where it must be, just above the card or not at all (ethernet/gso.ts). Routing,
 * neighbour lookup and queueing are done once for all of them, and the peer sees no difference.
 *
 * Source: tcp_mss_split_point and tcp_xmit_size_goal in net/ipv4 (tcp_output.c, tcp.c). Linux keeps such a run as one buffer in its
 * queue; here a chunk of the queue lies in one page, so a run can be made of several.
 */
import type { Page } from "../../packet/page";
import { NO_PIECES, Piece } from "../../packet/piece";
import type { Seq } from "../sequence";
import type { SendChunk } from "./send-chunk";

/** What a segment carries: these bytes of a page, and for a run that lies in several pages, `more`. */
export interface Payload {
  readonly page: Page;
  readonly start: number;
  readonly end: number;
  readonly size: number;
  /** When it is to be cut into several segments: how many bytes each of them takes. Else 0. */
  readonly segmentSize: number;
  readonly more: readonly Piece[];
}

export class SegmentRun implements Payload {
  readonly seq: Seq;
  readonly page: Page;
  readonly start: number;
  end: number;
  /** Of all of them together. */
  size: number;
  segmentSize = 0;
  private pieces: Piece[] | null = null;
  /** The last of them: its PSH and FIN are the run's. */
  last: SendChunk;

  constructor(
    first: SendChunk,
    private readonly mss: number,
    /** The most that it may hold, in bytes. */
    private readonly most: number,
  ) {
    this.seq = first.seq;
    this.page = first.page;
    this.start = first.start;
    this.end = first.end;
    this.size = first.size;
    this.segmentSize = first.segmentSize;
    this.last = first;
  }

  get more(): readonly Piece[] {
    return this.pieces ?? NO_PIECES;
  }

  /**
   * How many bytes of the next chunk can go with them: whole segments. Only the last may be short. A PSH in the middle moves to the end:
   * who waits for what came before it gets that anyway, and more.
   */
  get room(): number {
    const { size, fin, eor } = this.last;
    return size % this.mss === 0 && !fin && !eor ? this.most - this.size : 0;
  }

  add(chunk: SendChunk): void {
    const { page, start, end, size } = chunk;
    const behind = this.pieces === null ? this : this.pieces[this.pieces.length - 1];
    if (page === behind.page && start === behind.end) behind.end = end;
    else if (size > 0) this.addPiece(new Piece(page, start, end));
    this.segmentSize = this.mss;
    this.size += size;
    this.last = chunk;
  }

  private addPiece(piece: Piece): void {
    this.pieces ??= [];
    this.pieces.push(piece);
  }
}
