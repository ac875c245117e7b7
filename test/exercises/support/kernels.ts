/**
 * The kernels that an answer is tried on: the model always; the real system calls of this machine where it has them.
 *
 * A check that runs on the real machine must hold on every one, so it may ask for nothing that depends on time or chance.
 * On the model an answer that loops for ever is cut off early, so that the learner is told so by the check itself.
 */
import { type Kernel, linux, type ModelOptions, type ModelRun, type Programs, runModel } from "fd3";

/** Runs on the model; cut off after some thousands of calls. */
export function onModel(programs: Programs, options: ModelOptions = {}): ModelRun {
  return runModel(programs, { maxEvents: 200_000, ...options });
}

/** This machine's own kernel, where its system calls can be made from here; else checks on it have nothing to say. */
export const realKernel: Kernel | null = linux.unavailable() === null ? linux : null;

/** Real processes have to be started, and the machine may be busy. A wait for ever ends earlier: a run has its own limit. */
export const REAL_SECONDS = 30;
