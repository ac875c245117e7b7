/**
 * At which moment of a run the tables are looked at: right after a system call has returned, before the program goes on.
 *
 * That is the same point of the program on every kernel. What other processes have done by then is a race, as always.
 */
import { type SystemCallRecord, systemCallNames } from "../../sys";

/**
 * "accept": when accept first returns without an error. "server:accept": in the process called server. "server:accept:2": the second time.
 * Or a function that says yes when a call has returned. Left out: when the most descriptors were open, all processes together.
 */
export type Moment = string | ((record: SystemCallRecord) => boolean);

/** Watches a run go by and says when to look. */
export class MomentWatch {
  readonly #fits: ((record: SystemCallRecord) => boolean) | null;
  readonly #open = new OpenDescriptors();
  #left: number;
  #most = 0;

  constructor(moment?: Moment) {
    const { fits, nth } = parseMoment(moment);
    this.#fits = fits;
    this.#left = nth;
  }

  /** A call has returned. Is this the moment (or a better one than before)? */
  returned(record: SystemCallRecord): boolean {
    this.#open.returned(record);
    if (this.#fits === null) {
      if (this.#open.count <= this.#most) return false;
      this.#most = this.#open.count;
      return true;
    }
    if (this.#left === 0 || !this.#fits(record)) return false;
    this.#left--;
    return this.#left === 0;
  }

  /** A process has ended. */
  ended(pid: number): void {
    this.#open.ended(pid);
  }
}

/** The parts of "server:accept:2"; the process's name may hold colons itself. */
const WORDS = /^(?:(?<who>.+):)?(?<call>[a-z_]\w*)(?::(?<nth>[1-9]\d*))?$/;

/** The call that a moment in words names; null when the words are no moment. */
export function callOf(moment: string): string | null {
  return WORDS.exec(moment)?.groups?.call ?? null;
}

function parseMoment(moment: Moment | undefined): {
  fits: ((record: SystemCallRecord) => boolean) | null;
  nth: number;
} {
  if (moment === undefined) return { fits: null, nth: 1 };
  if (typeof moment === "function") return { fits: moment, nth: 1 };
  const { who, call, nth = "1" } = WORDS.exec(moment)?.groups ?? {};
  if (call === undefined || !(systemCallNames as readonly string[]).includes(call)) {
    throw new TypeError(`"${moment}" is no moment: write "accept", "server:accept" or "server:accept:2"`);
  }
  return {
    nth: Number(nth),
    fits: ({ name, process, error }) => name === call && !error && (who === undefined || process === who),
  };
}

/** What a moment is called below a table. */
export function momentWords(moment: Moment | undefined): string {
  if (moment === undefined) return "when most descriptors were open";
  return typeof moment === "function" ? "at the chosen moment" : `right after ${moment}`;
}

/** How many descriptors are open, all processes together. */
class OpenDescriptors {
  readonly #tables = new Map<number, Set<number>>();

  get count(): number {
    return [...this.#tables.values()].reduce((sum, { size }) => sum + size, 0);
  }

  returned({ name, pid, args, result, error }: SystemCallRecord): void {
    if (error) return;
    const table = this.#tableOf(pid);
    if (name === "close") table.delete(Number(args[0]));
    else if (name === "fork") this.#tables.set(Number(result), new Set(table));
    else if (OPENS.has(name)) for (const fd of [result].flat()) table.add(Number(fd));
  }

  ended(pid: number): void {
    this.#tables.delete(pid);
  }

  #tableOf(pid: number): Set<number> {
    const table = this.#tables.get(pid) ?? new Set([0, 1, 2]);
    this.#tables.set(pid, table);
    return table;
  }
}

const OPENS: ReadonlySet<string> = new Set([
  ...["open", "dup", "dup2", "dup3", "pipe", "pipe2", "socketpair", "socket", "accept", "accept4", "epoll_create1"],
]);
