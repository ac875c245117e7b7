/**
 * A program with a newcomer's mistake in it fails with the same error on all three kernels: the same call, the same code and
 * number, the same words. Where there are no real system calls (linux), the other two are still held together.
 */
import { afterAll, describe, expect, it } from "vitest";
import { kernels } from "../../lib/course/kernels";
import { dismissSpares } from "../../lib/real/linux/runner/agent-pool";
import { bytes, errnoByCode, isSystemError, type Kernel, type ProgramFunction, type Run, SIGPIPE } from "../../lib/sys";
import { files, mistakes } from "./mistakes/mistakes";

const here = Object.values(kernels as Readonly<Record<string, Kernel>>).filter(
  (kernel) => kernel.unavailable() === null,
);

describe("a newcomer's mistake gives the same error on every kernel", () => {
  afterAll(dismissSpares);

  it.each(Object.entries(mistakes))("%s", async (_, { program, ends }) => {
    const runs = await Promise.all(here.map((kernel) => kernel.run(program, { files })));
    for (const run of runs) {
      const { error } = run.processes[0];
      expect(isSystemError(error), `${run.kernel}: ${error}`).toBe(true);
      if (!isSystemError(error)) continue;
      const { code, errno, syscall } = error;
      expect({ code, errno, syscall }, run.kernel).toEqual({
        code: ends.code,
        errno: -(errnoByCode(ends.code)?.number ?? 0),
        syscall: ends.syscall,
      });
      expect(error.message, run.kernel).toContain(ends.says);
    }
    // A port that the system chose is another one each time.
    const messages = runs.map(({ processes }) => processes[0].error?.message.replace(/127\.0\.0\.1:\d+/, "a port"));
    expect(new Set(messages).size).toBe(1);
  });
});

describe("a mistake that is no error of a call is told the same on every kernel", () => {
  afterAll(dismissSpares);

  /** One after the other: what was forgotten is noted for whoever runs. */
  async function onAll(program: ProgramFunction): Promise<Run[]> {
    const runs: Run[] = [];
    for (const kernel of here) runs.push(await kernel.run(program, { files }));
    return runs;
  }

  it("a forgotten yield*: the run notes the call that was never made", async () => {
    const runs = await onAll(function* (sys) {
      sys.write(1, bytes("never written"));
      yield* sys.getpid();
    });
    for (const { notes, output } of runs) {
      expect(notes).toContain("`sys.write(1, …)` was written without `yield*`, so it was never made.");
      expect(output).toBe("");
    }
  });

  it("a reader that holds the writing end itself: the run ends as a deadlock, asleep in read", async () => {
    const runs = await onAll(function* (sys) {
      const [r] = yield* sys.pipe();
      yield* sys.read(r, 10);
    });
    for (const { deadlock, processes } of runs) {
      expect(deadlock.map(({ process, call }) => `${process}: ${call.slice(0, 7)}`)).toEqual(["program: read(3,"]);
      expect(processes[0].status).toBeNull();
    }
  });

  it("a pipe without a reader: SIGPIPE ends the writer, and no error is seen", async () => {
    const runs = await onAll(function* (sys) {
      const [r, w] = yield* sys.pipe();
      yield* sys.close(r);
      yield* sys.write(w, bytes("x"));
    });
    for (const { processes } of runs) expect(processes[0]).toMatchObject({ status: SIGPIPE });
    for (const { processes } of runs) expect(processes[0].error).toBeUndefined();
  });
});
