/** Examples of rules about time. */
import {
  AF_INET,
  bytes,
  CLOCK_MONOTONIC,
  EAGAIN,
  ECONNREFUSED,
  EPIPE,
  isSystemError,
  MSG_NOSIGNAL,
  O_NONBLOCK,
  POLLHUP,
  POLLIN,
  type Program,
  type Programs,
  type Run,
  SIGKILL,
  SO_REUSEADDR,
  SOCK_STREAM,
  SOL_SOCKET,
  type Sys,
  type SystemCallRecord,
} from "../../../lib/sys";
import { changed, changedCall, type Example, run } from "./runs";

const at = (port: number) => ({ address: "127.0.0.1", port });

const asksTime: Programs = function* (sys) {
  yield* sys.clock_gettime(CLOCK_MONOTONIC);
  yield* sys.getppid();
};

/** A reader who polls two pipes, whose writers come together or a second apart. */
function polled(apart: boolean): Run {
  return run(function* (sys) {
    const pipes = [yield* sys.pipe(), yield* sys.pipe()];
    for (const [i, [, w]] of pipes.entries()) {
      yield* sys.fork(function* writer(sys) {
        if (apart) yield* sys.nanosleep({ tv_sec: i, tv_nsec: 0 });
        yield* sys.write(w, bytes("x"));
        yield* sys.pause();
      });
    }
    const open = pipes.map(([r]) => r);
    yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 1000 });
    while (open.length > 0) {
      const fds = open.map((fd) => ({ fd, events: POLLIN, revents: 0 }));
      yield* sys.poll(fds, -1);
      for (const { fd, revents } of fds) {
        if (revents === 0) continue;
        yield* sys.read(fd, 1);
        open.splice(open.indexOf(fd), 1);
      }
    }
  });
}

/** A reader who polls two pipes, of which either is written to first. */
function polledInOrder(first: number): Run {
  return run(function* (sys) {
    const pipes = [yield* sys.pipe(), yield* sys.pipe()];
    for (const [i, [, w]] of pipes.entries()) {
      yield* sys.fork(function* writer(sys) {
        if (i !== first) yield* sys.nanosleep({ tv_sec: 1, tv_nsec: 0 });
        yield* sys.write(w, bytes("x"));
      });
    }
    for (let i = 0; i < 2; i++) {
      const fds = pipes.map(([fd]) => ({ fd, events: POLLIN, revents: 0 }));
      yield* sys.poll(fds, -1);
      for (const { fd, revents } of fds) if (revents !== 0) yield* sys.read(fd, 1);
    }
  });
}

/** Reads once from a nonblocking pipe, into which somebody else writes early or late. */
function impatient(late: boolean): Run {
  return run(function* (sys) {
    const [r, w] = yield* sys.pipe2(O_NONBLOCK);
    yield* sys.fork(function* writer(sys) {
      if (late) yield* sys.nanosleep({ tv_sec: 2, tv_nsec: 0 });
      yield* sys.write(w, bytes("x"));
    });
    yield* sys.nanosleep({ tv_sec: 1, tv_nsec: 0 });
    yield* attempt(sys.read(r, 1));
    yield* sys.waitpid(-1, 0);
  });
}

function* attempt<Result>(call: Program<Result>): Program<Result | string> {
  try {
    return yield* call;
  } catch (error) {
    if (isSystemError(error)) return error.code;
    throw error;
  }
}

const alone: Programs = function* (sys) {
  const [r, w] = yield* sys.pipe2(O_NONBLOCK);
  yield* sys.write(w, bytes("x"));
  yield* attempt(sys.read(r, 1));
};

/** Writes twice to a peer that has gone. */
const toNobody: Programs = function* (sys) {
  const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.bind(fd, at(80));
  yield* sys.listen(fd, 5);
  const client = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.connect(client, at(80));
  yield* sys.close(yield* sys.accept(fd));
  for (let i = 0; i < 2; i++) yield* attempt(sys.send(client, bytes("x"), MSG_NOSIGNAL));
};

/** A client that connects until it gets through, to a server that is there at once or a moment later. */
function early(late: boolean): Run {
  return run({
    *server(sys) {
      if (late) yield* sys.nanosleep({ tv_sec: 1, tv_nsec: 0 });
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.bind(fd, at(80));
      yield* sys.listen(fd, 5);
      yield* sys.accept(fd);
    },
    *client(sys) {
      for (;;) {
        const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
        const answer = yield* attempt(sys.connect(fd, at(80)));
        if (answer !== "ECONNREFUSED") return;
        yield* sys.close(fd);
        yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 600_000_000 });
      }
    },
  });
}

function lone(order: readonly string[]): Programs {
  return function* (sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    for (const which of order) {
      if (which === "a") yield* sys.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1);
      else yield* sys.getsockname(fd);
    }
  };
}

/** A process that counts until its child kills it, and what it did after so many of its calls left out. */
function killed(calls: number): Run {
  const whole = run(function* (sys) {
    const pid = yield* sys.getpid();
    yield* sys.fork(function* (sys) {
      yield* sys.nanosleep({ tv_sec: 3, tv_nsec: 500_000_000 });
      yield* sys.kill(pid, SIGKILL);
    });
    for (;;) yield* sys.nanosleep({ tv_sec: 1, tv_nsec: 0 });
  });
  let seen = 0;
  return changed(whole, ({ process }) => (process === "program" && ++seen > calls ? null : {}));
}

