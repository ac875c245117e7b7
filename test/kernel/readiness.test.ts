import {
  bytes,
  EPOLL_CTL_ADD,
  EPOLL_CTL_MOD,
  EPOLLET,
  EPOLLHUP,
  EPOLLIN,
  EPOLLONESHOT,
  EPOLLOUT,
  O_CREAT,
  O_RDONLY,
  O_RDWR,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  type Sys,
} from "fd3";
import { describe, expect, it } from "vitest";
import { checkedRun, resultOf } from "../support/checked-run";

describe("poll", () => {
  it("tells what is ready, in place, and counts the entries", () => {
    const program = function* (sys: Sys) {
      const [r, w] = yield* sys.pipe();
      const fds = [
        { fd: r, events: POLLIN, revents: -1 },
        { fd: w, events: POLLOUT, revents: -1 },
        { fd: -1, events: POLLIN, revents: -1 },
        { fd: 77, events: POLLIN, revents: -1 },
      ];
      const count = yield* sys.poll(fds, 0);
      return [count, fds.map((entry) => entry.revents)];
    };
    expect(resultOf(program)).toEqual([2, [0, POLLOUT, 0, POLLNVAL]]);
  });

  it("reports HUP at the reading end and ERR at the writing end, asked for or not", () => {
    const program = function* (sys: Sys) {
      const [r, w] = yield* sys.pipe();
      const [r2, w2] = yield* sys.pipe();
      yield* sys.close(w);
      yield* sys.close(r2);
      const fds = [
        { fd: r, events: 0, revents: 0 },
        { fd: w2, events: POLLOUT, revents: 0 },
      ];
      yield* sys.poll(fds, -1);
      return fds.map((entry) => entry.revents);
    };
    expect(resultOf(program)).toEqual([POLLHUP, POLLOUT | POLLERR]);
  });

  it("wakes up when a byte comes, and not before", () => {
    const program = function* (sys: Sys) {
      const [r, w] = yield* sys.pipe();
      yield* sys.fork(function* writer(s) {
        yield* s.nanosleep({ tv_sec: 2, tv_nsec: 0 });
        yield* s.write(w, bytes("x"));
      });
      const count = yield* sys.poll([{ fd: r, events: POLLIN }], 5000);
      return [count, (yield* sys.clock_gettime(1)).tv_sec];
    };
    expect(resultOf(program)).toEqual([1, 2]);
  });

  it("returns 0 when the time is over", () => {
    const program = function* (sys: Sys) {
      const [r] = yield* sys.pipe();
      const count = yield* sys.poll([{ fd: r, events: POLLIN }], 1500);
      return [count, (yield* sys.clock_gettime(1)).tv_sec];
    };
    expect(resultOf(program)).toEqual([0, 1]);
  });

  it("finds a regular file always ready", () => {
    const program = function* (sys: Sys) {
      const fds = [{ fd: yield* sys.open("/tmp/x", O_RDWR | O_CREAT, 0o600), events: POLLIN | POLLOUT, revents: 0 }];
      yield* sys.poll(fds, -1);
      return fds[0].revents;
    };
    expect(resultOf(program)).toBe(POLLIN | POLLOUT);
  });
});

describe("select", () => {
  it("keeps only what is ready in the sets, and counts it", () => {
    const program = function* (sys: Sys) {
      const [r, w] = yield* sys.pipe();
      const [r2] = yield* sys.pipe();
      yield* sys.write(w, bytes("x"));
      const reading = new Set([r, r2]);
      const writing = new Set([w]);
      const count = yield* sys.select(10, reading, writing, null, null);
      return [count, [...reading], [...writing]];
    };
    expect(resultOf(program)).toEqual([2, [3], [4]]);
  });

  it("fails with EBADF when one isn't open, and leaves the sets as they were", () => {
    const reading = new Set([42]);
    const program = function* (sys: Sys) {
      yield* sys.select(50, reading, null, null, null);
    };
    expect(checkedRun(program).errors[0]).toMatchObject({ code: "EBADF" });
    expect([...reading]).toEqual([42]);
  });
});

