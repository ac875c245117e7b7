import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { chapterNames } from "../../../lib/course/notebooks/chapters";
import { convert } from "../../../lib/course/notebooks/jupytext";
import { parseNotebook } from "../../../lib/course/notebooks/notebook";
import { parseChapter } from "../../../lib/course/notebooks/parse";
import { disk } from "../../../lib/course/work/disk";
import { courseRoot } from "../../../lib/course/work/places";
import { sample } from "./sample";

// Converting starts Python.
vi.setConfig({ testTimeout: 60_000 });

const root = courseRoot();
const chapters = chapterNames(root).map(
  (name) => disk.read(join(root, "notebooks", `${name}.md`))?.toString("utf8") ?? "",
);
const odd = [
  "",
  "text only",
  '+++\n\na\n+++\nb\n\n+++ {"tags": ["x"]}\n',
  "- list\n\n  ```{code-cell}\n  not a cell: nested\n  ```\n",
  "~~~{code-cell}\n1\n~~~\n",
  "a\n```{code-cell}\n\n\n1\n\n```\nb",
  "    +++\n\n+ + +\n\n> +++\n",
  "```{raw-cell}\nraw\n```\n\n---\n\nafter a rule\n",
];

describe("the parser of chapters", () => {
  it("finds the cells that jupytext finds", () => {
    const texts = [sample, ...odd, ...chapters];
    const converted = convert(texts.map((text) => ({ text, from: "md:myst", to: ["ipynb"] })));
    texts.forEach((text, index) => {
      const result = converted[index];
      if (!("texts" in result)) throw new Error(result.problem);
      const cells = parseNotebook(result.texts[0]).cells.map(({ type, source, metadata }) => {
        return { type, source, tags: metadata.tags ?? [] };
      });
      expect(parseChapter(text).cells.map(({ type, source, tags }) => ({ type, source, tags }))).toEqual(cells);
    });
  });

  it("says on which lines of the file each cell stands", () => {
    const lines = sample.split("\n");
    for (const { line, endLine, source } of parseChapter(sample).cells)
      expect(lines.slice(line - 1, endLine - 1).join("\n")).toBe(source);
  });

  it("gives the sections by their headings, and not a heading in a fence", () => {
    const { sections, frontMatter } = parseChapter(sample.replace("graph LR", "# not a heading\ngraph LR"));
    expect(sections.map(({ title, level }) => `${level} ${title}`)).toEqual([
      "1 A sample",
      "2 Second text cell",
      "3 A tagged text cell",
      "2 Third",
    ]);
    expect(sections[1].cells.map(({ type }) => type)).toEqual(["markdown", "code", "code", "code"]);
    expect(frontMatter).toContain("title: A sample");
  });
});
