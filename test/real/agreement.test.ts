import { describe, expect, test } from "vitest";
import { kernels, sideBySide } from "../../lib/course/kernels";
import type { KernelName } from "../../lib/sys";
import { scenarios } from "./scenarios";

const files = { "/d/f": "hello", "/q": "" };

/** The rows that no rule explains, as text; the processes must not have failed either. */
async function disagreements(name: string, kernel: KernelName): Promise<string[]> {
  const { rows, runs } = await sideBySide(scenarios[name], { on: [kernel, "linux"], files });
  const errors = runs.flatMap((run) =>
    run.processes.flatMap(({ error }) => (error ? [`${run.kernel}: ${error}`] : [])),
  );
  const different = rows.filter(({ verdict }) => verdict === "different");
  return [...errors, ...different.map(({ cells }) => cells.map((cell) => cell?.text ?? "nothing").join("   BUT   "))];
}

describe.skipIf(kernels.linux.unavailable() !== null)("against this machine's own system calls", () => {
  test.each(Object.keys(scenarios))(
    "the node kernel: %s",
    async (name) => {
      expect(await disagreements(name, "node")).toEqual([]);
    },
    60_000,
  );

  test.each(["files", "processes"])(
    "the model: %s",
    async (name) => {
      expect(await disagreements(name, "model")).toEqual([]);
    },
    60_000,
  );
});
