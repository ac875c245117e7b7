/**
 * Text on its way into HTML, SVG and scripts.
 *
 * Everything a program chose (its name, a path, the bytes it wrote) is data and must stay data: a process called
 * `<img onerror=…>` has to show as exactly that. Every picture passes such text through one of the functions here.
 */

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** A text as it may stand between tags and in quoted attributes. Control characters (\p{Cc}) but for tabs and ends of lines, which XML forbids, become "·". */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => entities[c]).replace(/[^\P{Cc}\t\n\r]/gu, "·");
}

/** A value as a JavaScript expression that can't end the script element it stands in. */
export function scriptValue(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, "\\u003c")
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
}

/** The text cut to a number of characters, with an ellipsis where something is missing. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(length - 1, 1))}…`;
}

/** A number of bytes for people: 65,536. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** "1 reader", "2 readers", "no reader". */
export function plural(value: number, noun: string): string {
  return `${value === 0 ? "no" : count(value)} ${noun}${value > 1 ? "s" : ""}`;
}
