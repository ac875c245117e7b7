/** Makes a random script while the model plays it, and plays a finished one on any kernel. */
import type { Kernel, Program, Sys } from "../../lib/sys";
import { model, Random } from "../../lib/world";
import type { Outcome } from "../conformance/in-turn/actor";
import { Conductor } from "../conformance/in-turn/conductor";
import { Part, resolved } from "../conformance/in-turn/in-turn";
import { type Maker, nextStep } from "./choose";
import { Draft } from "./draft";
import { type Kind, Port, Ref, type Step } from "./step";
import { descriptors, files, pipes } from "./steps/files";
import { epoll, poll, processes } from "./steps/readiness";
import { tcp } from "./steps/tcp";
import { udp } from "./steps/udp";
import { unix } from "./steps/unix";

const makers: readonly Maker[] = [...[files, pipes, unix, udp, tcp, poll, epoll, descriptors, processes].flat()];

/** What came of a script on one kernel. */
export interface Played {
  /** What each step gave, and what sleepers were told at the end. */
  readonly lines: readonly string[];
  /** Where the kernel couldn't do what the script asked. */
  readonly notes: readonly string[];
}

const options = { files: { "/d/a": "hello world", "/d/sub/c": "x".repeat(6000) }, timeout: 60_000 };

/** Most scripts are about one or two of these; the other kinds are in all of them. */
const SUBJECTS: readonly Kind[] = ["files", "pipes", "unix", "udp", "tcp"];

/** `length` steps of these kinds, and what each gave on the model; the same for the same seed. */
export async function randomScript(
  seed: number,
  length: number,
  kinds: readonly Kind[],
): Promise<{ steps: Step[]; played: Played }> {
  const draft = new Draft(new Random(seed));
  const named = kinds.filter((kind) => SUBJECTS.includes(kind));
  const subjects = named.length > 0 ? named : SUBJECTS;
  const chosen = draft.chance(20) ? subjects : [draft.pick(subjects), draft.pick(subjects)];
  const used = makers.filter(({ kind }) => (SUBJECTS.includes(kind) ? chosen : kinds).includes(kind));
  const played = await perform(model, function* (conductor) {
    const outcomes = new Map<number, Outcome>();
    while (draft.steps.length < length) {
      draft.look(conductor.actors, outcomes);
      const step = nextStep(draft, used);
      if (step === null) return;
      yield* take(conductor, step, outcomes);
    }
  });
  return { steps: draft.steps, played };
}

/** What each step gives on this kernel. */
export function play(kernel: Kernel, steps: readonly Step[]): Promise<Played> {
  return perform(kernel, function* (conductor) {
    const outcomes = new Map<number, Outcome>();
    for (const step of steps) yield* take(conductor, step, outcomes);
  });
}

async function perform(kernel: Kernel, script: (conductor: Conductor) => Program<void>): Promise<Played> {
  const run = await kernel.run(function* conducted(sys: Sys): Program<string[]> {
    const conductor = new Conductor(sys);
    yield* conductor.begin();
    yield* script(conductor);
    yield* conductor.end();
    return conductor.lines;
  }, options);
  const { result, error } = run.processes[0];
  if (Array.isArray(result)) return { lines: result, notes: run.notes };
  const why = error?.stack ?? run.deadlock.map(({ call, waitsFor }) => `${call} sleeps on ${waitsFor}`).join("; ");
  throw new Error(`the script didn't end on the ${kernel.name} kernel: ${why || run.notes.join("; ")}`);
}

function* take(conductor: Conductor, step: Step, outcomes: Map<number, Outcome>): Program<void> {
  const args = resolved(step.args.map((arg) => given(arg, conductor, outcomes)));
  outcomes.set(step.id, yield* conductor.step(step.actor, step.call, args));
}

const NEVER_MADE: Outcome = { actor: "", call: "", state: "skipped", words: "" };

/** An argument with the outcomes that its references stand for, and real ports. */
function given(arg: unknown, conductor: Conductor, outcomes: ReadonlyMap<number, Outcome>): unknown {
  const inside = (value: unknown): unknown => given(value, conductor, outcomes);
  if (arg instanceof Ref) {
    const outcome = outcomes.get(arg.id) ?? NEVER_MADE;
    return arg.at === undefined ? outcome : new Part(outcome, arg.at);
  }
  if (arg instanceof Port) return conductor.ports[arg.index].port;
  if (Array.isArray(arg)) return arg.map(inside);
  if (arg instanceof Set) return new Set([...arg].map(inside));
  if (typeof arg !== "object" || arg === null || arg instanceof Uint8Array) return arg;
  return Object.fromEntries(Object.entries(arg).map(([key, field]) => [key, inside(field)]));
}
