/**
 * Who is asleep on what, and who could wake them. For a deadlock also the circle: who waits for whom.
 *
 * On a real machine: the WCHAN column of `ps -o pid,stat,wchan`, /proc/<pid>/stack, and `lsof` for the other ends.
 */
import type { KernelEvent } from "../../kernel/events";
import type { Run, Sleeper } from "../../sys/run";
import { applyEvent, emptyTables } from "../../trace/tables";
import { type Moment, tablesAtMoment } from "../descriptors";
import { escapeHtml } from "../html";
import { makePicture, type Picture } from "../picture";
import { type EventSource, eventsOfHost } from "../source";
import { drawing } from "../svg";
import { sleepersDrawing } from "./drawing";
import { type WaitGraph, type WaitStep, waitGraph } from "./wait-graph";

/** Which machine, and at which moment. */
export interface SleepersOptions {
  /** The machine; default: the first. */
  host?: string;
  /** Default: the deadlock if the run ended in one, else the first of the moments at which most threads slept. */
  at?: Moment;
}

/** Who sleeps on what. A run on a real kernel shows what that kernel told of those who were stuck at its end. */
export function sleepersPicture(source: EventSource | Run, options: SleepersOptions = {}): Picture {
  const graph =
    "events" in source || Array.isArray(source) ? modelGraph(source as EventSource, options) : realGraph(source as Run);
  const title = titleOf(graph);
  if (graph.sleepers.length === 0) return makePicture("Who sleeps", `<p class="say">${title}</p>`, title);
  const text = textOf(graph, title);
  const { height, content } = sleepersDrawing(graph);
  const body = `<p class="say">${escapeHtml(title)}</p>${drawing(height, text, content)}`;
  return makePicture("Who sleeps on what, and who could wake them", body, text);
}

function modelGraph(source: EventSource, { host, at }: SleepersOptions): WaitGraph {
  const events = eventsOfHost(source, host);
  const tables = tablesAtMoment(events, at ?? sleepiest(events));
  return tables ? waitGraph(tables) : { sleepers: [], queues: [], circles: [], wakersKnown: true };
}

/** After how many events the run is in a deadlock, or else has most sleepers for the first time. */
function sleepiest(events: readonly KernelEvent[]): number {
  const tables = emptyTables();
  let [most, at] = [0, events.length];
  for (const [i, event] of events.entries()) {
    applyEvent(tables, event);
    if (event.type === "deadlock") return i + 1;
    if (event.type !== "task.state") continue;
    const asleep = Object.values(tables.hosts[event.host].tasks).filter((task) => task.state === "sleeping").length;
    if (asleep > most) [most, at] = [asleep, i + 1];
  }
  return at;
}

/** From a kernel that can't be looked into: what it waits for is known, who could wake it isn't. */
function realGraph(run: Run): WaitGraph {
  const sleepers = run.deadlock.map((sleeper: Sleeper) => {
    return {
      tid: sleeper.tid,
      pid: sleeper.pid,
      name: sleeper.process,
      call: sleeper.call,
      queues: [sleeper.waitsFor],
    };
  });
  const queues = [...new Set(run.deadlock.map((sleeper) => sleeper.waitsFor))].map((name) => {
    // What that kernel adds in parentheses ("asleep in pipe_read") goes into the second line.
    const remark = /^(.*\S)\s*\((.*)\)$/.exec(name);
    return { name, title: remark?.[1], reason: remark?.[2] ?? "", wakers: [] };
  });
  return { sleepers, queues, circles: [], wakersKnown: false };
}

function titleOf(graph: WaitGraph): string {
  const { sleepers, circles } = graph;
  if (sleepers.length === 0) return "Nobody sleeps.";
  if (circles.length === 0) return `${sleepers.length} ${sleepers.length === 1 ? "thread sleeps" : "threads sleep"}.`;
  return circles.map((circle) => circleWords(graph, circle)).join(" ");
}

function circleWords({ sleepers }: WaitGraph, circle: readonly WaitStep[]): string {
  const name = (tid: number) => sleepers.find((task) => task.tid === tid)?.name ?? `thread ${tid}`;
  if (circle.length === 1)
    return `${name(circle[0].tid)} waits for itself: nobody else can end its sleep on “${circle[0].queue}”.`;
  const next = (i: number) => name(circle[(i + 1) % circle.length].tid);
  return `A circle: ${circle.map((step, i) => `${name(step.tid)} waits for ${next(i)} (“${step.queue}”)`).join(", ")}.`;
}

function textOf(graph: WaitGraph, title: string): string {
  const lines = [title];
  for (const queue of graph.queues) {
    lines.push(`${queue.title ?? queue.name}${queue.reason ? ` — ${queue.reason}` : ""}`);
    for (const task of graph.sleepers.filter((each) => each.queues.includes(queue.name)))
      lines.push(`  asleep: ${task.name} (tid ${task.tid}) in ${task.call || "no call"}`);
    if (graph.wakersKnown)
      lines.push(`  can be woken by: ${queue.wakers.map((waker) => waker.words).join("; ") || "nobody"}`);
  }
  return lines.join("\n");
}
