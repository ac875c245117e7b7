/**
 * The kernels as a notebook meets them: a run that went wrong says so below its cell, in one line each.
 *
 * A run is only data, and a cell that doesn't look at it would show nothing: not that the program died of an error, not that
 * it was cut off, not that a `yield*` is missing. In a terminal the commands tell these things in their own way.
 */
import { linux as realLinux } from "../real/linux";
import { node as realNode } from "../real/node";
import type { Kernel, Programs, Run } from "../sys";
import { type ModelOptions, type ModelRun, runModel as runVirtually } from "../world";
import { inNotebook } from "./show";
import { patience } from "./world";

/** What a learner should know about a run without having asked: one sentence each. */
export function complaints({ kernel, processes, notes }: Run): string[] {
  const where = kernel === "model" ? "" : ` (${kernel} kernel)`;
  const errors = processes.flatMap(({ name, error }) =>
    error === undefined ? [] : [`${name} ended with an error${where}: ${error.message}`],
  );
  return [...errors, ...notes.filter((note) => kernel === "model" || note.includes("yield*"))];
}

function announce<R extends Run>(finished: R): R {
  if (inNotebook()) for (const sentence of complaints(finished)) console.log(`▲ ${sentence}`);
  return finished;
}

function announcing<R extends Run>(kernel: Kernel<R>): Kernel<R> {
  return { ...kernel, run: async (programs, options) => announce(await kernel.run(programs, options)) };
}

/** Runs programs on the model at once; `model.run` does the same behind a promise. */
export function runModel(programs: Programs, options?: ModelOptions): ModelRun {
  return announce(runVirtually(programs, { patience: patience(), ...options }));
}

/** The model as a kernel like any other. */
export const model: Kernel<ModelRun> = {
  name: "model",
  unavailable: () => null,
  run: async (programs, options) => runModel(programs, options),
};

/** The real system calls of this machine. */
export const linux = announcing(realLinux);

/** Node's own sockets and files behind the same calls. */
export const node = announcing(realNode);
