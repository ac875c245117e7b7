import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { copiedCourse, temporaryFolder } from "./course";

vi.setConfig({ testTimeout: 120_000 });

/**
 * A process that takes a notebook kernel's place: it has modules where tslab's would be, which write down what is displayed.
 * Each line on its standard input is run as a cell; it ends when its input does, unless something keeps it alive.
 */
function kernel() {
  const folders = copiedCourse();
  const tslab = join(temporaryFolder(), "tslab", "dist");
  const main = `
    const { mkdirSync, writeFileSync } = require("node:fs");
    mkdirSync(${JSON.stringify(tslab)}, { recursive: true });
    writeFileSync(${JSON.stringify(join(tslab, "jupyter.js"))}, "exports.lastWriteDisplayData = () => {};");
    writeFileSync(${JSON.stringify(join(tslab, "public.js"))}, "let n = 0; exports.newDisplay = () => { const id = n++; return { html: (html) => console.log(JSON.stringify({ id, html })) }; };");
    require(${JSON.stringify(join(tslab, "jupyter.js"))});
    const { exercise } = require(${JSON.stringify(join(__dirname, "../../../lib/course/exercises/panel.ts"))});
    require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
      eval(line);
      console.log(JSON.stringify({ ended: line }));
    });`;
  const env = { ...process.env, FD3_COURSE: folders.root, FD3_WORK: folders.work };
  const child = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", main], { env });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said: { id?: number; html?: string; ended?: string }[] = [];
  let errors = "";
  let rest = "";
  child.stdout.on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    said.push(...lines.map((line) => JSON.parse(line)));
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const closed = new Promise<number | null>((resolve) => child.on("close", resolve));
  return {
    folders,
    file: join(folders.work, "exercises", "01-sample", "lowest-free.ts"),
    said,
    errors: () => errors,
    run: (cell: string) => child.stdin.write(`${cell}\n`),
    end: () => child.stdin.end(),
    closed,
    /** What an output shows now. */
    shows: (id: number) => said.filter((one) => one.id === id).at(-1)?.html ?? "",
  };
}

const patience = { timeout: 60_000 };

test("the cell ends at once, saying that it checks; then the panel follows what is saved", async () => {
  const notebook = kernel();
  notebook.run('exercise("lowest-free")');
  await expect.poll(() => notebook.shows(0), patience).toContain("1 of 2 checks pass");
  expect(notebook.said[0].html).toContain("checking …");
  expect(notebook.said[1]).toEqual({ ended: 'exercise("lowest-free")' });
  expect(existsSync(notebook.file)).toBe(true);
  writeFileSync(notebook.file, readFileSync(join(notebook.folders.root, "solutions/01-sample/lowest-free.ts")));
  await expect.poll(() => notebook.shows(0), patience).toContain("all 2 checks pass");
  writeFileSync(notebook.file, "export const nothing = 1;\n");
  await expect.poll(() => notebook.shows(0), patience).toContain("export &quot;lowestFree&quot;");
  expect(notebook.errors()).toBe("");
});

test("an endless loop leaves the notebook free, and the next save doesn't wait for it", async () => {
  const notebook = kernel();
  notebook.run('exercise("lowest-free")');
  await expect.poll(() => notebook.shows(0), patience).toContain("1 of 2 checks pass");
  const began = join(notebook.folders.work, "began");
  writeFileSync(
    notebook.file,
    `require("node:fs").writeFileSync(${JSON.stringify(began)}, "");\nfor (;;);\nexport {};\n`,
  );
  await expect.poll(() => existsSync(began), patience).toBe(true);
  notebook.run("1 + 1");
  await expect.poll(() => notebook.said.at(-1), patience).toEqual({ ended: "1 + 1" });
  writeFileSync(notebook.file, readFileSync(join(notebook.folders.root, "solutions/01-sample/lowest-free.ts")));
  await expect.poll(() => notebook.shows(0), patience).toContain("all 2 checks pass");
  expect(notebook.said.some((one) => one.html?.includes("endless loop"))).toBe(false);
});

test("a cell that is run again shows the panel there, with one watcher for both", async () => {
  const notebook = kernel();
  notebook.run('exercise("lowest-free")');
  await expect.poll(() => notebook.shows(0), patience).toContain("1 of 2 checks pass");
  notebook.run('exercise("01-sample/lowest-free")');
  await expect.poll(() => notebook.shows(1), patience).toContain("1 of 2 checks pass");
  const before = notebook.said.length;
  writeFileSync(notebook.file, readFileSync(join(notebook.folders.root, "solutions/01-sample/lowest-free.ts")));
  await expect.poll(() => notebook.shows(1), patience).toContain("all 2 checks pass");
  await expect.poll(() => notebook.shows(0), patience).toContain("all 2 checks pass");
  const checking = notebook.said.slice(before).filter((one) => one.id === 1 && one.html?.includes("checking …"));
  expect(checking).toHaveLength(1);
});

test("a kernel that has nothing more to do ends, and isn't kept alive by the checker", async () => {
  const notebook = kernel();
  notebook.run('exercise("lowest-free")');
  await expect.poll(() => notebook.shows(0), patience).toContain("1 of 2 checks pass");
  notebook.end();
  expect(await notebook.closed).toBe(0);
});

test("outside a notebook it prints the report once, and ends", async () => {
  const folders = copiedCourse();
  const panel = join(__dirname, "../../../lib/course/exercises/panel.ts");
  const main = `require(${JSON.stringify(panel)}).exercise("lowest-free")`;
  const env = { ...process.env, FD3_COURSE: folders.root, FD3_WORK: folders.work, FORCE_COLOR: "0" };
  const child = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", main], { env });
  let out = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
  expect(out).toContain("The lowest free descriptor  ✗ 1 of 2 checks pass");
});
