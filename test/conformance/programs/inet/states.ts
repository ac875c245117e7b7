/**
 * The states of a connection, as TCP_INFO tells them, through its whole life. A peer that doesn't read holds a FIN back behind the
 * bytes that it has no room for, and so the states in the middle of the end last long enough to be seen.
 */
import {
  AF_UNSPEC,
  bytes,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  POLLIN,
  POLLOUT,
  POLLRDHUP,
  type Program,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SO_LINGER,
  SO_RCVBUF,
  SO_SNDBUF,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  SOL_TCP,
  type Sys,
  TCP_INFO,
  text,
} from "fd3";
import { attempt, type ConformanceProgram, one, type Suite, walks } from "../program";
import { connected, EVERY_EVENT, listening, moment, nobody, reset, states, tcpSocket, until } from "./ends";

const { suite, agree } = walks();

agree("CLOSE, LISTEN, SYN_SENT, ESTABLISHED; tcp(7)", function* (sys) {
  const listener = yield* tcpSocket(sys);
  yield* states(sys, listener);
  yield* sys.bind(listener, { address: "127.0.0.1", port: 0 });
  yield* states(sys, listener);
  yield* sys.listen(listener, 0);
  yield* states(sys, listener);
  const name = yield* sys.getsockname(listener);
  const first = yield* tcpSocket(sys);
  yield* sys.connect(first, name);
  const second = yield* tcpSocket(sys, SOCK_NONBLOCK);
  yield* attempt(sys.connect(second, name));
  yield* states(sys, first, second);
});
agree("our end first: FIN_WAIT2, then CLOSE; theirs: CLOSE_WAIT, then CLOSE; RFC 9293 3.6", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.shutdown(c, SHUT_WR);
  yield* moment(sys);
  yield* states(sys, c, s);
  yield* sys.shutdown(s, SHUT_WR);
  yield* moment(sys);
  yield* states(sys, c, s);
});
agree("shutdown of reading is no state of TCP; shutdown(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.shutdown(c, SHUT_RD);
  yield* sys.shutdown(s, SHUT_RD);
  yield* moment(sys);
  yield* states(sys, c, s);
});
agree("a reset leads to CLOSE from every state; RFC 9293 3.10.7.4", function* (sys) {
  for (const before of ["nothing", "its end", "our end"]) {
    const [c, s] = yield* connected(sys);
    if (before === "its end") yield* sys.shutdown(s, SHUT_WR);
    if (before === "our end") yield* sys.shutdown(c, SHUT_WR);
    yield* moment(sys);
    yield* states(sys, c);
    yield* reset(sys, s);
    yield* moment(sys);
    yield* states(sys, c);
    yield* attempt(sys.recv(c, 1, 0));
    yield* attempt(sys.recv(c, 1, 0));
    yield* attempt(sys.send(c, bytes("x"), MSG_NOSIGNAL));
  }
});
agree("refused and dissolved sockets are CLOSE; connect(2)", function* (sys) {
  const fd = yield* tcpSocket(sys);
  yield* attempt(sys.connect(fd, yield* nobody(sys)));
  yield* states(sys, fd);
  const [c, s] = yield* connected(sys);
  yield* sys.connect(c, { family: AF_UNSPEC });
  yield* moment(sys);
  yield* states(sys, c, s);
});
agree("a listener that is dissolved and listens again; listen(2)", function* (sys) {
  const { listener } = yield* listening(sys);
  yield* sys.connect(listener, { family: AF_UNSPEC });
  yield* states(sys, listener);
  yield* sys.listen(listener, 3);
  yield* states(sys, listener);
});
agree("the port of who ended first can't be bound for a minute, of who ended second at once; tcp(7)", function* (sys) {
  for (const clientFirst of [true, false]) {
    const { listener, name } = yield* listening(sys);
    const c = yield* tcpSocket(sys);
    yield* sys.connect(c, name);
    const s = yield* sys.accept(listener);
    yield* sys.close(listener);
    const [first, second] = clientFirst ? [c, s] : [s, c];
    yield* sys.close(first);
    yield* until(sys, second, POLLRDHUP);
    yield* sys.close(second);
    yield* moment(sys);
    yield* attempt(sys.bind(yield* tcpSocket(sys), name));
  }
});

