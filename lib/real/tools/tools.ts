/**
 * What the tools of a network engineer show of a run: `ss`, the descriptors, the frames as tcpdump prints them. Of the model from
 * its events, of the real machine as its kernel told it. Node's own sockets show none of it, and then that is said.
 */
import type { KernelEvent } from "../../kernel/events";
import type { KernelName, Run } from "../../sys";
import { CallLog } from "../../trace/calls";
import { type CapturedFrame, capture } from "../../trace/capture";
import { ss } from "../../trace/ss";
import { applyEvent, emptyTables, type HostTables } from "../../trace/tables";
import { tcpdumpLines } from "../../trace/tcpdump";
import type { LinuxRun, Seen } from "../linux/runner/onlooker";
import { descriptorList, modelDescriptors, modelDetails, snapshotDetails } from "./descriptor-list";
import { type Moment, MomentWatch, momentWords } from "./moment";
import { snapshotSs } from "./snapshot";

/** What a real tool would show: ss(8), /proc/<pid>/fd, tcpdump(8). */
export type Tool = "ss" | "descriptors" | "frames";

/** One tool's output for every kernel that ran. */
export interface ToolOutput {
  readonly tool: Tool;
  /** "ss -an, right after accept". */
  readonly title: string;
  /** In the order of the runs. */
  readonly columns: readonly ToolColumn[];
}

export interface ToolColumn {
  readonly kernel: KernelName;
  /** What the tool prints; null when it can't be told here. */
  readonly text: string | null;
  /** Why not, or what to keep in mind. */
  readonly notes: readonly string[];
}

const NAMES: Readonly<Record<Tool, string>> = {
  ss: "sockets, as ss -an lists them",
  descriptors: "descriptors, as /proc/<pid>/fd has them",
  frames: "frames on the loopback, as tcpdump -n -i lo prints them",
};
const NEVER = "The moment to look never came.";
const NODE_HIDES: Readonly<Record<Tool, string>> = {
  ss: "Node offers no line that lists sockets, and its own are made only when they are needed.",
  descriptors: "Node keeps the numbers of its sockets to itself; this kernel's table is its own, in plain objects.",
  frames: "Node can't capture frames.",
};

/** What these tools show of runs that have been looked at, at this moment. */
export function toolOutputs(runs: readonly Run[], tools: readonly Tool[], at: Moment | undefined): ToolOutput[] {
  return tools.map((tool) => ({
    tool,
    title: tool === "frames" ? NAMES.frames : `${NAMES[tool]}, ${momentWords(at)}`,
    columns: runs.map((run) => ({ kernel: run.kernel, ...columnOf(run, tool, at) })),
  }));
}

type Column = Pick<ToolColumn, "text" | "notes">;

function columnOf(run: Run, tool: Tool, at: Moment | undefined): Column {
  if (isModelRun(run)) return ofModel(run.events, tool, at);
  const { seen } = run as Partial<LinuxRun>;
  if (seen) return ofLinux(seen, tool);
  const why = run.kernel === "node" ? NODE_HIDES[tool] : "This run was not looked at.";
  return { text: null, notes: [why] };
}

function isModelRun(run: Run): run is Run & { events: readonly KernelEvent[] } {
  return "events" in run;
}

/** The frames of a run on its machine's loopback; null when nobody captured them. */
export function framesOf(run: Run): readonly CapturedFrame[] | null {
  if (isModelRun(run)) return modelFrames(run.events);
  return (run as Partial<LinuxRun>).seen?.frames ?? null;
}

function modelFrames(events: readonly KernelEvent[]): CapturedFrame[] {
  return capture(events, { host: events[0]?.host ?? "", device: "lo" });
}

function ofModel(events: readonly KernelEvent[], tool: Tool, at: Moment | undefined): Column {
  if (tool === "frames") return { text: tcpdumpLines(modelFrames(events)).join("\n"), notes: [] };
  const host = tablesAtMoment(events, at);
  if (host === null) return { text: null, notes: [NEVER] };
  if (tool === "ss") return { text: ss(host, "-an"), notes: [] };
  return { text: descriptorList(modelDescriptors(host), modelDetails(host)), notes: [] };
}

/** The model's tables right after the call that the moment means; null when it never returned. */
function tablesAtMoment(events: readonly KernelEvent[], at: Moment | undefined): HostTables | null {
  const watch = new MomentWatch(at);
  const log = new CallLog();
  let last = 0;
  for (const [i, event] of events.entries()) {
    log.emit(event);
    if (event.type === "process.exit") watch.ended(event.pid);
    if (event.type !== "syscall.exit") continue;
    const record = log.calls.findLast(
      ({ tid, name, exit }) => tid === event.tid && name === event.call && exit !== null,
    );
    if (record && watch.returned(record)) last = i + 1;
  }
  if (last === 0) return null;
  const tables = emptyTables();
  for (const event of events.slice(0, last)) applyEvent(tables, event);
  return tables.hosts[events[last - 1].host] ?? null;
}

function ofLinux({ snapshot, frames, notes }: Seen, tool: Tool): Column {
  if (tool === "frames") return { text: frames && tcpdumpLines(frames).join("\n"), notes };
  if (snapshot === null) return { text: null, notes: [NEVER] };
  if (tool === "ss") return { text: snapshotSs(snapshot, "-an"), notes: [] };
  return { text: descriptorList(snapshot.processes, snapshotDetails(snapshot)), notes: [] };
}
