/** What is measured: each entry does its work once and returns how many operations (or bytes) that were. */
import { bytes, O_RDONLY, type Program, type ProgramFunction, type Sys, sys, World } from "fd3";
import { crowdBenches } from "./crowd";
import { networkBenches } from "./network";

export interface Bench {
  readonly name: string;
  readonly unit: string;
  /** The row of the same run to divide by. */
  readonly comparedWith?: string;
  /** What `run` returns is the figure itself, and no amount that is done in some time. */
  readonly size?: boolean;
  run(): number | Promise<number>;
}

const CALLS = 500_000;

/** Runs one program on a fresh machine, with nobody listening to its trace. */
function onModel(program: ProgramFunction): void {
  const world = new World();
  const host = world.host("bench", { files: { "/data": new Uint8Array(CALLS) } });
  const process = host.spawn(program, "bench");
  world.run();
  if (process.error !== undefined) throw process.error;
}

function* callsOnly(s: Sys): Program<void> {
  for (let i = 0; i < CALLS; i++) yield* s.getpid();
}

const kernelBenches: readonly Bench[] = [
  {
    name: "yield* alone",
    unit: "calls",
    run() {
      // The limit of the language: a program that nobody's kernel answers.
      const program = callsOnly(sys);
      for (let step = program.next(); !step.done; step = program.next(1));
      return CALLS;
    },
  },
  {
    name: "getpid",
    unit: "calls",
    comparedWith: "yield* alone",
    run() {
      onModel(callsOnly);
      return CALLS;
    },
  },
  {
    name: "read(fd) of a file",
    unit: "calls",
    comparedWith: "yield* alone",
    run() {
      onModel(function* (s) {
        const fd = yield* s.open("/data", O_RDONLY);
        for (let i = 0; i < CALLS; i++) yield* s.read(fd, 1);
      });
      return CALLS;
    },
  },
  {
    name: "write + read of a pipe",
    unit: "calls",
    comparedWith: "yield* alone",
    run() {
      onModel(function* (s) {
        const [r, w] = yield* s.pipe();
        const data = bytes("hello");
        for (let i = 0; i < CALLS / 2; i++) {
          yield* s.write(w, data);
          yield* s.read(r, 5);
        }
      });
      return CALLS;
    },
  },
];

/** In groups that are measured one after the other; the last one fills the memory. */
export const groups: readonly (readonly Bench[])[] = [kernelBenches, networkBenches, crowdBenches];
