import {
  bytes,
  O_RDONLY,
  SA_RESTART,
  SIG_BLOCK,
  SIG_IGN,
  SIG_UNBLOCK,
  SIGALRM,
  SIGCHLD,
  SIGTERM,
  SIGUSR1,
  type Sys,
  sys,
  text,
  WEXITSTATUS,
  WIFEXITED,
  WNOHANG,
  WTERMSIG,
} from "fd3";
import { describe, expect, it } from "vitest";
import { checkedRun, resultOf } from "../support/checked-run";

function* nap(s: Sys, ms: number) {
  yield* s.nanosleep({ tv_sec: Math.floor(ms / 1000), tv_nsec: (ms % 1000) * 1e6 });
}

describe("waitpid", () => {
  it("sleeps until a child ends and takes its status", () => {
    const program = function* (s: Sys) {
      const pid = yield* s.fork(function* child(c) {
        yield* nap(c, 10);
        yield* c.exit(7);
      });
      const early = yield* s.waitpid(pid, WNOHANG);
      const { pid: ended, status } = yield* s.waitpid(-1, 0);
      return [early.pid, ended === pid, WIFEXITED(status), WEXITSTATUS(status)];
    };
    expect(resultOf(program)).toEqual([0, true, true, 7]);
  });

  it("fails with ECHILD when there is no child, or none is left", () => {
    const program = function* (s: Sys) {
      yield* s.waitpid(-1, 0);
    };
    expect(checkedRun(program).errors[0]).toMatchObject({ code: "ECHILD" });
  });

  it("finds nobody when SIGCHLD is ignored: such children leave no zombie", () => {
    const program = function* (s: Sys) {
      yield* s.sigaction(SIGCHLD, { handler: SIG_IGN });
      yield* s.fork(function* child() {});
      yield* s.waitpid(-1, 0);
    };
    expect(checkedRun(program).errors[0]).toMatchObject({ code: "ECHILD" });
  });

  it("tells which signal ended a child", () => {
    const program = function* (s: Sys) {
      const pid = yield* s.fork(function* child(c) {
        yield* c.pause();
      });
      yield* nap(s, 1);
      yield* s.kill(pid, SIGTERM);
      return WTERMSIG((yield* s.waitpid(pid, 0)).status);
    };
    expect(resultOf(program)).toBe(SIGTERM);
  });
});

describe("a process that ends", () => {
  it("takes its threads along and closes its descriptors", () => {
    const program = function* (s: Sys) {
      const [r, w] = yield* s.pipe();
      yield* s.fork(function* child(c) {
        yield* c.close(r);
        yield* c.pthread_create(function* stuck(t) {
          yield* t.pause();
        });
        yield* c.write(w, bytes("x"));
      });
      yield* s.close(w);
      yield* s.waitpid(-1, 0);
      return [(yield* s.read(r, 10)).length, (yield* s.read(r, 10)).length];
    };
    expect(resultOf(program)).toEqual([1, 0]);
  });

  it("leaves its children to process 1", () => {
    const run = checkedRun(function* (s: Sys) {
      yield* s.fork(function* child(c) {
        yield* nap(c, 10);
        return yield* c.getppid();
      });
    });
    expect(run.recorder.events.filter((event) => event.type === "process.adopt")).toMatchObject([{ ppid: 1 }]);
  });

  it("because its program threw has status 1, and the error is kept", () => {
    const run = checkedRun(function* (s: Sys) {
      yield* s.open("/nowhere", O_RDONLY);
    });
    expect(WEXITSTATUS(run.statuses[0] ?? 0)).toBe(1);
    expect(run.errors[0]).toMatchObject({ code: "ENOENT", syscall: "open" });
  });
});

