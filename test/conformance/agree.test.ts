/**
 * Every program of programs/ on the model and on the real machine: what they return must be the same.
 *
 * The real machine is the judge. It is asked where system calls can be made (Linux); elsewhere these tests say that they
 * did not run, and the model's half alone would prove nothing.
 */
import { describe, expect, it } from "vitest";
import { linux } from "../../lib/real/linux";
import type { Run } from "../../lib/sys";
import { model } from "../../lib/world";
import { suites } from "./programs";

const missing = linux.unavailable();
if (missing !== null) console.warn(`conformance with the real machine is not tested here: ${missing}`);

/** What must be the same: how each process of the test ended, and with what. */
function outcome(run: Run) {
  return {
    results: run.processes
      .filter(({ name }) => !name.includes("/"))
      .map(({ name, status, result, error }) => ({ name, status, result, error: error?.message })),
    deadlock: run.deadlock.map(({ process, call }) => `${process}: ${call}`),
  };
}

for (const [subject, suite] of Object.entries(suites)) {
  describe.skipIf(missing !== null)(`${subject}: model and Linux agree`, () => {
    for (const [behaviour, { source, programs, options }] of Object.entries(suite)) {
      it(`${behaviour} [${source}]`, async () => {
        const [onModel, onLinux] = await Promise.all([model.run(programs, options), linux.run(programs, options)]);
        expect(outcome(onModel)).toEqual(outcome(onLinux));
        expect(onLinux.deadlock).toEqual([]);
      });
    }
  });
}
