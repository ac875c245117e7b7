/**
 * Reassembly: bytes that arrive ahead of a gap wait here until the gap is filled.
 *
 * A module: a host can be booted with another one. The rule is small and easily got wrong: every byte of the stream is handed on
 * once, in order, however the segments that carried it overlap. What is kept is a list of runs that neither touch nor
 * overlap, ordered by sequence number.
 *
 * Source: RFC 9293 section 3.10.7.4 ("Segments with higher beginning sequence numbers SHOULD be held for later processing"),
 * RFC 2018 section 4 (order of SACK blocks); tcp_data_queue_ofo in net/ipv4/tcp_input.c.
 */
import type { SackBlock } from "../segment";
import { add, after, before, distance, type Seq } from "../sequence";

/** The contract of the module: it keeps the bytes of a stream that came ahead of a gap. */
export interface StreamReassembler {
  /** How many bytes wait here. */
  readonly bytes: number;
  /** Keeps what is new of these bytes. The view stays valid, and must not be written to. */
  insert(seq: Seq, data: Uint8Array): void;
  /** The bytes that stand at `next` or go on over it, from `next` on; null while there is a gap. Called until it says null. */
  take(next: Seq): Uint8Array | null;
  /** The runs that wait, the one that was inserted into last first. */
  blocks(): readonly SackBlock[];
}

/** Bytes as they came in one segment. */
interface Piece {
  readonly seq: Seq;
  readonly data: Uint8Array;
}

export class OrderedPieces implements StreamReassembler {
  bytes = 0;
  /** By sequence number. Invariant: they don't overlap. */
  private readonly pieces: Piece[] = [];
  /** What the pieces cover, as runs that neither touch nor overlap: the one that was inserted into last first. */
  private runs: SackBlock[] = [];

  insert(seq: Seq, data: Uint8Array): void {
    const end = add(seq, data.length);
    this.joinRuns(seq, end);
    let from = seq;
    let at = this.firstEndingAfter(seq);
    // Fills the holes between what is there already, from left to right.
    while (before(from, end)) {
      const next = this.pieces[at];
      const holeEnd = next === undefined || after(next.seq, end) ? end : next.seq;
      if (before(from, holeEnd)) {
        const part = data.subarray(distance(from, seq), distance(holeEnd, seq));
        this.pieces.splice(at, 0, { seq: from, data: part });
        this.bytes += part.length;
        at++;
      }
      if (next === undefined) return;
      const nextEnd = add(next.seq, next.data.length);
      if (after(nextEnd, from)) from = nextEnd;
      at++;
    }
  }

  take(next: Seq): Uint8Array | null {
    for (;;) {
      const first = this.pieces[0];
      if (first === undefined || after(first.seq, next)) return null;
      this.pieces.shift();
      this.bytes -= first.data.length;
      this.runs = this.runs.filter(({ left }) => after(left, next));
      const skip = distance(next, first.seq);
      if (skip < first.data.length) return skip === 0 ? first.data : first.data.subarray(skip);
    }
  }

  /**
   * RFC 2018 section 4: "The first SACK block … MUST specify the contiguous block of data containing the segment which triggered
   * this ACK", and after it come "the most recently reported" ones.
   */
  blocks(): readonly SackBlock[] {
    return this.runs;
  }

  private joinRuns(from: Seq, to: Seq): void {
    let left = from;
    let right = to;
    const others: SackBlock[] = [];
    for (const run of this.runs) {
      if (after(run.left, to) || before(run.right, from)) {
        others.push(run);
        continue;
      }
      if (before(run.left, left)) left = run.left;
      if (after(run.right, right)) right = run.right;
    }
    this.runs = [{ left, right }, ...others];
  }

  private firstEndingAfter(seq: Seq): number {
    const { pieces } = this;
    let at = pieces.length;
    // Most segments come behind all that waits: look from the end.
    while (at > 0 && after(add(pieces[at - 1].seq, pieces[at - 1].data.length), seq)) at--;
    return at;
  }
}
