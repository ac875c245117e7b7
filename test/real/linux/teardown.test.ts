import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { linux } from "../../../lib/real/linux";
import { dismissSpares } from "../../../lib/real/linux/runner/agent-pool";
import { AF_UNIX, bytes, SOCK_STREAM, type Sys } from "../../../lib/sys";
import { onLinux, runToEnd } from "./on-linux";

const openDescriptors = (): number => readdirSync("/proc/self/fd").length;
const runFolders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith(`fd3-${process.pid}-`));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

onLinux("the end of a run on real system calls", () => {
  it("reports who waits for what when nobody is left to wake anybody", async () => {
    const run = await linux.run(function* (sys) {
      const [r] = yield* sys.pipe();
      yield* sys.fork(function* child(sys: Sys) {
        yield* sys.read(r, 1);
      });
      yield* sys.waitpid(-1, 0);
    });
    expect(run.deadlock.map(({ process, call }) => [process, call])).toEqual([
      ["program", "waitpid(-1, 0)"],
      ["program/child", "read(3, …)"],
    ]);
    expect(run.deadlock[1].waitsFor).toMatch(/^pipe:\[\d+\]: data/);
    expect(run.processes.map(({ status }) => status)).toEqual([null, null]);
    expect(run.calls.find(({ name }) => name === "read")?.exit).toBeNull();
    for (const { pid } of run.deadlock) expect(isAlive(pid)).toBe(false);
  });

  it("doesn't take a sleep with an end for a deadlock", async () => {
    const run = await linux.run(function* (sys) {
      yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 400_000_000 });
      return "woke up";
    });
    expect([run.deadlock, run.processes[0].result]).toEqual([[], "woke up"]);
  });

  it("ends a run that takes too long, and says so", async () => {
    const run = await linux.run(
      function* (sys) {
        for (;;) yield* sys.sched_yield();
      },
      { timeout: 100 },
    );
    expect(run.notes[0]).toContain("100 ms");
    expect(run.processes[0].status).toBeNull();
  });

  it("ends a process whose program throws with status 1, and keeps the error", async () => {
    const run = await linux.run(function* (sys) {
      yield* sys.close(99);
    });
    expect([run.processes[0].status, run.processes[0].error?.message]).toEqual([
      1 << 8,
      "close: EBADF (Bad file descriptor): descriptor 99 isn't open here: never opened, or closed already",
    ]);
  });

  it("survives that somebody else kills one of its processes, and says so", async () => {
    const run = await runToEnd(function* (sys) {
      const pid = yield* sys.fork(function* victim(sys: Sys) {
        yield* sys.pause();
      });
      process.kill(pid, "SIGKILL");
      return (yield* sys.waitpid(pid, 0)).status;
    });
    expect(run.processes[0].result).toBe(9);
    expect(run.notes[0]).toContain("SIGKILL");
  });

  it("ends threads with their process, even one asleep", async () => {
    const run = await runToEnd(function* (sys) {
      const [r] = yield* sys.pipe();
      yield* sys.pthread_create(function* reader(sys: Sys) {
        yield* sys.read(r, 1);
      });
      return "over";
    });
    expect([run.processes[0].result, run.processes[0].status]).toEqual(["over", 0]);
  });

  it("gives the same answer fifty times in a row", async () => {
    for (let i = 0; i < 50; i++) {
      const run = await runToEnd(function* (sys) {
        const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
        yield* sys.fork(function* child(sys: Sys) {
          yield* sys.write(b, bytes("hello"));
        });
        const data = yield* sys.read(a, 100);
        yield* sys.waitpid(-1, 0);
        return [a, b, data.length];
      });
      expect(run.processes.map(({ result, status }) => [result, status])).toEqual([
        [[3, 4, 5], 0],
        [undefined, 0],
      ]);
    }
  });

  it("leaves no descriptor, no process and no folder behind after a hundred runs", async () => {
    await runToEnd(function* (sys) {
      yield* sys.pipe();
    });
    await dismissSpares();
    const before = { descriptors: openDescriptors(), folders: runFolders() };
    const pids = new Set<number>();
    for (let i = 0; i < 100; i++) {
      const run = await linux.run(function* (sys) {
        const [r] = yield* sys.pipe();
        if (i % 10 === 0) yield* sys.fork(function* child() {});
        if (i % 25 === 0) yield* sys.read(r, 1);
      });
      for (const { pid } of run.processes) pids.add(pid);
    }
    await dismissSpares();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect({ descriptors: openDescriptors(), folders: runFolders() }).toEqual(before);
    expect([...pids].filter(isAlive)).toEqual([]);
  });
});
