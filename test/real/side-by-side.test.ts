import { describe, expect, test } from "vitest";
import { node } from "../../lib/real/node";
import { compareRuns, sideBySideWith } from "../../lib/real/side-by-side";
import {
  AF_INET,
  bytes,
  CLOCK_MONOTONIC,
  EAGAIN,
  type Kernel,
  type KernelName,
  type ProgramFunction,
  type Run,
  SOCK_STREAM,
  type SystemCallRecord,
} from "../../lib/sys";

/** A run like another one, but with some of its calls changed: a kernel that is wrong in one point. */
function changed(run: Run, kernel: KernelName, change: (record: SystemCallRecord, i: number) => object | null): Run {
  const calls = run.calls.flatMap((record, i) => {
    const fields = change(record, i);
    return fields ? [{ ...record, ...fields }] : [];
  });
  return { ...run, kernel, calls };
}

/** A real run, called "model", as the other side of the comparison. */
async function modelRun(program: ProgramFunction): Promise<Run> {
  return { ...(await node.run(program, { files: { "/f": "hello" } })), kernel: "model", notes: [] };
}

const copy: ProgramFunction = function* (sys) {
  const fd = yield* sys.open("/f", 0);
  for (;;) {
    const data = yield* sys.read(fd, 4);
    if (data.length === 0) break;
    yield* sys.write(1, data);
  }
  yield* sys.close(fd);
};

describe("two traces", () => {
  test("that agree are the same in every row, the end of the process included", async () => {
    const run = await modelRun(copy);
    const comparison = compareRuns([run, changed(run, "linux", () => ({}))]);
    expect(comparison).toMatchObject({ same: 8, allowed: 0, different: 0, reference: 1 });
    expect(comparison.rows.at(-1)?.cells.map((cell) => cell?.text)).toEqual([
      "+++ exited with 0 +++",
      "+++ exited with 0 +++",
    ]);
  });

  test("a wrong result, a wrong error and a call too many are each different", async () => {
    const run = await modelRun(copy);
    const wrongResult = changed(run, "linux", ({ name }) => (name === "open" ? { result: 4 } : {}));
    expect(compareRuns([run, wrongResult]).rows.filter((row) => row.verdict === "different")).toMatchObject([
      { cells: [{ text: 'open("/f", O_RDONLY) = 3' }, { text: 'open("/f", O_RDONLY) = 4' }] },
    ]);
    const wrongError = changed(run, "linux", ({ name }) =>
      name === "close" ? { result: undefined, error: EAGAIN } : {},
    );
    expect(compareRuns([run, wrongError]).different).toBe(1);
    const missing = changed(run, "linux", ({ name }) => (name === "close" ? null : {}));
    expect(compareRuns([run, missing]).rows.filter((row) => row.verdict === "different")).toMatchObject([
      { cells: [{ text: "close(3) = 0" }, null] },
    ]);
  });

  test("another cut of a regular file's bytes is different, of a stream's it is allowed", async () => {
    const whole = (data: string, fd: number): Partial<SystemCallRecord> => ({ args: [fd, 4], result: bytes(data) });
    const cut = (run: Run) =>
      changed(run, "linux", ({ name }, i) => (name === "read" && i === 1 ? whole("he", 3) : {}));
    const run = await modelRun(copy);
    expect(compareRuns([run, cut(run)]).different).toBeGreaterThan(0);

    const piped = await modelRun(function* (sys) {
      const [r, w] = yield* sys.pipe();
      yield* sys.write(w, bytes("hello"));
      yield* sys.read(r, 2);
      yield* sys.read(r, 100);
    });
    const otherwise = changed(piped, "linux", ({ name }, i) => {
      if (name !== "read") return {};
      return { result: bytes(i === 2 ? "h" : "ello") };
    });
    const comparison = compareRuns([piped, otherwise]);
    expect(comparison).toMatchObject({ allowed: 2, different: 0 });
    expect(comparison.rows[2].reasons).toMatchObject([{ kernel: "model", rule: "chunks" }]);
    const wrongBytes = changed(piped, "linux", ({ name }, i) =>
      name === "read" && i === 2 ? { result: bytes("x") } : {},
    );
    expect(compareRuns([piped, wrongBytes]).different).toBe(1);
  });

  test("ids may differ, but the same process has the same id throughout", async () => {
    const run = await modelRun(function* (sys) {
      const pid = yield* sys.fork(function* (sys) {
        yield* sys.getpid();
      });
      yield* sys.waitpid(pid, 0);
    });
    const renumbered = (wrong: number) =>
      changed(run, "linux", ({ name, pid }) => {
        const fields = pid === 1002 ? { pid: 77, tid: 77 } : {};
        if (name === "fork") return { ...fields, result: 77 };
        if (name === "getpid") return { ...fields, result: 77 };
        if (name === "waitpid") return { ...fields, args: [wrong, 0], result: { pid: 77, status: 0 } };
        return fields;
      });
    const processes = run.processes.map((one) => (one.pid === 1002 ? { ...one, pid: 77 } : one));
    expect(compareRuns([run, { ...renumbered(77), processes }])).toMatchObject({ allowed: 3, different: 0 });
    expect(compareRuns([run, { ...renumbered(78), processes }]).different).toBe(1);
  });

  test("times may differ; asking once more while not ready may", async () => {
    const run = await modelRun(function* (sys) {
      yield* sys.clock_gettime(CLOCK_MONOTONIC);
      yield* sys.getppid();
    });
    const later = changed(run, "linux", ({ name }) =>
      name === "clock_gettime" ? { result: { tv_sec: 9, tv_nsec: 9 } } : {},
    );
    const again = { ...run.calls[1], name: "read", args: [0, 1], error: EAGAIN, enter: 99, exit: 100 } as const;
    const comparison = compareRuns([run, { ...later, calls: [...later.calls, again] }]);
    expect(comparison.rows.map(({ reasons }) => reasons.map(({ rule }) => rule))).toEqual([
      ["time"],
      [],
      ["looked-again"],
      [],
    ]);
  });

  test("processes that move in another order are still compared each by itself", async () => {
    const programs = { one: copy, two: copy };
    const options = { files: { "/f": "hello" } };
    const run = await node.run(programs, options);
    const reordered: Run = {
      ...run,
      kernel: "model",
      calls: run.calls.map((record) => (record.process === "one" ? { ...record, enter: record.enter + 1000 } : record)),
    };
    expect(compareRuns([reordered, run])).toMatchObject({ different: 0, allowed: 0, same: 16 });
  });
});

