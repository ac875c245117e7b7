/** Plays a script on the model and on the real machine, and makes a disagreement as short as it can be. */
import { linux } from "../../lib/real/linux";
import { model } from "../../lib/world";
import { agree } from "./allowed";
import { type Played, play } from "./play";
import type { Step } from "./step";

export interface Disagreement {
  /** The steps that are left when none can be left out. */
  readonly steps: readonly Step[];
  /** What each gave, and what was left over at the end. */
  readonly onModel: readonly string[];
  readonly onLinux: readonly string[];
}

/** "unsteady": the real machine itself doesn't give the same each time, so nobody can say that the model is wrong. */
export type Verdict = Disagreement | "unsteady" | null;

/** How often the real machine is asked before a difference counts. */
const ASKED = 3;

/** The first disagreement of these steps, at its shortest; null when both kernels agree on all. */
export async function disagreement(steps: readonly Step[], onModel?: Played): Promise<Verdict> {
  const found = await firstDifference(steps, onModel);
  if (found === null) return null;
  if (!(await steady(found))) return "unsteady";
  const shortest = await shortened(found);
  return (await steady(shortest)) ? shortest : "unsteady";
}

/** The steps up to the first on which the kernels differ. */
async function firstDifference(steps: readonly Step[], known?: Played): Promise<Disagreement | null> {
  const { lines: onModel } = known ?? (await play(model, steps));
  const real = await play(linux, steps);
  const onLinux = real.lines;
  const length = Math.max(onModel.length, onLinux.length);
  const at = Array.from({ length }, (_, i) => i).find((i) => !agree(onModel[i], onLinux[i], real));
  if (at === undefined) return null;
  return { steps: steps.slice(0, at + 1), onModel: onModel.slice(0, at + 1), onLinux: onLinux.slice(0, at + 1) };
}

async function steady({ steps, onLinux }: Disagreement): Promise<boolean> {
  for (let i = 1; i < ASKED; i++) {
    const { lines: again } = await play(linux, steps);
    if (onLinux.some((line, at) => line !== again[at])) return false;
  }
  return true;
}

/** Leaves out what can be left out, in large pieces first, and makes arguments plain; some difference must remain. */
async function shortened(found: Disagreement): Promise<Disagreement> {
  let best = found;
  for (let size = Math.ceil(best.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let end = best.steps.length; end > 0; end -= size) {
      const from = Math.max(0, end - size);
      const shorter = await firstDifference([...best.steps.slice(0, from), ...best.steps.slice(end)]);
      if (shorter !== null) best = shorter;
      end = Math.min(end, best.steps.length + size);
    }
  }
  for (let i = 0; i < best.steps.length; i++) {
    for (const plainer of plainerSteps(best.steps[i])) {
      const candidate = await firstDifference(best.steps.with(i, plainer));
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
