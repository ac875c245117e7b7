/**
 * What a thread was told to be ready, over a whole run: for each thing that it watched, all bits that were ever reported.
 *
 * How much a single poll or epoll_wait finds is a race. But a bit that one kernel reports of a connection and the other never
 * does is none.
 */
import { type EpollEvent, POLLERR, POLLIN, POLLOUT, type PollFd, type SystemCallRecord } from "../../sys";
import { readiness } from "../differences/rule";
import type { OpenFile } from "./descriptors";
import type { Reading } from "./reading";
import type { SameThings } from "./same-things";

interface Report {
  readonly file: OpenFile | undefined;
  readonly bits: number;
}

/** What one call reported. */
function reportsOf(record: SystemCallRecord, { descriptors }: Reading): Report[] {
  const { name, result, error, argsAfter } = record;
  if (!readiness.has(name) || error || result === undefined) return [];
  if (name === "epoll_wait") {
    return (result as EpollEvent[]).map(({ events, data }) => ({
      file: descriptors.reported(record, data),
      bits: events,
    }));
  }
  if (name === "select") {
    const sets = (argsAfter ?? record.args).slice(1, 4) as (Set<number> | null)[];
    return sets.flatMap((set, i) =>
      [...(set ?? [])].map((fd) => ({ file: descriptors.at(record, fd), bits: [POLLIN, POLLOUT, POLLERR][i] })),
    );
  }
  const fds = (argsAfter ?? record.args)[0] as PollFd[];
  return fds.map(({ fd, revents = 0 }) => ({ file: descriptors.at(record, fd), bits: revents }));
}

export class Readiness {
  /** By thread, and by the thing's name. */
  readonly #expected: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly #actual: ReadonlyMap<string, ReadonlyMap<string, number>>;

  constructor(
    private readonly reference: Reading,
    private readonly other: Reading,
    private readonly things: SameThings,
  ) {
    this.#expected = this.#collect(reference);
    this.#actual = this.#collect(other);
  }

  #collect(reading: Reading): Map<string, Map<string, number>> {
    const all = new Map<string, Map<string, number>>();
    for (const { key, records } of reading.tracks.values()) {
      const bitsOf = new Map<string, number>();
      for (const record of records) {
        for (const { file, bits } of reportsOf(record, reading)) {
          const name = this.things.nameOf(file);
          if (name !== undefined) bitsOf.set(name, (bitsOf.get(name) ?? 0) | bits);
        }
      }
      all.set(key, bitsOf);
    }
    return all;
  }

  /** For each thing that one of these two calls reported: was, in all, the same reported of it on both kernels? */
  agrees(expected: SystemCallRecord, actual: SystemCallRecord): boolean {
    const track = this.reference.trackOf(expected);
    const [ours, theirs] = [this.#expected.get(track), this.#actual.get(track)];
    const reported = [...reportsOf(expected, this.reference), ...reportsOf(actual, this.other)];
    return reported.every(({ file, bits }) => {
      const name = this.things.nameOf(file);
      return bits === 0 || (name !== undefined && ours?.get(name) === theirs?.get(name));
    });
  }
}
