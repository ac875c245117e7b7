/**
 * Which open file on one kernel is the same thing as which on the other.
 *
 * Most are what the same call of the same thread made: its first socket, its second pipe. But a client that tries again has more sockets on
 * one day than on another, and which client is accepted first is a race. So things of one origin are told apart by what
 * became of them and what went through them. Where two said and heard the same, nothing tells them apart and nothing needs to.
 */
import { createHash } from "node:crypto";
import type { SystemCallName } from "../../sys";
import type { OpenFile } from "./descriptors";
import type { Reading } from "./reading";

/** Calls that make something of a socket, when they succeed. */
const ROLES = new Set<SystemCallName>(["bind", "listen", "connect"]);

/** Two open files with the same name are the same thing on two kernels. */
export class SameThings {
  readonly #names = new Map<OpenFile, string>();
  readonly #found = new Map<Reading, Map<string, OpenFile>>();
  readonly #roles = new Map<OpenFile, string>();
  readonly #lives = new Map<OpenFile, string>();
  /** Names of listening sockets whose clients, all together, said and heard the same on both kernels. */
  readonly #sameClients = new Set<string>();

  constructor(
    readonly expected: Reading,
    readonly actual: Reading,
  ) {
    for (const reading of [expected, actual]) this.#noteRoles(reading);
    this.#pairAll((file) => (file.listener ? null : this.#originOf(file)));
    // A listening socket has its name by now: it was made by socket(2).
    this.#pairAll((file) => (file.listener ? (this.nameOf(file.listener) ?? "") : null));
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
    return this.#found.get(this.expected)?.get(this.nameOf(file) ?? "");
  }

  /** The same thing on the other kernel. */
  inActual(file: OpenFile | undefined): OpenFile | undefined {
    return this.#found.get(this.actual)?.get(this.nameOf(file) ?? "");
  }

  /** Did the clients of this connection's listening socket, in whatever order, say and hear the same on both kernels? */
  sameClients(accepted: OpenFile | undefined): boolean {
    const listener = this.nameOf(accepted?.listener ?? undefined);
    return listener !== undefined && this.#sameClients.has(listener);
  }

  #noteRoles({ run, descriptors }: Reading): void {
    for (const record of run.calls) {
      const file = descriptors.of(record);
      if (!file || record.error || record.exit === null || !ROLES.has(record.name)) continue;
      this.#roles.set(file, `${this.#roles.get(file) ?? ""} ${record.name}`);
    }
  }

  #trackOf({ origin }: OpenFile): string {
    if (origin === null) return "";
    return this.expected.trackOf(origin) || this.actual.trackOf(origin);
  }

  /** Who made it, and by which call. */
  #originOf(file: OpenFile): string {
    return `${this.#trackOf(file)} ${file.origin?.name} ${file.end} ${file.kind}`;
  }

  /** Pairs the files for which `groupOf` gives the same word. */
  #pairAll(groupOf: (file: OpenFile) => string | null): void {
    const [ours, theirs] = [this.expected, this.actual].map((reading) => {
      const groups = new Map<string, OpenFile[]>();
      for (const file of reading.descriptors.files()) {
        const group = groupOf(file);
        if (group !== null) groups.set(group, [...(groups.get(group) ?? []), file]);
      }
      return groups;
    });
    for (const group of new Set([...ours.keys(), ...theirs.keys()]))
      this.#pairGroup(group, ours.get(group) ?? [], theirs.get(group) ?? []);
  }

  #pairGroup(group: string, ours: readonly OpenFile[], theirs: readonly OpenFile[]): void {
    ours.forEach((file, i) => void this.#name(this.expected, file, `${group} ${i + 1}`));
    const [without, rest] = [new Set(ours), new Set(theirs)];
    const pair = (fits: (a: OpenFile, b: OpenFile) => boolean) => {
      for (const a of without) {
        const b = [...rest].find((candidate) => fits(a, candidate));
        if (!b) continue;
        without.delete(a);
        rest.delete(b);
        this.#name(this.actual, b, this.nameOf(a) ?? "");
      }
    };
    pair((a, b) => this.#trackOf(a) === this.#trackOf(b) && this.#becameTheSame(a, b));
    pair((a, b) => this.#becameTheSame(a, b));
    if (rest.size === 0 && without.size === 0) this.#sameClients.add(group);
    pair((a, b) => this.#trackOf(a) === this.#trackOf(b));
    pair(() => true);
    [...rest].forEach((file, i) => void this.#name(this.actual, file, `${group} ${ours.length + i + 1}`));
  }

  #name(reading: Reading, file: OpenFile, name: string): void {
    this.#names.set(file, name);
    const found = this.#found.get(reading) ?? new Map<string, OpenFile>();
    this.#found.set(reading, found.set(name, file));
  }

  #becameTheSame(a: OpenFile, b: OpenFile): boolean {
    return this.#lifeOf(this.expected, a) === this.#lifeOf(this.actual, b);
  }

  /** What became of it and what went through it, in one word. */
  #lifeOf(reading: Reading, file: OpenFile): string {
    const known = this.#lives.get(file);
    if (known !== undefined) return known;
    const hash = createHash("sha256").update(this.#roles.get(file) ?? "");
    for (const direction of ["in", "out"] as const)
      hash.update(`|${direction}|`).update(reading.flow(file, direction).all());
    const life = hash.digest("hex");
    this.#lives.set(file, life);
    return life;
  }
}
