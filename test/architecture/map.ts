/**
 * The map of the library, lib/README.md: which files it lists, and what it lacks.
 *
 * A line of the map is `- [name](path): what it is`. Lines are written by hand and stay as they are; `npm run map` only adds
 * a line for a file that has none, behind the last one of its folder (else at the end of its room), with the first sentence of the
 * file, and takes out the lines of files that are gone. Where a new line belongs, and whether the sentence is good, is for a person to say.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const lib = resolve(__dirname, "../../lib");
const readme = join(lib, "README.md");
const entry = /^- \[[^\]]+\]\(([^)]+)\)/;

/** Every source file of the library, as a path inside it. */
export function sourceFiles(folder = ""): string[] {
  return readdirSync(join(lib, folder), { withFileTypes: true }).flatMap((one) => {
    if (one.name === "dist" || one.name === "node_modules") return [];
    const path = folder === "" ? one.name : `${folder}/${one.name}`;
    if (one.isDirectory()) return sourceFiles(path);
    return /\.(ts|mts|mjs|cjs|js|py)$/.test(one.name) ? [path] : [];
  });
}

/** The paths that the map lists, in its order. */
export function mappedFiles(text = readFileSync(readme, "utf8")): string[] {
  return text.split("\n").flatMap((line) => entry.exec(line)?.[1] ?? []);
}

/** A line for a file: its name and the first sentence of its first comment. */
export function lineFor(path: string): string {
  const comment = /\/\*\*(.*?)\*\//s.exec(readFileSync(join(lib, path), "utf8"))?.[1] ?? "";
  const words = comment.replace(/^[ \t]*\*[ \t]?/gm, "").trim();
  const paragraph = words.split(/\n\s*\n/)[0].replace(/\s+/g, " ");
  const sentence = /^.*?[.?](?=\s|$)/.exec(paragraph)?.[0] ?? paragraph;
  const short = sentence.replace(/\*\*/g, "").replace(/[.:]$/, "");
  const room = path.split("/")[0];
  const name = path === room ? path : path.slice(room.length + 1);
  return `- [${name}](${path}): ${short === "" ? "…" : short}`;
}

/** The map with a line for every file and none for files that aren't there. A room is what its heading calls `room/`. */
export function completed(text: string, files: readonly string[]): string {
  const there = new Set(files);
  const known = new Set(mappedFiles(text));
  const lines = text.split("\n").filter((line) => {
    const path = entry.exec(line)?.[1];
    return path === undefined || there.has(path);
  });
  for (const path of files.filter((one) => !known.has(one))) {
    const room = path.includes("/") ? path.split("/")[0] : "index.ts";
    const heading = lines.findIndex((line) => line.startsWith("## ") && line.includes(`\`${room}`));
    if (heading < 0) throw new Error(`lib/README.md has no heading "## \`${room}/\`" under which ${path} could stand`);
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    let [last, sibling] = [heading, -1];
    for (let i = heading + 1; i < lines.length && !lines[i].startsWith("## "); i++) {
      const other = entry.exec(lines[i])?.[1];
      if (other === undefined) continue;
      last = i;
      if (other.slice(0, other.lastIndexOf("/") + 1) === folder) sibling = i;
    }
    if (sibling >= 0) last = sibling;
    lines.splice(last + 1, 0, ...(last === heading ? ["", lineFor(path)] : [lineFor(path)]));
  }
  return lines.join("\n");
}

const help = `npm run map

Brings lib/README.md up to date: adds a line for each file of lib/ that has none, behind the other files of its folder, and takes
out the lines of files that are gone. Lines that are there stay as they are.`;

if (require.main === module && process.argv.length > 2) {
  console.log(help);
  process.exitCode = process.argv[2] === "--help" ? 0 : 2;
} else if (require.main === module) {
  const before = readFileSync(readme, "utf8");
  const after = completed(before, sourceFiles());
  if (after !== before) writeFileSync(readme, after);
  const added = mappedFiles(after).filter((path) => !mappedFiles(before).includes(path));
  console.log(added.length === 0 ? "lib/README.md lists every file." : `Added to lib/README.md:\n${added.join("\n")}`);
}
