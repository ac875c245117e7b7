/** What `npm run play` prints of a run on one kernel, and its JSON. */
import type { SideBySide } from "../../real/side-by-side";
import { Errno, type Run, SystemError, WEXITSTATUS, WIFEXITED, WTERMSIG } from "../../sys";
import { strace } from "../../trace/strace";

/** The run as text: its system calls, what it wrote, who was stuck, what went wrong. */
export function runText(run: Run): string {
  const parts = [withoutMiddle(strace(run).trimEnd().split("\n"), 1000, "calls").join("\n")];
  if (run.output !== "") {
    const lines = withoutMiddle(run.output.trimEnd().split("\n"), 1000, "lines").map((line) => shortened(line));
    parts.push(`What was written to descriptors 1 and 2:\n${lines.join("\n")}`);
  }
  if (run.processes.some(({ status }) => status === null) && run.deadlock.length === 0) {
    parts.push("The programs didn't end: they were stopped. An endless loop?");
  }
  if (run.deadlock.length > 0) {
    const sleepers = run.deadlock.map(
      ({ process, call, waitsFor }) => `  ${process} sleeps in ${call}, waiting for ${waitsFor}`,
    );
    const late = run.notes.some((note) => note.startsWith("The run was ended after"));
    const says = late ? "Where they were when the time was up:" : "Stuck: nobody is left who could wake these.";
    parts.push(`${says}\n${sleepers.join("\n")}`);
  }
  for (const { name, error } of run.processes) if (error) parts.push(`${name} threw: ${shownError(error)}`);
  if (run.notes.length > 0) parts.push(run.notes.map((note) => `note: ${note}`).join("\n"));
  return parts.join("\n\n");
}

/** At most so many lines: the first ones, how many were left out, and the last ones. */
function withoutMiddle(lines: readonly string[], most: number, what: string): string[] {
  if (lines.length <= most) return [...lines];
  const left = lines.length - 20;
  return [...lines.slice(0, 10), `… ${left.toLocaleString("en-US")} more ${what} …`, ...lines.slice(-10)];
}

function shortened(line: string): string {
  return line.length <= 2000
    ? line
    : `${line.slice(0, 100)}… ${(line.length - 100).toLocaleString("en-US")} more bytes`;
}

/** A failed call needs no stack beyond the program's own lines; neither does a bug. */
function shownError(error: Error): string {
  const lines = (error.stack ?? error.message).split("\n");
  const own = lines.filter((line) => !/^\s+at /.test(line) || !/node:internal|[/\\](lib|node_modules)[/\\]/.test(line));
  return own.join("\n");
}

/** The exit status of the command for a run on one kernel: the first program's own. */
export function statusOfRun(run: Run): number {
  const status = run.processes[0]?.status ?? null;
  if (status === null) return 3;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/** Values that JSON has no form for. Bytes are base64. */
function plain(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString("base64") };
  if (value instanceof Set) return [...value];
  if (value instanceof Errno) return value.code;
  if (value instanceof SystemError) return { name: value.name, code: value.code, message: value.message };
  if (value instanceof Error) return { name: value.name, message: value.message };
  if (typeof value === "bigint") return String(value);
  return value;
}

export function comparisonJson({ runs, unavailable, rows, same, allowed, different, tools }: SideBySide): string {
  const shown = rows.map(({ cells, ...row }) => ({ ...row, cells: cells.map((cell) => cell?.text ?? null) }));
  const ran = runs.map(({ kernel, calls, processes, output, deadlock, notes }) => ({
    ...{ kernel, calls, processes, output, deadlock, notes },
  }));
  return JSON.stringify({ runs: ran, unavailable, rows: shown, same, allowed, different, tools }, plain, 2);
}
