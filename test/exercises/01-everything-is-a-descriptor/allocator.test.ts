import { F_DUPFD, LowestFree, O_RDONLY, type Program, type ProgramFunction, runModel, type Sys } from "fd3";
import { checksOf, everyCase, fail, fc, holds, same, sameDescriptor } from "../check";

const check = checksOf<typeof import("../../../solutions/01-everything-is-a-descriptor/allocator")>({
  Allocator: "class",
});

const rule = "A new descriptor gets the lowest number that is not in use.";
const read = "open(2); chapter 01 §2";

check("the first three numbers are 0, 1 and 2", ({ Allocator }) => {
  const allocator = new Allocator();
  for (const expected of [0, 1, 2]) {
    sameDescriptor(allocator.allocate(0), expected, {
      says: `With ${expected === 0 ? "nothing" : `0${expected === 2 ? " and 1" : ""}`} taken, ${expected} is the lowest free number.`,
      rule,
      read,
    });
  }
});

check("a number that was released is handed out again", ({ Allocator }) => {
  const allocator = new Allocator();
  for (let i = 0; i < 4; i++) allocator.allocate(0);
  allocator.release(1);
  const run = "allocate(0) = 0, 1, 2, 3\nrelease(1)\nallocate(0) = ?";
  sameDescriptor(allocator.allocate(0), 1, {
    says: "1 was released, so it is the lowest free number.",
    run,
    rule,
    read,
  });
  sameDescriptor(allocator.allocate(0), 4, {
    says: "After that 0 to 3 are all taken again.",
    run: `${run.replace("?", "1")}\nallocate(0) = ?`,
    rule,
    read,
  });
});

check("of several free numbers the lowest goes first, not the one released last", ({ Allocator }) => {
  const allocator = new Allocator();
  for (let i = 0; i < 5; i++) allocator.allocate(0);
  for (const fd of [3, 0, 2]) allocator.release(fd);
  const run = "allocate(0) = 0, 1, 2, 3, 4\nrelease(3), release(0), release(2)\nallocate(0) = ?";
  for (const expected of [0, 2, 3, 5]) {
    sameDescriptor(allocator.allocate(0), expected, {
      says: `0, 2 and 3 were free; now it is the turn of ${expected}.`,
      run,
      rule,
      read,
    });
  }
});

check("taking a high number leaves the holes below it free", ({ Allocator }) => {
  const allocator = new Allocator();
  allocator.allocate(0);
  allocator.take(10);
  const run = "allocate(0) = 0\ntake(10)\nallocate(0) = ?";
  const said = { says: "10 is taken, but 1 to 9 are still free.", run, rule, read: "dup2(2); chapter 01 §2" };
  sameDescriptor(allocator.allocate(0), 1, said);
  for (let fd = 2; fd < 10; fd++) sameDescriptor(allocator.allocate(0), fd, said);
  sameDescriptor(allocator.allocate(0), 11, {
    ...said,
    says: "0 to 10 are all taken, so 11 is the lowest free number.",
  });
});

check("allocate(from) stays at or above from", ({ Allocator }) => {
  const allocator = new Allocator();
  const said = { rule: "F_DUPFD asks for the lowest free number that is at least `from`.", read: "fcntl(2)" };
  sameDescriptor(allocator.allocate(7), 7, { ...said, says: "Nothing is taken, so allocate(7) gets 7." });
  sameDescriptor(allocator.allocate(7), 8, { ...said, says: "7 is taken, so allocate(7) gets 8." });
  sameDescriptor(allocator.allocate(0), 0, { ...said, says: "Asking from 7 on must not use up the numbers below." });
});

