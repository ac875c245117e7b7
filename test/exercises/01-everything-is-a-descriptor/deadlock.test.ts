import type { Program, Sys } from "fd3";
import { checksOf, ended, holds, same, showValue } from "../check";
import { onModel, REAL_SECONDS, realKernel } from "../support/kernels";

const check = checksOf<typeof import("../../../solutions/01-everything-is-a-descriptor/deadlock")>({
  countInChild: "generator function",
});

const rule = "A reader gets end of file when no descriptor, in any process, leads to the writing end any more.";
const read = "pipe(7); chapter 01 §5";
const lines = ["a socket", "is a descriptor", "too"];

check("it ends, and counts right", ({ countInChild }) => {
  const run = onModel({ parent: (sys) => countInChild(sys, lines) });
  ended(run, { rule, read });
  same(run.processes[0].result, lines.length, { says: "Three lines were sent.", run, rule, read });
});

check("with nothing to send it ends too", ({ countInChild }) => {
  const run = onModel({ parent: (sys) => countInChild(sys, []) });
  ended(run, { rule, read });
  same(run.processes[0].result, 0, { says: "No line was sent.", run, rule, read });
});

check("more than fits into the pipe is counted as well", ({ countInChild }) => {
  const many = Array.from({ length: 200 }, (_, i) => `line ${i} ${"x".repeat(500)}`);
  const run = onModel({ parent: (sys) => countInChild(sys, many) });
  ended(run, { rule, read });
  same(run.processes[0].result, 200, {
    says: "200 long lines were sent.",
    run: `${run.calls.length} calls`,
    rule,
    read,
  });
});

/** Runs the answer, then asks for the lowest free descriptor by copying descriptor 0. */
function* thenLowestFree(sys: Sys, answer: (sys: Sys, lines: readonly string[]) => Program<number>): Program<number> {
  yield* answer(sys, lines);
  return yield* sys.dup(0);
}

check("afterwards the parent has no end of the pipe left open", ({ countInChild }) => {
  const run = onModel({ parent: (sys) => thenLowestFree(sys, countInChild) });
  ended(run, { rule, read });
  const lowest = run.processes[0].result;
  const said = {
    says: "The parent still holds an end of the pipe that it doesn't need; each call would leave one more behind.",
    run,
    ours: /dup\(0\)/,
    rule: "A descriptor stays open until it is closed or the process ends.",
    read: "close(2); chapter 01 §2",
  };
  holds(lowest === 3, said, "the lowest free descriptor is 3 again", `it is ${showValue(lowest)}`);
});

check(
  "it ends on this machine's own kernel, too",
  async ({ countInChild }) => {
    const run = await realKernel?.run({ parent: (sys) => countInChild(sys, lines) });
    if (run === undefined) return;
    ended(run, { rule, read });
    same(run.processes[0].result, lines.length, { says: "Three lines were sent.", run, rule, read });
  },
  { seconds: REAL_SECONDS },
);
