/**
 * Who is who on two kernels: processes by name and order of fork, threads by order of creation.
 *
 * Ids differ from kernel to kernel, and the order in which processes happen to move does too. What stays is the program
 * order inside each thread. So a trace is split into *tracks*, one a thread, and tracks are compared, never the wall clock.
 */
import type { Run, SystemCallRecord } from "../../sys";

export interface Track {
  /** "server/child, 0": names the thread on every kernel. */
  readonly key: string;
  /** "server", "server/child", "server/child 2" for the second. */
  readonly process: string;
  /** 0 for the main thread, then 1, 2, … in the order of pthread_create. */
  readonly thread: number;
  readonly records: readonly SystemCallRecord[];
}

/** The name of each process of a run that says which one it is on any kernel. */
export function processKeys(run: Run): Map<number, string> {
  const keys = new Map<number, string>();
  const forked = new Set(run.calls.flatMap(({ name, result }) => (name === "fork" ? [Number(result)] : [])));
  for (const { pid, name } of run.processes) if (!forked.has(pid)) keys.set(pid, name);
  const children = new Map<number, number>();
  for (const { name, pid, result } of run.calls) {
    if (name !== "fork" || typeof result !== "number") continue;
    const count = (children.get(pid) ?? 0) + 1;
    children.set(pid, count);
    keys.set(result, `${keys.get(pid) ?? `process ${pid}`}/child${count > 1 ? ` ${count}` : ""}`);
  }
  return keys;
}

function threadNumbers(run: Run): Map<number, number> {
  const numbers = new Map<number, number>();
  const counts = new Map<number, number>();
  for (const { name, pid, result } of run.calls) {
    if (name !== "pthread_create" || typeof result !== "number") continue;
    const count = (counts.get(pid) ?? 0) + 1;
    counts.set(pid, count);
    numbers.set(result, count);
  }
  return numbers;
}

/** A run's tracks by "process, thread". */
export function tracksOf(run: Run): Map<string, Track> {
  const keys = processKeys(run);
  const numbers = threadNumbers(run);
  const tracks = new Map<string, Track & { records: SystemCallRecord[] }>();
  for (const record of [...run.calls].sort((a, b) => a.enter - b.enter)) {
    const process = keys.get(record.pid) ?? record.process;
    const thread = record.tid === record.pid ? 0 : (numbers.get(record.tid) ?? 0);
    const key = `${process}, ${thread}`;
    const track = tracks.get(key) ?? { key, process, thread, records: [] };
    track.records.push(record);
    tracks.set(key, track);
  }
  return tracks;
}
