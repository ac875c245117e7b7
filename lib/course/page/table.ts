/** A small table as a picture: for an output that is neither a drawing nor one line. */
import { escapeHtml } from "../../view/html";
import { makePicture, type Picture } from "../../view/picture";

/** Something that fits into a table's cell. */
export type TableCell = string | number | boolean | null | undefined;

function words(cell: TableCell): string {
  return cell === undefined || cell === null ? "–" : String(cell);
}

/** `show(table(["call", "returned"], [["read", 5], ["read", 0]]))`; a text in `backticks` is shown as code. */
export function table(headings: readonly string[], rows: readonly (readonly TableCell[])[]): Picture {
  const texts = rows.map((row) => row.map(words));
  const head = headings.map((heading) => `<th>${escapeHtml(heading)}</th>`).join("");
  const body = texts.map((row) => `<tr>${row.map((cell) => cellHtml(cell)).join("")}</tr>`).join("");
  const html = `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
  return makePicture("Table", html, tableText(headings, texts));
}

function cellHtml(cell: string): string {
  const code = /^`(.*)`$/s.exec(cell);
  // What a program printed keeps its lines; the last line's end would only make an empty one.
  const text = escapeHtml(cell.replace(/\n$/, ""));
  return code ? `<td class="k">${escapeHtml(code[1])}</td>` : `<td style="white-space:pre-wrap">${text}</td>`;
}

function tableText(headings: readonly string[], rows: readonly string[][]): string {
  const lines = [[...headings], ...rows].map((row) => row.map((cell) => cell.replace(/^`(.*)`$/s, "$1")));
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
