/**
 * A chapter as everything outside Jupyter sees it: its front matter, its cells with their lines, its sections.
 *
 * markdown-it reads the Markdown, as jupytext does with its Python twin, and finds the same cells; a test holds the two
 * together. What makes cells: a fence whose info begins with `{code-cell}` (or `{raw-cell}`), and a line that begins with
 * `+++`, which parts two text cells and may carry the next one's settings as JSON.
 *
 * Left out: `%` comments and `(targets)` of MyST, which are plain text to JupyterLab and so to us.
 * Source: https://jupytext.readthedocs.io/en/latest/formats-markdown.html#myst-markdown
 */
import MarkdownIt from "markdown-it";
import type { CellType } from "./notebook";

/** One token of markdown-it, as far as anybody outside needs it. */
interface Token {
  type: string;
  tag: string;
  info: string;
  content: string;
  markup: string;
  level: number;
  map: [number, number] | null;
}

export interface ChapterCell {
  type: CellType;
  /** The cell's text, as the notebook has it. */
  source: string;
  /** Its first line in the file, counted from 1, and the line after its last. Fences and settings are not in it. */
  line: number;
  endLine: number;
  tags: string[];
}

export interface Section {
  /** The heading, without the number signs; "" for what comes before the first one. */
  title: string;
  /** 1 to 6; 0 for what comes before the first heading. */
  level: number;
  line: number;
  /** Every cell that begins in the section. A text cell with two headings is in the first one's section. */
  cells: ChapterCell[];
}

export interface ParsedChapter {
  /** The text between the two `---`, or "". */
  frontMatter: string;
  cells: ChapterCell[];
  sections: Section[];
}

/** Parses a chapter file's text. */
export function parseChapter(text: string): ParsedChapter {
  const front = /^---\n([\s\S]*?)\n---\n/.exec(text);
  // The front matter stays as blank lines, so that lines count as in the file.
  const body = front ? front[0].replace(/[^\n]/g, "") + text.slice(front[0].length) : text;
  const lines = body.split("\n");
  const tokens = parser.parse(body, {}) as Token[];
  const cells: ChapterCell[] = [];
  let start = 0;
  let tags: string[] = [];
  const flushText = (end: number) => {
    let from = start;
    let to = end;
    while (from < to && lines[from].trim() === "") from++;
    while (to > from && lines[to - 1].trim() === "") to--;
    if (from < to)
      cells.push({
        type: "markdown",
        source: lines.slice(from, to).join("\n").trimEnd(),
        line: from + 1,
        endLine: to + 1,
        tags,
      });
    tags = [];
  };
  for (const token of tokens) {
    if (token.level !== 0 || token.map === null) continue;
    const directive = token.type === "fence" ? /^\{(code|raw)-cell\}/.exec(token.info) : null;
    if (token.type !== "block_break" && directive === null) continue;
    flushText(token.map[0]);
    start = token.map[1];
    if (directive) cells.push(fencedCell(token, directive[1] === "code" ? "code" : "raw"));
    else tags = tagsIn(token.content);
  }
  flushText(lines.length);
  return { frontMatter: front?.[1] ?? "", cells, sections: sectionsOf(tokens, cells) };
}

/** The code between the fences, without the settings at its top (`:tags: […]` lines, or YAML between two `---`). */
function fencedCell(token: Token, type: CellType): ChapterCell {
  const lines = token.content.replace(/\n$/, "").split("\n");
  let from = 0;
  if (lines[0].startsWith("---")) {
    const end = lines.findIndex((line, index) => index > 0 && line.startsWith("---"));
    from = end === -1 ? lines.length : end + 1;
  } else while (lines[from]?.trimStart().startsWith(":")) from++;
  const settings = lines.slice(0, from).join("\n");
  if (lines[from]?.trim() === "") from++;
  const first = (token.map?.[0] ?? 0) + 2 + from;
  const source = lines.slice(from).join("\n");
  return { type, source, line: first, endLine: first + Math.max(0, lines.length - from), tags: tagsIn(settings) };
}

/** The tags in a cell's settings, be they JSON or YAML: `"tags": ["a"]`, `:tags: [a, b]`. */
function tagsIn(settings: string): string[] {
  const list = /(?:^|[\s:{,"])tags"?:\s*\[([^\]]*)\]/.exec(settings)?.[1] ?? "";
  return list
    .split(",")
    .map((tag) => tag.trim().replace(/^["']|["']$/g, ""))
    .filter((tag) => tag !== "");
}

function sectionsOf(tokens: readonly Token[], cells: readonly ChapterCell[]): Section[] {
  const sections: Section[] = [{ title: "", level: 0, line: 1, cells: [] }];
  tokens.forEach((token, index) => {
    if (token.type !== "heading_open" || token.level !== 0 || token.map === null) return;
    const title = tokens[index + 1].content;
    sections.push({ title, level: Number(token.tag.slice(1)), line: token.map[0] + 1, cells: [] });
  });
  for (const cell of cells) {
    const section = sections.filter(({ line }) => line <= cell.line).pop();
    section?.cells.push(cell);
  }
  return sections.filter((section) => section.level > 0 || section.cells.length > 0);
}

const parser = new MarkdownIt("commonmark").enable("table");
parser.block.ruler.before(
  "hr",
  "block_break",
  (state, startLine, _endLine, silent) => {
    if (state.sCount[startLine] - state.blkIndent >= 4) return false;
    const line = state.src.slice(state.bMarks[startLine] + state.tShift[startLine], state.eMarks[startLine]);
    const found = /^\+(?:[ \t]*\+){2,}[ \t]*(.*)$/.exec(line);
    if (!found) return false;
    if (silent) return true;
    state.line = startLine + 1;
    const token = state.push("block_break", "hr", 0);
    token.content = found[1];
    token.map = [startLine, state.line];
    return true;
  },
  { alt: ["paragraph", "reference", "blockquote", "list"] },
);
