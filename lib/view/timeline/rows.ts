/**
 * The calls of a run in rows, from top to bottom in the order in which they were entered and left.
 *
 * A call that is over before anything else happens takes one row. Any other has a row for its entry and one for its exit, and
 * what happened in between stands between: the same cut that strace makes with "<unfinished ...>" and "resumed".
 */
import type { KernelEvent } from "../../kernel/events";
import type { Run, SystemCallRecord } from "../../sys/run";

export interface Lane {
  readonly key: string;
  readonly process: string;
  readonly tid: number;
  /** Does the process have other lanes too? */
  shared: boolean;
}

export interface CallSpan {
  readonly call: SystemCallRecord;
  readonly lane: number;
  readonly top: number;
  /** The row of its exit, which is `top` for a call of one row; null when it never came back. */
  readonly bottom: number | null;
  /** Parts of it in which its thread didn't run. null: this kernel can't tell. */
  readonly pauses: readonly Pause[] | null;
}

/** Asleep, or awake and waiting for the CPU. In rows; a fraction lies between two rows. */
export interface Pause {
  readonly state: "sleeping" | "ready";
  readonly from: number;
  readonly to: number;
}

export interface TimelineRows {
  readonly lanes: readonly Lane[];
  readonly spans: readonly CallSpan[];
  readonly rows: number;
}

export function timelineRows(run: Run | (Run & { events: readonly KernelEvent[] })): TimelineRows {
  const lanes: Lane[] = [];
  const laneOf = (call: SystemCallRecord) => {
    const key = `${call.pid} ${call.tid}`;
    const known = lanes.findIndex((lane) => lane.key === key);
    return known >= 0 ? known : lanes.push({ key, process: call.process, tid: call.tid, shared: false }) - 1;
  };
  // Which place in the order of entries and exits has which row.
  const merged = new Set(run.calls.filter((call) => call.exit === call.enter + 1).map((call) => call.exit));
  const places = run.calls.flatMap((call) => (call.exit === null ? [call.enter] : [call.enter, call.exit]));
  const rowOf = new Map<number, number>();
  let rows = 0;
  for (const place of places.sort((a, b) => a - b)) rowOf.set(place, merged.has(place) ? rows - 1 : rows++);
  const row = (place: number) => rowOf.get(place) ?? 0;
  // A row of its own for those who sleep on after everything else.
  if (run.deadlock.length > 0) rows++;

  const known = "events" in run ? pausesOf(run.events) : null;
  const ended = new Set(run.processes.filter((process) => process.status !== null).map((process) => process.pid));
  const spans = run.calls.map((call): CallSpan => {
    const top = row(call.enter);
    const pauses = known?.pauses.get(call.enter)?.map(({ state, from, to }): Pause => {
      const start = row(from - 1) + 0.5;
      return { state, from: start, to: to === null ? rows : Math.max(row(to - 1) + 0.5, start) };
    });
    const end = known?.ends.get(call.pid);
    return { call, lane: laneOf(call), top, bottom: bottomOf(call), pauses: known ? (pauses ?? []) : null };

    /** `exit` never returns and takes no time; a call in which its process was killed lasts until then. */
    function bottomOf({ name, exit, pid }: SystemCallRecord): number | null {
      if (exit !== null) return row(exit);
      if (name === "exit") return top;
      if (end !== undefined) return Math.max(row(end - 1), top);
      return ended.has(pid) ? top : null;
    }
  });
  for (const lane of lanes) lane.shared = lanes.filter((other) => other.process === lane.process).length > 1;
  return { lanes, spans, rows };
}

type PausePlaces = { state: Pause["state"]; from: number; to: number | null };

/**
 * When each call's thread didn't run, by the place of the call's entry, in places of the order of entries and exits (null: to
 * the end); and at which place each process ended. Places are counted exactly as lib/trace/calls.ts counts them.
 */
function pausesOf(events: readonly KernelEvent[]): { pauses: Map<number, PausePlaces[]>; ends: Map<number, number> } {
  const pauses = new Map<number, PausePlaces[]>();
  const ends = new Map<number, number>();
  const open = new Map<string, { name: string; enter: number }[]>();
  let place = 0;
  for (const event of events) {
    if (event.type === "process.exit") ends.set(event.pid, place);
    if (!("tid" in event)) continue;
    const key = `${event.host} ${event.tid}`;
    const calls = open.get(key) ?? [];
    if (event.type === "syscall.enter") open.set(key, [...calls, { name: event.call, enter: place++ }]);
    else if (event.type === "syscall.exit") {
      const at = calls.findLastIndex((call) => call.name === event.call);
      if (at < 0) continue;
      open.set(key, calls.slice(0, at));
      place++;
    } else if (event.type === "task.state") {
      const call = calls.at(-1);
      if (!call) continue;
      const list = pauses.get(call.enter) ?? [];
      pauses.set(call.enter, list);
      const last = list.at(-1);
      if (last && last.to === null) last.to = place;
      if (event.state === "sleeping" || event.state === "ready")
        list.push({ state: event.state, from: place, to: null });
    }
  }
  return { pauses, ends };
}
