/**
 * "The model does what Linux does": every program of programs/ on the model and on the real machine. Every call of every thread
 * must give the same on both (portrait.ts says what is left to chance and so isn't compared).
 *
 * The real machine is the judge. It is asked where system calls can be made (Linux); elsewhere these tests say that they
 * did not run, and the model's half alone would prove nothing.
 */
import { afterAll, describe, expect, it } from "vitest";
import { linux } from "../../lib/real/linux";
import { dismissSpares } from "../../lib/real/linux/runner/agent-pool";
import type { Run } from "../../lib/sys";
import { model } from "../../lib/world";
import { portrait } from "./portrait";
import { suites } from "./programs";

const missing = linux.unavailable();
if (missing !== null) console.warn(`conformance with the real machine is not tested here: ${missing}`);

/** How each program of the run ended, and with what. */
function outcome(run: Run) {
  return run.processes
    .filter(({ name }) => !name.includes("/"))
    .map(({ name, status, result, error }) => ({ name, status, result, error: error?.message }));
}

for (const [subject, suite] of Object.entries(suites)) {
  describe.skipIf(missing !== null)(`${subject}: model and Linux agree`, () => {
    afterAll(dismissSpares);
    for (const [behaviour, { source, programs, options, resultOnly }] of Object.entries(suite)) {
      // A program gives other threads a moment to fall asleep; a busy machine may need more. A difference that is the model's comes again.
      it(`${behaviour} [${source}]`, { retry: 1 }, async () => {
        const [onModel, onLinux] = await Promise.all([model.run(programs, options), linux.run(programs, options)]);
        expect(outcome(onModel)).toEqual(outcome(onLinux));
        if (!resultOnly) expect(portrait(onModel)).toEqual(portrait(onLinux));
      });
    }
  });
}

describe("the programs", () => {
  it.each(Object.entries(suites))("of %s each cite a man page or an RFC", (_, suite) => {
    const sources = Object.entries(suite).map(([behaviour, { source }]) => `${behaviour} [${source}]`);
    expect(sources.filter((line) => !/\[.*(\w\(\d[a-z]*\)|RFC \d+)/.test(line))).toEqual([]);
  });
});
