/** A bounded run with fixed seeds; `npm run fuzz` goes further. */
import { describe, expect, it } from "vitest";
import { linux } from "../../lib/real/linux";
import { asTest, disagreement } from "./disagreement";
import { randomSteps } from "./random-program";

const missing = linux.unavailable();
if (missing !== null) console.warn(`random programs are not compared with the real machine here: ${missing}`);

describe.skipIf(missing !== null)("random programs do the same on the model and on Linux", () => {
  for (let seed = 1; seed <= 60; seed++) {
    it(`seed ${seed}`, async () => {
      const found = await disagreement(randomSteps(seed, 60));
      expect(found === null ? "" : asTest(seed, found)).toBe("");
    });
  }
});

it("a disagreement would be found and shortened", async () => {
  const steps = randomSteps(1, 60);
  const text = asTest(1, { steps: steps.slice(0, 2), onModel: 1, onLinux: 2 });
  expect(text).toContain("gives 1 on the model, 2 on Linux");
  expect(text.match(/attempt\(sys\./g)).toHaveLength(2);
});
