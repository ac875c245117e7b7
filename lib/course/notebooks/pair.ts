/**
 * A chapter's two files: `notebooks/NN-slug.md`, which people write, and `NN-slug.ipynb`, which is built from it.
 *
 * jupytext does the converting; here is what it doesn't do. The notebook gets stable cell ids (match-cells.ts), no outputs,
 * and always the same notebook settings, so that building an unchanged chapter gives the same bytes. The Markdown keeps its
 * own front matter, so that no version number of a tool moves in it.
 *
 * Going back (`.ipynb` → `.md`), Markdown can't say everything that a notebook can: blank lines around a cell's text go, and
 * so do empty text cells. Whatever else would be lost is an error that names the cell.
 */
import { type Converted, convert } from "./jupytext";
import { matchCells, newCellId } from "./match-cells";
import { type Cell, formatNotebook, type JsonObject, type Notebook, parseNotebook, sameJson } from "./notebook";

/** The notebook's settings: which kernel runs it, and how editors colour it. As tslab itself reports them. */
const settings: JsonObject = {
  kernelspec: { display_name: "TypeScript (fd3)", language: "typescript", name: "tslab" },
  language_info: {
    codemirror_mode: { mode: "typescript", name: "javascript", typescript: true },
    file_extension: ".ts",
    mimetype: "text/typescript",
    name: "typescript",
    version: "3.7.2",
  },
};

/** What a chapter's front matter is when there is none yet. jupytext alone can read such a file too. */
const frontMatter = `---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: TypeScript (fd3)
  language: typescript
  name: tslab
---
`;

/** Cell settings that tools leave behind when a cell is run or looked at; they are nobody's text. */
const passing = ["collapsed", "execution", "ExecuteTime", "scrolled", "trusted", "vscode"];

/** A chapter can't be converted; the message says where and why. */
export class PairError extends Error {
  override readonly name = "PairError";
}

/** The notebooks of these chapters; `previous` are the ones there are, whose cell ids stay. Throws PairError. */
export function buildNotebooks(
  chapters: ReadonlyArray<{ name: string; md: string; previous: Notebook | null }>,
  root?: string,
): Notebook[] {
  const converted = convert(
    chapters.map(({ md }) => ({ text: md, from: "md:myst", to: ["ipynb"] })),
    root,
  );
  return converted.map((result, index) => {
    const notebook = parseNotebook(textsOf(chapters[index].name, result)[0]);
    return {
      ...notebook,
      metadata: settings,
      rest: { nbformat: 4, nbformat_minor: 5 },
      cells: withStableIds(chapters[index].previous?.cells ?? [], notebook.cells),
    };
  });
}

/** The Markdown of these notebooks, under the front matter of the Markdown there is. Throws PairError. */
export function buildMarkdown(
  chapters: ReadonlyArray<{ name: string; notebook: Notebook; previous: string }>,
  root?: string,
): string[] {
  const bare = chapters.map(({ notebook }) => bareNotebook(notebook));
  const written = convert(
    bare.map((notebook) => ({ text: formatNotebook(notebook), from: "ipynb", to: ["md:myst", "ipynb"] })),
    root,
  );
  return written.map((result, index) => {
    const { name, previous } = chapters[index];
    const [md, back] = textsOf(name, result);
    const lost = firstDifference(bare[index].cells, parseNotebook(back).cells);
    if (lost !== null) throw new PairError(`${name}: ${lost}`);
    return header(previous) + bodyOf(md);
  });
}

/** The notebook without what running it left behind, and without what Markdown has no place for. */
export function bareNotebook(notebook: Notebook): Notebook {
  const cells = notebook.cells
    .map((cell) => ({
      ...cell,
      source: cell.source.replace(/^(?:[ \t]*\n)+/, "").trimEnd(),
      metadata: Object.fromEntries(Object.entries(cell.metadata).filter(([key]) => !passing.includes(key))),
      outputs: [],
      executionCount: null,
    }))
    .filter((cell) => cell.type !== "markdown" || cell.source !== "" || Object.keys(cell.rest).length > 0);
  return { cells, metadata: settings, rest: { nbformat: 4, nbformat_minor: 5 } };
}

function withStableIds(previous: readonly Cell[], cells: readonly Cell[]): Cell[] {
  const match = matchCells(previous, cells);
  const used = new Set<string>();
  const kept = match.map((old) => {
    const id = old === -1 ? "" : previous[old].id;
    if (id === "" || used.has(id)) return "";
    used.add(id);
    return id;
  });
  return cells.map((cell, index) => {
    const id = kept[index] || newCellId(cell, used);
    used.add(id);
    return { ...cell, id, outputs: [], executionCount: null };
  });
}

function header(md: string): string {
  return /^---\n[\s\S]*?\n---\n/.exec(md)?.[0] ?? frontMatter;
}

function bodyOf(md: string): string {
  return md.slice(header(md).length);
}

function textsOf(name: string, result: Converted): string[] {
  if ("problem" in result) throw new PairError(`${name} can't be converted. jupytext says: ${result.problem}`);
  return result.texts;
}

/** Where the cells that came back say something else than those that went, in words; null when nowhere. */
function firstDifference(went: readonly Cell[], came: readonly Cell[]): string | null {
  for (let index = 0; index < Math.max(went.length, came.length); index++) {
    const [a, b] = [went[index], came[index]];
    const same = a && b && a.type === b.type && a.source === b.source && sameJson(a.metadata, b.metadata);
    if (same && Object.keys(a.rest).length === 0) continue;
    const cell = a ?? went[went.length - 1];
    const why = Object.keys(cell?.rest ?? {}).includes("attachments")
      ? "it holds a pasted picture; save the picture as a file beside the chapter and link to it"
      : "a line of it means something else in Markdown: +++ parts two cells, and so does a code-cell fence";
    const first = cell?.source.split("\n", 1)[0] ?? "";
    return `cell ${index + 1} ("${first.slice(0, 50)}") can't be written in the chapter's Markdown: ${why}`;
  }
  return null;
}
