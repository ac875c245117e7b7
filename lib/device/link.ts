/**
 * A wire between two ports: two lanes, one for each direction, that know nothing of each other (full duplex).
 *
 * Give it a bandwidth and a latency, and it is a cable; give it a queue, and it is a path through the Internet; give it
 * faults, and it is a bad day.
 */
import { checkOptionNames, type OptionNames } from "../sys/known-options";
import { type Fault, FaultScript } from "./fault";
import { Lane, type LaneOptions } from "./lane";
import type { Medium } from "./medium";
import type { Port } from "./port";

/** What a wire is like: the options of a lane hold for both directions, unless `back` says otherwise. */
export interface LinkOptions extends LaneOptions {
  /** Where the way back, from the second end to the first, is different: `{ back: { latency: … } }`. Default: as the way there. */
  readonly back?: LaneOptions;
  /** What shall happen to which frame: `[{ action: "drop", match: ({ payload }) => payload > 0, nth: 3 }]`; see fault.ts. */
  readonly faults?: readonly Fault[];
}

const LANE_OPTIONS: OptionNames<LaneOptions> = {
  bandwidth: true,
  latency: true,
  queue: true,
  loss: true,
  corruption: true,
  reordering: true,
  duplication: true,
  reorderBy: true,
};
const LINK_OPTIONS: OptionNames<LinkOptions> = { ...LANE_OPTIONS, back: true, faults: true };

/** A wire between two ports; `world.link` makes it. */
export class Link {
  /** "alice eth0 - bob eth0". */
  readonly name: string;

  /** Throws an Error when an end has a wire already, a TypeError or RangeError when an option makes no sense. */
  constructor(medium: Medium, a: Port, b: Port, options: LinkOptions = {}) {
    this.name = `${a.host} ${a.device} - ${b.host} ${b.device}`;
    for (const port of [a, b]) {
      if (port.plugged) throw new Error(`${port.host} ${port.device} has a wire already`);
    }
    checkOptionNames("a link", options, LINK_OPTIONS);
    const { back = {}, faults = [], ...there } = options;
    checkOptionNames("a link's back", back, LANE_OPTIONS);
    const lanes: [Port, Port, LaneOptions][] = [
      [a, b, there],
      [b, a, { ...there, ...back }],
    ];
    for (const [, , lane] of lanes) checkOptions(lane);
    const script = new FaultScript(faults, [a.host, b.host]);
    for (const [from, to, lane] of lanes) {
      from.plug(new Lane(medium, this.name, from, to, medium.random.fork(), script, lane));
    }
  }
}

function checkOptions(options: LaneOptions): void {
  for (const name of ["loss", "corruption", "reordering", "duplication"] as const) {
    const value = options[name] ?? 0;
    if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} is a probability, from 0 to 1, not ${value}`);
  }
  const { bandwidth = 1, latency = 0, queue = 0, reorderBy = 0 } = options;
  if (!(bandwidth > 0)) throw new RangeError(`bandwidth is in bits a second, more than 0, not ${bandwidth}`);
  for (const [name, value] of Object.entries({ latency, reorderBy })) {
    if (!(value >= 0 && Number.isFinite(value)))
      throw new RangeError(`${name} is in nanoseconds, 0 or more (5 * MILLISECOND), not ${value}`);
  }
  if (!(Number.isInteger(queue) && queue >= 0)) throw new RangeError(`queue is a number of frames, not ${queue}`);
}
