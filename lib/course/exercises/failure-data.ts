/**
 * Turns what a check says into plain data: a whole run becomes the text that shows it, as the listing of its system calls,
 * what it printed, and who slept for ever on what. Long listings lose their middle, not their end, where the trouble is.
 */
import type { Run } from "../../sys";
import { strace } from "../../trace/strace";
import type { Failure, FailureToSay } from "./failure";
import { foldRepeats } from "./fold-repeats";

const LONGEST = 60;

/** The lines of a run as they are shown; those that match `ours` were not the answer's own calls, and say so. */
export function runText(run: Run, ours?: RegExp): string {
  const listed = strace(run).trimEnd().split("\n");
  const lines = listed.map((line) => (ours?.test(line) ? `${line}  (the check)` : line));
  const parts = [cutMiddle(foldRepeats(lines), LONGEST).join("\n")];
  if (run.output !== "") parts.push(`printed: ${JSON.stringify(cutText(run.output, 500))}`);
  for (const process of run.processes) {
    if (process.error) parts.push(`${process.name} ended with ${process.error.message}`);
  }
  if (run.deadlock.length > 0) parts.push(deadlockTable(run));
  for (const note of run.notes) parts.push(`note: ${note}`);
  return parts.filter((part) => part !== "").join("\n\n");
}

function deadlockTable(run: Run): string {
  const rows = run.deadlock.map((sleeper) => [sleeper.process, sleeper.call, sleeper.waitsFor]);
  const all = [["asleep", "in", "waits for"], ...rows];
  const widths = [0, 1].map((column) => Math.max(...all.map((row) => row[column].length)));
  const lines = all.map(([who, call, what]) => `  ${who.padEnd(widths[0])}  ${call.padEnd(widths[1])}  ${what}`);
  return `Everybody is asleep, and nothing is left that could wake anybody:\n${lines.join("\n")}`;
}

/** Keeps the first third and the last two thirds of too many lines. */
export function cutMiddle(lines: readonly string[], longest: number): string[] {
  if (lines.length <= longest) return [...lines];
  const head = Math.floor(longest / 3);
  const tail = longest - head - 1;
  return [...lines.slice(0, head), `… ${lines.length - head - tail} more lines …`, ...lines.slice(-tail)];
}

/** The first `longest` characters, with a sign that there were more. */
export function cutText(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}… (${text.length} characters in all)`;
}

/** What is sent to whoever draws the failure. */
export function failureData(said: FailureToSay): Failure {
  const { run, expected, happened, ours, ...rest } = said;
  return {
    ...rest,
    ...(expected === undefined ? {} : { expected: cutText(expected, 2000) }),
    ...(happened === undefined ? {} : { happened: cutText(happened, 2000) }),
    ...(run === undefined ? {} : { run: typeof run === "string" ? run : runText(run, ours) }),
  };
}
