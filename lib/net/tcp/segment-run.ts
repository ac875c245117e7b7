/**
 * Segments that leave together: pieces of the send queue that follow each other and lie side by side in memory.
 *
 * They go down the stack as one large segment, which is cut where it must be, just above the card or not at all (gso.ts). Routing,
 * neighbour lookup and queueing are done once for all of them, and the peer sees no difference.
 *
 * Source: tcp_tso_should_defer, tcp_mss_split_point and tcp_xmit_size_goal in net/ipv4 (tcp_output.c, tcp.c). Linux builds such segments when the
 * program writes, and keeps them as one in its queue; here the queue knows single segments only, and they join when they leave.
 */
import type { Page } from "../page";
import type { SendChunk } from "./send-chunk";
import type { Seq } from "./sequence";

/** What a segment carries: these bytes of a page. */
export interface Payload {
  readonly page: Page;
  readonly start: number;
  readonly end: number;
  readonly size: number;
  /** When it is to be cut into several segments: how many bytes each of them takes. Else 0. */
  readonly segmentSize: number;
}

export class SegmentRun implements Payload {
  readonly seq: Seq;
  readonly page: Page;
  readonly start: number;
  end: number;
  segmentSize = 0;
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
    this.last = first;
  }

  get size(): number {
    return this.end - this.start;
  }

  /** Can this piece, the next in the queue, go with them? Only the last may be short, and PSH and FIN stand on the last only. */
  takes(chunk: SendChunk): boolean {
    const { last, mss } = this;
    return (
      chunk.page === this.page &&
      chunk.start === this.end &&
      last.size === mss &&
      !last.push &&
      chunk.end - this.start <= this.most
    );
  }

  add(chunk: SendChunk): void {
    this.segmentSize = this.mss;
    this.end = chunk.end;
    this.last = chunk;
  }
}
