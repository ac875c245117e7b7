/**
 * The calls of a run in time: who was in which call when, and who slept while others went on.
 *
 * On a real machine: `strace -f -tt`, or `perf trace`.
 */
import type { Run } from "../../sys/run";
import { cutWords, finishedWords } from "../call-words";
import { escapeHtml } from "../html";
import { makePicture, type Picture } from "../picture";
import { drawing, WIDTH } from "../svg";
import { legend } from "./bars";
import { timelineDrawing } from "./drawing";
import { type TimelineRows, timelineRows } from "./rows";

/** One run: a lane per thread. */
export function runTimeline(run: Run): Picture {
  const rows = timelineRows(run);
  if (rows.spans.length === 0)
    return makePicture("Calls in time", '<p class="note">No system call was made.</p>', "No system call was made.");
  const notes = run.notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`).join("");
  return makePicture("System calls in time", lanes(run) + notes, timelineText(rows));
}

/** The drawing of a run with its legend, as HTML. */
export function lanes(run: Run): string {
  const rows = timelineRows(run);
  const { width, height, content } = timelineDrawing(rows);
  const svg = drawing(height, `System calls in time. ${timelineText(rows)}`, content, width);
  const wide =
    width > WIDTH ? `<div class="scroll"><div class="lanes" style="width:${width}px">${svg}</div></div>` : svg;
  const looking = "events" in run;
  return wide + legend({ looking, outside: !looking, lanes: true });
}

/** A line per entry and exit, cut as strace cuts them. */
function timelineText({ lanes, spans, rows }: TimelineRows): string {
  const lines: string[] = Array.from({ length: rows }, () => "");
  const names = lanes.map((lane) => (lane.shared ? `${lane.process}/${lane.tid}` : lane.process));
  const column = Math.max(...names.map((name) => name.length)) + 2;
  for (const { call, lane, top, bottom } of spans) {
    const name = names[lane].padEnd(column);
    const whole = finishedWords(call);
    const { entry, exit, result } = cutWords(call);
    lines[top] = `${name}${bottom === top ? `${whole.call} ${whole.result}` : entry}`;
    if (bottom !== null && bottom !== top)
      lines[bottom] = [`${name}(${call.name})`, exit, result].filter(Boolean).join(" ");
  }
  return lines.join("\n").trimEnd();
}
