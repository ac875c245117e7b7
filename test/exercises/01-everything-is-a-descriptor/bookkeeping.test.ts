import { O_CREAT, O_RDWR, type Program, runModel, SEEK_CUR, SEEK_SET, type Sys, type SystemCallRecord } from "fd3";
import type { Step } from "../../../solutions/01-everything-is-a-descriptor/bookkeeping";
import { checksOf, everyCase, fc, holds, same } from "../check";

const check = checksOf<typeof import("../../../solutions/01-everything-is-a-descriptor/bookkeeping")>({
  offsets: "function",
});

const rule = "The offset belongs to the open file description. open makes one; dup and dup2 only lead to it once more.";
const read = "open(2), dup(2); chapter 01 §3";

type Move = (sys: Sys) => Generator<unknown>;
const move = {
  open: (sys: Sys) => sys.open("/tmp/file", O_RDWR | O_CREAT, 0o644),
  read: (fd: number, size: number) => (sys: Sys) => sys.read(fd, size),
  write: (fd: number, size: number) => (sys: Sys) => sys.write(fd, new Uint8Array(size)),
  lseek: (fd: number, offset: number) => (sys: Sys) => sys.lseek(fd, offset, SEEK_SET),
  dup: (fd: number) => (sys: Sys) => sys.dup(fd),
  dup2: (fd: number, newfd: number) => (sys: Sys) => sys.dup2(fd, newfd),
  close: (fd: number) => (sys: Sys) => sys.close(fd),
};

/** Makes the moves that are possible (others fail and are no steps), then asks every descriptor where it stands. */
function* perform(sys: Sys, moves: readonly Move[]): Program<Map<number, number>> {
  for (const one of moves) {
    try {
      yield* one(sys) as Generator<never, unknown, unknown>;
    } catch {
      // A descriptor that isn't open: the call changed nothing.
    }
  }
  const stands = new Map<number, number>();
  for (let fd = 3; fd < 12; fd++) {
    try {
      stands.set(fd, yield* sys.lseek(fd, 0, SEEK_CUR));
    } catch {
      // Not open at the end.
    }
  }
  return stands;
}

function stepOf({ name, args, result }: SystemCallRecord): Step {
  const [fd, second] = args.map(Number);
  const returned = result instanceof Uint8Array ? result.length : Number(result);
  switch (name) {
    case "open":
      return { call: "open", returned };
    case "read":
      return { call: "read", fd, asked: second, returned };
    case "write":
      return { call: "write", fd, returned };
    case "lseek":
      return { call: "lseek", fd, offset: second };
    case "dup":
      return { call: "dup", fd, returned };
    case "dup2":
      return { call: "dup2", fd, newfd: second };
    default:
      return { call: "close", fd };
  }
}

function words(step: Step): string {
  if (step.call === "open") return `open("/tmp/file") = ${step.returned}`;
  if (step.call === "read") return `read(${step.fd}, ${step.asked}) = ${step.returned} bytes`;
  if (step.call === "write") return `write(${step.fd}, …) = ${step.returned} bytes`;
  if (step.call === "lseek") return `lseek(${step.fd}, ${step.offset}, SEEK_SET)`;
  if (step.call === "dup") return `dup(${step.fd}) = ${step.returned}`;
  return step.call === "dup2" ? `dup2(${step.fd}, ${step.newfd})` : `close(${step.fd})`;
}

/** The learner's answer must say what the model's own descriptors say. */
function agree(offsets: (steps: readonly Step[]) => Map<number, number>, moves: readonly Move[], moved?: string): void {
  const run = runModel((sys) => perform(sys, moves), { files: { "/tmp/file": "0123456789" } });
  const expected = run.processes[0].result as Map<number, number>;
  const made = run.calls.slice(0, moves.length).filter((call) => call.error === undefined);
  const steps = made.map(stepOf);
  const found = offsets(steps);
  const said = { run: steps.map(words).join("\n"), rule: moved ?? rule, read };
  holds(found instanceof Map, { ...said, says: "offsets must return a Map from descriptor to offset." });
  for (const [fd, offset] of expected) {
    holds(
      found.get(fd) === offset,
      { ...said, says: `Descriptor ${fd} stands at ${offset} on the model, and your bookkeeping says otherwise.` },
      `descriptor ${fd} at ${offset}`,
      found.has(fd) ? `descriptor ${fd} at ${found.get(fd)}` : `descriptor ${fd} isn't there`,
    );
  }
  same([...found.keys()].sort(), [...expected.keys()].sort(), {
    ...said,
    says: "Your bookkeeping has other descriptors open than the model.",
  });
}

check("reading and writing move the offset, lseek sets it", ({ offsets }) => {
  agree(offsets, [move.open, move.read(3, 4)], "A read moves the offset by the bytes it read.");
  agree(offsets, [move.open, move.read(3, 4), move.write(3, 3)], "A write moves the offset by the bytes it wrote.");
  agree(offsets, [move.open, move.read(3, 4), move.lseek(3, 1)], "lseek sets the offset.");
});

check("a read near the end moves by what there was, not by what was asked for", ({ offsets }) => {
  agree(offsets, [move.open, move.read(3, 100)], "A read moves the offset by the bytes it read.");
});

check("two opens of one file have two offsets", ({ offsets }) => {
  agree(offsets, [move.open, move.open, move.read(3, 4)]);
});

check("a descriptor and its dup have one offset", ({ offsets }) => {
  agree(offsets, [move.open, move.read(3, 2), move.dup(3)]);
  agree(offsets, [move.open, move.dup(3), move.read(3, 4)]);
  agree(offsets, [move.open, move.dup(3), move.lseek(4, 7)]);
});

check("closing one of two leaves the other as it is", ({ offsets }) => {
  agree(offsets, [move.open, move.dup(3), move.read(4, 4), move.close(3)]);
});

check("dup2 closes what was there and shares from then on", ({ offsets }) => {
  agree(offsets, [move.open, move.open, move.read(3, 5), move.dup2(3, 4), move.read(4, 2)]);
});

const anyFd = fc.integer({ min: 3, max: 6 });
const anyMove = fc.oneof(
  fc.constant(move.open),
  fc.tuple(anyFd, fc.nat(12)).map(([fd, size]) => move.read(fd, size)),
  fc.tuple(anyFd, fc.nat(5)).map(([fd, size]) => move.write(fd, size)),
  fc.tuple(anyFd, fc.nat(20)).map(([fd, offset]) => move.lseek(fd, offset)),
  anyFd.map(move.dup),
  fc.tuple(anyFd, anyFd).map(([fd, newfd]) => move.dup2(fd, newfd)),
  anyFd.map(move.close),
);

check("any program of such calls is told right", async ({ offsets }) => {
  await everyCase(fc.array(anyMove, { maxLength: 14 }), (moves) => agree(offsets, [move.open, ...moves]));
});
