/** A run as it is read for a comparison: who made each call, what its descriptor led to, and what went through it. */
import type { Run, SystemCallRecord } from "../../sys";
import { DescriptorHistory, type OpenFile } from "./descriptors";
import { type Direction, Flow, moved } from "./streams";
import { type Track, tracksOf } from "./tracks";

const EMPTY = new Flow();

export class Reading {
  readonly tracks: ReadonlyMap<string, Track>;
  readonly descriptors: DescriptorHistory;
  readonly #trackOf = new Map<SystemCallRecord, string>();
  readonly #byId = new Map<number, string>();
  readonly #flows: Readonly<Record<Direction, Map<OpenFile, Flow>>> = { in: new Map(), out: new Map() };
  /** From where to where, in the run's order of entries and exits, each thread lived. */
  readonly #lives: ReadonlyMap<string, readonly [number, number]>;

  constructor(readonly run: Run) {
    this.tracks = tracksOf(run);
    this.descriptors = new DescriptorHistory(run);
    for (const { key, records } of this.tracks.values()) {
      this.#byId.set(records[0].tid, key);
      for (const record of records) this.#trackOf.set(record, key);
    }
    for (const record of [...run.calls].sort((a, b) => (a.exit ?? a.enter) - (b.exit ?? b.enter))) this.#move(record);
    this.#lives = livesOf(run, this.tracks);
  }

  trackOf(record: SystemCallRecord): string {
    return this.#trackOf.get(record) ?? "";
  }

  /** The thread, or the main thread of the process, with this id. */
  whoIs(id: number): string {
    return this.#byId.get(id) ?? "";
  }

  flow(file: OpenFile | undefined, direction: Direction): Flow {
    return (file && this.#flows[direction].get(file)) ?? EMPTY;
  }

  /** Did another thread of the run live while this call was under way? Then what it finds is a question of who was quicker. */
  hasCompany(record: SystemCallRecord): boolean {
    const own = this.trackOf(record);
    const end = record.exit ?? Number.POSITIVE_INFINITY;
    return [...this.#lives].some(([key, [from, to]]) => key !== own && from < end && to > record.enter);
  }

  /** Had another thread of the run begun before this call was over? Then what it finds may be the trace of a race. */
  hadCompany(record: SystemCallRecord): boolean {
    const own = this.trackOf(record);
    const end = record.exit ?? Number.POSITIVE_INFINITY;
    return [...this.#lives].some(([key, [from]]) => key !== own && from < end);
  }

  #move(record: SystemCallRecord): void {
    const part = moved(record);
    const file = this.descriptors.of(record);
    if (!part || !file) return;
    const flows = this.#flows[part.direction];
    const flow = flows.get(file) ?? new Flow();
    flows.set(file, flow);
    flow.add(this.trackOf(record), part.data);
  }
}

function livesOf(run: Run, tracks: ReadonlyMap<string, Track>): Map<string, readonly [number, number]> {
  const born = new Map(
    run.calls.flatMap(({ name, result, enter }) =>
      name === "fork" || name === "pthread_create" ? [[Number(result), enter] as const] : [],
    ),
  );
  return new Map(
    [...tracks.values()].map(({ key, records }) => {
      const [first, last] = [records[0], records[records.length - 1]];
      return [key, [born.get(first.tid) ?? 0, last.exit ?? Number.POSITIVE_INFINITY]] as const;
    }),
  );
}
