/**
 * An actor: a thread that does one step of a script at a time, when it is told to.
 *
 * It waits for its turn by reading from a pipe of its own, whose number is far above those that scripts use. A step may put it to
 * sleep; then the script goes on elsewhere, and the actor tells what its call gave whenever that returns.
 */
import { isSystemError, type Program, type Request, SIGUSR1, type Sys } from "../../../lib/sys";
import { plain } from "./plain";

/** What has become of a step. */
export interface Outcome {
  readonly actor: string;
  readonly call: string;
  /** `skipped`: its actor slept or didn't exist, or a descriptor that it needs was never made. */
  state: "asleep" | "done" | "skipped";
  /** What the call returned; undefined when it failed. */
  value?: unknown;
  /** The value, or the error's code, as text without what is left to chance. */
  words: string;
}

/** A call to be made: its arguments are final. */
export interface Order {
  readonly name: string;
  readonly args: unknown[];
  readonly outcome: Outcome;
}

export class Actor {
  state: "idle" | "acting" | "ended" = "ended";
  pid = 0;
  tid = 0;
  order: Order | null = null;
  /** The actor that is its process's main thread, perhaps itself. */
  main: Actor = this;

  constructor(
    readonly name: string,
    /** The pipe through which it is told that it is its turn: [its end, the conductor's]. */
    readonly control: readonly [number, number],
  ) {}
}

/** What an actor needs to know of the whole. */
export interface Stage {
  readonly actors: readonly Actor[];
  /** The script is over: everybody goes home. */
  readonly over: boolean;
  /** Numbers ports, pids and what else differs from run to run. */
  nameOf(kind: string, value: number): string;
}

type AnyCall = (...args: unknown[]) => Generator<Request, unknown, unknown>;

/** The program of an actor that is a process's main thread (`main` is itself) or another thread. */
export function acting(stage: Stage, me: Actor, main: Actor) {
  Object.assign(me, { main, pid: 0, tid: 0 });
  me.state = "acting";
  return function* actor(sys: Sys): Program<void> {
    // Handlers don't outlive execve.
    if (me === main) yield* sys.sigaction(SIGUSR1, { *handler() {} });
    me.pid = yield* sys.getpid();
    me.tid = yield* sys.gettid();
    for (;;) {
      me.state = "idle";
      yield* myTurn(sys, me);
      if (stage.over) break;
      me.state = "acting";
      if (me.order !== null) yield* perform(sys, stage, me.order);
    }
    if (me === main) yield* endOthers(sys, stage, me);
    me.state = "ended";
  };
}

function* myTurn(sys: Sys, { control }: Actor): Program<void> {
  for (;;) {
    try {
      yield* sys.read(control[0], 1);
      return;
    } catch (error) {
      if (!isSystemError(error) || error.code !== "EINTR") throw error;
    }
  }
}

function* perform(sys: Sys, stage: Stage, { name, args, outcome }: Order): Program<void> {
  try {
    outcome.value = yield* (sys[name as keyof Sys] as unknown as AnyCall)(...args);
    outcome.words = plain(name, args, outcome.value, stage);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    outcome.words = error.code;
  }
  outcome.state = "done";
}

/** The main thread's end is the process's, so it sees to the other threads first. */
function* endOthers(sys: Sys, { actors }: Stage, me: Actor): Program<void> {
  for (const other of actors) {
    if (other === me || other.main !== me || other.state === "ended") continue;
    yield* sys.pthread_join(other.tid);
  }
}
