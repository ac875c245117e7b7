/**
 * The few shapes that pictures are drawn with. Coordinates are in units that are pixels at the full width of 720; a narrower
 * page scales the whole drawing. Fonts differ between machines, so widths of texts are estimates on the safe side, and what
 * doesn't fit is cut, with the whole text as a tooltip.
 */
import { escapeHtml, shorten } from "./html";

/** Full width of every drawing. */
export const WIDTH = 720;

/** Estimated width of one character, by class of text (style.ts). */
const CHARACTER: Record<string, number> = { b: 7.6, n: 7.4, m: 6.75, ms: 6.75, s: 5.9, h: 6.3, "": 6.5 };

/** How many characters of this class fit into a width. */
export function fitting(kind: string, width: number): number {
  return Math.floor(width / (CHARACTER[kind.split(" ")[0]] ?? 6.75));
}

/** A line of text from (x, y), its base line; cut to `width` where one is given. `kind` is a class of style.ts. */
export function label(x: number, y: number, kind: string, text: string, width = Number.POSITIVE_INFINITY): string {
  const shown = shorten(text, fitting(kind, width));
  const tip = shown === text ? "" : `<title>${escapeHtml(text)}</title>`;
  return `<text x="${x}" y="${y}"${kind ? ` class="${kind}"` : ""}>${escapeHtml(shown)}${tip}</text>`;
}

/** A card. */
export function box(width: number, height: number, x = 0, y = 0): string {
  return `<rect class="box" x="${x}" y="${y}" width="${width}" height="${height}" rx="5"/>`;
}

/** The ground that lights up when what stands on it has changed. */
export function mark(x: number, y: number, width: number, height: number): string {
  return `<rect class="mark" x="${x}" y="${y}" width="${width}" height="${height}" rx="3"/>`;
}

/** A curved arrow from left to right, with its head at the end. */
export function arrow(x1: number, y1: number, x2: number, y2: number): string {
  const bend = Math.max((x2 - x1) / 2, 14);
  return `<path class="arrow" d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2 - 6} ${y2}"/><path class="head" d="M${x2} ${y2}l-7 -3.5v7z"/>`;
}

/** A bar that shows how full something is, `used` of `capacity`. One byte already shows. */
export function fillBar(x: number, y: number, width: number, used: number, capacity: number): string {
  const share = capacity > 0 ? Math.min(used / capacity, 1) : 0;
  const filled = used > 0 ? Math.max(Math.round(share * width), 3) : 0;
  const fill = filled > 0 ? `<rect class="fill" x="${x}" y="${y}" width="${filled}" height="9" rx="2"/>` : "";
  return `<rect class="track" x="${x}" y="${y}" width="${width}" height="9" rx="2"/>${fill}`;
}

/** The sign of a task's state, 10 units wide: a triangle runs, a ring is ready, two bars sleep, a cross has ended. */
export function stateSign(state: string, x: number, y: number): string {
  if (state === "running") return `<path class="running" d="M${x} ${y}v10l9 -5z"/>`;
  if (state === "ready") return `<circle class="ready" cx="${x + 5}" cy="${y + 5}" r="4"/>`;
  if (state === "sleeping") return `<path class="sleeping" d="M${x} ${y}h3.4v10h-3.4zM${x + 6} ${y}h3.4v10h-3.4z"/>`;
  return `<path class="zombie" d="M${x + 1} ${y + 1}l8 8M${x + 9} ${y + 1}l-8 8"/>`;
}

/** The whole drawing. `description` is read to those who can't see it. */
export function drawing(height: number, description: string, content: string, width = WIDTH): string {
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(description)}">${content}</svg>`;
}
