import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { Checker } from "../../../lib/course/exercises/checker/client";
import { type Exercise, findExercise } from "../../../lib/course/exercises/list";
import { proveExercise } from "../../../lib/course/exercises/prove";
import { copiedCourse, sampleCourse } from "./course";

// Each starts vitest and the compiler anew, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 120_000 });

const checker = new Checker({ types: false });
afterAll(() => checker.close());

/** What is found wrong after `spoil` has been at a copy of the course. */
async function foundAfter(spoil: (exercise: Exercise) => void): Promise<string[]> {
  const folders = copiedCourse();
  spoil(findExercise("lowest-free", folders));
  return await proveExercise(findExercise("lowest-free", folders), checker);
}

const replace = (path: string, from: string, to: string): void => {
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
};

test.each(["copy", "lowest-free"])("nothing is wrong with %s", async (name) => {
  expect(await proveExercise(findExercise(name, sampleCourse()), checker)).toEqual([]);
});

test("a reference that fails is found", async () => {
  const found = await foundAfter(({ files }) => replace(files.reference, "let fd = 0", "let fd = 1"));
  expect(found).toEqual([
    expect.stringMatching(/^the reference doesn't pass "with nothing open, the first is 0": A process/),
  ]);
});

test("a stub that passes is found", async () => {
  const found = await foundAfter(({ files }) => writeFileSync(files.stub, readFileSync(files.reference)));
  expect(found).toEqual(["the untouched stub passes all checks"]);
});

test("a check that can't fail is found by the wrong answer that it lets through", async () => {
  const found = await foundAfter(({ files }) =>
    replace(files.test, "while (used.has(expected)) expected++;", "expected = lowestFree(used);"),
  );
  expect(found).toContain('wrong answer "counts-up" passes all checks');
});

test("a wrong answer that fails in another check is found", async () => {
  const found = await foundAfter(({ files }) =>
    replace(join(files.wrong, "starts-at-one.ts"), "with nothing open, the first is 0", "a gap is filled first"),
  );
  expect(found).toEqual([
    expect.stringMatching(
      /^wrong answer "starts-at-one" fails in "with nothing open, the first is 0", not in "a gap is filled first"/,
    ),
  ]);
});

test("a wrong answer that isn't told what it should be told is found", async () => {
  const found = await foundAfter(({ files }) =>
    replace(join(files.wrong, "counts-up.ts"), "Descriptor 0 was free", "Descriptor 9 was free"),
  );
  expect(found).toEqual([expect.stringMatching(/^wrong answer "counts-up" isn't told "Descriptor 9 was free", but:/)]);
});

test("files that are missing are found", async () => {
  const found = await foundAfter(({ files }) => {
    rmSync(files.reference);
    rmSync(files.stub);
    rmSync(join(files.wrong, "counts-up.ts"));
    replace(files.description, "claims: A2, I2", "");
    writeFileSync(files.description, readFileSync(files.description, "utf8").replace(/^## Hint[\s\S]*/m, ""));
  });
  expect(found.map((line) => line.replace(/ at .*/, ""))).toEqual([
    "there are no hints",
    "it names no claim of the lesson",
    "only one wrong answer; two are the least",
    "there is no reference",
    "there is no stub",
  ]);
});
