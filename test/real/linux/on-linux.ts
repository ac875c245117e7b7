/** Runs a program on the real system calls, or says why this machine can't. */
import { afterAll, describe } from "vitest";
import { linux } from "../../../lib/real/linux";
import { dismissSpares } from "../../../lib/real/linux/runner/agent-pool";
import type { ProgramFunction, Programs, Run, RunOptions } from "../../../lib/sys";

/** A `describe` that is skipped, with the reason in its name, where there are no real system calls. */
export function onLinux(name: string, body: () => void): void {
  const reason = linux.unavailable();
  if (reason !== null) {
    describe.skip(`${name} (skipped: ${reason})`, body);
    return;
  }
  describe(name, () => {
    afterAll(dismissSpares);
    body();
  });
}

/** The run's outcome; fails with what went wrong when it got stuck or a program threw. */
export async function runToEnd(programs: Programs, options?: RunOptions): Promise<Run> {
  const run = await linux.run(programs, options);
  const problem = run.processes.find(({ error }) => error !== undefined);
  if (problem?.error !== undefined) throw problem.error;
  if (run.deadlock.length > 0) throw new Error(`stuck: ${JSON.stringify(run.deadlock)}`);
  return run;
}

/** What a lone program returned. */
export async function resultOf<Result>(program: ProgramFunction<Result>, options?: RunOptions): Promise<Result> {
  const run = await runToEnd(program, options);
  return run.processes[0].result as Result;
}
