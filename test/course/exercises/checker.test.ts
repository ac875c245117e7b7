import { existsSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Checker } from "../../../lib/course/exercises/checker/client";
import { type Exercise, findExercise } from "../../../lib/course/exercises/list";
import { type AnswerReport, firstFailure, passed } from "../../../lib/course/exercises/report";
import { sampleCourse, temporaryFolder } from "./course";

// Each starts vitest and the compiler anew, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 120_000 });

const right = `export function lowestFree(used: ReadonlySet<number>): number {
  let fd = 0;
  while (used.has(fd)) fd++;
  return fd;
}
`;
/** An answer whose body is `statements`. */
const body = (statements: string) =>
  `export function lowestFree(used: ReadonlySet<number>): number {\n  ${statements}\n}\n`;

const checker = new Checker();
let exercise: Exercise;
beforeAll(() => checker.warmUp());
afterAll(() => checker.close());

async function judge(source: string, types = false): Promise<AnswerReport> {
  exercise = findExercise("lowest-free", sampleCourse());
  const answer = join(temporaryFolder(), "lowest-free.ts");
  writeFileSync(answer, source);
  return await checker.check({ test: exercise.files.test, answer, types });
}

const states = (report: AnswerReport) => report.checks.map((check) => check.state);
const says = (report: AnswerReport) => firstFailure(report)?.failure.says ?? "";

test("a right answer passes every check, in the order in which they stand", async () => {
  const report = await judge(right, true);
  expect(passed(report)).toBe(true);
  expect(report.checks.map((check) => check.name)).toEqual([
    "with nothing open, the first is 0",
    "a gap is filled first",
  ]);
  expect(report.types).toEqual([]);
});

test("a wrong answer is refused with the smallest case that shows it", async () => {
  const report = await judge(body("return used.size;"));
  expect(states(report)).toEqual(["passed", "failed"]);
  expect(firstFailure(report)?.failure).toMatchObject({
    says: "Descriptor 0 was free, but it wasn't the one handed out.",
    expected: "descriptor 0",
    happened: "descriptor 1",
    run: "open descriptors: set {1}",
    read: "open(2)",
  });
});

