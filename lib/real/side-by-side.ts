/**
 * One program on several kernels, and their traces laid beside each other.
 *
 * ```ts
 * const comparison = await sideBySide(cat, { on: ["model", "linux"], files: { "/motd": "hello" } });
 * console.log(String(comparison)); // a table in strace's format
 * comparison.different;            // 0, or the model is wrong
 * ```
 *
 * What is compared is what happens before what: the order of each thread's own calls, which bytes a write sent and a read found, who was
 * forked, accepted, waited for. The wall clock's order between threads is not compared, because nothing promises it. Each row is
 * *same*, *allowed* to differ (by a rule of differences.ts), or *different*. The reference is the linux kernel when it takes part,
 * else the first.
 */
import type { Kernel, KernelName, Programs, Run, RunOptions } from "../sys";
import { type Row, rowsOf } from "./side-by-side/rows";
import { sideBySideText } from "./side-by-side/text";

export type { Reason, Verdict } from "./side-by-side/judge";
export type { Cell, Row } from "./side-by-side/rows";

export interface SideBySideOptions extends RunOptions {
  /** The kernels, by name or as objects. Default: the model and the most real one that this machine has. */
  on?: readonly (KernelName | Kernel)[];
}

/** A kernel that was asked for and can't run here. */
export interface Unavailable {
  readonly kernel: KernelName;
  /** One sentence: why not, and what to do. */
  readonly why: string;
}

export interface SideBySide {
  /** One for each kernel that ran: the columns. */
  readonly runs: readonly Run[];
  /** Which of `runs` the others are measured by. */
  readonly reference: number;
  readonly unavailable: readonly Unavailable[];
  /** One for each call and for each process's end. */
  readonly rows: readonly Row[];
  /** How many rows are the same, allowed to differ, different. */
  readonly same: number;
  readonly allowed: number;
  readonly different: number;
  /** A table for a terminal of 120 columns. */
  toString(): string;
}

/** Compares runs that exist already. */
export function compareRuns(runs: readonly Run[], unavailable: readonly Unavailable[] = []): SideBySide {
  const reference = Math.max(
    0,
    runs.findIndex(({ kernel }) => kernel === "linux"),
  );
  const rows = runs.length > 0 ? rowsOf(runs, reference) : [];
  const count = (verdict: Row["verdict"]) => rows.filter((row) => row.verdict === verdict).length;
  const comparison: SideBySide = {
    runs,
    reference,
    unavailable,
    rows,
    same: count("same"),
    allowed: count("allowed"),
    different: count("different"),
    toString: () => sideBySideText(comparison),
  };
  return comparison;
}

/** `sideBySide` for a set of kernels that are known by name. */
export function sideBySideWith(
  kernels: Readonly<Record<KernelName, Kernel>>,
): (programs: Programs, options?: SideBySideOptions) => Promise<SideBySide> {
  return async (programs, { on, ...options } = {}) => {
    const real = kernels.linux.unavailable() === null ? kernels.linux : kernels.node;
    const asked = (on ?? [kernels.model, real]).map((one) => (typeof one === "string" ? kernels[one] : one));
    const runs: Run[] = [];
    const unavailable: Unavailable[] = [];
    // One after the other: they must not take each other's ports.
    for (const kernel of asked) {
      const why = kernel.unavailable();
      if (why === null) runs.push(await kernel.run(programs, options));
      else unavailable.push({ kernel: kernel.name, why });
    }
    return compareRuns(runs, unavailable);
  };
}
