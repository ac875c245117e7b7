/** Did the same go through the same thing on both kernels? Each answer is found once, since it may take a walk through megabytes. */
import { datagrams } from "../differences/rule";
import type { OpenFile } from "./descriptors";
import type { Reading } from "./reading";
import { type Direction, sameBytes, sameBytesMixed } from "./streams";

interface SameFlow {
  /** Did this thread move the same bytes in all? */
  readonly sameStream: boolean;
  /** Did all threads together move the same messages, or the same bytes, in whatever order? */
  readonly sameMixed: boolean;
}

export class Flows {
  readonly #known = new Map<OpenFile | undefined, Map<string, SameFlow>>();

  constructor(
    private readonly reference: Reading,
    private readonly other: Reading,
  ) {}

  /** `file` on the reference kernel and `partner` on the other. */
  compare(file: OpenFile | undefined, partner: OpenFile | undefined, direction: Direction, track: string): SameFlow {
    const key = file ?? partner;
    const known = this.#known.get(key) ?? new Map<string, SameFlow>();
    this.#known.set(key, known);
    const found = known.get(`${direction} ${track}`) ?? this.#compare(file, partner, direction, track);
    known.set(`${direction} ${track}`, found);
    return found;
  }

  #compare(file: OpenFile | undefined, partner: OpenFile | undefined, direction: Direction, track: string): SameFlow {
    const [ours, theirs] = [this.reference.flow(file, direction), this.other.flow(partner, direction)];
    const messages = datagrams.has((file ?? partner)?.kind);
    return {
      sameStream: sameBytes(ours.of(track), theirs.of(track)),
      sameMixed: messages
        ? ours.messages().join("\n") === theirs.messages().join("\n")
        : sameBytesMixed(ours.all(), theirs.all()),
    };
  }
}
