import { expect, it } from "vitest";
import {
  bytes,
  EPOLL_CTL_ADD,
  EPOLLIN,
  isSystemError,
  O_NONBLOCK,
  POLLHUP,
  POLLIN,
  POLLOUT,
  SIG_IGN,
  SIGPIPE,
  type Sys,
  text,
  WIFSIGNALED,
  WTERMSIG,
} from "../../../lib/sys";
import { onLinux, resultOf, runToEnd } from "./on-linux";

onLinux("blocking and readiness on real system calls", () => {
  it("lets one thread sleep in read while another goes on and wakes it", async () => {
    const run = await runToEnd(function* (sys) {
      const [r, w] = yield* sys.pipe();
      const tid = yield* sys.pthread_create(function* reader(sys: Sys) {
        return text(yield* sys.read(r, 10));
      });
      yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 20_000_000 });
      yield* sys.write(w, bytes("woken"));
      return yield* sys.pthread_join(tid);
    });
    expect(run.processes[0].result).toBe("woken");
    const read = run.calls.find(({ name }) => name === "read");
    const write = run.calls.find(({ name }) => name === "write");
    expect(read?.enter).toBeLessThan(write?.enter ?? -1);
    expect(read?.exit).toBeGreaterThan(write?.enter ?? Number.POSITIVE_INFINITY);
    expect(read?.tid).not.toBe(read?.pid);
    expect(write?.tid).toBe(write?.pid);
  });

  it("keeps Node's own descriptors out of the program's way when a thread is made", async () => {
    const fds = await resultOf(function* (sys) {
      const before = yield* sys.dup(0);
      yield* sys.close(before);
      const tid = yield* sys.pthread_create(function* other(sys: Sys) {
        return yield* sys.dup(0);
      });
      return [before, yield* sys.pthread_join(tid), yield* sys.dup(0)];
    });
    expect(fds).toEqual([3, 3, 4]);
  });

  it("ends a pipe's reader with 0 bytes once the last writer is gone, also one in a child", async () => {
    const got = await resultOf(function* (sys) {
      const [r, w] = yield* sys.pipe();
      yield* sys.fork(function* child(sys: Sys) {
        yield* sys.write(w, bytes("from the child"));
      });
      yield* sys.close(w);
      const data = text(yield* sys.read(r, 100));
      return [data, (yield* sys.read(r, 100)).length, (yield* sys.waitpid(-1, 0)).status];
    });
    expect(got).toEqual(["from the child", 0, 0]);
  });

  it("kills the writer of a pipe without readers by SIGPIPE", async () => {
    const run = await runToEnd(function* (sys) {
      const pid = yield* sys.fork(function* child(sys: Sys) {
        const [r, w] = yield* sys.pipe();
        yield* sys.close(r);
        yield* sys.write(w, bytes("x"));
        return "not reached";
      });
      return (yield* sys.waitpid(pid, 0)).status;
    });
    const status = run.processes[0].result as number;
    expect([WIFSIGNALED(status), WTERMSIG(status)]).toEqual([true, SIGPIPE]);
    expect(run.processes[1].result).toBeUndefined();
    expect(run.calls.find(({ name }) => name === "write")?.error?.code).toBe("EPIPE");
  });

  it("fails with EPIPE where SIGPIPE is ignored", async () => {
    const code = await resultOf(function* (sys) {
      yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
      const [r, w] = yield* sys.pipe();
      yield* sys.close(r);
      try {
        yield* sys.write(w, bytes("x"));
        return "written";
      } catch (error) {
        return isSystemError(error) ? error.code : error;
      }
    });
    expect(code).toBe("EPIPE");
  });

  it("answers poll, select and epoll alike", async () => {
    const answers = await resultOf(function* (sys) {
      const [r, w] = yield* sys.pipe();
      const fds = [
        { fd: r, events: POLLIN },
        { fd: w, events: POLLOUT },
        { fd: -1, events: POLLIN },
      ];
      const counts = [yield* sys.poll(fds, 0)];
      const first = fds.map((entry) => (entry as { revents?: number }).revents);
      yield* sys.write(w, bytes("x"));
      const reading = new Set([r]);
      const writing = new Set([w]);
      counts.push(yield* sys.select(w + 1, reading, writing, null, { tv_sec: 1, tv_usec: 0 }));
      const epfd = yield* sys.epoll_create1(0);
      yield* sys.epoll_ctl(epfd, EPOLL_CTL_ADD, r, { events: EPOLLIN, data: 77.5 });
      const events = yield* sys.epoll_wait(epfd, 8, -1);
      yield* sys.close(w);
      yield* sys.read(r, 10);
      counts.push(yield* sys.ppoll(fds, { tv_sec: 0, tv_nsec: 1000 }, null));
      return [
        counts,
        first,
        [...reading],
        [...writing],
        events,
        fds.map((entry) => (entry as { revents?: number }).revents),
      ];
    });
    expect(answers).toEqual([
      [1, 2, 2],
      [0, POLLOUT, 0],
      [3],
      [4],
      [{ events: EPOLLIN, data: 77.5 }],
      [POLLHUP, 0x20, 0],
    ]);
  });

  it("returns EAGAIN from an empty pipe that is nonblocking", async () => {
    const run = await runToEnd(function* (sys) {
      const [r] = yield* sys.pipe2(O_NONBLOCK);
      try {
        yield* sys.read(r, 1);
      } catch (error) {
        return isSystemError(error, "EAGAIN");
      }
      return "no error";
    });
    expect(run.processes[0].result).toBe(true);
  });
});
