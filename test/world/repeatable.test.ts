import { bytes, runModel, type Sys } from "fd3";
import { expect, it } from "vitest";

function* busy(sys: Sys) {
  const [r, w] = yield* sys.pipe();
  for (let i = 0; i < 3; i++) {
    yield* sys.fork(function* writer(s) {
      yield* s.nanosleep({ tv_sec: 0, tv_nsec: 1000 * (i + 1) });
      yield* s.write(w, bytes(`from ${i}`));
    });
  }
  yield* sys.close(w);
  while ((yield* sys.read(r, 4)).length > 0);
  for (let i = 0; i < 3; i++) yield* sys.waitpid(-1, 0);
}

it("one seed, one run: every event is the same", () => {
  const first = runModel(busy, { seed: 7 });
  const second = runModel(busy, { seed: 7 });
  expect(first.events.length).toBeGreaterThan(50);
  expect(second.events).toEqual(first.events);
});

it("a program that loops without end is cut off and said so", () => {
  const run = runModel(
    function* spin(sys: Sys) {
      for (;;) yield* sys.getpid();
    },
    { maxEvents: 2000 },
  );
  expect(run.notes).toEqual(["cut off after a great many events: does a program loop without end?"]);
});

it("a program that waits by timers for ever is cut off by virtual time", () => {
  const run = runModel(
    function* sleepy(sys: Sys) {
      for (;;) yield* sys.nanosleep({ tv_sec: 60, tv_nsec: 0 });
    },
    { virtualSeconds: 600 },
  );
  expect(run.notes).toEqual(["cut off after 600 virtual seconds: something still waits for a timer"]);
  expect(run.deadlock).toEqual([]);
});
