/**
 * A report as the panel in a notebook: self-contained HTML in the colours of the theme. What comes from a learner's file or
 * run is data and is escaped; task and hints are the course's own Markdown.
 *
 * The panel is replaced whole at each save. A small script therefore remembers which hints are open and opens them again.
 */
import MarkdownIt from "markdown-it";
import { escapeHtml } from "../../view/html";
import type { ExerciseKind } from "./description";
import type { Failure } from "./failure";
import type { Exercise } from "./list";
import { panelStyle } from "./panel-style";
import { type AnswerReport, type CheckReport, type CheckState, firstFailure, passed } from "./report";
import { standing, typesText } from "./to-text";

/** What a panel shows. `report` is null before the first run has ended. */
export interface PanelState {
  readonly report: AnswerReport | null;
  /** A run is under way. */
  readonly checking: boolean;
  /** When the report was made, as a clock shows it. */
  readonly at: string;
  /** Path of the learner's file for whoever opens it by hand, and from the folder that JupyterLab shows. */
  readonly path: string;
  readonly labPath: string;
  /** Something is wrong with the checker itself. */
  readonly trouble?: string;
}

const markdown = new MarkdownIt();
const signs: Record<CheckState, string> = { passed: "✓", failed: "✗", "not run": "·" };
const kinds: Record<ExerciseKind, string> = {
  program: "Exercise: a program",
  module: "Exercise: a part of the kernel",
  function: "Exercise: a function",
  repair: "Exercise: a repair",
};

function checkItem(check: CheckReport): string {
  const className = check.state === "not run" ? "unrun" : check.state;
  return `<li class="${className}"><span class="sign" aria-hidden="true">${signs[check.state]}</span>${escapeHtml(check.name)} <span class="word">(${check.state})</span></li>`;
}

/** One failure in full, in the order in which it is told. */
export function failureHtml(failure: Failure, check?: string): string {
  const parts = [`<p class="says">${escapeHtml(failure.says)}</p>`];
  const rows = [
    ["expected", failure.expected],
    ["happened", failure.happened],
  ].filter((row): row is [string, string] => row[1] !== undefined);
  if (rows.length > 0) {
    parts.push(`<dl>${rows.map(([name, text]) => `<dt>${name}</dt><dd>${escapeHtml(text)}</dd>`).join("")}</dl>`);
  }
  if (failure.run) parts.push(`<pre aria-label="the run">${escapeHtml(failure.run)}</pre>`);
  if (failure.rule || failure.read) {
    const read = failure.read ? ` <span class="word">Read: ${escapeHtml(failure.read)}</span>` : "";
    parts.push(`<p>${escapeHtml(failure.rule ?? "")}${read}</p>`);
  }
  if (failure.code) parts.push(`<pre aria-label="your code">${escapeHtml(failure.code)}</pre>`);
  const about = check === undefined ? "" : `<h4>The first check that fails: ${escapeHtml(check)}</h4>`;
  return `<div class="box failure">${about}${parts.join("")}</div>`;
}

/** Hints one inside the other: the second can be opened only when the first has been. */
function hintsHtml(exercise: Exercise): string {
  const inner = exercise.hints.reduceRight((after, hint, at) => {
    const title = hint.title ? `: ${escapeHtml(hint.title)}` : "";
    const key = escapeHtml(`${exercise.id} hint ${at + 1}`);
    return `<details data-key="${key}"><summary>Hint ${at + 1} of ${exercise.hints.length}${title}</summary><div class="hint">${markdown.render(hint.text)}</div>${after}</details>`;
  }, "");
  return inner && `<div class="box">${inner}</div>`;
}

function typesHtml(report: AnswerReport, name: string): string {
  if (!report.types || report.types.length === 0) return "";
  return `<div class="box types"><h4>TypeScript says</h4><pre>${escapeHtml(typesText(report.types, name))}</pre></div>`;
}

function printedHtml(report: AnswerReport, id: string): string {
  if (report.printed.trim() === "") return "";
  return `<details data-key="${escapeHtml(`${id} printed`)}"><summary>What your code printed</summary><pre>${escapeHtml(report.printed)}</pre></details>`;
}

function stateWords({ report, checking }: PanelState): string {
  if (checking) return "checking …";
  if (!report) return "not checked";
  const words = standing(report);
  return `${passed(report) ? "✓" : "✗"} ${words}`;
}

/** Runs in the page: keeps `<details>` as they were when the panel is replaced. */
const remember = `(function(){var kept=window.fd3Open=window.fd3Open||{};document.querySelectorAll(".fd3-exercise details[data-key]").forEach(function(d){var k=d.getAttribute("data-key");if(d.fd3Kept)return;d.fd3Kept=true;if(kept[k])d.open=true;d.addEventListener("toggle",function(){kept[k]=d.open})})})()`;

/** The whole panel. */
export function panelHtml(exercise: Exercise, state: PanelState): string {
  const { report } = state;
  const name = exercise.id.replace(/^.*\//, "").concat(".ts");
  const mood = state.checking || !report ? "" : passed(report) ? " good" : " bad";
  const args = { path: state.labPath, factory: "Editor", options: { mode: "split-right" } };
  const body = [
    `<div class="top"><div><div class="kind">${kinds[exercise.kind]}</div><p class="title">${escapeHtml(exercise.title)}</p></div><div class="state" role="status">${escapeHtml(stateWords(state))}</div></div>`,
    markdown.render(exercise.task),
    `<div class="open"><button type="button" data-commandlinker-command="docmanager:open" data-commandlinker-args="${escapeHtml(JSON.stringify(args))}">Open the exercise beside</button><span class="path">${escapeHtml(state.path)}</span></div>`,
  ];
  if (state.trouble) body.push(`<div class="box"><p class="says">${escapeHtml(state.trouble)}</p></div>`);
  if (report) {
    if (report.checks.length > 0) body.push(`<ul class="checks">${report.checks.map(checkItem).join("")}</ul>`);
    const first = firstFailure(report);
    if (first) body.push(failureHtml(first.failure, first.check?.name));
    body.push(typesHtml(report, name), printedHtml(report, exercise.id));
  }
  body.push(hintsHtml(exercise));
  if (report)
    body.push(`<p class="foot">Checked at ${escapeHtml(state.at)}. Save the file, and it is checked again.</p>`);
  return `<div class="fd3-exercise${mood}" role="group" aria-label="exercise ${escapeHtml(exercise.title)}" data-exercise="${escapeHtml(exercise.id)}" data-lm-suppress-shortcuts="true"><style>${panelStyle}</style>${body.join("")}<script>${remember}</script></div>`;
}
