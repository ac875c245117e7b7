/** The executor itself: it must notice every way in which a cell can fail to do its work, or a green run means nothing. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute, scratchWork } from "./execute";

let folder: string;
let scratch: ReturnType<typeof scratchWork>;
let count = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fd3-executor-"));
  scratch = scratchWork();
});
afterAll(() => {
  scratch.remove();
  rmSync(folder, { recursive: true });
});

/** Executes a notebook of these cells (a string starting with "## " is text) and returns what it has to complain of. */
async function run(cells: string[], options = {}) {
  const kernelspec = { name: "tslab", display_name: "TypeScript (fd3)", language: "typescript" };
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec },
    cells: cells.map((source, at) =>
      source.startsWith("## ")
        ? { cell_type: "markdown", id: `cell-${at}`, metadata: {}, source }
        : { cell_type: "code", id: `cell-${at}`, metadata: {}, source, outputs: [], execution_count: null },
    ),
  };
  count += 1;
  const file = join(folder, `trial-${count}.ipynb`);
  writeFileSync(file, JSON.stringify(notebook));
  const { complaints } = await execute(file, scratch.work, options);
  return complaints;
}

test("cells that run to their end without a complaint pass, empty ones too", async () => {
  expect(await run(['import { bytes } from "fd3";', "", "console.log(bytes('x').length)"])).toEqual([]);
});

test("names of earlier cells can be used in shorthand, beside await too", async () => {
  const cells = [
    "const a = 1; function* b() {}",
    "const c = { a, b };",
    'const d = await Promise.resolve({ c });\nif (d.c.a !== 1) throw new Error("lost");',
  ];
  expect(await run(cells)).toEqual([]);
});

test("a cell that throws fails, and every cell after it counts as not run", async () => {
  const complaints = await run(["const a = 1", 'throw new Error("on purpose")', "a", "a"]);
  expect(complaints.map(({ what }) => what)).toEqual([
    "failed",
    "was not run, since an earlier cell had failed",
    "was not run, since an earlier cell had failed",
  ]);
  expect(complaints[0].output).toContain("on purpose");
});

test("a type error fails, in the compiler's words", async () => {
  const [complaint] = await run(['const n: number = "text"']);
  expect(complaint.what).toBe("failed");
  expect(complaint.output).toContain("not assignable");
});

test("what is printed to stderr is a complaint, also when it comes after the cell's end", async () => {
  const complaints = await run(['console.error("now")', 'setTimeout(() => console.error("later"), 300); 0']);
  expect(complaints.map(({ what, output }) => [what, output.trim()])).toEqual([
    ["printed to stderr", "now"],
    ["a complaint after the cell had ended", "later"],
  ]);
});

test("an endless loop is given up after the time that was set", async () => {
  expect(await run(["while (true) {}"], { timeout: 5 })).toMatchObject([{ what: "took too long" }]);
});

test("shuffled, cells change places within a section only, and the first section stays", async () => {
  const sections = [
    "const seen: number[] = []",
    "seen.push(0)",
    "## one",
    ...Array.from({ length: 8 }, (_, n) => `seen.push(${n + 1})`),
  ];
  const check =
    'if (seen[0] !== 0 || seen.length !== 9) console.error("left its section"); if (seen.every((n, at) => n === at)) console.error("in order")';
  expect(await run([...sections, "## two", check], { shuffle: 7 })).toEqual([]);
});
