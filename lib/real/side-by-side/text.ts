/** A comparison as a table for the terminal: a column for each kernel, in strace's format, folded to fit the width. */
import type { SideBySide } from "../side-by-side";
import { toolsText } from "../tools/text";
import type { Row } from "./rows";

const WIDTH = 120;
const marks = { same: " ", allowed: "~", different: "!" } as const;

/** Cuts a text into pieces of at most `width`, after a space or comma where there is one. */
function fold(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const at = space > width / 2 ? space : width;
    lines.push(rest.slice(0, at));
    rest = `  ${rest.slice(at).trimStart()}`;
  }
  return [...lines, rest];
}

function heading(row: Row): string {
  return row.thread === 0 ? row.process : `${row.process} (thread ${row.thread})`;
}

/** One row as lines: mark, who, and the cells beside each other. */
function lines(row: Row, who: string, whoWidth: number, cellWidth: number): string[] {
  const cells = row.cells.map((cell) => fold(cell?.text ?? "", cellWidth));
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) => {
    const left = `${line === 0 ? marks[row.verdict] : " "} ${(line === 0 ? who : "").padEnd(whoWidth)}`;
    return `${left}  ${cells.map((cell) => (cell[line] ?? "").padEnd(cellWidth)).join(" │ ")}`.trimEnd();
  });
}

/** The rules and unexplained differences that occur, each once. */
function legend(rows: readonly Row[]): string[] {
  const seen = new Map<string, string>();
  for (const { reasons, verdict } of rows) {
    for (const { kernel, rule, title, why } of reasons) {
      const mark = rule === null ? marks.different : marks.allowed;
      if (verdict !== "same") seen.set(`${mark} ${kernel}: ${title}`, why);
    }
  }
  return [...seen].flatMap(([title, why]) => fold(`${title}. ${why}`, WIDTH));
}

export function sideBySideText(
  { runs, rows, unavailable, same, allowed, different, trace, tools }: SideBySide,
  width = WIDTH,
): string {
  const names = rows.map(heading);
  const whoWidth = Math.min(
    18,
    names.reduce((most, { length }) => Math.max(most, length), 0),
  );
  const columns = Math.max(1, runs.length);
  const cellWidth = Math.max(20, Math.floor((width - whoWidth - 4 - 3 * (columns - 1)) / columns));
  const head = `${" ".repeat(whoWidth + 4)}${runs.map(({ kernel }) => kernel.padEnd(cellWidth)).join(" │ ")}`.trimEnd();
  const body = rows.flatMap((row, i) => {
    const who = names[i] === names[i - 1] ? "" : shortened(names[i], whoWidth);
    return lines(row, who, whoWidth, cellWidth);
  });
  const counts = `${same} the same, ${allowed} allowed to differ (~), ${different} different (!)`;
  const notes = runs.flatMap(({ kernel, notes: said }) =>
    said.flatMap((note) => fold(`note from ${kernel}: ${note}`, width)),
  );
  const missing = unavailable.flatMap(({ kernel, why }) => fold(`${kernel} did not run: ${why}`, width));
  const calls = trace ? [head, ...body] : [];
  const parts = [calls, [counts, ...legend(rows)], toolsText(tools).split("\n"), notes, missing];
  return parts
    .filter((part) => part.join("") !== "")
    .map((part) => part.join("\n"))
    .join("\n\n");
}

function shortened(name: string, width: number): string {
  return name.length > width ? `…${name.slice(1 - width)}` : name;
}