/** Waits for two children, of which `first` ends first. */
function children(first: number): Run {
  return run(function* (sys: Sys) {
    for (const i of [0, 1]) {
      yield* sys.fork(function* (sys) {
        if (i !== first) yield* sys.nanosleep({ tv_sec: 1, tv_nsec: 0 });
        yield* sys.exit(i);
      });
    }
    for (let i = 0; i < 2; i++) yield* sys.waitpid(-1, 0);
  });
}

/** Looks until it is there, the first time in vain; or with so many of its calls before that left out. */
function looking(without: number): Run {
  const whole = run(function* (sys) {
    const [r, w] = yield* sys.pipe2(O_NONBLOCK);
    yield* sys.fork(function* writer(sys) {
      yield* sys.nanosleep({ tv_sec: 1, tv_nsec: 0 });
      yield* sys.write(w, bytes("x"));
    });
    while ((yield* attempt(sys.read(r, 1))) === "EAGAIN") yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 300_000_000 });
    yield* sys.waitpid(-1, 0);
  });
  let seen = 0;
  const isLook = ({ name, process, error }: SystemCallRecord) =>
    process === "program" && (name === "nanosleep" || (name === "read" && error === EAGAIN));
  return changed(whole, (record) => (isLook(record) && ++seen <= without ? null : {}));
}

export const timingExamples: readonly Example[] = [
  {
    rule: "other-order",
    says: "two pipes, served in the order in which they became ready",
    allowed: () => [polledInOrder(0), polledInOrder(1)],
    saysNot: "one lone thread that makes its calls in another order",
    wrong: () => [run(lone(["a", "b"])), run(lone(["b", "a"]))],
  },
  {
    rule: "time",
    says: "another time",
    allowed: () => [run(asksTime), changedCall(run(asksTime), "clock_gettime", { result: { tv_sec: 9, tv_nsec: 9 } })],
    saysNot: "a clock that fails",
    wrong: () => [run(asksTime), changedCall(run(asksTime), "clock_gettime", { result: undefined, error: EAGAIN })],
  },
  {
    rule: "ready-now",
    says: "two who write together, or one after the other",
    allowed: () => [polled(false), polled(true)],
    saysNot: "a pipe that is reported to be at its end and isn't",
    wrong: () => [
      polled(false),
      changedCall(polled(true), "poll", {
        argsAfter: [
          [
            { fd: 3, events: POLLIN, revents: POLLIN | POLLHUP },
            { fd: 5, events: POLLIN, revents: 0 },
          ],
        ],
      }),
    ],
  },
  {
    rule: "not-yet",
    says: "bytes of another process that are there when a nonblocking read looks, or not yet",
    allowed: () => [impatient(false), impatient(true)],
    saysNot: "bytes of the reader's own that aren't there",
    wrong: () => [run(alone), changedCall(run(alone), "read", { result: undefined, error: EAGAIN })],
  },
  {
    rule: "reset-underway",
    says: "a write that fails once the peer's reset is here",
    allowed: () => [run(toNobody), changedCall(run(toNobody), "send", { result: 1, error: undefined }, 2)],
    saysNot: "a write that is refused for another reason",
    wrong: () => [run(toNobody), changedCall(run(toNobody), "send", { result: undefined, error: EAGAIN }, 2)],
  },
  {
    rule: "too-early",
    says: "a client that is refused as long as its server doesn't listen",
    allowed: () => [early(false), early(true)],
    saysNot: "a client that is refused while its server listens",
    wrong: () => [early(false), changedCall(early(false), "connect", { result: undefined, error: ECONNREFUSED })],
  },
  {
    rule: "afterwards",
    says: "what a refused client does before it tries again",
    allowed: () => [early(false), early(true)],
    saysNot: "one more call without any reason",
    wrong: () => [run(asksTime), changedCall(run(asksTime), "getppid", null)],
  },
  {
    rule: "cut-off",
    says: "how far a process has come when it is killed",
    allowed: () => [killed(4), killed(5)],
    saysNot: "a process that ends in another way",
    wrong: () => [killed(4), { ...killed(4), processes: killed(4).processes.map((one) => ({ ...one, status: 0 })) }],
  },
  {
    rule: "any-child",
    says: "which of two children ends first",
    allowed: () => [children(0), children(1)],
    saysNot: "a wait that fails",
    wrong: () => [children(0), changedCall(children(1), "waitpid", { result: undefined, error: EPIPE })],
  },
  {
    rule: "looked-again",
    says: "how often somebody looks in vain",
    allowed: () => [looking(0), looking(4)],
    saysNot: "a byte that comes twice",
    wrong: () => [looking(0), withOneMore(looking(4))],
  },
];

/** The run with one successful read more. */
function withOneMore(one: Run): Run {
  const read = one.calls.find(({ name, error }) => name === "read" && !error);
  if (!read) throw new Error("nothing was read");
  const last = Math.max(...one.calls.map(({ enter, exit }) => Math.max(enter, exit ?? 0)));
  return { ...one, calls: [...one.calls, { ...read, enter: last + 1, exit: last + 2 }] };
}
