/**
 * The table claim → section → experiment → question or exercise (notebooks/claims.json) covers the lesson, and what it says
 * of the chapters that are written is true.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { listExercises } from "../../lib/course/exercises/list";
import { parseChapter } from "../../lib/course/notebooks/parse";
import { outline } from "../../lib/course/work/course-outline";
import { filesBelow } from "../../lib/course/work/disk";
import { courseRoot } from "../../lib/course/work/places";
import { loadQuestions } from "../../lib/course/work/questions";

/** Where a claim is taught: explained in a section, seen in a cell, examined by questions and exercises. */
interface Taught {
  chapter: string;
  section: string;
  /** Text that occurs in exactly one code cell of that section. */
  experiment: string;
  /** Ids of questions, and of exercises (those have a "/"). */
  examined: string[];
}

interface Claim {
  id: string;
  claim: string;
  taught: Taught[];
  /** Chapters that are not written yet and will teach it, or come back to it. */
  planned: string[];
}

/** How many claims each part of the lesson makes. */
const lesson = { A: 3, B: 6, C: 3, D: 3, E: 6, F: 5, G: 5, H: 2, I: 2 };

const root = courseRoot();
const read = (path: string) => readFileSync(join(root, path), "utf8");
const claims = JSON.parse(read("notebooks/claims.json")) as Claim[];
const questions = loadQuestions(root);
const exercises = new Map(listExercises().map((one) => [one.id, one]));
const chapters = new Map(
  filesBelow(join(root, "notebooks"))
    .filter((name) => /^\d\d-[^/]+\.md$/.test(name))
    .map((name) => [name.slice(0, 2), parseChapter(read(`notebooks/${name}`))]),
);
const taught = claims.flatMap((claim) => claim.taught.map((place) => ({ ...place, id: claim.id })));

test("every claim of the lesson is there once, in its order, with its sentence", () => {
  const ids = Object.entries(lesson).flatMap(([part, count]) =>
    Array.from({ length: count }, (_, i) => `${part}${i + 1}`),
  );
  expect(claims.map((claim) => claim.id)).toEqual(ids);
  expect(claims.filter((claim) => !/^\S.{20,}\.$/.test(claim.claim))).toEqual([]);
});

test("every claim is taught in a chapter or planned for one, and a planned chapter is not written yet", () => {
  const nowhere = claims.filter((claim) => claim.taught.length === 0 && claim.planned.length === 0);
  expect(nowhere.map((claim) => claim.id)).toEqual([]);
  const numbers = outline.map((chapter) => chapter.number);
  for (const claim of claims) {
    for (const chapter of claim.planned) {
      expect(numbers, `claim ${claim.id}`).toContain(chapter);
      const written = chapters.has(chapter);
      expect(written, `claim ${claim.id}: chapter ${chapter} is written; move it from "planned" to "taught"`).toBe(
        false,
      );
    }
  }
});

test("chapter 01 teaches what it is there for", () => {
  const here = new Set(taught.filter((place) => place.chapter === "01").map((place) => place.id));
  expect(["A1", "A2", "A3", "B2", "I1", "I2"].filter((id) => !here.has(id))).toEqual([]);
});

describe.each(taught.map((place) => [`${place.id} in ${place.chapter}, ${place.section}`, place] as const))(
  "%s",
  (_, place) => {
    const section = chapters.get(place.chapter)?.sections.find((one) => one.level === 2 && one.title === place.section);

    test("the section exists", () => {
      expect(section).toBeDefined();
    });

    test("the experiment is exactly one cell of it, its subsections included", () => {
      expect(cellsBelow(place.chapter, place.section).filter((one) => one.includes(place.experiment))).toHaveLength(1);
    });

    test("it is examined, by questions and exercises that name the claim", () => {
      expect(place.examined.length).toBeGreaterThan(0);
      for (const id of place.examined) {
        const named = id.includes("/") ? exercises.get(id)?.claims : questions.get(id)?.claims;
        expect(named, `${id}: no such question or exercise`).toBeDefined();
        expect(named, `${id} must name ${place.id} among its claims`).toContain(place.id);
      }
    });
  },
);

/** The code cells from a section's heading to the next heading of its level. */
function cellsBelow(chapter: string, title: string): string[] {
  const sections = chapters.get(chapter)?.sections ?? [];
  const first = sections.findIndex((one) => one.title === title);
  if (first < 0) return [];
  const after = sections.findIndex((one, i) => i > first && one.level <= sections[first].level);
  return sections
    .slice(first, after < 0 ? undefined : after)
    .flatMap((one) => one.cells)
    .filter((cell) => cell.type === "code")
    .map((cell) => cell.source);
}

describe.each([...questions.values()].map((one) => [one.id, one] as const))("question %s", (_, question) => {
  const sections = chapters.get(question.id.slice(0, 2))?.sections ?? [];

  test("names a section of its chapter, and a cell asks it there", () => {
    expect(sections.map((section) => section.title)).toContain(question.section);
    const call = question.kind === "quiz" ? "quiz" : "predict";
    const asking = cellsBelow(question.id.slice(0, 2), question.section).filter((cell) =>
      cell.includes(`${call}("${question.id}", "?")`),
    );
    expect(asking).toHaveLength(1);
  });

  test("names claims of the lesson", () => {
    expect(question.claims.filter((id) => !claims.some((claim) => claim.id === id))).toEqual([]);
  });

  // A quiz question answers at once.
  if (question.kind !== "prediction") return;
  test("is revealed after it was asked, in the same section", () => {
    const cells = cellsBelow(question.id.slice(0, 2), question.section);
    const asked = cells.findIndex((cell) => cell.includes(`predict("${question.id}"`));
    const revealed = cells.findIndex((cell) => cell.includes(`reveal("${question.id}"`));
    expect(revealed).toBeGreaterThan(asked);
  });
});

test("every exercise has a panel in its chapter, and every panel an exercise", () => {
  const shown = [...chapters.values()]
    .flatMap((chapter) => chapter.cells)
    .flatMap((cell) => [...cell.source.matchAll(/^exercise\("([^"]+)"\)/gm)].map((match) => match[1]));
  expect([...shown].sort()).toEqual([...exercises.keys()].sort());
});
