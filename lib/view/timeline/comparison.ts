/**
 * Several kernels beside each other: a row per call in program order, a column per kernel, and whether they agree.
 *
 * What is compared and judged is lib/real's business (side-by-side.ts); here is only how it looks. The sign in front of each
 * call tells whether the thread had to wait in it, as in the lanes of a single run.
 */
import type { Reason, Row, SideBySide } from "../../real/side-by-side";
import type { SystemCallRecord } from "../../sys/run";
import { escapeHtml } from "../html";
import { makePicture, type Picture } from "../picture";
import { callSign, legend } from "./bars";
import { type CallSpan, timelineRows } from "./rows";
import { lanes } from "./run-timeline";
import { toolTables } from "./tool-tables";

const marks = { same: "=", allowed: "≈", different: "≠" } as const;
const words = { same: "the same", allowed: "allowed to differ", different: "different" } as const;

export function comparisonTimeline(comparison: SideBySide): Picture {
  const { runs, rows, unavailable } = comparison;
  const spans = new Map(runs.flatMap((run) => timelineRows(run).spans.map((span) => [span.call, span] as const)));
  const notes = new Footnotes();
  const body = rows.map((row, i) => rowHtml(row, rows[i - 1], spans, notes)).join("");
  const columns = runs.map((run) => `<th scope="col">${escapeHtml(run.kernel)}</th>`).join("");
  const head = `<tr><th scope="col"><span title="Do the kernels agree?">=</span></th><th scope="col">thread</th>${columns}</tr>`;
  const looking = runs.some((run) => "events" in run);
  const outside = runs.some((run) => !("events" in run));
  const calls = [
    `<div class="scroll"><table><thead>${head}</thead><tbody>${body}</tbody></table></div>`,
    notes.html(),
    legend({ looking, outside, lanes: false }),
  ];
  const html = [
    `<p class="say">${tally(rows)}</p>`,
    ...(comparison.trace ? calls : [notes.html()]),
    toolTables(comparison.tools),
    ...runs.flatMap((run) => run.notes.map((note) => paragraph(`${run.kernel}: ${note}`))),
    ...unavailable.map(({ kernel, why }) => paragraph(`${kernel} did not run: ${why}`)),
    ...(comparison.trace ? runs : []).map(
      (run) => `<details><summary>in time on ${escapeHtml(run.kernel)}</summary>${lanes(run)}</details>`,
    ),
  ];
  return makePicture(
    "System calls on several kernels",
    `<div class="wide">${html.join("")}</div>`,
    comparison.toString(),
  );
}

function tally(rows: readonly Row[]): string {
  const verdicts = (["same", "allowed", "different"] as const).map((verdict) => {
    const number = rows.filter((row) => row.verdict === verdict).length;
    return `<span class="${number > 0 ? verdict : ""}">${marks[verdict]}</span> ${number} ${words[verdict]}`;
  });
  return verdicts.join(" &nbsp; ");
}

function rowHtml(
  row: Row,
  above: Row | undefined,
  spans: ReadonlyMap<SystemCallRecord, CallSpan>,
  notes: Footnotes,
): string {
  const who = nameOf(row);
  const cells = row.cells.map((cell) => {
    if (!cell) return '<td class="k note">not made</td>';
    const span = cell.record && spans.get(cell.record);
    return `<td class="k">${span ? callSign(span) : ""}${escapeHtml(cell.text)}</td>`;
  });
  const numbers = notes.add(row.reasons);
  const refer = numbers.length > 0 ? `<sup>${numbers.join(",")}</sup>` : "";
  const why = row.reasons.map((reason) => `${reason.kernel}: ${reason.title}`).join("; ") || words.same;
  const mark = `<td class="q ${row.verdict}" title="${escapeHtml(why)}" aria-label="${words[row.verdict]}">${marks[row.verdict]}${refer}</td>`;
  return `<tr>${mark}<td class="w">${above && nameOf(above) === who ? "" : escapeHtml(who).replace(/\//g, "/<wbr>")}</td>${cells.join("")}</tr>`;
}

function nameOf(row: Row): string {
  return row.thread === 0 ? row.process : `${row.process}, thread ${row.thread}`;
}

function paragraph(text: string): string {
  return `<p class="note">${escapeHtml(text)}</p>`;
}

/** The reasons of all rows, each once, numbered in the order in which they first appear. */
class Footnotes {
  readonly #texts: string[] = [];

  /** The numbers of these reasons. */
  add(reasons: readonly Reason[]): number[] {
    const numbers = reasons.map(({ kernel, title, why }) => {
      const text = `${kernel}: ${title}. ${why}`;
      const at = this.#texts.indexOf(text);
      return at >= 0 ? at + 1 : this.#texts.push(text);
    });
    return [...new Set(numbers)];
  }

  html(): string {
    return this.#texts.map((text, i) => `<p class="note"><sup>${i + 1}</sup> ${escapeHtml(text)}</p>`).join("");
  }
}
