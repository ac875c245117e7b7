/**
 * Connections that are full: how much fits is Linux's own affair and differs from run to run, so only what the programs return is
 * compared.
 */
import {
  bytes,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  POLLOUT,
  type Program,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SO_RCVBUF,
  SO_SNDBUF,
  SO_SNDTIMEO,
  SOL_SOCKET,
  type Sys,
} from "fd3";
import { attempt, type ConformanceProgram, one, type Suite } from "../program";
import { connected, EVERY_EVENT, othersAsleep, reset, until } from "./ends";

/** Sends until nothing more fits, also after all that the peer's kernel takes was taken; returns how much did. */
function* filled(sys: Sys, fd: number): Program<number> {
  let sent = 0;
  for (let rounds = 0; rounds < 2; ) {
    const count = yield* attempt(sys.send(fd, new Uint8Array(65_536), MSG_DONTWAIT));
    if (typeof count === "number") {
      sent += count;
      rounds = 0;
    } else {
      yield* othersAsleep(sys);
      rounds++;
    }
  }
  return sent;
}

/** Receives as much. */
function* drained(sys: Sys, fd: number, count: number): Program<void> {
  for (let left = count; left > 0; ) left -= (yield* sys.recv(fd, 1_000_000, 0)).length;
}

function* bits(sys: Sys, fd: number): Program<number> {
  const fds = [{ fd, events: EVERY_EVENT, revents: 0 }];
  yield* sys.poll(fds, 0);
  return fds[0].revents;
}

/** A connection with small buffers. */
function* narrow(sys: Sys): Program<[number, number]> {
  const [c, s] = yield* connected(sys);
  yield* sys.setsockopt(c, SOL_SOCKET, SO_SNDBUF, 20_000);
  yield* sys.setsockopt(s, SOL_SOCKET, SO_RCVBUF, 20_000);
  return [c, s];
}

function returns(source: string, program: (sys: Sys) => Program): ConformanceProgram {
  return { ...one(source, program), resultOnly: true };
}

export const full: Suite = {
  "a full connection isn't writable, sends fail with EAGAIN, and nothing is sent without bytes": returns(
    "send(2), poll(2)",
    function* (sys) {
      const [c, s] = yield* narrow(sys);
      const before = yield* bits(sys, c);
      const sent = yield* filled(sys, c);
      const during = [
        yield* bits(sys, c),
        yield* attempt(sys.send(c, bytes("x"), MSG_DONTWAIT)),
        yield* attempt(sys.send(c, bytes(""), MSG_DONTWAIT)),
        yield* bits(sys, s),
      ];
      yield* drained(sys, s, sent);
      yield* until(sys, c, POLLOUT);
      return [before, during, yield* bits(sys, c), yield* sys.send(c, bytes("x"), MSG_DONTWAIT)];
    },
  ),
  "SO_SNDTIMEO ends a send into a full connection with EAGAIN": returns("socket(7)", function* (sys) {
    const [c] = yield* narrow(sys);
    yield* sys.setsockopt(c, SOL_SOCKET, SO_SNDTIMEO, { tv_sec: 0, tv_usec: 40_000 });
    yield* filled(sys, c);
    return [yield* attempt(sys.send(c, bytes("x"), 0)), yield* attempt(sys.write(c, bytes("x")))];
  }),
  "SO_SNDTIMEO ends a large send with what was taken": returns("socket(7)", function* (sys) {
    const [c] = yield* narrow(sys);
    yield* sys.setsockopt(c, SOL_SOCKET, SO_SNDTIMEO, { tv_sec: 0, tv_usec: 40_000 });
    const taken = yield* attempt(sys.send(c, new Uint8Array(5_000_000), 0));
    return [typeof taken === "number" && taken > 0 && taken < 5_000_000];
  }),
  "a sleeping send goes on as the peer reads, and takes all": returns("send(2)", function* (sys) {
    const [c, s] = yield* narrow(sys);
    const tid = yield* sys.pthread_create(function* writer(t) {
      return yield* t.send(c, new Uint8Array(500_000), 0);
    });
    yield* othersAsleep(sys);
    yield* drained(sys, s, 500_000);
    return yield* sys.pthread_join(tid);
  }),
  "a sleeping send fails when the peer resets: what was taken first, then the error": returns(
    "send(2)",
    function* (sys) {
      const [c, s] = yield* narrow(sys);
      yield* filled(sys, c);
      const tid = yield* sys.pthread_create(function* writer(t) {
        return [
          yield* attempt(t.send(c, bytes("x"), MSG_NOSIGNAL)),
          yield* attempt(t.send(c, bytes("x"), MSG_NOSIGNAL)),
        ];
      });
      yield* othersAsleep(sys);
      yield* reset(sys, s);
      return yield* sys.pthread_join(tid);
    },
  ),
  "a sleeping send fails when its own side shuts down writing": returns("shutdown(2)", function* (sys) {
    const [c] = yield* narrow(sys);
    yield* filled(sys, c);
    const tid = yield* sys.pthread_create(function* writer(t) {
      return yield* attempt(t.send(c, bytes("x"), MSG_NOSIGNAL));
    });
    yield* othersAsleep(sys);
    yield* sys.shutdown(c, SHUT_WR);
    return yield* sys.pthread_join(tid);
  }),
  "a full connection that is shut down is writable at once: the next write fails": returns("poll(2)", function* (sys) {
    const outcomes: unknown[] = [];
    for (const how of [SHUT_RD, SHUT_WR, SHUT_RDWR]) {
      const [c] = yield* narrow(sys);
      yield* filled(sys, c);
      yield* sys.shutdown(c, how);
      outcomes.push(yield* bits(sys, c), yield* attempt(sys.send(c, bytes("x"), MSG_NOSIGNAL | MSG_DONTWAIT)));
    }
    return outcomes;
  }),
  "a full connection whose peer has closed is reset: bytes were unread": returns("RFC 2525 2.17", function* (sys) {
    const [c, s] = yield* narrow(sys);
    yield* filled(sys, c);
    yield* sys.close(s);
    yield* until(sys, c, POLLOUT);
    return [
      yield* bits(sys, c),
      yield* attempt(sys.send(c, bytes("x"), MSG_NOSIGNAL)),
      yield* attempt(sys.recv(c, 1, 0)),
    ];
  }),
  "poll sleeps until a full connection has room again": returns("poll(2)", function* (sys) {
    const [c, s] = yield* narrow(sys);
    const sent = yield* filled(sys, c);
    const tid = yield* sys.pthread_create(function* waiter(t) {
      const fds = [{ fd: c, events: POLLOUT, revents: 0 }];
      return [yield* t.poll(fds, 4000), fds[0].revents];
    });
    yield* othersAsleep(sys);
    yield* drained(sys, s, sent);
    return yield* sys.pthread_join(tid);
  }),
  "select sleeps until a full connection has room again": returns("select(2)", function* (sys) {
    const [c, s] = yield* narrow(sys);
    const sent = yield* filled(sys, c);
    const set = new Set([c]);
    const none = yield* sys.select(c + 1, null, set, null, { tv_sec: 0, tv_usec: 0 });
    const tid = yield* sys.pthread_create(function* waiter(t) {
      const writefds = new Set([c]);
      return [yield* t.select(c + 1, null, writefds, null, { tv_sec: 4, tv_usec: 0 }), [...writefds]];
    });
    yield* othersAsleep(sys);
    yield* drained(sys, s, sent);
    return [none, yield* sys.pthread_join(tid)];
  }),
};
