/**
 * Keeps all chapters' pairs in step: builds, checks, and brings back what was written in JupyterLab.
 *
 * The Markdown is the source. What is committed must be what building it gives, byte for byte; the check does just that.
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { basePath } from "../work/bring-file";
import { disk } from "../work/disk";
import { mergeNotebooks } from "../work/merge-notebooks";
import { timestamp } from "../work/places";
import { formatNotebook, type Notebook, NotebookError, parseNotebook } from "./notebook";
import { bareNotebook, buildMarkdown, buildNotebooks, PairError } from "./pair";

/** The names of all chapters in `notebooks/`, without extension, in order. */
export function chapterNames(root: string): string[] {
  const folder = join(root, "notebooks");
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => /\.(md|ipynb)$/.test(file));
  return [...new Set(files.map((file) => file.replace(/\.\w+$/, "")).filter(isChapterName))].sort();
}

function isChapterName(name: string): boolean {
  return /^\d\d-[a-z0-9-]+$/.test(name);
}

/** Builds the notebooks of these chapters; returns the names of those that changed. Throws PairError. */
export function build(root: string, names: readonly string[]): string[] {
  const built = buildAll(
    root,
    names.filter((name) => read(root, name, "md") !== null),
  );
  const changed = built.filter(({ name, text }) => read(root, name, "ipynb") !== text);
  for (const { name, text } of changed) disk.write(path(root, name, "ipynb"), text);
  return changed.map(({ name }) => name);
}

/** What is wrong with the committed pairs: one sentence each, which says the command that mends it. */
export function check(root: string, names: readonly string[]): string[] {
  const problems: string[] = [];
  const paired = names.filter((name) => {
    if (read(root, name, "md") !== null) return true;
    problems.push(`notebooks/${name}.ipynb has no ${name}.md: npm run notebooks -- --from-lab notebooks/${name}.ipynb`);
    return false;
  });
  const built = buildAll(root, paired);
  for (const { name, text } of built) {
    const there = read(root, name, "ipynb");
    const file = `notebooks/${name}.ipynb`;
    if (there === null) problems.push(`${file} is not there: npm run notebooks`);
    else if (there !== text) problems.push(`${file} ${whatIsWrong(there)}: npm run notebooks`);
  }
  for (const { name, md, text } of tidied(root, built)) {
    if (text === md) continue;
    const line = md.split("\n").findIndex((old, at) => old !== text.split("\n")[at]) + 1;
    problems.push(`notebooks/${name}.md, line ${line}: jupytext would write it otherwise: npm run notebooks -- --tidy`);
  }
  return problems;
}

/** Rewrites the Markdown as jupytext would write it, so that going to the notebook and back changes nothing. */
export function tidy(root: string, names: readonly string[]): string[] {
  const paired = names.filter((name) => read(root, name, "md") !== null);
  const changed = tidied(root, buildAll(root, paired)).filter(({ md, text }) => text !== md);
  for (const { name, text } of changed) disk.write(path(root, name, "md"), text);
  return changed.map(({ name }) => name);
}

/** What `fromLab` did to a chapter. */
export type BroughtBack = "changed" | "unchanged";

/**
 * Writes the chapter's Markdown from a notebook edited in JupyterLab, and builds the chapter's notebook from that, whose
 * cells keep the ids that they have in the edited one. What the Markdown was goes to the backups. Throws PairError when both the chapter and the edited copy have
 * changed the same cell since the copy was made.
 */
export function fromLab(root: string, file: string, work: string): BroughtBack {
  const bytes = disk.read(file);
  if (bytes === null) throw new PairError(`there is no file ${file}`);
  const name = basename(file, ".ipynb");
  if (!isChapterName(name)) throw new PairError(`${file}: a chapter's file is named like 01-some-words.ipynb`);
  const base = disk.read(basePath(work, `notebooks/${name}.ipynb`));
  let edited = parse(bytes.toString("utf8"), file);
  const md = read(root, name, "md") ?? "";
  const isLearnersCopy = file === join(work, "notebooks", `${name}.ipynb`);
  if (isLearnersCopy && base !== null && md !== "") {
    const [now] = buildAll(root, [name]);
    const merge = mergeNotebooks(parse(base.toString("utf8"), "the base"), edited, now.notebook);
    if (merge.both > 0)
      throw new PairError(
        `${name}: ${merge.both} cell(s) were changed both in notebooks/${name}.md and in JupyterLab. ` +
          "Run npm run notebooks and npm run lab: it puts both versions into your copy. Settle it there, and run this again.",
      );
    edited = merge.notebook;
  }
  const [written] = buildMarkdown([{ name, notebook: edited, previous: md }], root);
  const [notebook] = buildNotebooks([{ name, md: written, previous: bareNotebook(edited) }], root);
  const built = formatNotebook(notebook);
  const same = written === md && built === read(root, name, "ipynb");
  if (!same) {
    if (md !== "") disk.write(join(work, "backups", timestamp(new Date()), "notebooks", `${name}.md`), md);
    disk.write(path(root, name, "md"), written);
    disk.write(path(root, name, "ipynb"), built);
  }
  return same ? "unchanged" : "changed";
}

interface Built {
  name: string;
  notebook: Notebook;
  text: string;
}

function buildAll(root: string, names: readonly string[]): Built[] {
  const chapters = names.map((name) => {
    const previous = read(root, name, "ipynb");
    return { name, md: read(root, name, "md") ?? "", previous: previous === null ? null : tryParse(previous) };
  });
  return buildNotebooks(chapters, root).map((notebook, index) => {
    return { name: names[index], notebook, text: formatNotebook(notebook) };
  });
}

/** Each chapter's Markdown as it is, and as jupytext would write it. */
function tidied(root: string, built: readonly Built[]): Array<{ name: string; md: string; text: string }> {
  const chapters = built.map(({ name, notebook }) => ({ name, notebook, previous: read(root, name, "md") ?? "" }));
  return buildMarkdown(chapters, root).map((text, index) => {
    const { name, previous } = chapters[index];
    return { name, md: previous, text };
  });
}

function whatIsWrong(text: string): string {
  const notebook = tryParse(text);
  if (notebook === null) return "is not a notebook any more";
  if (notebook.cells.some(({ outputs }) => outputs.length > 0)) return "holds outputs";
  const ids = notebook.cells.map(({ id }) => id);
  if (new Set(ids).size < ids.length) return "has a cell id twice";
  return "is out of step with its .md";
}

function tryParse(text: string): Notebook | null {
  try {
    return parseNotebook(text);
  } catch (error) {
    if (error instanceof NotebookError) return null;
    throw error;
  }
}

function parse(text: string, file: string): Notebook {
  try {
    return parseNotebook(text);
  } catch (error) {
    throw new PairError(`${file} can't be read as a notebook: ${error instanceof Error ? error.message : error}`);
  }
}

function path(root: string, name: string, extension: "md" | "ipynb"): string {
  return join(root, "notebooks", `${name}.${extension}`);
}

function read(root: string, name: string, extension: "md" | "ipynb"): string | null {
  return disk.read(path(root, name, extension))?.toString("utf8") ?? null;
}
