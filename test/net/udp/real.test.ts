/** The same scenarios on this machine's own kernel: are the expectations true? */
import { describe, expect, test } from "vitest";
import { linux } from "../../../lib/real/linux";
import { scenarios } from "./scenarios";

describe.skipIf(linux.unavailable() !== null)("UDP on the real machine", () => {
  for (const { name, program, expected } of scenarios) {
    test(name, { timeout: 20_000 }, async () => {
      const run = await linux.run(program, { timeout: 15_000 });
      expect(run.notes).toEqual([]);
      expect(run.processes[0].error).toBeUndefined();
      expect(run.processes[0].result).toEqual(expected);
    });
  }
});
