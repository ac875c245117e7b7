import { bytes, O_RDONLY, type Program, type ProgramFunction, type Run, type Sys, text } from "fd3";
import type { FailureToSay } from "../../../lib/course/exercises/failure";
import { checksOf, ended, holds, same, sameText } from "../check";
import { onModel, REAL_SECONDS, realKernel } from "../support/kernels";

const check = checksOf<typeof import("../../../solutions/01-everything-is-a-descriptor/redirect")>({
  runInto: "generator function",
});
type RunInto = (sys: Sys, command: ProgramFunction, path: string) => Program<number>;

const rule = "fork copies the descriptor table; execve keeps it. Between the two the child can arrange its own.";
const read = "dup2(2), execve(2); chapter 01 §3";
const PATH = "/tmp/out";

/** A command like any other: it writes to descriptor 1. */
function* hello(sys: Sys): Program<void> {
  yield* sys.write(1, bytes("hello\n"));
}

/** Another one, which ends with exit(7). */
function* greet(sys: Sys): Program<void> {
  yield* hello(sys);
  yield* sys.exit(7);
}

/** The check's own calls in a listing. */
const ours = /open\("\/tmp\/out", O_RDONLY\)|write\(1, "done\\n"|dup\(0\)/;

/** What to say when dup2 got its two numbers the wrong way round; else the sentence given. */
function orSwapped(run: Run, says: string): Pick<FailureToSay, "says" | "rule"> {
  const swapped = run.calls.find((call) => call.name === "dup2" && call.args[0] === 1 && call.args[1] !== 1);
  if (!swapped) return { says, rule };
  const fd = String(swapped.args[1]);
  return {
    says: `\`dup2(1, ${fd})\`: your call made ${fd} lead where 1 leads; you wanted 1 to lead where ${fd} leads.`,
    rule: "dup2(have, want): the second number shall lead where the first one leads.",
  };
}

/** Runs the command into the file with the answer, then reads the file. */
function* thenRead(sys: Sys, runInto: RunInto, command: ProgramFunction): Program<string> {
  yield* runInto(sys, command, PATH);
  const file = yield* sys.open(PATH, O_RDONLY);
  return text(yield* sys.read(file, 4096));
}

check("what the command writes to descriptor 1 is in the file", ({ runInto }) => {
  const run = onModel({ shell: (sys) => thenRead(sys, runInto, hello) }, { files: { [PATH]: "" } });
  ended(run, { rule, read });
  const said = { ...orSwapped(run, "The command's output should be in the file."), run, ours, read };
  sameText(run.processes[0].result, "hello\n", said);
  sameText(run.output, "", { ...said, rule, says: "The command's output should be in the file only." });
});

check("a file that doesn't exist yet is made", ({ runInto }) => {
  const files = { "/tmp/other": "" };
  const run = onModel({ shell: (sys) => thenRead(sys, runInto, hello) }, { files });
  ended(run, { rule: "O_CREAT makes the file when there is none.", read: "open(2)" });
});

check("the child becomes the command, with execve", ({ runInto }) => {
  const run = onModel({ shell: (sys) => runInto(sys, hello, PATH) }, { files: { [PATH]: "" } });
  ended(run, { rule, read });
  const shell = run.processes[0].pid;
  holds(
    run.calls.some((call) => call.name === "execve" && call.pid !== shell && !call.error),
    {
      says: "The child never became the command: it called its function, as part of the same program.",
      run,
      rule: "execve replaces the program of a process. A real command is another program, which can't be called.",
      read: "execve(2)",
    },
    "execve in the child",
    "no execve",
  );
});

check("the shell's own descriptor 1 stays where it was", ({ runInto }) => {
  const shell: ProgramFunction = function* (sys) {
    yield* runInto(sys, hello, PATH);
    yield* sys.write(1, bytes("done\n"));
  };
  const run = onModel({ shell }, { files: { [PATH]: "" } });
  ended(run, { rule, read });
  const says = "The shell itself was redirected: what it wrote afterwards went into the file.";
  sameText(run.output, "done\n", { says, run, ours, rule, read });
});

check("what was in the file before is gone", ({ runInto }) => {
  const files = { [PATH]: "a much longer text from yesterday" };
  const run = onModel({ shell: (sys) => thenRead(sys, runInto, hello) }, { files });
  ended(run, { rule, read });
  sameText(run.processes[0].result, "hello\n", {
    says: "The rest of the old file is still there, behind the new text.",
    run,
    ours,
    rule: "O_TRUNC cuts the file to nothing when it is opened.",
    read: "open(2)",
  });
});

check("it returns the command's exit status", ({ runInto }) => {
  function* fails(sys: Sys): Program<void> {
    yield* sys.exit(7);
  }
  const run = onModel({ shell: (sys) => runInto(sys, fails, PATH) }, { files: { [PATH]: "" } });
  ended(run, { rule, read });
  same(run.processes[0].result, 7, {
    says: "The command ended with exit(7).",
    run,
    rule: "waitpid returns a packed status; WEXITSTATUS takes the exit status out of it.",
    read: "waitpid(2)",
  });
});

check("the command finds descriptors 0, 1 and 2 open, and no other", ({ runInto }) => {
  /** Asks for one more descriptor: its number is the lowest that is free. */
  function* lowestFree(sys: Sys): Program<void> {
    yield* sys.dup(0);
  }
  const run = onModel({ shell: (sys) => runInto(sys, lowestFree, PATH) }, { files: { [PATH]: "" } });
  ended(run, { rule, read });
  const found = run.calls.find((call) => call.name === "dup")?.result;
  same(found, 3, {
    says: "The command should get 3 for its first new descriptor: one more was left open for it.",
    run,
    ours,
    rule: "After dup2 two descriptors lead to the file. The command needs only one of them.",
    read: "dup2(2)",
  });
});

check(
  "the same works on this machine's own kernel",
  async ({ runInto }) => {
    const run = await realKernel?.run(
      {
        shell: function* (sys) {
          const status = yield* runInto(sys, greet, PATH);
          const file = yield* sys.open(PATH, O_RDONLY);
          yield* sys.write(1, bytes(`exit status ${status}, in the file: `));
          yield* sys.write(1, yield* sys.read(file, 4096));
        },
      },
      { files: { [PATH]: "yesterday's text, which is longer" } },
    );
    if (run === undefined) return;
    ended(run, { rule, read });
    const says = "On the real kernel the file, the exit status or the shell's own output is wrong.";
    sameText(run.output, "exit status 7, in the file: hello\n", { says, run, rule, read });
  },
  { seconds: REAL_SECONDS },
);
