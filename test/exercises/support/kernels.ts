/**
 * The kernels that an answer is tried on: the model always; the real system calls of this machine where it has them.
 *
 * A check that runs on the real machine must hold on every one, so it may ask for nothing that depends on time or chance.
 * On the model an answer that loops for ever is cut off early, so that the learner is told so by the check itself.
 */
import * as fd3 from "fd3";
import { type Kernel, type ModelOptions, type ModelRun, type Programs, runModel } from "fd3";

const linux: Kernel | undefined = "linux" in fd3 ? (fd3.linux as Kernel) : undefined;

/** Runs on the model; cut off after some thousands of calls. */
export function onModel(programs: Programs, options: ModelOptions = {}): ModelRun {
  return runModel(programs, { maxEvents: 200_000, ...options });
}

const model: Kernel = {
  name: "model",
  unavailable: () => null,
  run: async (programs, options) => onModel(programs, options),
};

/** The model, then this machine's own kernel if its system calls can be made from here. */
export function kernelsHere(): Kernel[] {
  return linux?.unavailable() === null ? [model, linux] : [model];
}

/** "on the model" or "on this machine", for sentences. */
export function onKernel({ name }: Kernel): string {
  return name === "model" ? "on the model" : "on this machine's own kernel";
}
