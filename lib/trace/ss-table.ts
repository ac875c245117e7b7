/**
 * What ss(8) prints for its options: which kinds of socket, which states, which columns. Where the lines come from is the caller's
 * business: from the model's tables (ss.ts), or from a real machine's /proc/net (lib/real/tools).
 *
 * Source: ss(8); iproute2, misc/ss.c.
 */
import { HEADER, renderColumns, type SsLine } from "./ss-columns";

/** Unix, UDP, TCP: the letters of ss's options. */
export type SsKind = "x" | "u" | "t";

/** The order in which ss goes through the kinds. */
const KINDS: readonly SsKind[] = ["x", "u", "t"];
/** Shown by -l, and otherwise only by -a. */
const LISTENING = ["LISTEN", "UNCONN"];
/** Neither open nor listening: shown by -a only. */
const PASSING = ["TIME-WAIT", "SYN-RECV"];

/** The table with these options: t, u, x (default: all three), a or l, n, o, m, i, H (no header). */
export function ssTable(linesOf: (kind: SsKind) => readonly SsLine[], options: string): string {
  const letters = [...options.replace(/[-\s]/g, "")];
  const unknown = letters.find((letter) => !"tuxalnomiH".includes(letter));
  if (unknown !== undefined)
    throw new TypeError(`ss: -${unknown} isn't known here; use -t, -u, -x, -a, -l, -n, -o, -m, -i, -H`);
  const chosen = KINDS.filter((kind) => letters.includes(kind));
  const kinds = chosen.length === 0 ? KINDS : chosen;
  const lines = kinds.flatMap((kind) => {
    const shown = linesOf(kind).filter(({ state }) => isShown(state, letters));
    return [...shown.filter(({ state }) => state === "LISTEN"), ...shown.filter(({ state }) => state !== "LISTEN")];
  });
  const hidden: (keyof SsLine)[] = [];
  // A column that could only say one thing is left out. Unix sockets come in three kinds.
  if (kinds.length === 1 && kinds[0] !== "x") hidden.push("netid");
  if (kinds.join() === "u" && !letters.includes("a") && !letters.includes("l")) hidden.push("state");
  const withTimers = letters.includes("o") ? lines.map(withTimer) : lines;
  const text = renderColumns([HEADER, ...withTimers], hidden, (line) => belowLine(line, letters));
  return letters.includes("H") ? text.split("\n").slice(1).join("\n") : text;
}

function withTimer(line: SsLine): SsLine {
  const timer = line.details?.timer ?? "";
  return timer === "" ? line : { ...line, process: ` ${timer}` };
}

/** What -m and -i print below a line. The options of a connection come only with -o. */
function belowLine({ details }: SsLine, letters: readonly string[]): string | null {
  if (details === undefined || !(letters.includes("m") || letters.includes("i"))) return null;
  const options = letters.includes("o") ? details.options : "";
  const words = [letters.includes("m") && details.memory, ...(letters.includes("i") ? [options, details.info] : [])];
  return words.filter(Boolean).join(" ");
}

function isShown(state: string, letters: readonly string[]): boolean {
  if (letters.includes("a")) return true;
  if (letters.includes("l")) return LISTENING.includes(state);
  return !LISTENING.includes(state) && !PASSING.includes(state);
}
