/**
 * The map of the course as a picture: one card a chapter, in reading order.
 *
 * A title opens its chapter: through JupyterLab's own command where there is one (a plain link would do there too, but in
 * another tab of the browser), else as a link beside the notebook. Chapters to come have a dashed frame and say so; the
 * one to go on with has a thick one and says so too.
 */
import { escapeHtml } from "../../view/html";
import { makePicture, type Picture } from "../../view/picture";
import type { ChapterProgress, Share } from "./course-map";

/** Draws it; `note` stands below, when there is something to say. */
export function drawMap(chapters: readonly ChapterProgress[], note = ""): Picture {
  const next = chapters.find((chapter) => chapter.notebook !== null && !isDone(chapter));
  const cards = chapters.map((chapter) => card(chapter, chapter === next)).join("");
  const below = note === "" ? "" : `<p class="note">${escapeHtml(note)}</p>`;
  const grid = "display:grid;grid-template-columns:repeat(auto-fill,minmax(210px,1fr));gap:10px;padding:2px";
  const body = `<div role="list" style="${grid}">${cards}</div>${below}`;
  return makePicture(
    "The map of the course",
    body,
    [...chapters.map((one) => line(one, one === next)), note].join("\n").trimEnd(),
  );
}

const kinds = ["predictions", "quiz", "exercises"] as const;

/** Everything done that there is to do; a chapter with nothing to do is never in the way. */
function isDone(chapter: ChapterProgress): boolean {
  return kinds.every((kind) => chapter[kind].done >= chapter[kind].of);
}

function hasWork(chapter: ChapterProgress): boolean {
  return kinds.some((kind) => chapter[kind].of > 0);
}

function card(chapter: ChapterProgress, isNext: boolean): string {
  const { number, title, question, notebook } = chapter;
  const frame =
    notebook === null ? "1px dashed var(--line)" : isNext ? "2px solid var(--accent)" : "1px solid var(--line)";
  const name = `<span style="font:600 12px var(--mono);color:var(--soft)">${number}</span> ${
    notebook === null ? escapeHtml(title) : link(notebook, title)
  }`;
  const meters = kinds.filter((kind) => chapter[kind].of > 0).map((kind) => meter(kind, chapter[kind]));
  return (
    `<div role="listitem" style="box-sizing:border-box;border:${frame};border-radius:6px;padding:8px 10px;background:var(--card)">` +
    `<div style="display:flex;justify-content:space-between;gap:8px;font-weight:600;font-size:14px"><span>${name}</span>` +
    `<span style="font:12px var(--sans);color:${isNext ? "var(--accent)" : "var(--soft)"};white-space:nowrap">${state(chapter, isNext)}</span></div>` +
    `<div style="color:var(--soft);font-size:12px;margin:2px 0 6px">${escapeHtml(question)}</div>${meters.join("")}</div>`
  );
}

function state(chapter: ChapterProgress, isNext: boolean): string {
  if (chapter.notebook === null) return "to come";
  if (isNext) return "go on here";
  return hasWork(chapter) && isDone(chapter) ? "✓ done" : "";
}

function link(notebook: string, title: string): string {
  const args = escapeHtml(JSON.stringify({ path: `notebooks/${notebook}` }));
  const command = `data-commandlinker-command="docmanager:open" data-commandlinker-args="${args}"`;
  return `<a href="${encodeURI(notebook)}" ${command} style="color:inherit;text-decoration:underline">${escapeHtml(title)}</a>`;
}

function meter(kind: string, { done, of }: Share): string {
  const full = done >= of;
  const bar =
    `<span style="flex:1;height:6px;border-radius:3px;background:var(--line);overflow:hidden">` +
    `<span style="display:block;height:100%;width:${Math.round((100 * done) / of)}%;background:${full ? "var(--run)" : "var(--accent)"}"></span></span>`;
  return (
    `<div style="display:flex;align-items:center;gap:8px;font-size:12px"><span style="width:74px">${kind}</span>${bar}` +
    `<span style="width:64px;text-align:right;color:var(--soft)">${done} of ${of}${full ? " ✓" : ""}</span></div>`
  );
}

function line(chapter: ChapterProgress, isNext: boolean): string {
  const shares = kinds
    .filter((kind) => chapter[kind].of > 0)
    .map((kind) => `${kind} ${chapter[kind].done} of ${chapter[kind].of}`);
  const words = [state(chapter, isNext), ...shares].filter((word) => word !== "");
  return `${chapter.number}  ${chapter.title.padEnd(28)}${words.join(", ")}`.trimEnd();
}
