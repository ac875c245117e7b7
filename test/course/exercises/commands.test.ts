import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Folders } from "../../../lib/course/exercises/folders";
import { sampleCourse } from "./course";

// Each starts vitest and the compiler anew, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 120_000 });

const commands = join(__dirname, "../../../lib/course/exercises/commands");

/** Starts a command on the sample course. */
function start(command: string, args: string[], folders: Folders = sampleCourse()) {
  const env = {
    ...process.env,
    FD3_COURSE: folders.root,
    FD3_WORK: folders.work,
    NO_COLOR: undefined,
    FORCE_COLOR: "0",
  };
  const file = join(commands, `${command}.ts`);
  const child = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", file, ...args], { env });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    said.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    said.err += chunk;
  });
  const code = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { child, said, code, folders };
}

async function grade(...args: string[]) {
  const { said, code, folders } = start("grade", args);
  return { code: await code, ...said, folders };
}

test("without a name: a table, the learner's copies are made, and what is passed is written down", async () => {
  const { code, out, err, folders } = await grade();
  expect(code).toBe(1);
  expect(err).toBe("");
  expect(out).toContain("✗ 01-sample/copy         1 of 3 checks pass\n    The copy stopped before the end of file.");
  expect(existsSync(join(folders.work, "exercises", "01-sample", "copy.ts"))).toBe(true);
  expect(readFileSync(join(folders.work, "progress.jsonl"), "utf8")).toContain('"01-sample/copy"');
});

test("the references pass, and nothing is written down for the learner", async () => {
  const { code, out, folders } = await grade("--answers", "solutions");
  expect(out).toBe("✓ 01-sample/copy         all 3 checks pass\n✓ 01-sample/lowest-free  all 2 checks pass\n");
  expect(code).toBe(0);
  expect(existsSync(join(folders.work, "progress.jsonl"))).toBe(false);
});

test("with a name: in full, with the compiler's words", async () => {
  const folders = sampleCourse();
  const answer = join(folders.work, "mine.ts");
  writeFileSync(answer, 'export function lowestFree(): number {\n  return "3";\n}\n');
  const { said, code } = start("grade", ["lowest-free", "--answers", answer], folders);
  expect(await code).toBe(1);
  expect(said.out).toContain('A process with nothing open must get 0.\n\n  expected  descriptor 0\n  happened  "3"');
  expect(said.out).toContain("error TS2322: Type 'string' is not assignable to type 'number'.");
});

test("--json prints one object a line", async () => {
  const { out } = await grade("--json", "--no-types", "--answers", "stubs");
  const reports = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(reports.map(({ exercise, passed }) => [exercise, passed])).toEqual([
    ["01-sample/copy", false],
    ["01-sample/lowest-free", false],
  ]);
});

test.each([
  [["loewst-free"], 'There is no exercise "loewst-free". Did you mean 01-sample/lowest-free?'],
  [["--wrong"], "Unknown option '--wrong'."],
  [["--answers", "nowhere"], "--answers nowhere: no such file or folder"],
])("%j is refused in a sentence, with exit code 2", async (args, message) => {
  const { code, err, out } = await grade(...args);
  expect(code).toBe(2);
  expect(err).toContain(message);
  expect(err).not.toMatch(/\n +at /);
  expect(out).toBe("");
});

test.each(["grade", "watch"])("%s --help tells what it does", async (command) => {
  const { said, code } = start(command, ["--help"]);
  expect(await code).toBe(0);
  expect(said.out).toContain(`npm run ${command} --`);
});

test("watch follows saves, and ends with Ctrl-C", async () => {
  const { child, said, code, folders } = start("watch", ["lowest-free"]);
  await expect.poll(() => said.out, { timeout: 60_000 }).toContain("1 of 2 checks pass");
  const right = readFileSync(join(folders.root, "solutions", "01-sample", "lowest-free.ts"));
  writeFileSync(join(folders.work, "exercises", "01-sample", "lowest-free.ts"), right);
  await expect.poll(() => said.out, { timeout: 60_000 }).toContain("all 2 checks pass");
  child.kill("SIGINT");
  expect(await code).toBe(0);
  expect(said.err).toBe("");
});
