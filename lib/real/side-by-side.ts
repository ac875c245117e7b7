/**
 * One program on several kernels, and their traces laid beside each other.
 *
 * ```ts
 * const comparison = await sideBySide(cat, { on: ["model", "linux"], files: { "/motd": "hello" } });
 * console.log(String(comparison)); // a table in strace's format
 * comparison.different;            // 0, or the model is wrong
 * ```
 *
 * What is compared is what happens before what: the order of each thread's own calls, which bytes a write sent and a read found, who was
 * forked, accepted, waited for. The wall clock's order between threads is not compared, because nothing promises it. Each row is
 * *same*, *allowed* to differ (by a rule of differences.ts), or *different*. The reference is the linux kernel when it takes part,
 * else the first.
 */
import type { Kernel, KernelName, Programs, Run, RunOptions } from "../sys";
import { checkOptionNames, type OptionNames } from "../sys/known-options";
import type { LinuxOptions, Look } from "./linux/runner/onlooker";
import { type Row, rowsOf } from "./side-by-side/rows";
import { sideBySideText } from "./side-by-side/text";
import type { Moment } from "./tools/moment";
import { type Tool, type ToolOutput, toolOutputs } from "./tools/tools";

export type { Reason, Verdict } from "./side-by-side/judge";
export type { Cell, Row } from "./side-by-side/rows";

/** On which kernels, and what is to be shown. */
export interface SideBySideOptions extends RunOptions {
  /** The kernels, by name or as objects. Default: the model and the most real one that this machine has. */
  on?: readonly (KernelName | Kernel)[];
  /**
   * What to show: "trace" (the system calls; the default), and what real tools would show: "ss" (sockets), "descriptors", "frames" (on
   * the loopback; on the linux kernel that needs the privilege to capture).
   */
  show?: readonly ("trace" | Tool)[];
  /**
   * When sockets and descriptors are looked at: right after a call has returned. "accept", "server:accept", "server:accept:2" (the second
   * time), or a function that says yes. Left out: when the most descriptors were open.
   */
  at?: Moment;
}

/** A kernel that was asked for and can't run here. */
export interface Unavailable {
  readonly kernel: KernelName;
  /** One sentence: why not, and what to do. */
  readonly why: string;
}

/** Runs of the same programs on several kernels, laid beside each other. As a string: a table. */
export interface SideBySide {
  /** One for each kernel that ran: the columns. */
  readonly runs: readonly Run[];
  /** Which of `runs` the others are measured by. */
  readonly reference: number;
  readonly unavailable: readonly Unavailable[];
  /** One for each call and for each process's end. */
  readonly rows: readonly Row[];
  /** How many rows are the same, allowed to differ, different. */
  readonly same: number;
  readonly allowed: number;
  readonly different: number;
  /** Is the trace itself to be shown? */
  readonly trace: boolean;
  /** What tools show of the runs, as far as it was asked for. */
  readonly tools: readonly ToolOutput[];
  /** A table for a terminal of 120 columns. */
  toString(): string;
}

/** Compares runs that exist already. `show` and `at` as for `sideBySide`. */
export function compareRuns(
  runs: readonly Run[],
  unavailable: readonly Unavailable[] = [],
  { show = ["trace"], at }: Pick<SideBySideOptions, "show" | "at"> = {},
): SideBySide {
  const reference = Math.max(
    0,
    runs.findIndex(({ kernel }) => kernel === "linux"),
  );
  const rows = runs.length > 0 ? rowsOf(runs, reference) : [];
  const count = (verdict: Row["verdict"]) => rows.filter((row) => row.verdict === verdict).length;
  const comparison: SideBySide = {
    runs,
    reference,
    unavailable,
    rows,
    same: count("same"),
    allowed: count("allowed"),
    different: count("different"),
    trace: show.includes("trace"),
    tools: toolOutputs(
      runs,
      show.filter((one) => one !== "trace"),
      at,
    ),
    toString: () => sideBySideText(comparison),
  };
  return comparison;
}

/** Options that only the linux kernel reads; the model needs none to be looked at afterwards. */
function asLinux(options: RunOptions, look: Look | undefined): LinuxOptions {
  return look ? { ...options, look } : options;
}

const OPTIONS: OptionNames<SideBySideOptions> = {
  on: true,
  show: true,
  at: true,
  seed: true,
  timeout: true,
  files: true,
  stdin: true,
};
const SHOWN: Readonly<Record<"trace" | Tool, true>> = { trace: true, ss: true, descriptors: true, frames: true };

function checkShow(show: readonly string[]): void {
  const odd = show.find((one) => !Object.hasOwn(SHOWN, one));
  if (odd !== undefined)
    throw new TypeError(`sideBySide can't show "${odd}". There are: ${Object.keys(SHOWN).join(", ")}`);
}

function kernelCalled(name: string, kernels: Readonly<Record<KernelName, Kernel>>): Kernel {
  if (Object.hasOwn(kernels, name)) return kernels[name as KernelName];
  throw new TypeError(`there is no kernel "${name}". There are: ${Object.keys(kernels).join(", ")}`);
}

/** `sideBySide` for a set of kernels that are known by name. It rejects with a TypeError for options that don't exist. */
export function sideBySideWith(
  kernels: Readonly<Record<KernelName, Kernel>>,
): (programs: Programs, options?: SideBySideOptions) => Promise<SideBySide> {
  return async (programs, given = {}) => {
    checkOptionNames("sideBySide", given, OPTIONS);
    const { on, show, at, ...options } = given;
    checkShow(show ?? []);
    const real = kernels.linux.unavailable() === null ? kernels.linux : kernels.node;
    const asked = (on ?? [kernels.model, real]).map((one) =>
      typeof one === "string" ? kernelCalled(one, kernels) : one,
    );
    const runs: Run[] = [];
    const unavailable: Unavailable[] = [];
    const look: Look | undefined = show?.some((one) => one !== "trace")
      ? { at, frames: show.includes("frames") }
      : undefined;
    // One after the other: they must not take each other's ports.
    for (const kernel of asked) {
      const why = kernel.unavailable();
      if (why === null) runs.push(await kernel.run(programs, asLinux(options, look)));
      else unavailable.push({ kernel: kernel.name, why });
    }
    return compareRuns(runs, unavailable, { show, at });
  };
}
