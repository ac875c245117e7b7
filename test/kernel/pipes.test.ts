import fc from "fast-check";
import { bytes, concat, F_SETPIPE_SZ, FIONREAD, O_NONBLOCK, SIG_IGN, SIGPIPE, type Sys, text } from "fd3";
import { describe, expect, it } from "vitest";
import { checkedRun, resultOf } from "../support/checked-run";

describe("a reader of an empty pipe", () => {
  it("sleeps until there are bytes, and takes what is there", () => {
    const program = function* (sys: Sys) {
      const [r, w] = yield* sys.pipe();
      yield* sys.fork(function* writer(s) {
        yield* s.nanosleep({ tv_sec: 1, tv_nsec: 0 });
        yield* s.write(w, bytes("late"));
      });
      return text(yield* sys.read(r, 100));
    };
    const run = checkedRun(program);
    expect(run.results[0]).toBe("late");
    const slept = run.recorder.events.some((event) => event.type === "wait.sleep" && event.queue === "pipe 1: data");
    expect(slept).toBe(true);
  });

  it("gets end of file only when the last writer is gone, also if that is a copy", () => {
    const program = function* (sys: Sys) {
      const [r, w] = yield* sys.pipe();
      const copy = yield* sys.dup(w);
      yield* sys.close(w);
      yield* sys.write(copy, bytes("x"));
      yield* sys.close(copy);
      return [(yield* sys.read(r, 10)).length, (yield* sys.read(r, 10)).length];
    };
    expect(resultOf(program)).toEqual([1, 0]);
  });

  it("waits for ever when it holds the writing end itself: the deadlock names the pipe", () => {
    const program = function* (sys: Sys) {
      const [r] = yield* sys.pipe();
      yield* sys.read(r, 1);
    };
    const run = checkedRun(program, { expectDeadlock: true });
    const deadlock = run.recorder.events.find((event) => event.type === "deadlock");
    expect(deadlock).toMatchObject({ sleepers: [{ tid: 100, queues: ["pipe 1: data"] }] });
  });

  it("gets EAGAIN at once with O_NONBLOCK", () => {
    const program = function* (sys: Sys) {
      const [r] = yield* sys.pipe2(O_NONBLOCK);
      yield* sys.read(r, 1);
    };
    expect(checkedRun(program).errors[0]).toMatchObject({ code: "EAGAIN", errno: -11 });
  });
});

describe("a writer", () => {
  it("fills 65,536 bytes, then sleeps until a page is free", () => {
    const program = function* (sys: Sys) {
      const [r, w] = yield* sys.pipe();
      yield* sys.fork(function* reader(s) {
        yield* s.nanosleep({ tv_sec: 1, tv_nsec: 0 });
        yield* s.read(r, 4096);
      });
      const first = yield* sys.write(w, new Uint8Array(65_536));
      const before = yield* sys.clock_gettime(1);
      const second = yield* sys.write(w, new Uint8Array(4096));
      const after = yield* sys.clock_gettime(1);
      return [first, second, before.tv_sec, after.tv_sec, yield* sys.ioctl(r, FIONREAD)];
    };
    expect(resultOf(program)).toEqual([65_536, 4096, 0, 1, 65_536]);
  });

  it("gets SIGPIPE when nobody can read any more, and EPIPE if it ignores that", () => {
    const broken = function* (sys: Sys) {
      const [r, w] = yield* sys.pipe();
      yield* sys.close(r);
      yield* sys.write(w, bytes("x"));
    };
    expect(checkedRun(broken).statuses[0]).toBe(SIGPIPE);
    const ignoring = function* (sys: Sys) {
      yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
      yield* broken(sys);
    };
    expect(checkedRun(ignoring).errors[0]).toMatchObject({ code: "EPIPE", syscall: "write" });
  });

  it("of one byte a time fills the pipe's pages, not its slots", () => {
    const program = function* (sys: Sys) {
      const [, w] = yield* sys.pipe2(O_NONBLOCK);
      for (let i = 0; i < 65_536; i++) yield* sys.write(w, bytes("x"));
      try {
        yield* sys.write(w, bytes("x"));
      } catch (error) {
        return (error as { code: string }).code;
      }
      return "room";
    };
    // Seventy thousand calls: the tables are compared in the other tests.
    expect(checkedRun(program).results[0]).toBe("EAGAIN");
  });
});

it("one write wakes one of several readers", () => {
  const reader = (r: number) =>
    function* reader(s: Sys) {
      yield* s.read(r, 1);
    };
  const program = function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    for (let i = 0; i < 3; i++) yield* sys.pthread_create(reader(r));
    yield* sys.nanosleep({ tv_sec: 1, tv_nsec: 0 });
    yield* sys.write(w, bytes("x"));
    yield* sys.nanosleep({ tv_sec: 1, tv_nsec: 0 });
    yield* sys.exit(0);
  };
  const wakeups = checkedRun(program).recorder.events.filter(
    (e) => e.type === "wait.wake" && e.queue === "pipe 1: data",
  );
  expect(wakeups).toHaveLength(1);
});

it("F_SETPIPE_SZ rounds up to a power of two pages", () => {
  const program = function* (sys: Sys) {
    const [r] = yield* sys.pipe();
    return yield* sys.fcntl(r, F_SETPIPE_SZ, 5000);
  };
  expect(resultOf(program)).toBe(8192);
});

it("bytes come out as they went in, whatever the sizes of writes and reads", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 30_000 }), (writes, readSize) => {
      let seed = 0;
      const sent = writes.map((size) => Uint8Array.from({ length: size }, () => (seed = (seed * 31 + 7) & 0xff)));
      const received: Uint8Array[] = [];
      checkedRun(function* (sys: Sys) {
        const [r, w] = yield* sys.pipe();
        yield* sys.fork(function* writer(s) {
          yield* s.close(r);
          for (const part of sent) yield* s.write(w, part);
        });
        yield* sys.close(w);
        for (;;) {
          const data = yield* sys.read(r, readSize);
          if (data.length === 0) break;
          received.push(data);
        }
        yield* sys.waitpid(-1, 0);
      });
      expect(Buffer.compare(concat(received), concat(sent))).toBe(0);
    }),
    { numRuns: 60 },
  );
});
