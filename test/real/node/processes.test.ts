import { expect, test } from "vitest";
import {
  bytes,
  CLOCK_MONOTONIC,
  type Program,
  SA_RESTART,
  SIG_BLOCK,
  SIG_SETMASK,
  SIGKILL,
  SIGTERM,
  SIGUSR1,
  type Sys,
  text,
  sys as traps,
  WEXITSTATUS,
  WNOHANG,
  WTERMSIG,
} from "../../../lib/sys";
import { resultOf, runOnNode } from "./run";

test("a forked child shares the offset and has a table of its own", async () => {
  const run = await runOnNode(
    function* (sys) {
      const fd = yield* sys.open("/f", 0);
      yield* sys.read(fd, 2);
      const pid = yield* sys.fork(function* (sys) {
        const data = text(yield* sys.read(fd, 2));
        yield* sys.close(fd);
        yield* sys.write(1, bytes(data));
        yield* sys.exit(7);
      });
      const ended = yield* sys.waitpid(pid, 0);
      return [ended.pid === pid, WEXITSTATUS(ended.status), text(yield* sys.read(fd, 2))];
    },
    { files: { "/f": "abcdef" } },
  );
  expect(run.output).toBe("cd");
  expect(run.processes[0].result).toEqual([true, 7, "ef"]);
  expect(run.processes[1]).toMatchObject({ name: "program/child", status: 7 << 8 });
});

test("waitpid: WNOHANG finds nobody yet, ECHILD when there is no child", async () => {
  const seen = await resultOf(function* (sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.fork(function* (sys) {
      yield* sys.close(w);
      yield* sys.read(r, 1);
    });
    const early = yield* sys.waitpid(-1, WNOHANG);
    yield* sys.close(w);
    yield* sys.waitpid(-1, 0);
    try {
      yield* sys.waitpid(-1, 0);
    } catch (error) {
      return [early.pid, (error as { code: string }).code];
    }
    return [];
  });
  expect(seen).toEqual([0, "ECHILD"]);
});

test("an end in the middle of a read gives its references back: the pipe's other end sees it", async () => {
  const seen = await resultOf(function* (sys) {
    const [r, w] = yield* sys.pipe();
    const child = yield* sys.fork(function* (sys) {
      yield* sys.read(r, 1);
    });
    yield* sys.close(r);
    yield* sys.kill(child, SIGKILL);
    const { status } = yield* sys.waitpid(child, 0);
    try {
      yield* sys.send(w, bytes("x"), 0);
    } catch (error) {
      return [WTERMSIG(status), (error as { code: string }).code, (yield* sys.poll([{ fd: w, events: 0 }], 0)) === 1];
    }
    return [];
  });
  expect(seen).toEqual([SIGKILL, "ENOTSOCK", true]);
});

function* signalDuringRead(sys: Sys, flags: number): Program<string[]> {
  const seen: string[] = [];
  const [r, w] = yield* sys.pipe();
  yield* sys.sigaction(SIGUSR1, {
    *handler() {
      seen.push("handler");
      yield* traps.write(w, bytes("from the handler"));
    },
    flags,
  });
  const parent = yield* sys.getpid();
  yield* sys.fork(function* (sys) {
    yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 1_000_000 });
    yield* sys.kill(parent, SIGUSR1);
  });
  try {
    seen.push(text(yield* sys.read(r, 100)));
  } catch (error) {
    seen.push((error as { code: string }).code);
  }
  return seen;
}

test("a handler interrupts a sleeping read with EINTR, or lets it start again with SA_RESTART", async () => {
  expect(await resultOf((sys) => signalDuringRead(sys, 0))).toEqual(["handler", "EINTR"]);
  expect(await resultOf((sys) => signalDuringRead(sys, SA_RESTART))).toEqual(["handler", "from the handler"]);
});

test("a blocked signal waits until it is unblocked", async () => {
  const run = await runOnNode(function* (sys) {
    yield* sys.sigprocmask(SIG_BLOCK, [SIGTERM]);
    yield* sys.kill(yield* sys.getpid(), SIGTERM);
    yield* sys.write(1, bytes("still here"));
    yield* sys.sigprocmask(SIG_SETMASK, []);
    yield* sys.write(1, bytes(", not any more"));
  });
  expect(run.output).toBe("still here");
  expect(run.processes[0].status).toBe(SIGTERM);
});

test("execve replaces the program and keeps the descriptors", async () => {
  const seen = await resultOf(function* (sys) {
    const [, w] = yield* sys.pipe();
    return yield* sys.execve(function* (sys) {
      yield* sys.write(w, bytes("x"));
      return ["new program", w];
    });
  });
  expect(seen).toEqual(["new program", 4]);
});

test("nanosleep lets at least that much time pass on the monotonic clock", async () => {
  const passed = await resultOf(function* (sys) {
    const before = yield* sys.clock_gettime(CLOCK_MONOTONIC);
    yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 3_000_000 });
    const after = yield* sys.clock_gettime(CLOCK_MONOTONIC);
    return (after.tv_sec - before.tv_sec) * 1e9 + after.tv_nsec - before.tv_nsec;
  });
  expect(passed).toBeGreaterThanOrEqual(3_000_000);
});

test("a program that throws ends with status 1 and its error, and takes nobody with it", async () => {
  const run = await runOnNode({
    *broken(sys) {
      yield* sys.getpid();
      throw new TypeError("a bug");
    },
    *fine(sys) {
      return yield* sys.getppid();
    },
  });
  expect(run.processes[0]).toMatchObject({ status: 1 << 8, error: new TypeError("a bug") });
  expect(run.processes[1].status).toBe(0);
});

test("records keep the order of entries and exits, and copies of the bytes", async () => {
  const run = await runOnNode(function* (sys) {
    const data = bytes("abc");
    yield* sys.write(1, data);
    data.fill(0);
    yield* sys.exit(3);
  });
  expect(run.calls).toMatchObject([
    { process: "program", name: "write", args: [1, bytes("abc")], enter: 0, exit: 1, result: 3 },
    { name: "exit", args: [3], enter: 2, exit: null },
  ]);
});
