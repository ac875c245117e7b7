/**
 * The model as a `Kernel`: one world with one machine, the programs started in order, and everything traced.
 *
 * For several machines, or a run without tracing, use `World` itself (world.ts).
 */
import type { KernelEvent } from "../kernel/events";
import type { Kernel as Machine } from "../kernel/kernel";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import { concat, text } from "../sys/bytes";
import { takeForgotten } from "../sys/forgotten";
import {
  type Kernel,
  type ProcessResult,
  type Programs,
  programsByName,
  type Run,
  type RunOptions,
  type Sleeper,
} from "../sys/run";
import { callsOf } from "../trace/calls";
import { Recorder } from "../trace/recorder";
import { SECOND } from "./clock";
import { type HostOptions, World } from "./world";

/** A run on the model: everything that happened, besides what every kernel tells. */
export interface ModelRun extends Run {
  /** "model". */
  readonly kernel: "model";
  /** Everything that happened, in order. */
  readonly events: readonly KernelEvent[];
}

/** How a run on the model begins, what is replaced in it, and when it is cut off. */
export interface ModelOptions extends RunOptions {
  /** Parts of the kernel and of its network to replace; see lib/kernel/modules.ts and lib/net/modules/modules.ts. */
  modules?: HostOptions["modules"];
  /** How long these modules may think about an answer; default: for 2 seconds each time (lib/course/world.ts). */
  patience?: HostOptions["patience"];
  /** Virtual seconds after which the run is cut off. Default 3,600: programs that wait for ever by a timer would never end. */
  virtualSeconds?: number;
  /** Virtual time is free, memory isn't: after about so many trace events the run is cut off. Default 500,000. */
  maxEvents?: number;
}

/** Runs programs on the model at once; `model.run` does the same behind a promise. */
export function runModel(programs: Programs, options: ModelOptions = {}): ModelRun {
  const recorder = new Recorder();
  takeForgotten(); // What others left is none of this run's business.
  const world = new World({ seed: options.seed, trace: recorder });
  const ended: Process[] = [];
  const { modules, patience, files, stdin } = options;
  const host = world.host("alice", { modules, patience, files, stdin, onExit: (process) => ended.push(process) });
  const started = programsByName(programs).map(([name, program]) => host.spawn(program, name));
  const notes: string[] = [];
  const maxEvents = options.maxEvents ?? 500_000;
  const end = (options.virtualSeconds ?? 3600) * SECOND;
  const stuck = world.runWithin(end, () => recorder.events.length >= maxEvents);
  if (stuck !== null) notes.push(stuck);
  const living = [...host.processes.values()].filter((process) => process.pid !== 1 && process.status === null);
  return {
    kernel: "model",
    calls: callsOf(recorder.events),
    processes: resultsOf(started, [...ended, ...living]),
    output: text(concat(host.consoleOutput)),
    deadlock: world.deadlocked ? sleepersOf(host) : [],
    notes: [...notes, ...host.faults, ...takeForgotten()],
    events: recorder.events,
  };
}

/** The started ones in their order, then their descendants by pid. */
function resultsOf(started: readonly Process[], all: readonly Process[]): ProcessResult[] {
  const others = all.filter((process) => !started.includes(process)).sort((a, b) => a.pid - b.pid);
  return [...started, ...others].map(({ name, pid, status, result, error }) => ({ name, pid, status, result, error }));
}

function sleepersOf(host: Machine): Sleeper[] {
  return host.processes.sleepers().map((task) => ({
    process: task.process.name,
    pid: task.process.pid,
    tid: task.tid,
    call: describeCall(task),
    waitsFor: describeWait(task),
  }));
}

/** What would wake it: the names of its queues, said from the sleeper's side. */
function describeWait({ request, queues }: Task): string {
  const [child] = request?.args ?? [];
  if (request?.name === "waitpid" && typeof child === "number" && child > 0) return `process ${child}: its end`;
  return queues.map((queue) => queue.name).join(" or ") || "a signal";
}

/** The call that a thread sleeps in, for example `read(3, …)`. */
function describeCall(task: Task): string {
  const request = task.request;
  if (request === null) return "no call";
  const [first] = request.args;
  const rest = request.args.length > 1 ? ", …" : "";
  return `${request.name}(${typeof first === "number" ? first : first === undefined ? "" : "…"}${rest})`;
}

/** The model: a world with one machine, on virtual time. */
export const model: Kernel<ModelRun> = {
  name: "model",
  unavailable: () => null,
  run: (programs, options) => Promise.resolve().then(() => runModel(programs, options)),
};
