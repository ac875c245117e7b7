import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatNotebook, type Notebook } from "../../../lib/course/notebooks/notebook";
import { MARK, mergeNotebooks } from "../../../lib/course/work/merge-notebooks";
import { cell, courseEdit, learnerEdit, notebook, Side, texts } from "./notebook-edits";

const abc = notebook(cell("a", "A"), cell("b", "B"), cell("c", "C"));
const merged = (base: Notebook, mine: Notebook, theirs: Notebook) => texts(mergeNotebooks(base, mine, theirs).notebook);

describe("an update of a notebook", () => {
  it("becomes the new version when the learner changed nothing", () => {
    const theirs = notebook(cell("n", "new"), cell("c", "C"), cell("a", "A, better"));
    expect(formatNotebook(mergeNotebooks(abc, abc, theirs).notebook)).toBe(formatNotebook(theirs));
  });

  it("leaves the learner's alone when the course changed nothing", () => {
    const mine = notebook(cell("c", "C"), cell("x", "my note"), cell("a", "A, mine"));
    expect(formatNotebook(mergeNotebooks(abc, mine, abc).notebook)).toBe(formatNotebook(mine));
  });

  it("keeps a note below the cell it was written below, before what the course puts there", () => {
    const mine = notebook(cell("a", "A"), cell("x", "my note"), cell("b", "B"), cell("c", "C"));
    const theirs = notebook(cell("a", "A2"), cell("n", "new"), cell("b", "B"), cell("c", "C"));
    expect(merged(abc, mine, theirs)).toEqual(["A2", "my note", "new", "B", "C"]);
  });

  it("keeps the place of a note when the cell above it goes", () => {
    const mine = notebook(cell("a", "A"), cell("b", "B"), cell("x", "my note"), cell("c", "C"));
    expect(merged(abc, mine, notebook(cell("a", "A"), cell("c", "C")))).toEqual(["A", "my note", "C"]);
  });

  it("puts the course's version after the learner's, with one line between, when both changed a cell", () => {
    const mine = notebook(cell("a", "A"), cell("b", "B, mine"), cell("c", "C"));
    const theirs = notebook(cell("a", "A"), cell("b", "B, better"), cell("c", "C"));
    const once = mergeNotebooks(abc, mine, theirs);
    expect(once.both).toBe(1);
    expect(texts(once.notebook)).toEqual(["A", "B, mine", MARK, "B, better", "C"]);
    const later = notebook(cell("a", "A"), cell("b", "B, best"), cell("c", "C"));
    expect(merged(theirs, once.notebook, later)).toEqual(["A", "B, mine", MARK, "B, best", "C"]);
  });

  it("keeps a changed cell that the course removed, and doesn't bring back what the learner deleted", () => {
    const mine = notebook(cell("a", "A, mine"), cell("c", "C"));
    expect(merged(abc, mine, notebook(cell("b", "B2"), cell("c", "C")))).toEqual(["A, mine", "C"]);
  });

  it("takes over a move by the course, unless the learner moved cells", () => {
    const theirs = notebook(cell("c", "C"), cell("a", "A"), cell("b", "B"));
    expect(merged(abc, notebook(cell("a", "A"), cell("b", "mine"), cell("c", "C")), theirs)).toEqual([
      "C",
      "A",
      "mine",
    ]);
    expect(merged(abc, notebook(cell("b", "B"), cell("a", "A"), cell("c", "C")), theirs)).toEqual(["B", "A", "C"]);
  });

  it("keeps outputs while the text that made them is the same, and drops them with it", () => {
    const base = notebook(cell("a", "1", "code"), cell("b", "2", "code"));
    const mine = notebook(cell("a", "1", "code", ["one"]), cell("b", "2", "code", ["two"]));
    const theirs = notebook(cell("a", "1", "code"), cell("b", "3", "code"));
    expect(mergeNotebooks(base, mine, theirs).notebook.cells.map(({ outputs }) => outputs)).toEqual([["one"], []]);
  });

  it("counts a pasted picture as a change by the learner", () => {
    const pasted = { ...cell("b", "B"), rest: { attachments: { "p.png": {} } } };
    const mine = notebook(cell("a", "A"), pasted, cell("c", "C"));
    const result = mergeNotebooks(abc, mine, notebook(cell("a", "A"), cell("b", "B2"), cell("c", "C"))).notebook;
    expect(result.cells.find(({ source }) => source === "B")?.rest).toEqual(pasted.rest);
  });

  it("finds the cells again when a tool has dropped their ids", () => {
    const mine = notebook(cell("", "A"), cell("", "my note"), cell("", "B"), cell("", "C"));
    const theirs = notebook(cell("a", "A"), cell("b", "B2"), cell("c", "C"));
    expect(merged(abc, mine, theirs)).toEqual(["A", "my note", "B2", "C"]);
  });
});

