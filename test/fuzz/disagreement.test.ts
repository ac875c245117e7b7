import { afterAll, describe, expect, it } from "vitest";
import { type FdAllocator, LowestFree } from "../../lib/kernel/fd-allocator";
import { linux } from "../../lib/real/linux";
import { dismissSpares } from "../../lib/real/linux/runner/agent-pool";
import type { Kernel } from "../../lib/sys";
import { model, runModel } from "../../lib/world";
import { disagreement } from "./disagreement";
import { play, randomScript } from "./play";
import { kinds } from "./step";

/** A mistake: it never gives out number 5. */
class WithoutFive extends LowestFree {
  override allocate(from: number): number {
    const fd = super.allocate(from);
    if (fd !== 5) return fd;
    const next = super.allocate(from);
    this.release(5);
    return next;
  }

  override copy(): FdAllocator {
    return Object.assign(new WithoutFive(), super.copy());
  }
}

const mistaken: Kernel = {
  ...model,
  run: async (programs, options) =>
    runModel(programs, { ...options, modules: { fdAllocator: () => new WithoutFive() } }),
};

describe.skipIf(linux.unavailable() !== null)("a kernel with a mistake", () => {
  afterAll(dismissSpares);

  it("is found out, and the script shrinks to the calls that show it", async () => {
    const { steps } = await randomScript(2, 60, kinds);
    const { disagreement: found } = await disagreement(steps, await play(mistaken, steps), mistaken);
    if (found === null || found === "unsteady") throw new Error(`nothing was found: ${found}`);
    expect(found.steps.length).toBeLessThan(5);
    expect(found.onLinux.at(-1)).toMatch(/\b5\b/);
    expect(found.onModel.at(-1)).toMatch(/\b6\b/);
    // Each step that is left is needed.
    for (const [i] of found.steps.entries()) {
      const without = found.steps.filter((_, at) => at !== i);
      expect((await disagreement(without, undefined, mistaken)).disagreement).toBeNull();
    }
  });
});
