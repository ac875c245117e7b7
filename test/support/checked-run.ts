/**
 * Runs programs on a model machine that is watched: the invariants are checked after every event of the clock, the tables
 * rebuilt from the trace are compared with the kernel's own, and at the end nothing may be left.
 */
import { expect } from "vitest";
import { brokenInvariants, leaks, type ModelKernel } from "../../lib/kernel";
import { concat, type Programs, programsByName, text } from "../../lib/sys";
import { Recorder, tee } from "../../lib/trace/recorder";
import { applyEvent, emptyTables } from "../../lib/trace/tables";
import { World } from "../../lib/world";
import type { HostOptions } from "../../lib/world/world";
import { expectSameNetworkTables } from "./same-network-tables";
import { expectSameTables } from "./same-tables";

export interface CheckedRun {
  /** What each program returned, in order. */
  readonly results: unknown[];
  readonly statuses: (number | null)[];
  readonly errors: (Error | undefined)[];
  readonly output: string;
  readonly kernel: ModelKernel;
  readonly recorder: Recorder;
}

export interface CheckedOptions extends HostOptions {
  /** The programs are expected to sleep for ever. */
  expectDeadlock?: boolean;
}

export function checkedRun(programs: Programs, { expectDeadlock, ...options }: CheckedOptions = {}): CheckedRun {
  const recorder = new Recorder();
  const tables = emptyTables();
  const world = new World({ seed: 1, trace: tee(recorder, { emit: (event) => void applyEvent(tables, event) }) });
  const kernel = world.host("alice", options);
  const started = programsByName(programs).map(([name, program]) => kernel.spawn(program, name));
  world.run(undefined, () => {
    expect(brokenInvariants(kernel)).toEqual([]);
    expectSameTables(kernel, tables);
    expectSameNetworkTables(kernel, tables);
  });
  if (!expectDeadlock) {
    expect(kernel.processes.sleepers().map((task) => task.queues.map((queue) => queue.name))).toEqual([]);
    expect(leaks(kernel)).toEqual([]);
  }
  return {
    results: started.map((process) => process.result),
    statuses: started.map((process) => process.status),
    errors: started.map((process) => process.error),
    output: text(concat(kernel.consoleOutput)),
    kernel,
    recorder,
  };
}

/** What a lone program returned. Fails with what it threw. */
export function resultOf(programs: Programs, options: CheckedOptions = {}): unknown {
  const run = checkedRun(programs, options);
  if (run.errors[0] !== undefined) throw run.errors[0];
  return run.results[0];
}
