/**
 * The node kernel: the system calls answered by Node's own `net`, `dgram` and `fs`.
 *
 * It shows which system call stands behind each line of a Node program, and runs wherever Node runs. It is not an oracle:
 * Node hides much of the system, and what it hides stands in `run.notes` (limits.ts has the whole list). For the real thing there is the
 * linux kernel.
 *
 * Read wait-queue.ts, open-file.ts (how blocking is made out of events), tcp-connection.ts, then the rest as you like.
 */
import type { Kernel, Programs, Run, RunOptions } from "../../sys";
import { Machine } from "./machine";

/** Node's own `fs`, `net` and `dgram` behind the same calls, wherever Node runs. */
export const node: Kernel = {
  name: "node",
  unavailable: () => null,
  run(programs: Programs, options: RunOptions = {}): Promise<Run> {
    return new Machine(options).run(programs);
  },
};