/** A connection whose client has more to send than its server has room for. */
function* stuck(sys: Sys): Program<{ c: number; s: number; sent: number }> {
  const [c, s] = yield* connected(sys);
  yield* sys.setsockopt(c, SOL_SOCKET, SO_SNDBUF, 20_000);
  yield* sys.setsockopt(s, SOL_SOCKET, SO_RCVBUF, 20_000);
  let sent = 0;
  for (let rounds = 0; rounds < 2; ) {
    const count = yield* attempt(sys.send(c, new Uint8Array(65_536), MSG_DONTWAIT));
    if (typeof count === "number") {
      sent += count;
      rounds = 0;
    } else {
      yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 50_000_000 });
      rounds++;
    }
  }
  return { c, s, sent };
}

function* stateOf(sys: Sys, fd: number): Program<number> {
  return ((yield* sys.getsockopt(fd, SOL_TCP, TCP_INFO)) as { tcpi_state: number }).tcpi_state;
}

function* bits(sys: Sys, fd: number): Program<number> {
  const fds = [{ fd, events: EVERY_EVENT, revents: 0 }];
  yield* sys.poll(fds, 0);
  return fds[0].revents;
}

/** State and readiness of both ends. */
function* picture(sys: Sys, c: number, s: number): Program<number[]> {
  yield* moment(sys);
  return [yield* stateOf(sys, c), yield* bits(sys, c), yield* stateOf(sys, s), yield* bits(sys, s)];
}

function* readAll(sys: Sys, fd: number): Program<number> {
  for (let count = 0; ; ) {
    const data = yield* sys.recv(fd, 1_000_000, 0);
    if (data.length === 0) return count;
    count += data.length;
  }
}

/** How much is stuck differs from run to run. */
function returns(source: string, program: (sys: Sys) => Program): ConformanceProgram {
  return { ...one(source, program), resultOnly: true };
}

