/**
 * Who sleeps on what, and who could wake them: the wait-for graph of one machine.
 *
 * An empty pipe can only be filled by who holds a descriptor of its write end; the end of a child can only come from a child.
 * Follow these edges from sleeper to sleeper: where they come back to where they started, everybody in the circle waits for
 * everybody else, and none will ever run. The circle of one is the commonest: a reader that forgot to close the write end.
 *
 * Source: the resource-allocation graph of any text on operating systems; here with wait queues as the resources.
 */
import { O_ACCMODE, O_RDONLY, O_WRONLY } from "../../sys/fcntl";
import type { FileRow, HostTables } from "../../trace/tables";
import { callWords } from "../call-words";
import { reasonToSleep } from "../sentence/context";
import { processName, taskName, timeWords } from "../words";

export interface SleepingTask {
  readonly tid: number;
  readonly pid: number;
  readonly name: string;
  /** The call it sleeps in, as strace words it. */
  readonly call: string;
  readonly queues: readonly string[];
}

export interface Waker {
  /** null when it isn't a process: a timer, the network. */
  readonly pid: number | null;
  /** "writer (fd 4)". */
  readonly words: string;
}

export interface SleptQueue {
  readonly name: string;
  /** What to call it instead, where the name is too long. */
  readonly title?: string;
  /** "pipe 1 is empty". */
  readonly reason: string;
  readonly wakers: readonly Waker[];
}

/** One step of a circle: this thread waits, on this queue, for the next step's thread. */
export interface WaitStep {
  readonly tid: number;
  readonly queue: string;
}

export interface WaitGraph {
  readonly sleepers: readonly SleepingTask[];
  readonly queues: readonly SleptQueue[];
  /** Circles of threads that wait for each other, shortest first; no thread is in two. */
  readonly circles: readonly (readonly WaitStep[])[];
  /** Is it known who could wake them? Not of a kernel that can't be looked into. */
  readonly wakersKnown: boolean;
}

/** Name of the "queue" of a thread that sleeps on none: it waits for a timer or a signal. */
export const NO_QUEUE = "a timer or a signal";

export function waitGraph(host: HostTables): WaitGraph {
  const sleepers = Object.values(host.tasks)
    .filter((task) => task.state === "sleeping")
    .map((task): SleepingTask => {
      const call = task.calls.at(-1);
      const queues = task.queues.map((entry) => entry.queue);
      return {
        tid: task.tid,
        pid: task.pid,
        name: taskName(host, task.tid),
        call: call ? callWords(call.name, call.args) : "",
        queues: queues.length > 0 ? queues : [NO_QUEUE],
      };
    });
  const names = [...new Set(sleepers.flatMap((task) => task.queues))];
  const queues = names.map((name): SleptQueue => {
    const waiting = sleepers.filter((task) => task.queues.includes(name)).map((task) => task.tid);
    const reason = name === NO_QUEUE ? "it sleeps on no queue" : reasonToSleep(host, name);
    return { name, reason, wakers: [...wakersOf(host, name), ...timersOf(host, waiting)] };
  });
  return { sleepers, queues, circles: findCircles(sleepers, queues), wakersKnown: true };
}

/** Who could make the thing happen that is awaited on this queue? */
function wakersOf(host: HostTables, queue: string): Waker[] {
  const [owner, what] = queue.split(": ");
  const number = Number(owner.split(" ")[1]);
  if (host.pipes[owner]) {
    const cannot = what === "data" ? O_RDONLY : O_WRONLY;
    return holders(host, (file) => file.object === owner && (file.flags & O_ACCMODE) !== cannot);
  }
  if (host.sockets[owner]) {
    const { peer, state } = host.sockets[owner];
    if (state === "LISTEN" && what === "data") return [{ pid: null, words: "whoever connects to it" }];
    return peer ? holders(host, (file) => file.object === peer) : [{ pid: null, words: "the network" }];
  }
  if (owner.startsWith("process ")) {
    return Object.values(host.processes)
      .filter((process) => process.ppid === number && process.state === "alive")
      .map((process) => ({ pid: process.pid, words: `${process.name}, by ending` }));
  }
  const thread = owner.startsWith("thread ") ? host.tasks[number] : undefined;
  return thread ? [{ pid: thread.pid, words: `${taskName(host, number)}, by ending` }] : [];
}

/** Processes with a descriptor for such an open file. */
function holders(host: HostTables, fits: (file: FileRow) => boolean): Waker[] {
  return Object.values(host.processes).flatMap((process) => {
    const rows = Object.values(host.fdTables[process.fdTable ?? -1]?.fds ?? {});
    const fds = rows.filter((row) => host.files[row.file] && fits(host.files[row.file])).map((row) => row.fd);
    if (fds.length === 0) return [];
    return [{ pid: process.pid, words: `${processName(host, process.pid)} (fd ${fds.join(", ")})` }];
  });
}

/** Timers that end the sleep of one of these threads. The kernel names them "<call> of thread <tid>". */
function timersOf(host: HostTables, tids: readonly number[]): Waker[] {
  return Object.values(host.timers)
    .filter((timer) => tids.some((tid) => timer.why.endsWith(` of thread ${tid}`)))
    .map((timer) => ({ pid: null, words: `a timer, at ${timeWords(timer.at)}` }));
}

/** All circles, each the shortest among those threads that are in none before it. */
function findCircles(sleepers: readonly SleepingTask[], queues: readonly SleptQueue[]): WaitStep[][] {
  const circles: WaitStep[][] = [];
  const taken = new Set<number>();
  for (;;) {
    const free = sleepers.filter((task) => !taken.has(task.tid));
    const circle = shortestCircle(free, queues);
    if (circle.length === 0) return circles;
    circles.push(circle);
    for (const step of circle) taken.add(step.tid);
  }
}

/** A queue that something else than one of these sleepers can wake is on no circle. */
function shortestCircle(sleepers: readonly SleepingTask[], queues: readonly SleptQueue[]): WaitStep[] {
  const asleep = new Set(sleepers.map((task) => task.pid));
  const stuck = (queue: SleptQueue) =>
    queue.wakers.length > 0 && queue.wakers.every((waker) => waker.pid !== null && asleep.has(waker.pid));
  const byName = new Map(queues.filter(stuck).map((queue) => [queue.name, queue]));
  const wakersOf = (queue: string): SleepingTask[] => {
    const pids = new Set(byName.get(queue)?.wakers.map((waker) => waker.pid));
    return sleepers.filter((task) => pids.has(task.pid));
  };
  const circles = sleepers.map((start) => circleFrom(start, wakersOf)).filter((circle) => circle.length > 0);
  return circles.reduce((shortest, circle) => (circle.length < shortest.length ? circle : shortest), circles[0] ?? []);
}

/** The shortest way from this sleeper over those that could wake it back to it (breadth first); empty when there is none. */
function circleFrom(start: SleepingTask, wakersOf: (queue: string) => SleepingTask[]): WaitStep[] {
  const paths: { task: SleepingTask; steps: WaitStep[] }[] = [{ task: start, steps: [] }];
  const seen = new Set<number>();
  for (let path = paths.shift(); path; path = paths.shift()) {
    const { task, steps } = path;
    const ways = task.queues.flatMap((queue) => {
      const further = [...steps, { tid: task.tid, queue }];
      return wakersOf(queue).map((next) => ({ task: next, steps: further }));
    });
    const home = ways.find((way) => way.task === start);
    if (home !== undefined) return home.steps;
    for (const way of ways) {
      if (seen.has(way.task.tid)) continue;
      seen.add(way.task.tid);
      paths.push(way);
    }
  }
  return [];
}
