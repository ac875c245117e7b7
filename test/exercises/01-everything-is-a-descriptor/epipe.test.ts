import {
  bytes,
  type Program,
  type Run,
  SIG_DFL,
  SIG_IGN,
  SIGPIPE,
  type SigAction,
  type Sys,
  signalName,
  straceCall,
  text,
  WIFSIGNALED,
  WTERMSIG,
} from "fd3";
import { checksOf, ended, fail, holds, same, sameError } from "../check";
import { onModel, REAL_SECONDS, realKernel } from "../support/kernels";

const check = checksOf<typeof import("../../../solutions/01-everything-is-a-descriptor/epipe")>({
  numbers: "generator function",
});
type Numbers = (sys: Sys, fd: number) => Program<number>;

const rule = "A write that nobody can ever read gets SIGPIPE; if the process survives that, write fails with EPIPE.";
const read = "pipe(7), signal(7); chapter 01 §6";

/** The answer writes into a pipe; a child reads a few bytes, as `head` does, and goes. */
function* intoHead(sys: Sys, numbers: Numbers, bytesToRead: number): Program<number> {
  const [readEnd, writeEnd] = yield* sys.pipe();
  yield* sys.fork(function* head(sys) {
    yield* sys.close(writeEnd);
    let left = bytesToRead;
    while (left > 0) left -= (yield* sys.read(readEnd, left)).length;
  });
  yield* sys.close(readEnd);
  return yield* numbers(sys, writeEnd);
}

/** The writer must have come to its own end. */
function endedWell(run: Run, where: string): void {
  const [writer] = run.processes;
  const status = writer.status ?? 0;
  if (WIFSIGNALED(status)) {
    const signal = signalName(WTERMSIG(status));
    const says = `The writer was killed by ${signal} when its reader had gone (${where}); it never got to return.`;
    fail({ says, run: lastCalls(run), rule, read });
  }
  if (writer.error) {
    const says = `The writer survived the signal, but then ended with an error that nobody caught (${where}).`;
    fail({ says, expected: "a number of lines", happened: writer.error.message, run: lastCalls(run), rule, read });
  }
  ended(run, { rule, read });
}

/** What the reader did, and the writer's last calls: the thousands of lines before say nothing new. */
function lastCalls(run: Run): string {
  const writer = run.processes[0].name;
  const reader = run.calls.filter((call) => call.process !== writer);
  const last = run.calls.filter((call) => call.process === writer).slice(-3);
  return [...reader, ...last].map((call) => `[${call.process}] ${straceCall(call)}`).join("\n");
}

check("when the reader goes, the writer ends in good order", ({ numbers }) => {
  const run = onModel({ writer: (sys) => intoHead(sys, numbers, 6) });
  endedWell(run, "on the model");
});

/** What a reader gets that goes after so many bytes, line by line, the last one perhaps in part. */
function linesOf(numbers: Numbers, bytesToRead: number): { run: Run; lines: string[] } {
  let arrived = "";
  const run = onModel({
    writer: function* (sys) {
      const [readEnd, writeEnd] = yield* sys.pipe();
      yield* sys.fork(function* head(sys) {
        yield* sys.close(writeEnd);
        while (arrived.length < bytesToRead) {
          const data = yield* sys.read(readEnd, bytesToRead - arrived.length);
          if (data.length === 0) return;
          arrived += text(data);
        }
      });
      yield* sys.close(readEnd);
      return yield* numbers(sys, writeEnd);
    },
  });
  return { run, lines: arrived.split("\n") };
}

check("it writes 1, 2, 3, …, a number a line, until nobody reads", ({ numbers }) => {
  // To the end of line 1,000: 9 numbers of one digit, 90 of two, 900 of three, one of four, and the ends of their lines.
  const { run, lines } = linesOf(numbers, 3893);
  endedWell(run, "on the model");
  const wrong = Array.from({ length: 1000 }, (_, i) => i).find((i) => lines[i] !== `${i + 1}`);
  if (wrong === undefined) return;
  fail({
    says: `The reader would have taken 1,000 lines. Line ${wrong + 1} isn't what it should be.`,
    expected: `${wrong + 1}`,
    happened: lines[wrong] ? lines[wrong] : "nothing: the writer had stopped by itself",
    rule: "Only the reader knows how much it wants. The writer goes on until it is told that nobody reads any more.",
    read: "write(2); chapter 01 §6",
  });
});

