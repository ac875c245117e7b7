/**
 * Scripted faults: what shall happen to which frame, exactly, in every run.
 *
 *     { action: "drop", from: "alice", match: (frame) => frame.payload > 0, nth: 3 }
 *
 * Chance finds mistakes that nobody thought of; a script shows one that somebody did. A link asks its script about every
 * frame, in the order in which they are put on the wire, before anything is left to chance.
 */
import type { Nanoseconds } from "../world/clock";
import type { Frame } from "./frame";
import { type FrameInfo, frameInfo } from "./frame-info";

export type FaultAction = "drop" | "duplicate" | "corrupt" | "delay";

export interface Fault {
  readonly action: FaultAction;
  /** Only frames that this machine puts on the wire. Default: both. */
  readonly from?: string;
  /** Only frames of which this is true. Default: all. */
  readonly match?: (frame: FrameInfo) => boolean;
  /** The first, second, … of those that match; 1 is the first. Default: all of them. */
  readonly nth?: number | readonly number[];
  /** For "delay": how long it is held back. Default 10 ms. */
  readonly by?: Nanoseconds;
}

/** The faults of a link, and how many frames each has matched so far. */
export class FaultScript {
  private readonly matches: number[];

  constructor(private readonly faults: readonly Fault[]) {
    this.matches = faults.map(() => 0);
  }

  /** What shall happen to this frame, which is about to leave `from`. Every fault counts it; the first that applies wins. */
  judge(frame: Frame, from: string): Fault | null {
    if (this.faults.length === 0) return null;
    const info = frameInfo(frame.bytes());
    let verdict: Fault | null = null;
    this.faults.forEach((fault, i) => {
      if (fault.from !== undefined && fault.from !== from) return;
      if (fault.match !== undefined && !fault.match(info)) return;
      const count = ++this.matches[i];
      const applies = fault.nth === undefined || [fault.nth].flat().includes(count);
      if (applies) verdict ??= fault;
    });
    return verdict;
  }
}
