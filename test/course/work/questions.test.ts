import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { disk, filesBelow } from "../../../lib/course/work/disk";
import { courseRoot } from "../../../lib/course/work/places";
import { type Question, questionProblems } from "../../../lib/course/work/questions";
import { prediction, quizQuestion } from "./small-course";

const folder = join(courseRoot(), "notebooks", "questions");
const files = filesBelow(folder);
const read = (file: string) => JSON.parse(disk.read(join(folder, file))?.toString("utf8") ?? "");
const chapters = filesBelow(join(courseRoot(), "notebooks")).filter((path) => /^\d\d-[^/]*\.md$/.test(path));
const textOf = (chapter: string) => disk.read(join(courseRoot(), "notebooks", chapter))?.toString("utf8") ?? "";

describe("the course's questions", () => {
  it("are all well-formed, in files named after their chapters, with ids of their own", () => {
    const problems = files.flatMap((file) =>
      questionProblems(read(file), file).map((problem) => `${file}: ${problem}`),
    );
    const strangers = files.filter((file) => !chapters.includes(file.replace(/\.json$/, ".md")));
    expect([...problems, ...strangers]).toEqual([]);
  });

  it("are each asked in their chapter, by the call of their kind, and revealed where they are predictions", () => {
    const missing: string[] = [];
    for (const file of files) {
      const text = textOf(file.replace(/\.json$/, ".md"));
      for (const { id, kind } of read(file) as Question[]) {
        const calls = kind === "quiz" ? [`quiz("${id}", "?")`] : [`predict("${id}", "?")`, `reveal("${id}"`];
        missing.push(...calls.filter((call) => !text.includes(call)).map((call) => `${file}: ${call}`));
      }
    }
    expect(missing).toEqual([]);
  });

  it("are decided by what the run showed: no cell holds the letter of an answer", () => {
    const predictions = files.flatMap((file) => read(file) as Question[]).filter(({ kind }) => kind === "prediction");
    expect(predictions.filter(({ seen }) => seen === undefined).map(({ id }) => id)).toEqual([]);
    const letters = chapters.flatMap((chapter) => textOf(chapter).match(/\breveal\(.*"[a-h]".*/g) ?? []);
    expect(letters).toEqual([]);
  });

  it("exist wherever a chapter asks one", () => {
    const ids = new Set(files.flatMap((file) => (read(file) as Question[]).map(({ id }) => id)));
    const asked = chapters.flatMap((chapter) => [...textOf(chapter).matchAll(/\b(?:predict|reveal|quiz)\("([^"]+)"/g)]);
    expect(asked.map(([, id]) => id).filter((id) => !ids.has(id))).toEqual([]);
  });
});

describe("the check of a file of questions", () => {
  it("passes a good one", () => {
    expect(questionProblems([prediction, quizQuestion], "01-a.json")).toEqual([]);
    expect(questionProblems([{ ...prediction, answer: undefined }], "01-a.json")).toEqual([]);
  });

  it.each([
    ["not a list", {}, "not a list"],
    ["an id of another chapter", [{ ...prediction, id: "02-x" }], "needs an id"],
    ["an id that is there twice", [prediction, prediction], "there twice"],
    ["no claims", [{ ...prediction, claims: [] }], "needs claims"],
    ["a quiz question without an answer", [{ ...quizQuestion, answer: undefined }], "needs an answer"],
    ["an answer that is no option", [{ ...prediction, answer: "d" }], "needs an answer"],
    ["one option only", [{ ...prediction, options: { a: prediction.options.a } }], "two options"],
    [
      "options out of order",
      [{ ...prediction, options: { b: prediction.options.a, a: prediction.options.b } }],
      "in this order",
    ],
    [
      "an option without a why",
      [{ ...prediction, options: { ...prediction.options, b: { text: "x" } } }],
      "a why in option b",
    ],
    ["a mistyped key", [{ ...prediction, anser: "b" }], 'unknown key "anser"'],
    ["results of a quiz question", [{ ...quizQuestion, seen: { b: [1] } }], "only a prediction may have"],
    ["results of no option", [{ ...prediction, seen: { b: [1], x: [2] } }], 'results for "x"'],
    ["the same result for two options", [{ ...prediction, seen: { a: ["1"], b: [1] } }], 'the result "1" twice'],
    ["results that are no values", [{ ...prediction, seen: { b: [null] } }], "as the results for b"],
    ["an answer that no result shows", [{ ...prediction, seen: { a: [1] } }], "its answer among those seen"],
    ["something else than questions", [null, 3], "is not an object"],
  ])("finds %s", (_, value, problem) => {
    expect(questionProblems(value, "01-a.json").join("\n")).toContain(problem);
  });
});
