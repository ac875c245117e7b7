/**
 * The guard of a stream reassembler: how many bytes it hands out at a time is its own business; which they are isn't.
 *
 * What it hands out is compared with as many bytes of ours; what ours then has handed out too many waits here.
 */
import type { Kernel } from "../../../kernel/kernel";
import { type Check, Judge, nothing, same } from "../../modules/guard";
import type { SackBlock } from "../segment";
import { add, type Seq } from "../sequence";
import type { StreamReassembler } from "./stream-reassembler";

const NOTHING = new Uint8Array(0);

export class GuardedStreamReassembler implements StreamReassembler {
  private readonly judge: Judge;
  /** Handed out by ours, and not yet by the other. */
  private ahead = NOTHING;

  constructor(
    kernel: Kernel,
    private readonly theirs: StreamReassembler,
    private readonly ours: StreamReassembler,
  ) {
    this.judge = new Judge(kernel, "streamReassembler");
  }

  get bytes(): number {
    return this.judge.settle(
      () => "bytes",
      () => this.theirs.bytes,
      () => this.ours.bytes + this.ahead.length,
      same,
    );
  }

  insert(seq: Seq, data: Uint8Array): void {
    this.judge.settle(
      () => `insert(${seq >>> 0}, ${data.length} bytes)`,
      () => this.theirs.insert(seq, data),
      () => this.ours.insert(seq, data),
      nothing,
    );
  }

  take(next: Seq): Uint8Array | null {
    return this.judge.settle(
      () => `take(${next >>> 0})`,
      () => this.theirs.take(next),
      (came) => this.oursFrom(next, came instanceof Uint8Array ? Math.max(came.length, 1) : Number.POSITIVE_INFINITY),
      sameBytes,
    );
  }

  blocks(): readonly SackBlock[] {
    return this.judge.settle(
      () => "blocks()",
      () => this.theirs.blocks(),
      () => this.ours.blocks(),
      sameBlocks,
    );
  }

  /** Up to `size` bytes of ours that stand at `next`; null when there are none. */
  private oursFrom(next: Seq, size: number): Uint8Array | null {
    while (this.ahead.length < size) {
      const more = this.ours.take(add(next, this.ahead.length));
      if (more === null) break;
      const both = new Uint8Array(this.ahead.length + more.length);
      both.set(this.ahead);
      both.set(more, this.ahead.length);
      this.ahead = both;
    }
    if (this.ahead.length === 0) return null;
    const bytes = this.ahead.subarray(0, size);
    this.ahead = this.ahead.subarray(bytes.length);
    return bytes;
  }
}

const sameBytes: Check = (came, ours) => {
  if (!(ours instanceof Uint8Array)) return came === null ? null : "null: there is a gap";
  if (!(came instanceof Uint8Array) || came.length === 0) return `the ${ours.length} bytes that stand there`;
  const alike = came.length === ours.length && came.every((byte, i) => byte === ours[i]);
  return alike ? null : `other bytes: the ${ours.length} that stand there`;
};

/** The same runs, and the same one first; the others in any order. */
const sameBlocks: Check = (came, ours) => {
  const wanted = texts(ours);
  const got = texts(came);
  const alike = got[0] === wanted[0] && [...got].sort().join() === [...wanted].sort().join();
  return alike ? null : `the runs ${wanted.join(", ")}`;
};

function texts(blocks: unknown): string[] {
  if (!Array.isArray(blocks)) return ["none"];
  return blocks.map((block: Partial<SackBlock> | null) => `${block?.left}–${block?.right}`);
}