const lasting: Suite = {
  "FIN_WAIT1 lasts while the FIN waits behind bytes, and all of them arrive before it": returns(
    "RFC 9293 3.6",
    function* (sys) {
      const { c, s, sent } = yield* stuck(sys);
      yield* sys.shutdown(c, SHUT_WR);
      const before = yield* picture(sys, c, s);
      const received = yield* readAll(sys, s);
      return [before, received === sent, yield* picture(sys, c, s)];
    },
  ),
  "CLOSING: the peer's FIN comes while ours waits": returns("RFC 9293 3.6", function* (sys) {
    const { c, s, sent } = yield* stuck(sys);
    yield* sys.shutdown(c, SHUT_WR);
    yield* sys.shutdown(s, SHUT_WR);
    const before = yield* picture(sys, c, s);
    const received = yield* readAll(sys, s);
    return [before, received === sent, yield* picture(sys, c, s)];
  }),
  "LAST_ACK: the peer has ended, and our FIN waits": returns("RFC 9293 3.6", function* (sys) {
    const { c, s, sent } = yield* stuck(sys);
    yield* sys.shutdown(s, SHUT_WR);
    const peerDone = yield* picture(sys, c, s);
    yield* sys.shutdown(c, SHUT_WR);
    const before = yield* picture(sys, c, s);
    const received = yield* readAll(sys, s);
    return [peerDone, before, received === sent, yield* picture(sys, c, s)];
  }),
  "dissolving a connection that is stuck in LAST_ACK or CLOSING resets it": returns("connect(2)", function* (sys) {
    const outcomes: unknown[] = [];
    for (const oursFirst of [true, false]) {
      const { c, s } = yield* stuck(sys);
      yield* sys.shutdown(oursFirst ? c : s, SHUT_WR);
      yield* moment(sys);
      yield* sys.shutdown(oursFirst ? s : c, SHUT_WR);
      yield* moment(sys);
      yield* sys.connect(c, { family: AF_UNSPEC });
      outcomes.push(yield* picture(sys, c, s));
    }
    return outcomes;
  }),
  "FIN_WAIT1 still receives": returns("RFC 9293 3.6", function* (sys) {
    const { c, s } = yield* stuck(sys);
    yield* sys.shutdown(c, SHUT_WR);
    yield* sys.send(s, bytes("hello"), 0);
    yield* until(sys, c, POLLIN);
    return text(yield* sys.recv(c, 10, 0));
  }),
  "shut down for both while bytes wait: they still go": returns("shutdown(2)", function* (sys) {
    const { c, s, sent } = yield* stuck(sys);
    yield* sys.shutdown(c, SHUT_RDWR);
    const before = yield* picture(sys, c, s);
    return [before, (yield* readAll(sys, s)) === sent];
  }),
  "a closed connection still delivers what was written": returns("close(2)", function* (sys) {
    const { c, s, sent } = yield* stuck(sys);
    yield* sys.close(c);
    return (yield* readAll(sys, s)) === sent;
  }),
  "SO_LINGER {1, 0} throws away what waits": returns("socket(7)", function* (sys) {
    const { c, s } = yield* stuck(sys);
    yield* reset(sys, c);
    yield* moment(sys);
    let error: unknown = null;
    while (typeof error !== "string") error = yield* attempt(sys.recv(s, 1_000_000, 0));
    return [error, yield* stateOf(sys, s), yield* attempt(sys.recv(s, 1, 0))];
  }),
  "SO_LINGER {1, 1}: close waits a second for a peer that doesn't read, and no longer": returns(
    "socket(7)",
    function* (sys) {
      const { c, s, sent } = yield* stuck(sys);
      yield* sys.setsockopt(c, SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 1 });
      const before = yield* sys.clock_gettime(1);
      yield* sys.close(c);
      const after = yield* sys.clock_gettime(1);
      const waited = after.tv_sec - before.tv_sec + (after.tv_nsec - before.tv_nsec) / 1e9;
      return [waited > 0.9, yield* stateOf(sys, s), (yield* readAll(sys, s)) === sent];
    },
  ),
  "SO_LINGER {1, 5}: close ends when the peer has read": returns("socket(7)", function* (sys) {
    const { c, s, sent } = yield* stuck(sys);
    yield* sys.setsockopt(c, SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 5 });
    const tid = yield* sys.pthread_create(function* closer(t) {
      yield* t.close(c);
    });
    yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 50_000_000 });
    const received = yield* readAll(sys, s);
    yield* sys.pthread_join(tid);
    return [received === sent, yield* stateOf(sys, s)];
  }),
  "SO_LINGER on a nonblocking socket: close waits nevertheless": returns("socket(7)", function* (sys) {
    const { c, s } = yield* stuck(sys);
    yield* sys.fcntl(c, 4, 0o4000);
    yield* sys.setsockopt(c, SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 5 });
    const tid = yield* sys.pthread_create(function* closer(t) {
      yield* t.close(c);
    });
    yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 50_000_000 });
    yield* readAll(sys, s);
    yield* sys.pthread_join(tid);
    return yield* stateOf(sys, s);
  }),
  "a peer that reads makes room, and the connection is writable again": returns("poll(2)", function* (sys) {
    const { c, s, sent } = yield* stuck(sys);
    for (let left = sent; left > 0; ) left -= (yield* sys.recv(s, 1_000_000, 0)).length;
    yield* until(sys, c, POLLOUT);
    return [yield* stateOf(sys, c), yield* bits(sys, c)];
  }),
};

export const tcpStates: Suite = { ...suite, ...lasting };
