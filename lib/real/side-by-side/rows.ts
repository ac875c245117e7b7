/** The rows of a comparison: every call of every thread on every kernel, and how every process ended. */
import type { Run, SystemCallRecord } from "../../sys";
import { straceCall, straceEnd } from "../../trace/strace";
import { align, type Pair } from "./align";
import { Judge, type Reason, type Verdict, verdictOf } from "./judge";
import { Reading } from "./reading";
import { processKeys, type Track } from "./tracks";

/** One kernel's side of a row. */
export interface Cell {
  /** The call; null in a row that tells how a process ended. */
  readonly record: SystemCallRecord | null;
  /** As strace prints it, on one line. */
  readonly text: string;
}

/** One call of one thread on all kernels. */
export interface Row {
  /** "server", "server/child", "server/child 2". */
  readonly process: string;
  /** 0 is the main thread. */
  readonly thread: number;
  /** In the order of `runs`; null where this kernel saw no such call. */
  readonly cells: readonly (Cell | null)[];
  readonly verdict: Verdict;
  /** Why it isn't "same": one for each rule and kernel. Empty when it is. */
  readonly reasons: readonly Reason[];
}

/** A row while it is being made: `place` is its order among all rows. */
interface Draft {
  process: string;
  thread: number;
  place: number;
  cells: (Cell | null)[];
  reasons: Reason[];
}

const cellOf = (record: SystemCallRecord): Cell => ({ record, text: straceCall(record) });

/** All rows: in each thread in program order, threads interleaved as on the reference kernel. */
export function rowsOf(runs: readonly Run[], reference: number): Row[] {
  const readings = runs.map((run) => new Reading(run));
  const expected = readings[reference].tracks;
  const keys = [...new Set([...expected.keys(), ...readings.flatMap(({ tracks }) => [...tracks.keys()])])];
  const drafts = new Map(keys.map((key) => [key, draftsOf(expected.get(key), runs.length, reference)]));
  readings.forEach(({ tracks }, column) => {
    if (column === reference) return;
    const judge = new Judge(readings[reference], readings[column]);
    const pairs = new Map(
      keys.map((key) => {
        const [a, b] = [expected.get(key), tracks.get(key)];
        return [key, align(a?.records ?? [], b?.records ?? [], judge.identities)];
      }),
    );
    for (const list of pairs.values()) for (const pair of list) judge.learn(pair);
    for (const [key, list] of pairs) {
      const reasons = judge.judge(list, key);
      const rows = drafts.get(key) ?? [];
      const track = expected.get(key) ?? tracks.get(key);
      fillColumn(rows, list, reasons, { column, width: runs.length, reference, track });
    }
  });
  const calls = [...drafts.values()].flat();
  return [...calls, ...endings(runs, reference, calls)]
    .sort((a, b) => a.place - b.place)
    .map(({ process, thread, cells, reasons }) => ({ process, thread, cells, reasons, verdict: verdictOf(reasons) }));
}

function draftsOf(track: Track | undefined, width: number, reference: number): Draft[] {
  return (track?.records ?? []).map((record) => {
    const cells: (Cell | null)[] = new Array(width).fill(null);
    cells[reference] = cellOf(record);
    return { process: track?.process ?? "", thread: track?.thread ?? 0, place: record.enter, cells, reasons: [] };
  });
}

interface Column {
  column: number;
  width: number;
  reference: number;
  track: Track | undefined;
}

/** Puts one kernel's calls into the rows of a thread; a call without a partner gets a row of its own after its predecessor. */
function fillColumn(
  rows: Draft[],
  pairs: readonly Pair[],
  reasons: readonly Reason[][],
  { column, width, reference, track }: Column,
): void {
  const rowOf = new Map(rows.map((row) => [row.cells[reference]?.record ?? null, row]));
  const behind = new Map<Draft | null, Draft[]>([[null, []]]);
  let before: Draft | null = null;
  pairs.forEach(({ expected, actual }, i) => {
    let row: Draft | undefined = expected ? rowOf.get(expected) : undefined;
    if (row) {
      before = row;
      behind.set(row, []);
    } else {
      // Many may stand behind one call: they share its place, and sorting keeps their order.
      const place: number = before ? before.place : (rows[0]?.place ?? 0) - 0.001;
      const cells: (Cell | null)[] = new Array(width).fill(null);
      row = { process: track?.process ?? "", thread: track?.thread ?? 0, place, cells, reasons: [] };
      behind.get(before)?.push(row);
    }
    if (actual) row.cells[column] = cellOf(actual);
    row.reasons.push(...reasons[i]);
  });
  const all = [...(behind.get(null) ?? []), ...rows.flatMap((row) => [row, ...(behind.get(row) ?? [])])];
  rows.length = 0;
  for (const row of all) rows.push(row);
}

/** A row for the end of each process: what it exited with, what killed it, or that it was asleep. */
function endings(runs: readonly Run[], reference: number, calls: readonly Draft[]): Draft[] {
  const ends = runs.map((run) => {
    const keys = processKeys(run);
    return new Map(run.processes.map((process) => [keys.get(process.pid) ?? process.name, process]));
  });
  const names = [...new Set([...ends[reference].keys(), ...ends.flatMap((one) => [...one.keys()])])];
  return names.map((name) => {
    const cells = ends.map((one): Cell | null => {
      const process = one.get(name);
      return process ? { record: null, text: straceEnd(process) ?? "(had not ended)" } : null;
    });
    const reasons = runs.flatMap(({ kernel }, i): Reason[] =>
      cells[i]?.text === cells[reference]?.text
        ? []
        : [{ kernel, rule: null, title: "different", why: "The process ended in another way." }],
    );
    const last = calls.reduce((most, { process, place }) => (process === name ? Math.max(most, place) : most), -1);
    return { process: name, thread: 0, place: last + 0.5, cells, reasons };
  });
}
