/** Finds the lists of what is not modelled in the comments of lib/, in the rooms that make up the machine. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const lib = resolve(__dirname, "../../../lib");
const MARK = "**Not modelled:**";

export interface ListInSource {
  /** As a path inside lib/. */
  readonly file: string;
  /** On one line, without the mark. */
  readonly text: string;
}

const ROOMS = ["kernel", "net", "device", "world", "real"];

function sourceFiles(folder: string): string[] {
  return readdirSync(join(lib, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sourceFiles(path);
    return path.endsWith(".ts") ? [path] : [];
  });
}

/** Every list, with its file: a paragraph of a comment that has the mark. */
export function listsInSources(): ListInSource[] {
  return ROOMS.flatMap(sourceFiles).flatMap((file) => {
    const comments = readFileSync(join(lib, file), "utf8").match(/\/\*\*.*?\*\//gs) ?? [];
    const paragraphs = comments.flatMap((comment) =>
      comment
        .replace(/^\/\*\*|\*\/$/g, "")
        .replace(/^[ \t]*\*[ \t]?/gm, "")
        .split(/\n[ \t]*\n/),
    );
    return paragraphs
      .filter((paragraph) => paragraph.includes(MARK))
      .map((paragraph) => ({
        file,
        text: paragraph
          .slice(paragraph.indexOf(MARK) + MARK.length)
          .trim()
          .replace(/\s+/g, " "),
      }));
  });
}

/** A list without the sentence that says where the real machine shows it. */
export function withoutWhere(text: string, where: string): string {
  return text
    .split(/(?<=\.) /)
    .filter((sentence) => !sentence.includes(where))
    .join(" ");
}

/** What of a list is neither an item nor in parentheses. */
export function unnamed(text: string, items: readonly string[]): string {
  let rest = text;
  for (const item of [...items].sort((a, b) => b.length - a.length)) rest = rest.replace(item, "");
  return rest
    .replace(/\([^)]*\)/g, "")
    .replace(/\band\b/g, "")
    .replace(/[\s,;:.]+/g, " ")
    .trim();
}
