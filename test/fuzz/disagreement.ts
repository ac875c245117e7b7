/** Plays a script on the model and on the real machine, and makes a disagreement as short as it can be. */
import { linux } from "../../lib/real/linux";
import type { Kernel } from "../../lib/sys";
import { model } from "../../lib/world";
import { compare } from "./allowed";
import { type Played, play } from "./play";
import type { Step } from "./step";

export interface Disagreement {
  /** The steps that are left when none can be left out. */
  readonly steps: readonly Step[];
  /** What each gave, and what was left over at the end. */
  readonly onModel: readonly string[];
  readonly onLinux: readonly string[];
}

export interface Verdict {
  /** "unsteady": the real machine itself doesn't give the same each time, so nobody can say that the model is wrong. */
  readonly disagreement: Disagreement | "unsteady" | null;
  /** How many steps were compared. */
  readonly compared: number;
}

/** How often the real machine is asked before a difference counts. */
const ASKED = 3;

/**
 * The first disagreement of these steps, at its shortest; null when both kernels agree on all. `onModel`: what the steps gave
 * there, if that is known. `tested`: what is compared with Linux.
 */
export async function disagreement(steps: readonly Step[], onModel?: Played, tested: Kernel = model): Promise<Verdict> {
  const { difference, compared } = await firstDifference(tested, steps, onModel);
  if (difference === null) return { disagreement: null, compared };
  if (!(await steady(difference))) return { disagreement: "unsteady", compared };
  const shortest = await shortened(tested, difference);
  return { disagreement: (await steady(shortest)) ? shortest : "unsteady", compared };
}

/** The steps up to the first on which the kernels differ. */
async function firstDifference(
  tested: Kernel,
  steps: readonly Step[],
  known?: Played,
): Promise<{ difference: Disagreement | null; compared: number }> {
  const { lines: onModel } = known ?? (await play(tested, steps));
  const real = await play(linux, steps);
  const onLinux = real.lines;
  const length = Math.max(onModel.length, onLinux.length);
  for (let at = 0; at < length; at++) {
    const verdict = compare(onModel[at], onLinux[at], real, steps[at]);
    if (verdict === "parted") return { difference: null, compared: Math.min(at, steps.length) };
    if (verdict === "same") continue;
    const [first, ...both] = [steps, onModel, onLinux].map((list) => list.slice(0, at + 1));
    const difference = { steps: first as Step[], onModel: both[0] as string[], onLinux: both[1] as string[] };
    return { difference, compared: Math.min(at + 1, steps.length) };
  }
  return { difference: null, compared: steps.length };
}

async function steady({ steps, onLinux }: Disagreement): Promise<boolean> {
  for (let i = 1; i < ASKED; i++) {
    const { lines: again } = await play(linux, steps);
    if (onLinux.some((line, at) => line !== again[at])) return false;
  }
  return true;
}

/** Leaves out what can be left out, in large pieces first, and makes arguments plain; some difference must remain. */
async function shortened(tested: Kernel, found: Disagreement): Promise<Disagreement> {
  let best = found;
  for (let size = Math.ceil(best.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let end = best.steps.length; end > 0; end -= size) {
      const from = Math.max(0, end - size);
      const { difference: shorter } = await firstDifference(tested, [
        ...best.steps.slice(0, from),
        ...best.steps.slice(end),
      ]);
      if (shorter !== null) best = shorter;
      end = Math.min(end, best.steps.length + size);
    }
  }
  for (let i = 0; i < best.steps.length; i++) {
    for (const plainer of plainerSteps(best.steps[i])) {
      const { difference: candidate } = await firstDifference(tested, best.steps.with(i, plainer));
      if (candidate !== null && candidate.steps.length <= best.steps.length) best = candidate;
      if (i >= best.steps.length) break;
    }
  }
  return best;
}

/** Calls whose second argument is how many bytes they may take. */
const SIZED = new Set(["read", "recv", "recvfrom"]);

/** The same call with one argument smaller. */
function* plainerSteps(step: Step): Generator<Step> {
  for (const [at, arg] of step.args.entries()) {
    if (arg instanceof Uint8Array && arg.length > 1) yield { ...step, args: step.args.with(at, new Uint8Array([65])) };
    const least = SIZED.has(step.call) && at === 1 ? 1 : 0;
    if (typeof arg === "number" && arg > least) yield { ...step, args: step.args.with(at, least) };
  }
}
