import MarkdownIt from "markdown-it";
import { describe, expect, test } from "vitest";
import { findExercise } from "../../../lib/course/exercises/list";
import type { AnswerReport } from "../../../lib/course/exercises/report";
import { type PanelState, panelHtml } from "../../../lib/course/exercises/to-html";
import { reportText } from "../../../lib/course/exercises/to-text";
import { sampleRoot } from "./course";

const exercise = findExercise("lowest-free", { root: sampleRoot, work: "/nowhere" });
const failing: AnswerReport = {
  checks: [
    { name: "first", state: "passed", ms: 1 },
    {
      name: "second <b>",
      state: "failed",
      ms: 1,
      failure: {
        says: "It says <script>.",
        expected: "3",
        happened: "4",
        run: 'write(1, "<i>") = 3',
        rule: "The rule.",
        read: "open(2)",
        place: { file: "x.ts", line: 1, column: 1 },
        code: "> 1 | a < b",
      },
    },
    { name: "third", state: "failed", ms: 1, failure: { says: "Not shown." } },
    { name: "fourth", state: "not run", ms: 0 },
  ],
  types: [{ code: 2322, message: "Type 'A<B>' is wrong.", line: 4, column: 2, source: "" }],
  printed: "<u>printed</u>\n",
  ms: 10,
};
const good: AnswerReport = { checks: [{ name: "first", state: "passed", ms: 1 }], types: [], printed: "", ms: 1 };

const state = (change: Partial<PanelState>): PanelState => ({
  report: failing,
  checking: false,
  at: "10:11:12",
  path: "work/exercises/01-sample/lowest-free.ts",
  labPath: "exercises/01-sample/lowest-free.ts",
  ...change,
});

/** The words of a page in their order, without its markup. */
const words = (html: string): string =>
  html
    .replace(/<(style|script)>.*?<\/\1>/gs, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ");

describe("a failure speaks in one order, and only the first one does", () => {
  const order = [
    "1 of 4 checks pass",
    "It says",
    "3",
    "4",
    "write(1,",
    "The rule.",
    "open(2)",
    "> 1 |",
    "error TS2322",
  ];
  test.each([
    ["in the terminal", reportText(exercise, failing)],
    ["in the panel", words(panelHtml(exercise, state({}))).replaceAll("&gt;", ">")],
  ])("%s", (_where, text) => {
    let at = -1;
    for (const part of order) {
      const next = text.indexOf(part, at + 1);
      expect(next, `"${part}" after the ones before it, in ${text}`).toBeGreaterThan(at);
      at = next;
    }
    expect(text).not.toContain("Not shown.");
  });
});

test("nothing of a learner's becomes markup", () => {
  const html = panelHtml(exercise, state({}));
  for (const foreign of ["<b>", "It says <script>", "<i>", "A<B>", "<u>"]) expect(html).not.toContain(foreign);
});

test("each check's state is a word, not only a colour", () => {
  const text = words(panelHtml(exercise, state({})));
  expect(text).toContain("first (passed)");
  expect(text).toContain("third (failed)");
  expect(text).toContain("fourth (not run)");
});

test("before the first run it says that it is checking, and shows task and hints already", () => {
  const text = words(panelHtml(exercise, state({ report: null, checking: true })));
  expect(text).toContain("checking …");
  expect(text).toContain("Return the lowest number");
  expect(text).toContain("Hint 1 of 2: what the man page promises");
});

test("a solved one says so, and when it was checked", () => {
  const html = panelHtml(exercise, state({ report: good }));
  expect(words(html)).toContain("✓ the check passes");
  expect(words(html)).toContain("Checked at 10:11:12");
  expect(html).toContain('class="fd3-exercise good"');
});

test("the button opens the learner's file beside the notebook", () => {
  const html = panelHtml(exercise, state({}));
  const args = /data-commandlinker-args="([^"]+)"/.exec(html)?.[1].replaceAll("&quot;", '"') ?? "";
  expect(html).toContain('data-commandlinker-command="docmanager:open"');
  expect(JSON.parse(args)).toEqual({
    path: "exercises/01-sample/lowest-free.ts",
    factory: "Editor",
    options: { mode: "split-right" },
  });
});

test("a hint can be opened only inside the one before it", () => {
  const html = panelHtml(exercise, state({}));
  const hints = html.slice(html.indexOf("Hint 1 of 2"), html.lastIndexOf("</details>"));
  expect(hints.indexOf("<details")).toBeLessThan(hints.indexOf("Hint 2 of 2"));
  expect(hints.slice(0, hints.indexOf("Hint 2 of 2"))).not.toContain("</details>");
});

test("the panel needs nothing from anywhere, and takes its colours from the theme", () => {
  const html = panelHtml(exercise, state({}));
  expect(html).not.toMatch(/(src|href)=|url\(|@import/);
  const colours = html.match(/#[0-9a-f]{3,6}\b/g) ?? [];
  const fallbacks = html.match(/var\(--[\w-]+,#[0-9a-f]{3,6}\)/g) ?? [];
  expect(fallbacks.length).toBe(colours.length);
});

test("hints are Markdown", () => {
  expect(panelHtml(exercise, state({}))).toContain(new MarkdownIt().render(exercise.hints[1].text));
});
