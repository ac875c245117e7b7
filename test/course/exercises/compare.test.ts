import { bytes, EBADF, model, SystemError } from "fd3";
import { expect, test } from "vitest";
import * as compare from "../../../lib/course/exercises/compare";
import { exportProblem } from "../../../lib/course/exercises/exports";
import { explaining, fail, isCheckFailure } from "../../../lib/course/exercises/failure";
import { failureData } from "../../../lib/course/exercises/failure-data";
import { showValue } from "../../../lib/course/exercises/show-value";

/** What a comparison says, or null when it is satisfied. */
function said(body: () => void) {
  try {
    body();
    return null;
  } catch (error) {
    if (!isCheckFailure(error)) throw error;
    return error.said;
  }
}

test("what is equal is silent", () => {
  expect(said(() => compare.same({ a: [1] }, { a: [1] }, ""))).toBeNull();
  expect(said(() => compare.sameBytes(bytes("abc"), bytes("abc"), ""))).toBeNull();
  expect(said(() => compare.sameDescriptor(3, 3, ""))).toBeNull();
  expect(said(() => compare.sameText("a", "a", ""))).toBeNull();
  expect(said(() => compare.sameError(EBADF, "EBADF", ""))).toBeNull();
  expect(said(() => compare.sameError(new SystemError(EBADF, "read"), "EBADF", ""))).toBeNull();
});

test.each([
  ["other bytes", "hallo", 'byte 1 is "a" and should be "e"'],
  ["too few bytes", "hel", "the last 2 of 5 are missing"],
  ["too many bytes", "hello!\n", '2 too many: "!\\n"'],
])("%s: says where they begin to differ", (_what, happened, words) => {
  expect(said(() => compare.sameBytes(bytes(happened), bytes("hello"), "wrong"))?.happened).toContain(words);
});

test("no bytes at all, and no Uint8Array, are said in words", () => {
  expect(said(() => compare.sameBytes(bytes(""), bytes("a"), "wrong"))?.happened).toContain("no bytes");
  expect(said(() => compare.sameBytes("a", bytes("a"), "wrong"))?.happened).toContain("no Uint8Array");
});

test("a descriptor that can't be one is called so", () => {
  expect(said(() => compare.sameDescriptor(-1, 3, "wrong"))).toMatchObject({
    expected: "descriptor 3",
    happened: "-1, which can't be a descriptor",
  });
  expect(said(() => compare.sameDescriptor(undefined, 3, "wrong"))?.happened).toBe("undefined");
});

test("a call that should fail and doesn't, or with another error", () => {
  expect(said(() => compare.failsWith("EBADF", () => 7, "wrong"))?.happened).toBe("no error; it returned 7");
  expect(
    said(() =>
      compare.failsWith(
        "EPIPE",
        () => {
          throw new SystemError(EBADF, "read");
        },
        "wrong",
      ),
    ),
  ).toMatchObject({ expected: "EPIPE", happened: "EBADF from read" });
});

test("a deadlock names who sleeps on what, and not who only waits for the sleeper", async () => {
  const run = await model.run(function* parent(sys) {
    const [reader] = yield* sys.pipe();
    const child = yield* sys.fork(function* (sys) {
      yield* sys.read(reader, 1);
    });
    yield* sys.waitpid(child, 0);
  });
  const failure = said(() => compare.ended(run, { read: "pipe(7)" }));
  expect(failure?.says).toMatch(/^program\/.* sleeps for ever in read\(3, …\)/);
  const { run: shown, read } = failureData(failure ?? { says: "" });
  expect(read).toBe("pipe(7)");
  expect(shown).toContain("pipe([3, 4])");
  expect(shown).toMatch(/asleep +in +waits for/);
  expect(shown).toMatch(/read\(3, …\) +pipe \d+: data/);
});

test("a program that ended with an error is told with the error", async () => {
  const run = await model.run(function* (sys) {
    yield* sys.close(9);
  });
  expect(said(() => compare.ended(run))?.says).toContain("EBADF");
});

test("what a check knows is added to what fails inside, which has the last word", async () => {
  const inside = explaining({ rule: "the rule", read: "outer" }, () => fail({ says: "no", read: "inner" }));
  await expect(inside).rejects.toMatchObject({ said: { says: "no", rule: "the rule", read: "inner" } });
});

test("values are shown as a person reads them", () => {
  expect(showValue(new Set([0, 3]))).toBe("set {0, 3}");
  expect(showValue([bytes("a\n"), null, { deep: { deeper: { deepest: {} } } }])).toBe(
    '["a\\n", null, { deep: { deeper: {…} } }]',
  );
  expect(showValue(Promise.resolve(1))).toBe("a promise");
  expect(showValue(Array.from({ length: 30 }, () => 1))).toContain("30 in all");
});

test("what a loop calls again and again is listed once, with how often", async () => {
  const run = await model.run(function* (sys) {
    for (let i = 0; i < 1000; i++) yield* sys.getpid();
    yield* sys.dup(0);
  });
  const lines = failureData({ says: "", run }).run?.split("\n") ?? [];
  expect(lines.length).toBeLessThan(8);
  expect(lines[1]).toBe("… the same call 999 times more");
  expect(lines.join("\n")).toContain("dup(0)");
});

test("a long listing loses its middle, and keeps the end", async () => {
  const run = await model.run(function* (sys) {
    for (let i = 0; i < 100; i++) yield* sys.clock_gettime(1);
    yield* sys.dup(0);
  });
  const lines = failureData({ says: "", run }).run?.split("\n") ?? [];
  expect(lines.length).toBeLessThan(65);
  expect(lines.some((line) => /… \d+ more lines …/.test(line))).toBe(true);
  expect(lines.join("\n")).toContain("dup(0)");
});

test.each([
  ["nothing", {}, 'Your file doesn\'t export "main", which should be a generator function (function*).'],
  [
    "a plain function",
    { main() {} },
    '"main" should be a generator function (function*), but is a function without the * of a generator.',
  ],
  [
    "an async function",
    { async main() {} },
    '"main" should be a generator function (function*), but is an async function.',
  ],
])("an answer that exports %s instead of a generator", (_what, answer, says) => {
  expect(exportProblem(answer, { main: "generator function" })?.says).toBe(says);
});

test("what is exported as asked is no problem", () => {
  const answer = { *main() {}, Thing: class {}, plain: () => 1, table: {}, four: 4 };
  const asked = {
    main: "generator function",
    Thing: "class",
    plain: "function",
    table: "object",
    four: "value",
  } as const;
  expect(exportProblem(answer, asked)).toBeNull();
});