describe("sideBySide", () => {
  const absent: Kernel = {
    name: "linux",
    unavailable: () => "Real system calls need Linux.",
    run: () => Promise.reject(new Error("must not be run")),
  };
  const model: Kernel = {
    name: "model",
    unavailable: () => null,
    run: async (programs, options) => ({ ...(await node.run(programs, options)), kernel: "model" }),
  };
  const sideBySide = sideBySideWith({ model, node, linux: absent });

  test("takes the model and the most real kernel there is; others are named with their sentence", async () => {
    expect((await sideBySide(copy, { files: { "/f": "x" } })).runs.map(({ kernel }) => kernel)).toEqual([
      "model",
      "node",
    ]);
    const comparison = await sideBySide(copy, { on: ["model", "linux"], files: { "/f": "x" } });
    expect(comparison.unavailable).toEqual([{ kernel: "linux", why: "Real system calls need Linux." }]);
    expect(String(comparison)).toContain("linux did not run: Real system calls need Linux.");
  });

  test("ports that the system chose don't count", async () => {
    const server: ProgramFunction = function* (sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.bind(fd, { address: "127.0.0.1", port: 0 });
      yield* sys.listen(fd, 5);
      const at = yield* sys.getsockname(fd);
      const client = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(client, at);
      yield* sys.accept(fd);
    };
    const comparison = await sideBySide(server);
    expect(comparison.different).toBe(0);
    const rules = comparison.rows.flatMap(({ reasons }) => reasons.map(({ rule }) => rule));
    expect(rules).toEqual(["port", "port"]);
  });

  test("the table fits 120 columns and marks what differs", async () => {
    const wrong: Kernel = {
      ...model,
      run: async (programs, options) =>
        changed(await model.run(programs, options), "model", ({ name }) =>
          name === "close" ? { result: undefined, error: EAGAIN } : {},
        ),
    };
    const shown = String(
      await sideBySideWith({ model: wrong, node, linux: absent })(copy, { files: { "/f": "hello" } }),
    );
    expect(Math.max(...shown.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(120);
    expect(shown.split("\n").filter((line) => line.startsWith("!"))).toHaveLength(2);
    expect(shown).toContain("7 the same, 0 allowed to differ (~), 1 different (!)");
  });
});
