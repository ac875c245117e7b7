/**
 * Scripted faults: what shall happen to which frame, exactly, in every run.
 *
 *     { action: "drop", from: "alice", match: (frame) => frame.payload > 0, nth: 3 }
 *
 * Chance finds mistakes that nobody thought of; a script shows one that somebody did. A link asks its script about every
 * frame, in the order in which they are put on the wire, before anything is left to chance.
 */
import { checkOptionNames, type OptionNames } from "../sys/known-options";
import type { Nanoseconds } from "../world/clock";
import type { Frame } from "./frame";
import { type FrameInfo, frameInfo } from "./frame-info";

/** drop: it is lost; duplicate: it arrives twice; corrupt: one bit of it is flipped; delay: it arrives later. */
export type FaultAction = "drop" | "duplicate" | "corrupt" | "delay";

/** What shall happen to which frame of a link: `{ action: "drop", from: "alice", match: ({ payload }) => payload > 0, nth: 3 }`. */
export interface Fault {
  /** What happens to it: it is lost, arrives twice, with one bit flipped, or later. */
  readonly action: FaultAction;
  /** Only frames that this machine puts on the wire. Default: both. */
  readonly from?: string;
  /** Only frames of which this is true. Default: all. */
  readonly match?: (frame: FrameInfo) => boolean;
  /** The first, second, … of those that match; 1 is the first. Default: all of them. */
  readonly nth?: number | readonly number[];
  /** For "delay": how long it is held back, in nanoseconds. Default 10 ms. */
  readonly by?: Nanoseconds;
}

const ACTIONS: readonly FaultAction[] = ["drop", "duplicate", "corrupt", "delay"];
const FAULT_OPTIONS: OptionNames<Fault> = { action: true, from: true, match: true, nth: true, by: true };

/** Throws a TypeError or RangeError when a fault makes no sense on a wire between these machines. */
function checkFault(fault: Fault, ends: readonly string[]): void {
  checkOptionNames("a fault", fault, FAULT_OPTIONS);
  const { action, from, match, nth = 1, by = 0 } = fault;
  if (!ACTIONS.includes(action))
    throw new TypeError(`a fault has an action, one of ${ACTIONS.join(", ")}, not ${String(action)}`);
  if (from !== undefined && !ends.includes(from))
    throw new TypeError(
      `a fault's frames come from one end of the wire, ${ends.join(" or ")}, not from ${String(from)}`,
    );
  if (match !== undefined && typeof match !== "function")
    throw new TypeError("a fault's match is a function of a frame, such as (frame) => frame.payload > 0");
  if (![nth].flat().every((count) => Number.isInteger(count) && count > 0))
    throw new RangeError(`a fault's nth counts the frames that match from 1 on; it isn't ${String(nth)}`);
  if (!(by >= 0 && Number.isFinite(by)))
    throw new RangeError(`a fault's by is in nanoseconds, 0 or more, not ${String(by)}`);
}

/** The faults of a link, and how many frames each has matched so far. */
export class FaultScript {
  private readonly matches: number[];

  /** `ends`: the machines that the wire joins. Throws a TypeError or RangeError when a fault makes no sense. */
  constructor(
    private readonly faults: readonly Fault[],
    ends: readonly string[],
  ) {
    if (!Array.isArray(faults)) throw new TypeError('faults is a list: [{ action: "drop", nth: 3 }]');
    for (const fault of faults) checkFault(fault, ends);
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
