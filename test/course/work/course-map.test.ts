import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chapterProgress, courseMap } from "../../../lib/course/work/course-map";
import { drawMap } from "../../../lib/course/work/course-map-picture";
import { predict } from "../../../lib/course/work/predict";
import { quiz } from "../../../lib/course/work/quiz";
import { recordExercise } from "../../../lib/course/work/store";
import { SmallCourse } from "./small-course";

let course: SmallCourse;
beforeEach(() => {
  course = new SmallCourse();
  course.put("notebooks/00-start-here.ipynb", "{}");
  course.put("notebooks/01-a.ipynb", "{}");
  course.put("exercises/01-a/one.ts", "");
  course.put("exercises/01-a/two.ts", "");
});
afterEach(() => course.remove());
const one = () => chapterProgress()[1];

describe("the map of the course", () => {
  it("counts what there is and what is done", () => {
    expect(one()).toMatchObject({
      notebook: "01-a.ipynb",
      predictions: { done: 0, of: 1 },
      quiz: { done: 0, of: 1 },
      exercises: { done: 0, of: 2 },
    });
    predict("01-shared-offset", "a");
    quiz("01-q1", "a");
    recordExercise("01-a/two", true);
    recordExercise("01-a/two", false);
    expect(one()).toMatchObject({ predictions: { done: 1 }, quiz: { done: 0 }, exercises: { done: 1 } });
  });

  it("shows all twelve chapters, where to go on, and which are to come", () => {
    courseMap();
    const lines = course.last.split("\n");
    expect(lines).toHaveLength(12);
    expect(lines[1]).toMatch(
      /^01 {2}Everything is a descriptor +go on here, predictions 0 of 1, quiz 0 of 1, exercises 0 of 2$/,
    );
    expect(lines[2]).toMatch(/^02 {2}Endpoints +to come$/);
  });

  it("links the chapters that exist, needs nothing from outside, and takes its colours from the theme", () => {
    const { html } = drawMap(chapterProgress(), "");
    expect(html.match(/<a /g)).toHaveLength(2);
    expect(html).toContain('href="01-a.ipynb"');
    expect(html).toContain("{&quot;path&quot;:&quot;notebooks/01-a.ipynb&quot;}");
    expect(html).not.toMatch(/https?:|src=|url\(/);
    expect(html.replace(/<style>[\s\S]*?<\/style>/, "")).not.toMatch(/#[0-9a-f]{3,6}\b|rgb\(/i);
  });

  it("says when lines of the journal can't be read", () => {
    course.put("work/progress.jsonl", "garbage\n");
    courseMap();
    expect(course.last).toContain("1 line(s) of work/progress.jsonl");
  });
});