describe("after any edits by both sides, over several updates", () => {
  const rounds = fc.array(
    fc.record({ learner: fc.array(learnerEdit, { maxLength: 6 }), course: fc.array(courseEdit, { maxLength: 6 }) }),
    { minLength: 1, maxLength: 4 },
  );
  const start = fc
    .nat(6)
    .map((size) => notebook(...Array.from({ length: size }, (_, i) => cell(`c${i}`, `start ${i}`, "code"))));

  it("no text of the learner's is lost, every id is there once, and nothing is made up", () => {
    fc.assert(
      fc.property(start, rounds, (first, story) => {
        const learner = new Side("learner", first);
        const course = new Side("course", first);
        for (const round of story) {
          const base = course.book;
          for (const edit of round.learner) learner.edit(edit);
          for (const edit of round.course) course.edit(edit);
          const mine = learner.book;
          learner.book = mergeNotebooks(base, mine, course.book).notebook;

          const after = texts(learner.book);
          const own = texts(mine).filter((text) => text.startsWith("learner"));
          expect([...after.filter((text) => text.startsWith("learner"))].sort()).toEqual([...own].sort());
          const ids = learner.book.cells.map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          expect(ids).not.toContain("");
          const known = new Set([...texts(mine), ...texts(course.book), MARK]);
          expect(after.filter((text) => !known.has(text))).toEqual([]);
          for (const { source, outputs } of learner.book.cells)
            for (const output of outputs) expect(output).toBe(`ran: ${source}`);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("everything new in the course arrives", () => {
    fc.assert(
      fc.property(start, rounds, (first, story) => {
        const learner = new Side("learner", first);
        const course = new Side("course", first);
        for (const round of story) {
          const base = course.book;
          const had = new Set(base.cells.map(({ id }) => id));
          for (const edit of round.learner) if (edit.kind !== "lose ids") learner.edit(edit);
          for (const edit of round.course) course.edit(edit);
          const fresh = course.book.cells.filter(({ id }) => !had.has(id)).map(({ source }) => source);
          const kept = new Set(learner.book.cells.map(({ id }) => id));
          const changed = course.book.cells.filter(({ id }) => had.has(id) && kept.has(id)).map(({ source }) => source);
          const before = base;
          learner.book = mergeNotebooks(before, learner.book, course.book).notebook;
          const mineNow = new Set(texts(learner.book));
          const oldTexts = new Set(texts(base));
          for (const text of [...fresh, ...changed.filter((text) => !oldTexts.has(text))])
            expect(mineNow.has(text)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("merging the result again changes nothing, with the old base or the new", () => {
    fc.assert(
      fc.property(
        start,
        fc.array(learnerEdit, { maxLength: 8 }),
        fc.array(courseEdit, { maxLength: 8 }),
        (base, mineEdits, courseEdits) => {
          const learner = new Side("learner", base);
          const course = new Side("course", base);
          for (const edit of mineEdits) learner.edit(edit);
          for (const edit of courseEdits) course.edit(edit);
          const once = mergeNotebooks(base, learner.book, course.book).notebook;
          expect(mergeNotebooks(base, once, course.book).notebook).toEqual(once);
          expect(mergeNotebooks(course.book, once, course.book).notebook).toEqual(once);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("what both left alone keeps its order on the learner's side", () => {
    fc.assert(
      fc.property(start, fc.array(learnerEdit, { maxLength: 8 }), (base, edits) => {
        const learner = new Side("learner", base);
        for (const edit of edits) learner.edit(edit);
        expect(texts(mergeNotebooks(base, learner.book, base).notebook)).toEqual(texts(learner.book));
      }),
    );
  });
});
