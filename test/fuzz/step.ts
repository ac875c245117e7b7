/** One step of a random script: who makes which call. Plain data, so that steps can be left out and a script run again. */
import type { Outcome } from "../conformance/in-turn/actor";

export const kinds = ["files", "pipes", "unix", "udp", "tcp", "poll", "epoll", "descriptors", "processes"] as const;
/** What a step is mainly about. */
export type Kind = (typeof kinds)[number];

/** "The descriptor that step `id` made", or one of two. */
export class Ref {
  constructor(
    readonly id: number,
    readonly at?: number,
  ) {}
}

/** One of the free ports of the run. */
export class Port {
  constructor(readonly index: number) {}
}

export interface Step {
  readonly id: number;
  readonly kind: Kind;
  readonly actor: string;
  readonly call: string;
  readonly args: readonly unknown[];
}

/** Does a step make what another one uses? Then it gets a name in print. */
export function uses(step: Step, id: number): boolean {
  return [...refsIn(step.args)].some((ref) => ref.id === id);
}

export function* refsIn(value: unknown): Generator<Ref> {
  if (value instanceof Ref) yield value;
  else if (Array.isArray(value) || value instanceof Set) for (const item of value) yield* refsIn(item);
  else if (value instanceof Port) return;
  else if (typeof value === "object" && value !== null && !(value instanceof Uint8Array)) {
    for (const field of Object.values(value)) yield* refsIn(field);
  }
}

/** What earlier steps gave, by their ids. */
export type Outcomes = ReadonlyMap<number, Outcome>;
