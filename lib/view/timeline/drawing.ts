/** The drawing of a run's calls: a lane per thread, time going down, each call a bar from its entry to its exit. */
import { cutWords, finishedWords } from "../call-words";
import { escapeHtml, shorten } from "../html";
import { fitting, label, WIDTH } from "../svg";
import { BAR, barOf, hatched, hollow } from "./bars";
import type { CallSpan, TimelineRows } from "./rows";

const ROW = 19;
const NARROWEST_LANE = 168;

export interface TimelineDrawing {
  readonly width: number;
  readonly height: number;
  readonly content: string;
}

export function timelineDrawing({ lanes, spans, rows }: TimelineRows): TimelineDrawing {
  const laneWidth = Math.max(Math.floor(WIDTH / Math.max(lanes.length, 1)), NARROWEST_LANE);
  const width = Math.max(laneWidth * lanes.length, WIDTH);
  const top = lanes.some((lane) => lane.shared) ? 34 : 22;
  const y = (row: number) => top + Math.round(row * ROW);
  const parts: string[] = [];
  lanes.forEach((lane, i) => {
    const x = i * laneWidth;
    const own = spans.filter((span) => span.lane === i);
    const first = Math.min(...own.map((span) => span.top));
    const last = Math.max(...own.map((span) => span.bottom ?? rows - 1));
    parts.push(label(x + 1, 13, "b", lane.process, laneWidth - 12));
    if (lane.shared) parts.push(label(x + 1, 27, "s", `thread ${lane.tid}`));
    parts.push(`<path class="life" d="M${x + 1 + BAR / 2} ${y(first)}V${y(last + 1)}"/>`);
  });
  for (const span of spans) parts.push(drawSpan(span, span.lane * laneWidth, laneWidth, rows, y));
  return { width, height: y(rows) + 4, content: parts.join("") };
}

function drawSpan(span: CallSpan, x: number, laneWidth: number, rows: number, y: (row: number) => number): string {
  const { call, top, bottom, pauses } = span;
  const from = y(top) + 3;
  const to = Math.max(y(bottom ?? rows - 0.5) + ROW - 4, from + 8);
  const whole = finishedWords(call);
  const { entry, exit, result } = cutWords(call);
  const room = laneWidth - BAR - 16;
  const text = x + BAR + 9;
  // A call that didn't wait is solid. One that did, on a kernel that can't be looked into, is only an outline.
  const bar = barOf(pauses === null && bottom !== top ? "asleep" : "callbar", x + 1, from, to);
  const lines =
    bottom === top
      ? label(text, y(top) + 13, call.error ? "m err" : "m", oneLine(whole.call, whole.result, room), room)
      : label(text, y(top) + 13, "m", entry, room) +
        (call.exit !== null && bottom !== null
          ? label(text, y(bottom) + 13, call.error ? "m err" : "m", oneLine(exit, result, room), room)
          : "");
  const tip = `<title>${escapeHtml(`${call.process}: ${whole.call} ${whole.result}`)}</title>`;
  const waiting = (bottom === top ? [] : (pauses ?? [])).map((pause) => {
    const [a, b] = [y(pause.from) + 4, Math.min(y(pause.to) + 4, to)];
    return pause.state === "sleeping" ? hatched(x + 1, a, b) : hollow(x + 1, a, b);
  });
  return `<g>${tip}${bar}${waiting.join("")}${lines}</g>`;
}

/** Call and result on one line. Where that is too long, the arguments are cut: the result matters more. */
function oneLine(words: string, result: string, room: number): string {
  if (words === "") return result;
  const most = fitting("m", room);
  if (words.length + 1 + result.length <= most) return `${words} ${result}`;
  return `${shorten(words, Math.max(most - result.length - 1, 14))} ${result}`;
}
