import { bytes, type Sys } from "fd3";
import { describe, expect, it } from "vitest";
import { complaints } from "../../lib/course/announced";
import { node } from "../../lib/real/node";
import { runModel } from "../../lib/world";

function* forgets(sys: Sys) {
  sys.write(1, bytes("never written"));
  yield* sys.write(1, bytes("written"));
}

describe("a run that went wrong says so", () => {
  it("when a call was written without yield*", () => {
    expect(complaints(runModel(forgets))).toEqual([
      "`sys.write(1, …)` was written without `yield*`, so it was never made.",
    ]);
  });

  it("also on a real kernel", async () => {
    expect(complaints(await node.run(forgets))).toEqual([
      "`sys.write(1, …)` was written without `yield*`, so it was never made.",
    ]);
  });

  it("but not when calls are prepared first and made later", () => {
    const run = runModel(function* later(sys: Sys) {
      const calls = [sys.getpid(), sys.getppid()];
      for (const call of calls) yield* call;
    });
    expect(complaints(run)).toEqual([]);
  });

  it("when a program died of an error that it didn't catch", () => {
    const run = runModel(function* main(sys: Sys) {
      yield* sys.write(7, bytes("x"));
    });
    expect(complaints(run)).toEqual([
      "program ended with an error: write: EBADF (Bad file descriptor): descriptor 7 isn't open for writing",
    ]);
  });

  it("when the model gave up", () => {
    const run = runModel(
      function* main(sys: Sys) {
        for (;;) yield* sys.getpid();
      },
      { maxEvents: 1000 },
    );
    expect(complaints(run)).toEqual(["cut off after a great many events: does a program loop without end?"]);
  });
});
