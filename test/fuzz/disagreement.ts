/** Runs a random program on the model and on the real machine, and makes a disagreement as short as it can be. */
import type { Kernel } from "fd3";
import { linux } from "../../lib/real/linux";
import { model } from "../../lib/world";
import { files, programOf, type Step } from "./random-program";

export interface Disagreement {
  /** The steps that are left when none can be left out. */
  readonly steps: readonly Step[];
  /** What the last of them gave. */
  readonly onModel: unknown;
  readonly onLinux: unknown;
}

/** The first disagreement of these steps, at its shortest; null when both kernels agree on every step. */
export async function disagreement(steps: readonly Step[]): Promise<Disagreement | null> {
  let found = await firstDifference(steps);
  if (found === null) return null;
  for (let at = found.steps.length - 2; at >= 0; at--) {
    const shorter: Disagreement | null = await firstDifference(found.steps.filter((_, i) => i !== at));
    if (shorter !== null) {
      found = shorter;
      at = Math.min(at, found.steps.length - 1);
    }
  }
  return found;
}

async function firstDifference(steps: readonly Step[]): Promise<Disagreement | null> {
  const [onModel, onLinux] = await Promise.all([outcomes(model, steps), outcomes(linux, steps)]);
  const at = onModel.findIndex((value, i) => JSON.stringify(value) !== JSON.stringify(onLinux[i]));
  if (at < 0) return null;
  return { steps: steps.slice(0, at + 1), onModel: onModel[at], onLinux: onLinux[at] };
}

async function outcomes(kernel: Kernel, steps: readonly Step[]): Promise<unknown[]> {
  const run = await kernel.run(programOf(steps), { files, timeout: 30_000 });
  const { result, error } = run.processes[0];
  if (Array.isArray(result)) return result;
  const why = error?.message ?? run.deadlock.map(({ call, waitsFor }) => `${call} sleeps on ${waitsFor}`).join("; ");
  throw new Error(`the program didn't end on the ${kernel.name} kernel: ${why || run.notes.join("; ")}`);
}

/** The disagreement as a test that can be pasted into test/conformance. */
export function asTest(seed: number, { steps, onModel, onLinux }: Disagreement): string {
  const words = (value: unknown): string => {
    if (value instanceof Uint8Array) return `new Uint8Array(${value.length})`;
    if (value instanceof Set) return `new Set(${JSON.stringify([...value])})`;
    return Array.isArray(value) ? `[${value.map(words).join(", ")}]` : JSON.stringify(value);
  };
  const calls = steps.map(({ name, args }) => `  yield* attempt(sys.${name}(${args.map(words).join(", ")}));`);
  return [
    `// seed ${seed}: the last call gives ${JSON.stringify(onModel)} on the model, ${JSON.stringify(onLinux)} on Linux`,
    `"seed ${seed}": one("…(2)", function* (sys: Sys) {`,
    ...calls,
    "}),",
  ].join("\n");
}
