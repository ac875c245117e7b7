/**
 * The same programs again and again on the model and on the real machine: no difference that no rule explains, nothing left
 * behind, nothing that hangs.
 *
 * A race that comes out otherwise once in a hundred runs isn't met by one run; so this is for quantity, where the conformance
 * suite is for breadth.
 */
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { sideBySide } from "../../lib/course/kernels";
import { dismissSpares } from "../../lib/real/linux/runner/agent-pool";
import type { SideBySide } from "../../lib/real/side-by-side";
import type { KernelName } from "../../lib/sys";
import type { SoakProgram } from "./chapter-programs";

/** Real milliseconds after which a run is torn down; a program that is meant to hang has a limit of its own. */
const TIMEOUT = 20_000;

/** What a comparison says against the model (or the node kernel), as text; null when nothing does. */
export function complaint({ name, options }: SoakProgram, comparison: SideBySide): string | null {
  const { runs, different } = comparison;
  // Who hangs for ever on one kernel must hang on all of them.
  const stuck = runs.map((run) => run.deadlock.length > 0);
  const late = runs.flatMap(({ notes, kernel }) =>
    options?.timeout === undefined && notes.some((note) => note.startsWith("The run was ended after")) ? [kernel] : [],
  );
  const problems = [
    different > 0 ? `${different} unexplained` : "",
    stuck.every((one) => one === stuck[0])
      ? ""
      : `stuck on ${runs.flatMap((run, i) => (stuck[i] ? [run.kernel] : []))}`,
    late.length > 0 ? `no end on ${late}` : "",
  ].filter((problem) => problem !== "");
  return problems.length === 0 ? null : `${name}: ${problems.join(", ")}\n${comparison}`;
}

/** Runs a program on the model and beside it; see `complaint`. */
export async function compareOnce(program: SoakProgram, on: KernelName): Promise<string | null> {
  const { programs, options } = program;
  const comparison = await sideBySide(programs, { on: ["model", on], timeout: TIMEOUT, ...options });
  return complaint(program, comparison);
}

/** What a run could leave behind, counted. */
export interface Belongings {
  /** Descriptors of this process. */
  readonly descriptors: number;
  /** Processes whose parent is this process. */
  readonly children: number;
  /** Temporary folders of runs. */
  readonly folders: number;
}

/** Counts, after the agents that wait for work have been sent home. */
export async function belongings(): Promise<Belongings> {
  await dismissSpares();
  // Node closes its ends of the agents' pipes a moment after they have gone.
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 20));
  return {
    descriptors: readdirSync("/proc/self/fd").length,
    children: childrenOf(process.pid),
    folders: readdirSync(tmpdir()).filter((name) => name.startsWith(`fd3-${process.pid}-`)).length,
  };
}

function childrenOf(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks.flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8")
      .split(" ")
      .filter((child) => child !== ""),
  ).length;
}

/** One sentence for what is more than before; null when nothing is. */
export function leak(before: Belongings, after: Belongings): string | null {
  const more = (["descriptors", "children", "folders"] as const).flatMap((what) =>
    after[what] > before[what] ? [`${after[what] - before[what]} ${what}`] : [],
  );
  return more.length === 0 ? null : `left behind: ${more.join(", ")}`;
}
