import { mkdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { predict, reveal } from "../../../lib/course/work/predict";
import { questionCard } from "../../../lib/course/work/question-card";
import { quiz } from "../../../lib/course/work/quiz";
import { progressFile, readProgress } from "../../../lib/course/work/store";
import { prediction, quizQuestion, SmallCourse } from "./small-course";

const id = prediction.id;
let course: SmallCourse;
beforeEach(() => {
  course = new SmallCourse();
});
afterEach(() => course.remove());
const predicted = () => readProgress().predictions.get(id);

describe("a prediction", () => {
  it("asks, and says how to commit, while the letter is still a question mark", () => {
    predict(id, "?");
    expect(course.last).toContain("What does the second `read` return?");
    expect(course.last).toContain("b  the second byte");
    expect(course.last).toMatch(/put its letter in place of the `"\?"`/);
    expect(predicted()).toBeUndefined();
  });

  it("is recorded with its first letter, also when it is changed before the reveal", () => {
    predict(id, "a");
    const at = predicted()?.firstAt;
    predict(id, "B)");
    expect(predicted()).toEqual({ first: "a", firstAt: at, latest: "b", revealed: null, changedAfterReveal: false });
    expect(course.last).toContain("first thought, **a**");
  });

  it("that is changed when the answer is known is told apart", () => {
    predict(id, "a");
    reveal(id, "56789");
    predict(id, "b");
    expect(predicted()).toMatchObject({ first: "a", latest: "b", revealed: "b", changedAfterReveal: true });
    expect(course.last).toContain("second thought");
  });

  it("is not a second thought when the notebook is only run again", () => {
    for (let run = 0; run < 2; run++) {
      predict(id, "a");
      reveal(id, "56789");
    }
    expect(predicted()?.changedAfterReveal).toBe(false);
  });
});

describe("the reveal", () => {
  it("says what was right about a right prediction", () => {
    predict(id, "b");
    reveal(id, "56789");
    expect(course.last).toMatch(/You predicted \*\*b\*\*, and so it is\.\nBoth descriptors share/);
  });

  it("says what stands against a wrong one, then what is right", () => {
    predict(id, "a");
    reveal(id, "56789");
    expect(course.last).toMatch(/The run showed \*\*b\*\*[\s\S]*a\*\*: That would need[\s\S]*b\*\*: Both descriptors/);
  });

  it("without a prediction keeps the answer folded, and counts as none", () => {
    reveal(id, "56789");
    expect(course.last).toContain("not made a prediction yet");
    const card = questionCard({ title: "t", says: [], more: { title: "Show", says: ["secret"] } });
    expect(card.html).toMatch(/<details><summary[^>]*>Show<\/summary><p>secret/);
    predict(id, "a");
    expect(predicted()).toMatchObject({ first: "a", revealed: null });
  });

  it("calls a run that contradicts the stored answer a mistake of the course, also on stderr, where tests see it", () => {
    const stderr = vi.spyOn(console, "error").mockImplementation(() => {});
    predict(id, "c");
    reveal(id, "56789");
    expect(stderr).not.toHaveBeenCalled();
    reveal(id, 0);
    expect(course.last).toContain("mistake of the course");
    expect(stderr).toHaveBeenCalledWith(expect.stringContaining('01-shared-offset: the run showed "0", which is c'));
    expect(predicted()?.revealed).toBe("b");
  });

  it("does the same for a result that shows no option, be it the right option's letter", () => {
    const stderr = vi.spyOn(console, "error").mockImplementation(() => {});
    for (const result of ["b", undefined, "567"]) reveal(id, result);
    expect(stderr).toHaveBeenCalledTimes(3);
    expect(course.last).toContain('the run showed "567", and the course expected b');
  });

  it("needs no result of a question that has no results", () => {
    course.put("notebooks/questions/01-a.json", JSON.stringify([{ ...prediction, seen: undefined }]));
    predict(id, "b");
    reveal(id);
    expect(course.last).toContain("You predicted **b**, and so it is.");
  });
});

describe("a quiz question", () => {
  it("says why a wrong answer is wrong without giving the right one away, and counts the later right one", () => {
    quiz("01-q1", "a");
    expect(course.last).toContain("That would need an offset of its own.");
    expect(course.last).not.toContain("Both descriptors share");
    quiz("01-q1", "b");
    expect(course.last).toContain("**b** is right. Both descriptors share");
    expect(readProgress().quiz.get("01-q1")).toEqual({ first: "a", firstRight: false, latest: "b", right: true });
  });
});

describe("mistakes in a cell", () => {
  it.each([
    ["a mistyped name", () => predict("01-shared-ofset", "a"), "Did you mean `01-shared-offset`"],
    ["a letter that is no option", () => predict(id, "x"), "no option `x`"],
    ["a quiz name in predict", () => predict("01-q1", "a"), "goes with quiz"],
    ["a prediction's name in quiz", () => quiz(id, "a"), "goes with predict"],
    ["a name that is far from all", () => reveal("nonsense"), "There is no question `nonsense`"],
    ["markup as a letter", () => quiz("01-q1", "<b>"), "**b** is right"],
  ])("%s is answered in words, not with an error", (_, call, says) => {
    call();
    expect(course.last).toContain(says);
  });

  it("so is a journal that can't be written, and a broken file of questions", () => {
    mkdirSync(progressFile(course.work), { recursive: true });
    predict(id, "a");
    expect(course.last).toContain("It did not work");
    course.put("notebooks/questions/02-b.json", "[{}]");
    predict(id, "?");
    expect(course.last).toContain("02-b.json");
  });

  it("and what comes from the cell is never markup in the page", () => {
    const { html } = questionCard({
      title: "<i>",
      question: { ...quizQuestion, question: "<script>1</script>" },
      says: ["<img>"],
    });
    expect(html).not.toMatch(/<img>|<i>|<script>1/);
  });
});
