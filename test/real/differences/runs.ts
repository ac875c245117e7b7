/** Runs to compare: a program's run on the model stands for one on Linux as well, as it is or with some of its calls changed. */
import { compareRuns, type SideBySide } from "../../../lib/real/side-by-side";
import type { Programs, Run, RunOptions, SystemCallRecord } from "../../../lib/sys";
import { runModel } from "../../../lib/world";

/** What one rule is shown by. */
export interface Example {
  /** The rule's id. */
  readonly rule: string;
  /** What differs, and may. */
  readonly says: string;
  /** Two runs, as they may come out of one program. */
  readonly allowed: () => readonly [Run, Run];
  /** What differs in the same place, and may not. */
  readonly saysNot: string;
  readonly wrong: () => readonly [Run, Run];
}

export function run(programs: Programs, options?: RunOptions): Run {
  return runModel(programs, options);
}

/** A run with some of its calls changed: fields to change, or null for a call that isn't made. */
export function changed(run: Run, change: (record: SystemCallRecord, i: number) => object | null): Run {
  const calls = run.calls.flatMap((record, i) => {
    const fields = change(record, i);
    return fields ? [{ ...record, ...fields }] : [];
  });
  return { ...run, calls };
}

/** The nth call of this name, changed. */
export function changedCall(run: Run, name: string, fields: object | null, nth = 1): Run {
  let seen = 0;
  return changed(run, (record) => (record.name === name && ++seen === nth ? fields : {}));
}

/** The second as if it came from Linux. */
export function compare([model, linux]: readonly [Run, Run]): SideBySide {
  return compareRuns([model, { ...linux, kernel: "linux" }]);
}

/** The ids of the rules by which something was allowed. */
export function rulesUsed({ rows }: SideBySide): Set<string> {
  return new Set(rows.flatMap(({ reasons }) => reasons.flatMap(({ rule }) => rule ?? [])));
}
