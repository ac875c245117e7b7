import { expect, it } from "vitest";
import {
  bytes,
  isSystemError,
  SA_RESTART,
  SIG_BLOCK,
  SIG_SETMASK,
  SIGALRM,
  SIGCHLD,
  SIGKILL,
  SIGTERM,
  SIGUSR1,
  type Sys,
  text,
} from "../../../lib/sys";
import { onLinux, resultOf, runToEnd } from "./on-linux";

/** A child that waits a little and then sends its parent a signal. */
const nudge = (signum: number) =>
  function* nudge(sys: Sys) {
    yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 30_000_000 });
    yield* sys.kill(yield* sys.getppid(), signum);
  };

onLinux("signals on real system calls", () => {
  it("ends a sleeping read with EINTR after the handler has run", async () => {
    const run = await runToEnd(function* (sys) {
      const log: string[] = [];
      yield* sys.sigaction(SIGUSR1, {
        *handler(signum) {
          log.push(`handler ${signum}`);
          yield* sys.getpid();
        },
      });
      const [r] = yield* sys.pipe();
      yield* sys.fork(nudge(SIGUSR1));
      try {
        yield* sys.read(r, 1);
      } catch (error) {
        log.push(isSystemError(error) ? error.code : "?");
      }
      return log;
    });
    expect(run.processes[0].result).toEqual(["handler 10", "EINTR"]);
  });

  it("makes the read again with SA_RESTART", async () => {
    const got = await resultOf(function* (sys) {
      const [r, w] = yield* sys.pipe();
      yield* sys.sigaction(SIGUSR1, {
        flags: SA_RESTART,
        *handler() {
          yield* sys.write(w, bytes("after the handler"));
        },
      });
      yield* sys.fork(nudge(SIGUSR1));
      return text(yield* sys.read(r, 100));
    });
    expect(got).toBe("after the handler");
  });

  it("never makes poll again, whatever SA_RESTART says", async () => {
    const code = await resultOf(function* (sys) {
      yield* sys.sigaction(SIGUSR1, { flags: SA_RESTART, *handler() {} });
      yield* sys.fork(nudge(SIGUSR1));
      try {
        return yield* sys.poll([], -1);
      } catch (error) {
        return isSystemError(error) ? error.code : error;
      }
    });
    expect(code).toBe("EINTR");
  });

  it("interrupts the thread that is meant, and no other", async () => {
    const got = await resultOf(function* (sys) {
      yield* sys.sigaction(SIGUSR1, { *handler() {} });
      const [r, w] = yield* sys.pipe();
      const sleeper = function* (sys: Sys) {
        try {
          return text(yield* sys.read(r, 100));
        } catch (error) {
          return isSystemError(error) ? error.code : error;
        }
      };
      const one = yield* sys.pthread_create(sleeper);
      const two = yield* sys.pthread_create(sleeper);
      yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 20_000_000 });
      yield* sys.pthread_kill(two, SIGUSR1);
      const second = yield* sys.pthread_join(two);
      yield* sys.write(w, bytes("data"));
      return [yield* sys.pthread_join(one), second];
    });
    expect(got).toEqual(["data", "EINTR"]);
  });

  it("keeps a blocked signal until it is unblocked", async () => {
    const log = await resultOf(function* (sys) {
      const log: string[] = [];
      yield* sys.sigaction(SIGUSR1, {
        *handler() {
          log.push("handler");
        },
      });
      const before = yield* sys.sigprocmask(SIG_BLOCK, [SIGUSR1]);
      yield* sys.kill(yield* sys.getpid(), SIGUSR1);
      log.push("still blocked");
      yield* sys.sigprocmask(SIG_SETMASK, before);
      return log;
    });
    expect(log).toEqual(["still blocked", "handler"]);
  });

  it("wakes ppoll by a signal that only ppoll lets in", async () => {
    const log = await resultOf(function* (sys) {
      const log: string[] = [];
      yield* sys.sigaction(SIGUSR1, {
        *handler() {
          log.push("handler");
        },
      });
      yield* sys.sigprocmask(SIG_BLOCK, [SIGUSR1]);
      yield* sys.kill(yield* sys.getpid(), SIGUSR1);
      try {
        yield* sys.ppoll([], null, []);
      } catch (error) {
        log.push(isSystemError(error) ? error.code : "?");
      }
      return [...log, yield* sys.sigprocmask(SIG_BLOCK, null)];
    });
    expect(log).toEqual(["handler", "EINTR", [SIGUSR1]]);
  });

  it("ends a process asleep in the kernel by kill", async () => {
    const statuses = await resultOf(function* (sys) {
      const statuses: number[] = [];
      for (const signum of [SIGTERM, SIGKILL]) {
        const pid = yield* sys.fork(function* child(sys: Sys) {
          yield* sys.pause();
        });
        yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 10_000_000 });
        yield* sys.kill(pid, signum);
        statuses.push((yield* sys.waitpid(pid, 0)).status);
      }
      return statuses;
    });
    expect(statuses).toEqual([SIGTERM, SIGKILL]);
  });

  it("tells a parent of its child's end by SIGCHLD, even one asleep in pause", async () => {
    const result = await resultOf(function* (sys) {
      yield* sys.sigaction(SIGCHLD, { *handler() {} });
      const pid = yield* sys.fork(function* child(sys: Sys) {
        yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 20_000_000 });
      });
      try {
        yield* sys.pause();
      } catch (error) {
        return [isSystemError(error) ? error.code : error, (yield* sys.waitpid(-1, 0)).pid === pid];
      }
      return "no error";
    });
    expect(result).toEqual(["EINTR", true]);
  });

  it("rings the alarm in the middle of a sleep", async () => {
    const result = await resultOf(function* (sys) {
      const log: number[] = [];
      yield* sys.sigaction(SIGALRM, {
        *handler(signum) {
          log.push(signum);
        },
      });
      yield* sys.alarm(1);
      try {
        yield* sys.nanosleep({ tv_sec: 30, tv_nsec: 0 });
      } catch (error) {
        return [log, isSystemError(error) ? error.code : error];
      }
      return "no error";
    });
    expect(result).toEqual([[SIGALRM], "EINTR"]);
  });
});
