/** The lines of a file around one place, with the place marked, as compilers print them. */
import { readFileSync } from "node:fs";
import type { Place } from "../failure";

/** Two lines before and one after, with a mark under the column; empty when the file or line isn't there. */
export function codeFrame(place: Place): string {
  let lines: string[];
  try {
    lines = readFileSync(place.file, "utf8").split(/\r?\n/);
  } catch {
    return "";
  }
  if (place.line < 1 || place.line > lines.length) return "";
  const first = Math.max(1, place.line - 2);
  const last = Math.min(lines.length, place.line + 1);
  const width = String(last).length;
  const frame: string[] = [];
  for (let line = first; line <= last; line++) {
    const mark = line === place.line ? ">" : " ";
    frame.push(`${mark} ${String(line).padStart(width)} | ${lines[line - 1]}`);
    if (line === place.line) frame.push(`  ${" ".repeat(width)} | ${" ".repeat(Math.max(0, place.column - 1))}^`);
  }
  return frame.join("\n");
}
