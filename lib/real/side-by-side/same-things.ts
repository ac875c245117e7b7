/**
 * Which open file on one kernel is the same thing as which on the other.
 *
 * Most are what the same call of the same thread made: its first socket, its second pipe. Accepted connections are not: which
 * client is accepted first is a race. Those of one listening socket are told apart by what went through them; where two clients said
 * and heard the same, nothing tells them apart and nothing needs to.
 */
import type { SystemCallRecord } from "../../sys";
import type { OpenFile } from "./descriptors";
import type { Reading } from "./reading";
import { sameBytes } from "./streams";

/** Two open files with the same name are the same thing on two kernels. */
export class SameThings {
  readonly #names = new Map<OpenFile, string>();
  /** Names of listening sockets whose clients, all together, said and heard the same on both kernels. */
  readonly #sameClients = new Set<string>();
  readonly #found = new Map<Reading, ReadonlyMap<string, OpenFile>>();

  constructor(
    readonly expected: Reading,
    readonly actual: Reading,
  ) {
    for (const reading of [expected, actual]) this.#nameByOrigin(reading);
    // An accepted connection's listener has its name by now: it was made by socket(2).
    const [ours, theirs] = [acceptedOf(expected), acceptedOf(actual)].map((all) => this.#byListener(all));
    for (const name of new Set([...ours.keys(), ...theirs.keys()]))
      this.#pairClients(name, ours.get(name) ?? [], theirs.get(name) ?? []);
  }

  nameOf(file: OpenFile | undefined): string | undefined {
    if (!file) return undefined;
    return file.origin === null ? `console ${file.end}` : this.#names.get(file);
  }

  same(a: OpenFile | undefined, b: OpenFile | undefined): boolean {
    return a !== undefined && b !== undefined && this.nameOf(a) === this.nameOf(b);
  }

  /** The same thing on the reference kernel. */
  inExpected(file: OpenFile | undefined): OpenFile | undefined {
    return this.#find(this.expected, file);
  }

  /** The same thing on the other kernel. */
  inActual(file: OpenFile | undefined): OpenFile | undefined {
    return this.#find(this.actual, file);
  }

  #find(reading: Reading, file: OpenFile | undefined): OpenFile | undefined {
    const name = this.nameOf(file);
    return name === undefined ? undefined : this.#byName(reading).get(name);
  }

  #byName(reading: Reading): ReadonlyMap<string, OpenFile> {
    const known = this.#found.get(reading);
    if (known) return known;
    const all = new Map(reading.descriptors.files().map((file) => [this.nameOf(file) ?? "", file]));
    this.#found.set(reading, all);
    return all;
  }

  /** Did the clients of this connection's listening socket, in whatever order, say and hear the same on both kernels? */
  sameClients(accepted: OpenFile | undefined): boolean {
    const listener = this.nameOf(accepted?.listener ?? undefined);
    return listener !== undefined && this.#sameClients.has(listener);
  }

  #nameByOrigin(reading: Reading): void {
    const counts = new Map<string, number>();
    for (const file of reading.descriptors.files()) {
      if (file.listener || !file.origin) continue;
      const what = `${reading.trackOf(file.origin)} ${file.origin.name} ${file.end}`;
      const count = (counts.get(what) ?? 0) + 1;
      counts.set(what, count);
      this.#names.set(file, `${what} ${count}`);
    }
  }

  #byListener(accepted: readonly OpenFile[]): Map<string, OpenFile[]> {
    const groups = new Map<string, OpenFile[]>();
    for (const file of accepted) {
      const name = this.nameOf(file.listener ?? undefined) ?? "";
      groups.set(name, [...(groups.get(name) ?? []), file]);
    }
    return groups;
  }

  #pairClients(listener: string, ours: readonly OpenFile[], theirs: readonly OpenFile[]): void {
    ours.forEach((file, i) => void this.#names.set(file, `${listener} accepted ${i + 1}`));
    const rest = new Set(theirs);
    const without = new Set(ours);
    const pair = (fits: (a: OpenFile, b: OpenFile) => boolean) => {
      for (const a of without) {
        const b = [...rest].find((candidate) => fits(a, candidate));
        if (!b) continue;
        without.delete(a);
        rest.delete(b);
        this.#names.set(b, this.nameOf(a) ?? "");
      }
    };
    pair((a, b) => this.#sameTrack(a, b) && this.#saidTheSame(a, b));
    pair((a, b) => this.#saidTheSame(a, b));
    if (rest.size === 0 && without.size === 0) this.#sameClients.add(listener);
    pair((a, b) => this.#sameTrack(a, b));
    pair(() => true);
    [...rest].forEach((file, i) => void this.#names.set(file, `${listener} accepted ${ours.length + i + 1}`));
  }

  #sameTrack(a: OpenFile, b: OpenFile): boolean {
    return this.expected.trackOf(a.origin as SystemCallRecord) === this.actual.trackOf(b.origin as SystemCallRecord);
  }

  #saidTheSame(a: OpenFile, b: OpenFile): boolean {
    return (["in", "out"] as const).every((direction) =>
      sameBytes(this.expected.flow(a, direction).all(), this.actual.flow(b, direction).all()),
    );
  }
}

function acceptedOf(reading: Reading): OpenFile[] {
  return reading.descriptors.files().filter(({ listener }) => listener !== null);
}
