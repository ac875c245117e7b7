/**
 * The kernel microscope: a run, event by event, forwards and backwards.
 *
 * At each moment it shows every process with its threads and descriptors, the open file descriptions and the objects behind
 * them, who sleeps on what, and the last event as a sentence. What that event changed is lit up. Nothing is simulated in the
 * page: each step was folded from the recorded events (lib/trace/tables.ts), so what you see is what happened.
 */
import type { KernelEvent } from "../kernel/events";
import { type Change, type FlipBook, flipBook } from "./frames";
import { count, escapeHtml } from "./html";
import { microscopeScript } from "./microscope-script";
import { makePicture, type Picture } from "./picture";
import { type EventSource, eventsOfHost } from "./source";
import { headings } from "./stage/scene";
import { drawing } from "./svg";
import { timeWords } from "./words";

/** Which machine, and where to begin. */
export interface MicroscopeOptions {
  /** The machine to look into; default: the first. */
  host?: string;
  /**
   * Where to begin: after so many events (negative: counted from the end), or with the first event for which a function says
   * yes. Default: with the first system call.
   */
  at?: number | ((event: KernelEvent) => boolean);
}

/** A page holds this many events; of a longer run only the first are shown. */
const MOST_EVENTS = 3000;

/** Opens a recorded run under the microscope. */
export function microscope(source: EventSource, options: MicroscopeOptions = {}): Picture {
  const all = eventsOfHost(source, options.host);
  if (all.length === 0)
    return makePicture("Kernel microscope", '<p class="note">Nothing has happened.</p>', "Nothing has happened.");
  const events = all.slice(0, MOST_EVENTS);
  const book = flipBook(events);
  const start = startOf(events, options.at);
  const { say, call, time } = book.frames[start];
  const missing = all.length - events.length;
  const body = [
    controls(events.length, start),
    '<div class="now" aria-live="polite">',
    `<p class="say-now">${escapeHtml(say)}</p><div class="call">${escapeHtml(call)}</div>`,
    `<div class="at">event ${start + 1} of ${events.length} · time ${timeWords(time)}</div></div>`,
    drawing(
      book.stage.height,
      "Processes, descriptors, open files and objects",
      `${headings()}<g class="layer">${still(book, start)}</g>`,
    ),
    missing > 0 ? `<p class="note">${count(missing)} more events of this run are not shown.</p>` : "",
  ].join("");
  const frames = book.frames.map((frame) => {
    return { s: frame.say, r: frame.call, t: timeWords(frame.time), k: frame.kind, c: frame.changes };
  });
  const data = { p: book.pieces, f: frames, a: start };
  return makePicture("Kernel microscope", body, storyText(book), { source: microscopeScript, data });
}

function controls(events: number, start: number): string {
  const button = (text: string, kind: string, step: number) =>
    `<button type="button" data-kind="${kind}" data-step="${step}">${text}</button>`;
  return [
    '<div class="bar" hidden>',
    button("◀ back", "", -1),
    button("step ▶", "", 1),
    button("next call ▶", "call", 1),
    button("next wake-up ▶", "wake", 1),
    `<input type="range" min="1" max="${events}" value="${start + 1}" aria-label="Moment of the run">`,
    "</div>",
  ].join("");
}

/** The frame with which to begin. */
function startOf(events: readonly KernelEvent[], at: MicroscopeOptions["at"]): number {
  if (typeof at === "number") return Math.min(Math.max(at < 0 ? events.length + at : at, 1), events.length) - 1;
  const wanted = at ?? ((event: KernelEvent) => event.type === "syscall.enter");
  const found = events.findIndex(wanted);
  if (found < 0 && at) throw new RangeError("no event of this run fits: the moment to begin with never comes");
  return Math.max(found, 0);
}

/** One frame as plain SVG, which is what shows where scripts aren't allowed to run. */
function still(book: FlipBook, frame: number): string {
  const shown = new Map<number, Change>();
  for (const { changes } of book.frames.slice(0, frame + 1)) {
    for (const [sprite, piece, x, y] of changes) {
      const old = shown.get(sprite);
      if (piece < 0) shown.delete(sprite);
      else shown.set(sprite, [sprite, piece, x ?? old?.[2], y ?? old?.[3]]);
    }
  }
  return [...shown.values()]
    .map(([, piece, x, y]) => `<g transform="translate(${x} ${y})">${book.pieces[piece]}</g>`)
    .join("");
}

/** The whole run as numbered sentences. */
function storyText(book: FlipBook): string {
  const width = String(book.frames.length).length;
  return book.frames
    .map(({ say, kind, call }, i) => `${String(i + 1).padStart(width)}  ${kind === "call" ? call : say}`)
    .join("\n");
}