describe("threads", () => {
  it("share the descriptor table", () => {
    const program = function* (s: Sys) {
      const [r, w] = yield* s.pipe();
      const tid = yield* s.pthread_create(function* thread(t) {
        yield* t.close(w);
        return "done";
      });
      const result = yield* s.pthread_join(tid);
      return [result, (yield* s.read(r, 1)).length];
    };
    expect(resultOf(program)).toEqual(["done", 0]);
  });

  it("stay asleep in a read when another closes the descriptor", () => {
    const program = function* (s: Sys) {
      const [r, w] = yield* s.pipe();
      const tid = yield* s.pthread_create(function* reader(t) {
        return text(yield* t.read(r, 10));
      });
      yield* nap(s, 1);
      yield* s.close(r);
      yield* s.write(w, bytes("still read"));
      return yield* s.pthread_join(tid);
    };
    expect(resultOf(program)).toBe("still read");
  });

  it("that wait for another's end are not interrupted: a handler runs, and they go on waiting", () => {
    const program = function* (s: Sys) {
      let handled = 0;
      yield* s.sigaction(SIGUSR1, {
        *handler() {
          handled++;
        },
      });
      const main = yield* s.gettid();
      const tid = yield* s.pthread_create(function* other(t) {
        for (let i = 0; i < 2; i++) {
          yield* nap(t, 1);
          yield* t.pthread_kill(main, SIGUSR1);
        }
        yield* nap(t, 1);
        return handled;
      });
      return yield* s.pthread_join(tid);
    };
    expect(resultOf(program)).toBe(2);
  });

  it("that only compute calls don't keep others from running", () => {
    const program = function* (s: Sys) {
      let stop = false;
      yield* s.pthread_create(function* other() {
        stop = true;
      });
      let calls = 0;
      while (!stop) {
        yield* s.getpid();
        calls++;
      }
      return calls > 100;
    };
    expect(resultOf(program)).toBe(true);
  });
});

describe("a signal with a handler", () => {
  it("interrupts a sleeping read: EINTR", () => {
    const taken: number[] = [];
    const program = function* (s: Sys) {
      const [r] = yield* s.pipe();
      yield* s.sigaction(SIGALRM, {
        *handler(signum) {
          taken.push(signum);
        },
      });
      yield* s.alarm(1);
      yield* s.read(r, 1);
    };
    expect(checkedRun(program).errors[0]).toMatchObject({ code: "EINTR", syscall: "read" });
    expect(taken).toEqual([SIGALRM]);
  });

  it("lets the read go on afterwards with SA_RESTART", () => {
    const program = function* (s: Sys) {
      const [r, w] = yield* s.pipe();
      yield* s.sigaction(SIGALRM, {
        *handler() {
          yield* sys.write(w, bytes("from the handler"));
        },
        flags: SA_RESTART,
      });
      yield* s.alarm(1);
      return text(yield* s.read(r, 100));
    };
    expect(resultOf(program)).toBe("from the handler");
  });

  it("interrupts nanosleep and poll even with SA_RESTART", () => {
    const codes: string[] = [];
    checkedRun(function* (s: Sys) {
      yield* s.sigaction(SIGALRM, { *handler() {}, flags: SA_RESTART });
      for (const call of [() => s.nanosleep({ tv_sec: 9, tv_nsec: 0 }), () => s.poll([], -1), () => s.pause()]) {
        yield* s.alarm(1);
        try {
          yield* call();
        } catch (error) {
          codes.push((error as { code: string }).code);
        }
      }
    });
    expect(codes).toEqual(["EINTR", "EINTR", "EINTR"]);
  });

  it("waits while it is blocked, and comes once however often it was sent", () => {
    let taken = 0;
    const program = function* (s: Sys) {
      yield* s.sigaction(SIGUSR1, {
        *handler() {
          taken++;
        },
      });
      yield* s.sigprocmask(SIG_BLOCK, [SIGUSR1]);
      const self = yield* s.getpid();
      yield* s.kill(self, SIGUSR1);
      yield* s.kill(self, SIGUSR1);
      const before = taken;
      yield* s.sigprocmask(SIG_UNBLOCK, [SIGUSR1]);
      return [before, taken];
    };
    expect(resultOf(program)).toEqual([0, 1]);
  });

  it("is blocked while its handler runs", () => {
    const order: string[] = [];
    checkedRun(function* (s: Sys) {
      yield* s.sigaction(SIGUSR1, {
        *handler() {
          order.push("in");
          if (order.length === 1) yield* s.kill(yield* s.getpid(), SIGUSR1);
          order.push("out");
        },
      });
      yield* s.kill(yield* s.getpid(), SIGUSR1);
    });
    expect(order).toEqual(["in", "out", "in", "out"]);
  });

  it("tells a parent that its child has ended", () => {
    const program = function* (s: Sys) {
      let ended = 0;
      yield* s.sigaction(SIGCHLD, {
        *handler() {
          ended++;
        },
      });
      yield* s.fork(function* child() {});
      try {
        yield* s.pause();
      } catch {}
      yield* s.waitpid(-1, WNOHANG);
      return ended;
    };
    expect(resultOf(program)).toBe(1);
  });
});

it("kill with signal 0 only asks: ESRCH when there is no such process", () => {
  const program = function* (s: Sys) {
    yield* s.kill(yield* s.getpid(), 0);
    yield* s.kill(99_999, 0);
  };
  expect(checkedRun(program).errors[0]).toMatchObject({ code: "ESRCH", syscall: "kill" });
});
