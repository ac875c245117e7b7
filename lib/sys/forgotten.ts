/**
 * Calls that were prepared and never made: somebody forgot `yield*`.
 *
 * `sys.write(1, data)` only makes a generator; it is `yield*` that runs it. Without it the line does nothing, says nothing, and is
 * the first mistake that everybody makes here. So a call is noted when it is prepared and crossed out when it starts; what
 * is left when a run is over is told in its notes.
 *
 * Normally a call starts right after it was prepared, so one variable is enough, and the list behind it stays empty.
 */
import type { SystemCallName } from "./calls";
import type { Request } from "./sys";

/** No more than this many are remembered: a loop may forget one a million times. */
const MOST = 100;

let last: Request | null = null;
let waiting: Request[] = [];

/** A program has written down a call. */
export function prepared(request: Request): void {
  if (last !== null && waiting.length < MOST) waiting.push(last);
  last = request;
}

/** The call is on its way. */
export function started(request: Request): void {
  if (last === request) last = null;
  else if (waiting.length > 0) waiting = waiting.filter((call) => call !== request);
}

/** One sentence for each call that was prepared since the last time and never made. */
export function takeForgotten(): string[] {
  const calls = last === null ? waiting : [...waiting, last];
  last = null;
  waiting = [];
  return [
    ...new Set(
      calls.map(
        ({ name, args }) => `\`${describe(name, args)}\` was written without \`yield*\`, so it was never made.`,
      ),
    ),
  ];
}

function describe(name: SystemCallName, [first, ...rest]: readonly unknown[]): string {
  const shown = typeof first === "number" || typeof first === "string" ? JSON.stringify(first) : "…";
  if (first === undefined) return `sys.${name}()`;
  return `sys.${name}(${rest.length > 0 ? `${shown}, …` : shown})`;
}