check("a copy starts with the same numbers taken and then goes its own way", ({ Allocator }) => {
  const parent = new Allocator();
  for (let i = 0; i < 4; i++) parent.allocate(0);
  const child = parent.copy();
  const said = {
    rule: "fork gives the child a table of its own with the same descriptors.",
    read: "fork(2); chapter 01 §3",
  };
  sameDescriptor(child.allocate(0), 4, { ...said, says: "The copy has 0 to 3 taken, as the original has." });
  child.release(2);
  sameDescriptor(parent.allocate(0), 4, {
    ...said,
    says: "The child took 4 and released 2 in its own allocator; the parent must not notice.",
    run: "child = parent.copy()\nchild.allocate(0) = 4\nchild.release(2)\nparent.allocate(0) = ?",
  });
});

/** One step of a random program; every number is taken modulo what is possible at that moment. */
const step = fc.oneof(
  fc.record({ do: fc.constant("open" as const) }),
  fc.record({ do: fc.constant("close" as const), fd: fc.nat(7) }),
  fc.record({ do: fc.constant("dup2" as const), fd: fc.nat(12) }),
  fc.record({ do: fc.constant("fcntl" as const), fd: fc.nat(9) }),
  fc.record({ do: fc.constant("fork" as const) }),
);
type Step = { do: "open" | "fork" } | { do: "close" | "dup2" | "fcntl"; fd: number };

/** A program that makes these steps; descriptor 0 stays open, so that there is always something to copy. */
function* perform(sys: Sys, steps: readonly Step[]): Program<void> {
  for (const [at, one] of steps.entries()) {
    if (one.do === "open") yield* sys.open("/dev/null", O_RDONLY);
    else if (one.do === "dup2") yield* sys.dup2(0, one.fd + 1);
    else if (one.do === "fcntl") yield* sys.fcntl(0, F_DUPFD, one.fd);
    else if (one.do === "close") {
      const probe = yield* sys.dup2(0, one.fd + 1);
      yield* sys.close(probe);
    } else {
      const pid = yield* sys.fork((child) => perform(child, steps.slice(at + 1)));
      yield* sys.waitpid(pid, 0);
    }
  }
}

check("booted in the model, it gives programs the numbers that our allocator gives", async ({ Allocator }) => {
  await everyCase(
    fc.array(step, { maxLength: 12 }),
    (steps) => {
      const program: ProgramFunction = (sys) => perform(sys, steps);
      const ours = runModel(program, { modules: { fdAllocator: () => new LowestFree() } });
      const yours = runModel(program, { modules: { fdAllocator: () => new Allocator() } });
      if (yours.notes.length > 0) fail({ says: `The kernel reports: ${yours.notes[0]}.`, run: yours, rule, read });
      for (const [i, call] of ours.calls.entries()) {
        const mine = yours.calls[i];
        if (mine === undefined || typeof call.result !== "number") continue;
        sameDescriptor(mine.result, call.result, {
          says: `Call ${i + 1}, ${call.name}, got another number than POSIX promises.`,
          run: yours,
          rule,
          read,
        });
      }
      same(yours.calls.length, ours.calls.length, { says: "The program couldn't go on.", run: yours, rule, read });
    },
    60,
  );
});

/** A hundred times what the reference needs; counting from 0 each time needs a thousand times more. */
const PATIENCE_MS = 2000;

check("a hundred thousand descriptors are opened without counting from 0 for each", ({ Allocator }) => {
  const allocator = new Allocator();
  const start = performance.now();
  for (let expected = 0; expected < 100_000; expected++) {
    sameDescriptor(allocator.allocate(0), expected, { says: `0 to ${expected - 1} are taken.`, rule, read });
    if (expected % 1000 > 0) continue;
    holds(
      performance.now() - start < PATIENCE_MS,
      {
        says: "With many descriptors open, each new one takes longer and longer.",
        rule: "The cost of opening one more must not grow with how many are open. Linux keeps a hint for this: next_fd.",
        read: "hint 3 of this exercise; alloc_fd in Linux's fs/file.c",
      },
      "100,000 numbers in an instant",
      `after two seconds only ${expected.toLocaleString("en-US")} numbers had been handed out`,
    );
  }
});
