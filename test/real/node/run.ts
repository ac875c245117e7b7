/** Runs programs on the node kernel and returns what the first one returned, or throws what it threw. */
import { node } from "../../../lib/real/node";
import type { ProgramFunction, Programs, Run, RunOptions } from "../../../lib/sys";

export function runOnNode(programs: Programs, options?: RunOptions): Promise<Run> {
  return node.run(programs, options);
}

export async function resultOf(program: ProgramFunction, options?: RunOptions): Promise<unknown> {
  const run = await node.run(program, options);
  if (run.processes[0].error) throw run.processes[0].error;
  if (run.deadlock.length > 0) throw new Error(`asleep: ${run.deadlock.map((one) => one.waitsFor).join(", ")}`);
  return run.processes[0].result;
}