describe("epoll", () => {
  function* watch(sys: Sys, events: number) {
    const [r, w] = yield* sys.pipe();
    const ep = yield* sys.epoll_create1(0);
    yield* sys.epoll_ctl(ep, EPOLL_CTL_ADD, r, { events, data: 7 });
    return { ep, r, w };
  }

  it("reports a ready descriptor each time while it is level-triggered", () => {
    const program = function* (sys: Sys) {
      const { ep, w } = yield* watch(sys, EPOLLIN);
      yield* sys.write(w, bytes("x"));
      return [yield* sys.epoll_wait(ep, 8, 0), yield* sys.epoll_wait(ep, 8, 0)];
    };
    const event = [{ events: EPOLLIN, data: 7 }];
    expect(resultOf(program)).toEqual([event, event]);
  });

  it("reports it once per arrival when edge-triggered", () => {
    const program = function* (sys: Sys) {
      const { ep, r, w } = yield* watch(sys, EPOLLIN | EPOLLET);
      yield* sys.write(w, bytes("x"));
      const first = yield* sys.epoll_wait(ep, 8, 0);
      const second = yield* sys.epoll_wait(ep, 8, 0);
      yield* sys.read(r, 1);
      yield* sys.write(w, bytes("y"));
      const third = yield* sys.epoll_wait(ep, 8, 0);
      return [first.length, second.length, third.length];
    };
    expect(resultOf(program)).toEqual([1, 0, 1]);
  });

  it("reports it once and not again until it is set again when one-shot", () => {
    const program = function* (sys: Sys) {
      const { ep, r, w } = yield* watch(sys, EPOLLIN | EPOLLONESHOT);
      yield* sys.write(w, bytes("x"));
      const first = (yield* sys.epoll_wait(ep, 8, 0)).length;
      const second = (yield* sys.epoll_wait(ep, 8, 0)).length;
      yield* sys.epoll_ctl(ep, EPOLL_CTL_MOD, r, { events: EPOLLIN | EPOLLONESHOT, data: 7 });
      return [first, second, (yield* sys.epoll_wait(ep, 8, 0)).length];
    };
    expect(resultOf(program)).toEqual([1, 0, 1]);
  });

  it("sleeps until something is ready, and reports HUP without being asked", () => {
    const program = function* (sys: Sys) {
      const { ep, w } = yield* watch(sys, EPOLLIN);
      yield* sys.pthread_create(function* closer(s) {
        yield* s.nanosleep({ tv_sec: 1, tv_nsec: 0 });
        yield* s.close(w);
      });
      return yield* sys.epoll_wait(ep, 8, -1);
    };
    expect(resultOf(program)).toEqual([{ events: EPOLLHUP, data: 7 }]);
  });

  it("forgets a descriptor when its open file is gone, and not before", () => {
    const program = function* (sys: Sys) {
      const { ep, r, w } = yield* watch(sys, EPOLLIN);
      const copy = yield* sys.dup(r);
      yield* sys.write(w, bytes("x"));
      yield* sys.close(r);
      const stillThere = (yield* sys.epoll_wait(ep, 8, 0)).length;
      yield* sys.close(copy);
      return [stillThere, (yield* sys.epoll_wait(ep, 8, 0)).length];
    };
    expect(resultOf(program)).toEqual([1, 0]);
  });

  it("is itself readable when one of its descriptors is ready", () => {
    const program = function* (sys: Sys) {
      const { ep, w } = yield* watch(sys, EPOLLIN);
      const fds = [{ fd: ep, events: POLLIN, revents: 0 }];
      const before = yield* sys.poll(fds, 0);
      yield* sys.write(w, bytes("x"));
      return [before, yield* sys.poll(fds, 0), fds[0].revents];
    };
    expect(resultOf(program)).toEqual([0, 1, POLLIN]);
  });

  it("refuses a regular file with EPERM, itself with EINVAL, and a loop with ELOOP", () => {
    const codes: string[] = [];
    checkedRun(
      function* (sys: Sys) {
        const a = yield* sys.epoll_create1(0);
        const b = yield* sys.epoll_create1(0);
        const file = yield* sys.open("/etc/motd", O_RDONLY);
        yield* sys.epoll_ctl(a, EPOLL_CTL_ADD, b, { events: EPOLLIN, data: 0 });
        for (const [ep, fd] of [
          [a, file],
          [a, a],
          [b, a],
          [a, b],
        ] as const) {
          try {
            yield* sys.epoll_ctl(ep, EPOLL_CTL_ADD, fd, { events: EPOLLIN | EPOLLOUT, data: 0 });
          } catch (error) {
            codes.push((error as { code: string }).code);
          }
        }
      },
      { files: { "/etc/motd": "x" } },
    );
    expect(codes).toEqual(["EPERM", "EINVAL", "ELOOP", "EEXIST"]);
  });
});
