/** The bars that stand for calls, their samples, and the legend that explains them. */
import type { CallSpan } from "./rows";

/** Width of a bar. */
export const BAR = 10;

export function barOf(kind: "callbar" | "asleep" | "idle", x: number, from: number, to: number): string {
  return `<rect class="${kind}" x="${x}" y="${from}" width="${BAR}" height="${to - from}" rx="2"/>`;
}

/** A stretch of a bar with nothing in it: ready, and waiting for the CPU. */
export function hollow(x: number, from: number, to: number): string {
  return to - from < 4 ? "" : barOf("idle", x, from, to);
}

/** A stretch of a bar with slanting lines over it: asleep. */
export function hatched(x: number, from: number, to: number): string {
  if (to - from < 4) return "";
  const strokes: string[] = [];
  for (let at = from + BAR; at <= to; at += 6) strokes.push(`M${x} ${at}l${BAR} -${BAR}`);
  return `<rect class="asleep" x="${x}" y="${from}" width="${BAR}" height="${to - from}"/><path class="hatch" d="${strokes.join("")}"/>`;
}

function sample(shape: string): string {
  return `<svg class="sign" viewBox="0 0 12 20" aria-hidden="true">${shape}</svg>`;
}

const samples = {
  call: sample(barOf("callbar", 1, 1, 19)),
  asleep: sample(hatched(1, 1, 19)),
  ready: sample(hollow(1, 1, 19)),
  others: sample(barOf("asleep", 1, 1, 19)),
};

/** One call as a sign in a table: did its thread have to wait? */
export function callSign({ pauses, top, bottom }: CallSpan): string {
  if (pauses?.some((pause) => pause.state === "sleeping")) return samples.asleep;
  return pauses === null && bottom !== top ? samples.others : samples.call;
}

/**
 * What the bars mean, as one line. `looking`: some run is of a kernel that can be looked into; `outside`: some run is of one
 * that can't. Only `lanes` show who was ready.
 */
export function legend(show: { looking: boolean; outside: boolean; lanes: boolean }): string {
  const entries = [`${samples.call} in a call`];
  if (show.looking) entries.push(`${samples.asleep} asleep in it`);
  if (show.looking && show.lanes) entries.push(`${samples.ready} ready, waits for the CPU`);
  if (show.outside) entries.push(`${samples.others} in a call while others went on`);
  if (show.lanes) entries.push("time goes down, a row per entry or exit");
  return `<p class="note">${entries.map((entry) => `<span class="entry">${entry}</span>`).join(" ")}</p>`;
}