describe("an answer that can't be judged is told why", () => {
  test("a syntax error, with its line", async () => {
    const report = await judge("export const a = 1;\nexport function lowestFree(used {\n}\n", true);
    expect(says(report)).toMatch(/^Your file isn't valid TypeScript at line 2: /);
    expect(report.problem?.code).toContain("> 2 | export function lowestFree(used {");
    expect(report.types?.[0]).toMatchObject({ code: 1005, line: 2 });
    expect(states(report)).toEqual(["not run", "not run"]);
  });

  test.each([
    ["an empty file", " \n", /^Your file is empty/],
    ["a missing export", "export const other = 1;", /^Your file doesn't export "lowestFree"/],
    ["another kind of export", "export const lowestFree = 3;", /^"lowestFree" should be a function, but is a number/],
    [
      "an error while it is loaded",
      "\nthrow new Error('too early');\nexport {}",
      /^Your code threw an error at line 2: too early/,
    ],
    ["an import of nothing", "import './nowhere';", /^Your file imports "\.\/nowhere", which doesn't exist/],
  ])("%s", async (_what, source, message) => {
    const report = await judge(source);
    expect(says(report)).toMatch(message);
    expect(passed(report)).toBe(false);
    expect(report.problem).toBeDefined();
  });

  test("a file that is gone", async () => {
    exercise = findExercise("lowest-free", sampleCourse());
    const answer = join(temporaryFolder(), "gone.ts");
    writeFileSync(answer, right);
    expect(passed(await checker.check({ test: exercise.files.test, answer }))).toBe(true);
    unlinkSync(answer);
    expect(says(await checker.check({ test: exercise.files.test, answer, types: true }))).toMatch(
      /^Your file isn't there/,
    );
    writeFileSync(answer, right);
    expect(passed(await checker.check({ test: exercise.files.test, answer, types: true }))).toBe(true);
  });
});

describe("an answer that misbehaves is told so, and the next one is judged as if nothing had been", () => {
  test.each([
    [
      "an error",
      body("return (undefined as unknown as number[])[0];"),
      /^Your code threw an error at line 2: Cannot read/,
    ],
    ["process.exit", body("process.exit(0);"), /^Your code called process\.exit\(0\)/],
    [
      "a killed process",
      body("process.kill(process.pid, 'SIGKILL'); return 0;"),
      /^The process that ran your code ended/,
    ],
    ["an endless loop", body("for (;;);"), /^It didn't end within 5 s: an endless loop\?/],
    ["an endless loop at the top", "for (;;);\nexport {};", /^Loading your file didn't end within 5 s/],
    [
      "a failure after its check",
      body("Promise.reject(new Error('late')); let fd = 0; while (used.has(fd)) fd++; return fd;"),
      /^Something your code had started failed/,
    ],
  ])("%s", async (_what, source, message) => {
    const bad = await judge(source);
    expect(says(bad)).toMatch(message);
    expect(passed(bad)).toBe(false);
    expect(passed(await judge(right))).toBe(true);
  });

  test("an endless loop in a later check leaves the earlier ones passed", async () => {
    expect(states(await judge(body("if (used.size > 0) for (;;); return 0;")))).toEqual(["passed", "failed"]);
  });

  test("what it prints is kept, and cut when it is endless", async () => {
    expect((await judge(body("console.log('here'); return 0;"))).printed).toContain("here\n");
    const much = await judge(body("process.stdout.write('x'.repeat(1_000_000)); return 0;"));
    expect(much.printed.length).toBeLessThan(30_000);
    expect(much.printed).toContain("and more, which is not shown");
  });
});

test("the compiler's words come with line and column, beside the checks and not instead", async () => {
  const report = await judge(right.replace("let fd = 0", 'const wrong: number = "text";\n  let fd = 0'), true);
  expect(passed(report)).toBe(true);
  expect(report.types).toEqual([
    {
      code: 2322,
      message: "Type 'string' is not assignable to type 'number'.",
      line: 2,
      column: 9,
      source: '  const wrong: number = "text";',
    },
  ]);
});

test("a run that nobody waits for any more is ended, and the next one doesn't wait for it", async () => {
  exercise = findExercise("lowest-free", sampleCourse());
  const folder = temporaryFolder();
  const [endless, good] = ["endless.ts", "good.ts"].map((name) => join(folder, name));
  writeFileSync(
    endless,
    `require("node:fs").writeFileSync(${JSON.stringify(join(folder, "began"))}, "");\nfor (;;);\nexport {};\n`,
  );
  writeFileSync(good, right);
  const first = checker.request({ test: exercise.files.test, answer: endless });
  const second = checker.check({ test: exercise.files.test, answer: good });
  await expect.poll(() => existsSync(join(folder, "began")), { timeout: 60_000 }).toBe(true);
  first.cancel();
  expect(passed(await second)).toBe(true);
});

test("a checker that dies is started again, without anybody noticing", async () => {
  expect(passed(await judge(right))).toBe(true);
  process.kill(checker.pid ?? Number.NaN, "SIGKILL");
  expect(passed(await judge(right))).toBe(true);
});

test("nothing is left behind when it is closed", async () => {
  const own = new Checker({ types: false });
  exercise = findExercise("lowest-free", sampleCourse());
  await own.check({ test: exercise.files.test, answer: exercise.files.reference });
  const { pid } = own;
  own.close();
  await expect.poll(() => isAlive(pid), { timeout: 60_000 }).toBe(false);
});

function isAlive(pid: number | undefined): boolean {
  try {
    process.kill(pid ?? Number.NaN, 0);
    return true;
  } catch {
    return false;
  }
}
