/**
 * Executes notebooks on the real tslab kernel and judges what became of every cell.
 *
 * "No error output" doesn't mean that a cell ran: tslab drops the cells that were queued behind a failing one without a word.
 * So each cell must have been answered with "ok" and have got its number.
 */
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { prepareWork } from "../../lib/course/work";

export const root = resolve(__dirname, "../..");

export interface ExecuteOptions {
  /** Seconds that one cell may take. Default: 120. */
  timeout?: number;
  /** Run the cells of each section in an order of this seed's. */
  shuffle?: number;
}

/** A cell that didn't do as it should. */
export interface Complaint {
  /** What is wrong, in a few words. */
  what: string;
  source: string;
  output: string;
}

export interface Execution {
  notebook: string;
  cells: number;
  /** The whole time, with the kernel's start, in seconds. */
  seconds: number;
  complaints: Complaint[];
}

interface Output {
  type: string;
  text: string;
}

interface Line {
  late?: string;
  source: string;
  status: string;
  execution_count: number | null;
  outputs: Output[];
  output?: Output;
}

/** A work folder of its own, as a learner's first start makes it. Call the function it returns to remove it. */
export function scratchWork(): { work: string; remove: () => void } {
  const work = mkdtempSync(join(tmpdir(), "fd3-notebooks-"));
  prepareWork(root, { work, print: () => {} });
  mkdirSync(join(work, "notebooks"), { recursive: true });
  return { work, remove: () => rmSync(work, { recursive: true, force: true }) };
}

/** Executes one notebook in a work folder; one that isn't of the course is copied there. */
export async function execute(notebook: string, work: string, options: ExecuteOptions = {}): Promise<Execution> {
  const began = Date.now();
  const copy = join(work, "notebooks", basename(notebook));
  if (!existsSync(copy)) copyFileSync(notebook, copy);
  const { jupyterEnvironment } = await import("../../lib/course/setup/jupyter-environment.mjs");
  const { venvPaths } = await import("../../lib/course/setup/paths.mjs");
  const script = join(root, "test", "notebooks", "execute.py");
  const shuffle = options.shuffle === undefined ? [] : [String(options.shuffle)];
  const child = spawn(venvPaths(root).python, [script, copy, String(options.timeout ?? 120), ...shuffle], {
    env: jupyterEnvironment(root, work),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let noise = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    noise += text;
  });
  const ended = new Promise<number | null>((done) => child.on("close", done));
  const complaints: Complaint[] = [];
  let cells = 0;
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as Line | { kernel: string };
    if ("kernel" in line) continue;
    if (!line.late) cells += 1;
    complaints.push(...judge(line));
  }
  if ((await ended) !== 0) complaints.push({ what: "the kernel could not be used", source: "", output: noise.trim() });
  if (cells === 0) complaints.push({ what: "no cell was run", source: "", output: noise.trim() });
  return { notebook: basename(notebook), cells, seconds: (Date.now() - began) / 1000, complaints };
}

function judge(line: Line): Complaint[] {
  const { source } = line;
  if (line.output) {
    return isBad(line.output)
      ? [{ what: "a complaint after the cell had ended", source, output: line.output.text }]
      : [];
  }
  const output = line.outputs.map((part) => part.text).join("");
  if (line.status !== "ok") return [{ what: words[line.status] ?? `status "${line.status}"`, source, output }];
  if (typeof line.execution_count !== "number") return [{ what: "was answered but not run", source, output }];
  return line.outputs.some(isBad) ? [{ what: "printed to stderr", source, output }] : [];
}

const words: Record<string, string> = {
  error: "failed",
  abort: "was aborted by the kernel",
  aborted: "was aborted by the kernel",
  timeout: "took too long",
  "not run": "was not run, since an earlier cell had failed",
};

function isBad(output: Output): boolean {
  return output.type === "stderr" || output.type === "error";
}