check("it returns how many lines write took", ({ numbers }) => {
  const run = onModel({ writer: (sys) => intoHead(sys, numbers, 6) });
  endedWell(run, "on the model");
  const taken = run.calls.filter((call) => call.name === "write" && call.error === undefined).length;
  same(run.processes[0].result, taken, {
    says: "The number of lines that write took and the number returned differ.",
    run: lastCalls(run),
    rule: "What write took is in the pipe, read or not. A write that failed took nothing.",
    read: "write(2)",
  });
});

check("any other error comes out as it is", ({ numbers }) => {
  let found: unknown;
  const run = onModel(function* caller(sys) {
    try {
      yield* numbers(sys, 77);
    } catch (error) {
      found = error;
    }
  });
  sameError(found, "EBADF", {
    says: "77 is no open descriptor: that is a mistake of the caller's, and the caller must hear of it.",
    run: lastCalls(run),
    rule: "Catch the error that you expect. Let the others pass.",
    read: "write(2)",
  });
});

check("afterwards SIGPIPE does what it did before", ({ numbers }) => {
  const run = onModel({
    writer: function* (sys) {
      yield* intoHead(sys, numbers, 6);
      return (yield* sys.sigaction(SIGPIPE, null)).handler;
    },
  });
  endedWell(run, "on the model");
  holds(
    run.processes[0].result === SIG_DFL,
    {
      says: "After the function had returned, the whole process still ignored SIGPIPE.",
      rule: "What a signal does is set for the process, not for one function. Put it back.",
      read: "sigaction(2)",
    },
    "SIGPIPE: default action",
    "SIGPIPE: ignored",
  );
});

/** Whatever was set for SIGPIPE before the answer ran must be set afterwards. */
function keepsSigpipe(set: SigAction, numbers: Numbers, fails: boolean, what: string): void {
  const run = onModel({
    writer: function* (sys) {
      yield* sys.sigaction(SIGPIPE, set);
      try {
        yield* fails ? numbers(sys, 77) : intoHead(sys, numbers, 6);
      } catch (error) {
        if (!fails) throw error;
      }
      return (yield* sys.sigaction(SIGPIPE, null)).handler;
    },
  });
  endedWell(run, "on the model");
  const after = run.processes[0].result;
  holds(
    after === set.handler,
    {
      says: `SIGPIPE was ${what} before, and isn't afterwards.`,
      rule: "sigaction returns what was set before. Put that back, however the function ends.",
      read: "sigaction(2)",
    },
    `SIGPIPE: ${what}`,
    `SIGPIPE: ${after === SIG_DFL ? "default action" : after === SIG_IGN ? "ignored" : "another handler"}`,
  );
}

/** A handler that a program of its own may have set. */
function* own(): Program<void> {}

check("SIGPIPE that was ignored or handled before is so afterwards", ({ numbers }) => {
  keepsSigpipe({ handler: SIG_IGN }, numbers, false, "ignored");
  keepsSigpipe({ handler: own }, numbers, false, "handled");
});

check("after another error too SIGPIPE does what it did before", ({ numbers }) => {
  keepsSigpipe({ handler: SIG_DFL }, numbers, true, "at its default action");
  keepsSigpipe({ handler: SIG_IGN }, numbers, true, "ignored");
});

/** A pipe whose reading end is closed already. */
function* closedPipe(sys: Sys, numbers: Numbers): Program<number> {
  const [readEnd, writeEnd] = yield* sys.pipe();
  yield* sys.write(writeEnd, bytes("nobody will read this"));
  yield* sys.close(readEnd);
  return yield* numbers(sys, writeEnd);
}

check(
  "it ends on this machine's own kernel, too",
  async ({ numbers }) => {
    const run = await realKernel?.run({ writer: (sys) => closedPipe(sys, numbers) });
    if (run === undefined) return;
    endedWell(run, "on this machine's own kernel");
    same(run.processes[0].result, 0, { says: "Nobody could read, so no line was taken.", run, rule, read });
  },
  { seconds: REAL_SECONDS },
);
