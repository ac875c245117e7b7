import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answersNamed } from "../../../lib/course/exercises/answers";
import { findExercise, findExercises, listExercises } from "../../../lib/course/exercises/list";
import { wrongAnswers } from "../../../lib/course/exercises/wrong-answers";
import { copiedCourse, sampleCourse } from "./course";

const ids = (asked: string) => findExercises(asked, sampleCourse()).map((exercise) => exercise.id);

test("every test file is an exercise, and its files have its name", () => {
  const folders = sampleCourse();
  const found = listExercises(folders);
  expect(found.map((exercise) => exercise.id)).toEqual(["01-sample/copy", "01-sample/lowest-free"]);
  expect(found[0].files).toMatchObject({
    stub: join(folders.root, "exercises", "01-sample", "copy.ts"),
    learner: join(folders.work, "exercises", "01-sample", "copy.ts"),
    reference: join(folders.root, "solutions", "01-sample", "copy.ts"),
  });
});

test.each([
  "01-sample/copy",
  "copy",
  "copy.ts",
  "work/exercises/01-sample/copy.ts",
  "copy.test.ts",
  "work\\exercises\\01-sample\\copy.ts",
])("%s means 01-sample/copy", (asked) => expect(ids(asked)).toEqual(["01-sample/copy"]));

test.each(["01", "01-sample", "01-sample/"])("%s means all of the chapter", (asked) => {
  expect(ids(asked)).toEqual(["01-sample/copy", "01-sample/lowest-free"]);
});

test("an unknown name is refused, with those that come near", () => {
  expect(() => ids("lowest-fre")).toThrow('There is no exercise "lowest-fre". Did you mean 01-sample/lowest-free?');
  expect(() => ids("sockets-in-space")).toThrow("npm run grade lists all exercises.");
});

test("where one is wanted, a chapter isn't enough", () => {
  expect(() => findExercise("01", sampleCourse())).toThrow("Did you mean 01-sample/copy or 01-sample/lowest-free?");
});

test("a test file without a description is named in the error", () => {
  const folders = copiedCourse();
  rmSync(join(folders.root, "test", "exercises", "01-sample", "copy.md"));
  expect(() => listExercises(folders)).toThrow(/copy\.md/);
});

test("wrong answers say what they misunderstand, which check refuses them, and with what words", () => {
  const folders = copiedCourse();
  const { files } = findExercise("lowest-free", folders);
  expect(wrongAnswers(files)[0]).toMatchObject({
    name: "counts-up",
    misconception: "the next descriptor is as high as the number of open ones.",
    fails: "a gap is filled first",
    says: "Descriptor 0 was free",
  });
  writeFileSync(join(files.wrong, "mute.ts"), "// Misconception: none\nexport {};\n");
  expect(() => wrongAnswers(files)).toThrow(/mute\.ts: its first comment needs a line "\/\/ Fails: …"/);
});

test("answers are found by name, in a file, in a folder of exercises, and in a learner's folder", () => {
  const folders = sampleCourse();
  const exercise = findExercise("copy", folders);
  const answer = (name: string) => answersNamed(name)(exercise);
  expect(answer("mine")).toBe(exercise.files.learner);
  expect(answer("stubs")).toBe(exercise.files.stub);
  expect(answer("solutions")).toBe(exercise.files.reference);
  expect(answer(folders.root)).toBe(exercise.files.stub);
  expect(answer(join(folders.root, "solutions"))).toBe(exercise.files.reference);
  expect(answer(exercise.files.stub)).toBe(exercise.files.stub);
  expect(() => answer("nowhere")).toThrow("--answers nowhere: no such file or folder");
});
