/**
 * A conformance program of several processes and threads, written in the order in which things happen.
 *
 * ```ts
 * "a FIN wakes a reader": inTurn("tcp(7)", function* ({ a, b, ports }) {
 *   const s = yield* a.socket(AF_INET, SOCK_STREAM);
 *   …
 *   yield* a.fork(b);
 *   yield* b.recv(x, 10, 0); // falls asleep; the script goes on
 *   yield* a.shutdown(c, SHUT_WR); // b's recv wakes: no bytes
 * });
 * ```
 * What is compared is what each step gave and who woke in it. A step gives an `Outcome`, which later steps take for the
 * descriptor that it made; a step that can't be made (its actor sleeps, its descriptor is missing) is skipped.
 */
import type { InetAddress, Program, RunOptions, Sys, SystemCalls } from "../../../lib/sys";
import type { ConformanceProgram } from "../programs/program";
import type { Outcome } from "./actor";
import { type ActorName, actorNames, Conductor } from "./conductor";

/** One of two descriptors that a step made: `part(pipe, 0)`. */
export class Part {
  constructor(
    readonly outcome: Outcome,
    readonly at: number,
  ) {}
}

export const part = (outcome: Outcome, at: number): Part => new Part(outcome, at);

/** An argument in which descriptors may be given by the steps that made them. */
type Loose<T> = T extends number
  ? T | Outcome | Part
  : T extends Uint8Array | string | null | boolean
    ? T
    : T extends Set<infer Member>
      ? Set<Loose<Member>>
      : T extends readonly unknown[]
        ? { [K in keyof T]: Loose<T[K]> }
        : T extends object
          ? { [K in keyof T]: Loose<T[K]> }
          : T;

type LooseCall<F> = F extends (...args: infer Args) => unknown
  ? (...args: { [K in keyof Args]: Loose<Args[K]> }) => Program<Outcome>
  : never;

/** An actor as a script writes it: its calls, made when it is its turn. */
export type Player = {
  readonly [Name in Exclude<keyof SystemCalls, "fork" | "pthread_create" | "execve">]: LooseCall<SystemCalls[Name]>;
} & {
  /** Makes a process in which `other` acts from now on. */
  fork(other: Player): Program<Outcome>;
  /** Makes a thread of this process in which `other` acts from now on. */
  pthread_create(other: Player): Program<Outcome>;
  /** Goes on as a new program, in which the same actor acts. */
  execve(): Program<Outcome>;
  /** SIGUSR1, with a handler that does nothing, to the main thread that sleeps. */
  interrupt(): Program<Outcome>;
};

export type Cast = { readonly [Name in ActorName]: Player } & { readonly ports: readonly InetAddress[] };

export function inTurn(
  source: string,
  script: (cast: Cast) => Program<unknown>,
  options?: RunOptions,
): ConformanceProgram {
  return {
    source,
    options: { timeout: 60_000, ...options },
    resultOnly: true,
    *programs(sys: Sys): Program<string[]> {
      const conductor = new Conductor(sys);
      yield* conductor.begin();
      yield* script(castOf(conductor));
      yield* conductor.end();
      return conductor.lines;
    },
  };
}

function castOf(conductor: Conductor): Cast {
  const players = actorNames.map((name) => [name, playerOf(conductor, name)]);
  return { ...Object.fromEntries(players), ports: conductor.ports };
}

const players = new WeakMap<object, ActorName>();

function playerOf(conductor: Conductor, name: ActorName): Player {
  const player = new Proxy({} as Player, {
    get:
      (_player, call: string) =>
      (...args: unknown[]) =>
        conductor.step(name, call, resolved(args.map(nameOfPlayer))),
  });
  players.set(player, name);
  return player;
}

const nameOfPlayer = (arg: unknown): unknown => (typeof arg === "object" && arg !== null && players.get(arg)) || arg;

/** The arguments with numbers in place of steps; null when one of these has made no descriptor. */
export function resolved(args: readonly unknown[]): unknown[] | null {
  let missing = false;
  const resolve = (value: unknown): unknown => {
    if (isOutcome(value) || value instanceof Part) {
      const made = value instanceof Part ? (value.outcome.value as number[] | undefined)?.[value.at] : value.value;
      missing ||= typeof made !== "number";
      return made;
    }
    if (Array.isArray(value)) return value.map(resolve);
    if (value instanceof Set) return new Set([...value].map(resolve));
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, resolve(field)]));
  };
  const numbers = args.map(resolve);
  return missing ? null : numbers;
}

function isOutcome(value: unknown): value is Outcome {
  return typeof value === "object" && value !== null && "words" in value && "state" in value;
}
