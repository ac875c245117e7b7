/** Each program once; `npm run soak` goes further. */
import { afterAll, describe, expect, it } from "vitest";
import { linux } from "../../lib/real/linux";
import { compareRuns } from "../../lib/real/side-by-side";
import { runModel } from "../../lib/world";
import { chapterPrograms, type SoakProgram } from "./chapter-programs";
import { soakPrograms } from "./programs";
import { belongings, compareOnce, complaint, leak } from "./soak";

const missing = linux.unavailable();

describe.skipIf(missing !== null)("side by side with this machine", () => {
  afterAll(belongings);

  it("every program of the chapters does the same but for what may differ, and leaves nothing behind", async () => {
    const programs = await chapterPrograms();
    expect(programs.map(({ name }) => name)).toContain("01: fromTcp");
    expect(await complaintsOf(programs)).toEqual([]);
  }, 60_000);

  it("programs of several processes that race do the same but for what may differ, and leave nothing behind", async () => {
    expect(await complaintsOf(soakPrograms)).toEqual([]);
  }, 60_000);
});

async function complaintsOf(programs: readonly SoakProgram[]): Promise<string[]> {
  // The first run of all opens what stays open as long as this process lives.
  await compareOnce(programs[0], "linux");
  const before = await belongings();
  const found: (string | null)[] = [];
  for (const program of programs) found.push(await compareOnce(program, "linux"));
  return [...found, leak(before, await belongings())].filter((text) => text !== null);
}

describe("a soak complains", () => {
  const name = "program";

  it("of an unexplained difference", () => {
    const run = runModel(function* (sys) {
      yield* sys.pipe();
    });
    const calls = run.calls.map((record) => ({ ...record, result: [3, 5] }));
    const wrong = compareRuns([run, { ...run, kernel: "linux", calls }]);
    expect(complaint({ name, programs: {} }, wrong)).toMatch(/^program: 1 unexplained/);
  });

  it("of a run that is stuck on one kernel only, and of one whose time was up", () => {
    const run = runModel(function* (sys) {
      yield* sys.pause();
    });
    expect(run.deadlock).toHaveLength(1);
    const awake = { ...run, kernel: "linux", deadlock: [] } as const;
    expect(complaint({ name, programs: {} }, compareRuns([run, awake]))).toMatch(/^program: stuck on model/);
    const late = { ...awake, deadlock: run.deadlock, notes: ["The run was ended after 20,000 ms."] };
    expect(complaint({ name, programs: {} }, compareRuns([run, late]))).toMatch(/^program: no end on linux/);
    expect(complaint({ name, programs: {}, options: { timeout: 500 } }, compareRuns([run, late]))).toBeNull();
  });

  it("of what was left behind", () => {
    const before = { descriptors: 20, children: 0, folders: 0 };
    expect(leak(before, before)).toBeNull();
    expect(leak(before, { descriptors: 22, children: 1, folders: 0 })).toBe("left behind: 2 descriptors, 1 children");
  });
});
