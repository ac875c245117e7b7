/**
 * What every kernel offers, and what a run on it leaves behind.
 *
 * The model, Node's sockets and the real system calls are all a `Kernel`: give it a program, get back a `Run`. Side-by-side
 * views, strace listings and graders read `Run`s and don't care which kernel made them.
 */
import type { SystemCallName } from "./calls";
import type { Errno } from "./errno";
import type { ProgramFunction } from "./sys";
import type { SystemError } from "./system-error";

/** One system call of a run: who made it, with what, and what came back. */
export interface SystemCallRecord {
  /** Name of the process, as the run's programs were named, or "<parent>/child" for a forked one. */
  readonly process: string;
  /** Process id. */
  readonly pid: number;
  /** Thread id. */
  readonly tid: number;
  /** The call. */
  readonly name: SystemCallName;
  /** As they were when the call was made (buffers are copied, so later changes don't show). */
  readonly args: readonly unknown[];
  /** Position of the entry and the exit in the run's order of all entries and exits: 0, 1, 2, … The exit is null while it sleeps. */
  readonly enter: number;
  /** Position of its exit; null while it sleeps. */
  exit: number | null;
  /** Nanoseconds since the run began: virtual on the model, measured elsewhere. `endTime` is null while it sleeps. */
  readonly startTime: number;
  /** Nanoseconds since the run began; null while it sleeps. */
  endTime: number | null;
  /** What the program got, or the error it got; both undefined while it sleeps or when it never returns (exit). */
  result?: unknown;
  /** The error that the program got; undefined when there was none. */
  error?: Errno;
  /** The arguments that the call filled, as they were after it (poll's `revents`, select's sets). */
  argsAfter?: readonly unknown[];
}

/** How one process of a run ended. */
export interface ProcessResult {
  /** As the run's programs were named, or "<parent>/child". */
  readonly name: string;
  /** Process id. */
  readonly pid: number;
  /** As waitpid(2) packs it; null when it hadn't ended (deadlock, time limit). */
  status: number | null;
  /** What the main program returned; undefined when it didn't. */
  result?: unknown;
  /** What it threw and didn't catch: a failed system call, or a bug in the program. */
  error?: SystemError | Error;
}

/** A thread that was still asleep when the run was over, and on what. */
export interface Sleeper {
  /** Its process's name. */
  readonly process: string;
  /** Process id. */
  readonly pid: number;
  /** Thread id. */
  readonly tid: number;
  /** The call it sleeps in, as strace prints it, for example `read(3, …)`. */
  readonly call: string;
  /** What it waits for, for example "pipe 2: data". */
  readonly waitsFor: string;
}

/** The model, Node's own sockets, or this machine's system calls. */
export type KernelName = "model" | "node" | "linux";

/** What a run on any kernel leaves behind. */
export interface Run {
  /** Which kernel it ran on. */
  readonly kernel: KernelName;
  /** In the order in which the calls were entered. */
  readonly calls: readonly SystemCallRecord[];
  /** The given programs first, in their order, then forked children by pid. */
  readonly processes: readonly ProcessResult[];
  /** What was written to descriptors 1 and 2, as text. */
  readonly output: string;
  /** Everybody asleep and nothing to wake them: who waits for what. Empty when the run ended by itself. */
  readonly deadlock: readonly Sleeper[];
  /** Where this kernel can't do what the program asked, it says so here instead of pretending. */
  readonly notes: readonly string[];
}

/** How a run begins, and when it is cut off. */
export interface RunOptions {
  /** Seed of everything that is left to chance on the model. */
  seed?: number;
  /** Real milliseconds after which a run on a real kernel is torn down and reported as stuck. Default 5,000. */
  timeout?: number;
  /** Files that exist when the programs start: path to contents. On a real kernel they stand in a folder of the run's own. */
  files?: Readonly<Record<string, Uint8Array | string>>;
  /** What descriptor 0 holds. Default: nothing, at end of file. */
  stdin?: Uint8Array | string;
}

/** One program, or several processes by name, started in the order given. */
export type Programs = ProgramFunction | Readonly<Record<string, ProgramFunction>>;

/** Anything that answers system calls. */
export interface Kernel<R extends Run = Run> {
  /** "model", "linux" or "node". */
  readonly name: KernelName;
  /** null when it works on this machine, else one sentence that says why not and what to do. */
  unavailable(): string | null;
  /** Runs programs to their end. Rejects with an Error when this kernel doesn't work here. */
  run(programs: Programs, options?: RunOptions): Promise<R>;
}

/** The programs by name; a lone one is called "program". Throws a TypeError where there is something else than a program. */
export function programsByName(programs: Programs): Array<[string, ProgramFunction]> {
  if (typeof programs !== "function" && (typeof programs !== "object" || programs === null))
    throw new TypeError(`a run takes a program, or several by name: { server, client }, not ${String(programs)}`);
  const named: Array<[string, ProgramFunction]> =
    typeof programs === "function" ? [["program", programs]] : Object.entries(programs);
  for (const [name, program] of named) {
    if (typeof program !== "function")
      throw new TypeError(`"${name}" is no program: it must be a generator function, function* (sys) { … }`);
  }
  return named;
}
