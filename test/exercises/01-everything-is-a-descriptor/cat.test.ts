import {
  bytes,
  concat,
  O_CREAT,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
  type Program,
  type Run,
  type Sys,
  straceCall,
  sys,
} from "fd3";
import { foldRepeats } from "../../../lib/course/exercises/fold-repeats";
import { checksOf, ended, fail, same, sameBytes, sameText } from "../check";
import { onModel, REAL_SECONDS, realKernel } from "../support/kernels";
import { runStingily } from "../support/stingy-kernel";

const check = checksOf<typeof import("../../../solutions/01-everything-is-a-descriptor/cat")>({
  cat: "generator function",
});

const rule = "read may return less than there is. Only an empty answer is the end of file.";
const read = "read(2); chapter 01 §5";

const sameBytesAgain = "cat writes the same bytes again and again: what `write` took must not be given again.";

/** The run must have come to its own end; of one that was cut off, its beginning shows how it would have gone on. */
function finished(run: Run): void {
  if (run.notes.length > 0 && run.calls.length > 1000) {
    const lines = run.calls.slice(0, 1000).map((call) => straceCall(call));
    const [before, last] = run.calls.slice(-2);
    const sameWrite = last.name === "write" && before.name === "write";
    fail({
      says: sameWrite ? sameBytesAgain : "cat never ends: after the end of the file it goes on.",
      run: [
        ...foldRepeats(lines)
          .slice(0, 8)
          .map((line) => line.replace(/ \d+ times more$/, " for ever")),
        "…",
      ].join("\n"),
      rule,
      read,
    });
  }
  ended(run, { rule, read });
}

check("a short file arrives", ({ cat }) => {
  const run = onModel((sys) => cat(sys, 0, 1), { stdin: "hello\n" });
  finished(run);
  sameText(run.output, "hello\n", { says: "The copy isn't what was in the file.", run, rule, read });
});

check("an empty file is copied too, and cat ends", ({ cat }) => {
  const run = onModel((sys) => cat(sys, 0, 1), { stdin: "" });
  finished(run);
  sameText(run.output, "", { says: "There was nothing to copy.", run, rule, read });
});

/** 70,000 bytes of every value, so that bytes which are no text are among them. */
const large = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff);

/** Copies /tmp/in to /tmp/out with the answer, then reads what arrived. */
function* copyFile(sys: Sys, cat: (sys: Sys, from: number, to: number) => Program<number>): Program<Uint8Array> {
  const from = yield* sys.open("/tmp/in", O_RDONLY);
  const to = yield* sys.open("/tmp/out", O_WRONLY | O_CREAT | O_TRUNC, 0o644);
  yield* cat(sys, from, to);
  yield* sys.close(to);
  const copy = yield* sys.open("/tmp/out", O_RDONLY);
  return yield* readAll(sys, copy);
}

function* readAll(sys: Sys, fd: number): Program<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const piece = yield* sys.read(fd, 65536);
    if (piece.length === 0) return concat(pieces);
    pieces.push(piece.slice());
  }
}

check(
  "a long file arrives whole, byte for byte",
  ({ cat }) => {
    const run = onModel((sys) => copyFile(sys, cat), { files: { "/tmp/in": large }, maxEvents: 600_000 });
    finished(run);
    const copy = run.processes[0].result;
    if (copy instanceof Uint8Array && copy.length < large.length) {
      fail({
        says: "cat stopped before the end of the file.",
        expected: "all 70,000 bytes",
        happened: `the first ${copy.length.toLocaleString("en-US")} bytes`,
        rule,
        read,
      });
    }
    const says = "Bytes were changed on the way: not every file is text.";
    sameBytes(copy, large, { says, rule: "What read returns are bytes. Hand them on as they are.", read });
  },
  { seconds: 20 },
);

/** A child that writes to the pipe now and then, while the answer reads the other end. */
function* fromSlowPipe(sys: Sys, cat: (sys: Sys, from: number, to: number) => Program<number>): Program<number> {
  const [from, to] = yield* sys.pipe();
  yield* sys.fork(function* slowWriter(sys) {
    for (const word of ["one ", "two ", "three\n"]) {
      yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 20_000_000 });
      yield* sys.write(to, bytes(word));
    }
  });
  yield* sys.close(to);
  return yield* cat(sys, from, 1);
}

check("a pipe that is filled slowly arrives whole", ({ cat }) => {
  const run = onModel((sys) => fromSlowPipe(sys, cat));
  finished(run);
  sameText(run.output, "one two three\n", {
    says: `A writer wrote three words, with pauses, and cat missed some.`,
    run,
    rule: "A short answer says what is there now, not that the end has come.",
    read,
  });
});

check("what write didn't take is written again", ({ cat }) => {
  const input = bytes("hello, descriptor");
  const run = runStingily(cat(sys, 0, 1), input);
  const rule = "write returns how many bytes the kernel took. That may be fewer than it was given.";
  if (run.endless) {
    const says = run.sameWrite ? sameBytesAgain : "cat never ends.";
    fail({ says, run: run.listing, rule, read: "write(2)" });
  }
  sameBytes(run.written, input, {
    says: "Bytes that write didn't take are lost.",
    run: run.listing,
    rule,
    read: "write(2)",
  });
});

check("it returns how many bytes it copied", ({ cat }) => {
  const run = onModel((sys) => cat(sys, 0, 1), { stdin: "x".repeat(10_000) });
  finished(run);
  same(run.processes[0].result, 10_000, { says: "10,000 bytes were copied, and cat returned another number.", run });
});

check(
  "the same program works on this machine's own kernel",
  async ({ cat }) => {
    const run = await realKernel?.run((sys) => fromSlowPipe(sys, cat));
    if (run === undefined) return;
    finished(run);
    sameText(run.output, "one two three\n", { says: "On the real kernel, words got lost.", run, rule, read });
  },
  { seconds: REAL_SECONDS },
);
