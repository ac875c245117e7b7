/** TCP, continued: how connections end, and what the flags and full buffers do. */
import {
  AF_INET,
  bytes,
  FIONREAD,
  MSG_DONTWAIT,
  MSG_MORE,
  MSG_NOSIGNAL,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SIOCOUTQ,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_SNDBUF,
  SOCK_STREAM,
  SOL_SOCKET,
  SOL_TCP,
  type Sys,
  TCP_CORK,
  TCP_NODELAY,
  WTERMSIG,
} from "fd3";
import { attempt, byResult, one, pause, type Suite } from "./program";
import { connected, heard, listening, readinessOf, reset, stateOf } from "./tcp";

export const tcpStreams: Suite = {
  "the end: FIN after the bytes, states on both sides": one("tcp(7), shutdown(2)", function* (sys: Sys) {
    const [c, s] = yield* connected(sys);
    yield* sys.write(c, bytes("last"));
    yield* sys.shutdown(c, SHUT_WR);
    yield* pause(sys);
    const outcomes: unknown[] = [yield* stateOf(sys, c), yield* stateOf(sys, s)];
    outcomes.push(yield* readinessOf(sys, c), yield* readinessOf(sys, s), yield* heard(sys, s), yield* heard(sys, s));
    yield* sys.write(s, bytes("answer"));
    yield* pause(sys);
    outcomes.push(yield* heard(sys, c), yield* attempt(sys.send(c, bytes("x"), MSG_NOSIGNAL)));
    yield* sys.shutdown(s, SHUT_WR);
    yield* pause(sys);
    outcomes.push(
      yield* stateOf(sys, c),
      yield* stateOf(sys, s),
      yield* readinessOf(sys, c),
      yield* readinessOf(sys, s),
    );
    outcomes.push(yield* heard(sys, c), yield* attempt(sys.shutdown(c, SHUT_WR)), yield* attempt(sys.getpeername(c)));
    return outcomes;
  }),
  "write to a peer that has closed: first taken, then EPIPE after its RST": one("tcp(7)", function* (sys: Sys) {
    const [c, s] = yield* connected(sys);
    yield* sys.close(s);
    yield* pause(sys);
    const outcomes: unknown[] = [yield* readinessOf(sys, c)];
    outcomes.push(yield* attempt(sys.send(c, bytes("x"), MSG_NOSIGNAL)));
    yield* pause(sys);
    outcomes.push(yield* readinessOf(sys, c), yield* attempt(sys.send(c, bytes("x"), MSG_NOSIGNAL)));
    outcomes.push(yield* attempt(sys.send(c, bytes("x"), MSG_NOSIGNAL)), yield* heard(sys, c), yield* stateOf(sys, c));
    return outcomes;
  }),
  "SIGPIPE from a broken connection": one("send(2)", function* (sys: Sys) {
    const pid = yield* sys.fork(function* child(t) {
      const fd = yield* t.socket(AF_INET, SOCK_STREAM);
      yield* t.send(fd, bytes("x"), 0);
    });
    return WTERMSIG((yield* sys.waitpid(pid, 0)).status);
  }),
  "closing with unread bytes resets: ECONNRESET once, then end of file": one("RFC 2525 2.17", function* (sys: Sys) {
    const [c, s] = yield* connected(sys);
    yield* sys.write(c, bytes("unread"));
    yield* sys.write(s, bytes("for c"));
    yield* pause(sys);
    yield* sys.close(s);
    yield* pause(sys);
    return [
      yield* readinessOf(sys, c),
      yield* heard(sys, c),
      yield* heard(sys, c),
      yield* heard(sys, c),
      yield* attempt(sys.send(c, bytes("x"), MSG_NOSIGNAL)),
      yield* attempt(sys.getpeername(c)),
      yield* stateOf(sys, c),
    ];
  }),
  "SO_LINGER with zero resets": one("socket(7)", function* (sys: Sys) {
    const [c, s] = yield* connected(sys);
    yield* reset(sys, s);
    yield* pause(sys);
    return [
      yield* readinessOf(sys, c),
      yield* sys.getsockopt(c, SOL_SOCKET, SO_ERROR),
      yield* readinessOf(sys, c),
      yield* heard(sys, c),
      yield* attempt(sys.shutdown(c, SHUT_WR)),
      yield* attempt(sys.send(c, bytes("x"), MSG_NOSIGNAL)),
    ];
  }),
  "a reset wakes a sleeping reader": one("tcp(7)", function* (sys: Sys) {
    const [c, s] = yield* connected(sys);
    const tid = yield* sys.pthread_create(function* reader(t) {
      return yield* attempt(t.read(c, 10));
    });
    yield* pause(sys);
    yield* reset(sys, s);
    return yield* sys.pthread_join(tid);
  }),
  "shutdown of reading: end of file, but what comes can still be read": one("shutdown(2)", function* (sys: Sys) {
    const [c, s] = yield* connected(sys);
    yield* sys.shutdown(c, SHUT_RD);
    const before = [yield* readinessOf(sys, c), yield* heard(sys, c)];
    yield* sys.write(s, bytes("more"));
    yield* pause(sys);
    return [before, yield* heard(sys, c), yield* heard(sys, c), yield* stateOf(sys, s)];
  }),
  "data for both directions shut down is answered with a RST": one("RFC 1122 4.2.2.13", function* (sys: Sys) {
    const [c, s] = yield* connected(sys);
    yield* sys.shutdown(c, SHUT_RDWR);
    yield* pause(sys);
    const before = [yield* stateOf(sys, c), yield* stateOf(sys, s), yield* readinessOf(sys, s)];
    yield* attempt(sys.send(s, bytes("late"), MSG_NOSIGNAL));
    yield* pause(sys);
    return [
      before,
      yield* stateOf(sys, c),
      yield* stateOf(sys, s),
      yield* readinessOf(sys, c),
      yield* readinessOf(sys, s),
    ];
  }),
  "both close at once": one("RFC 9293 3.6", function* (sys: Sys) {
    const [c, s] = yield* connected(sys);
    yield* sys.shutdown(c, SHUT_WR);
    yield* sys.shutdown(s, SHUT_WR);
    yield* pause(sys);
    return [
      yield* readinessOf(sys, c),
      yield* readinessOf(sys, s),
      yield* heard(sys, c),
      yield* heard(sys, s),
      yield* stateOf(sys, s),
    ];
  }),
  "MSG_PEEK, MSG_WAITALL, MSG_TRUNC": one("recv(2), tcp(7)", function* (sys: Sys) {
    const [c, s] = yield* connected(sys);
    yield* sys.write(c, bytes("abcdef"));
    yield* pause(sys);
    const outcomes: unknown[] = [yield* heard(sys, s, 2, MSG_PEEK), yield* heard(sys, s, 10, MSG_PEEK)];
    outcomes.push(yield* sys.ioctl(s, FIONREAD));
    yield* attempt(sys.recv(s, 2, MSG_TRUNC));
    outcomes.push(yield* sys.ioctl(s, FIONREAD));
    const writing = yield* sys.pthread_create(function* writer(t) {
      yield* pause(t);
      yield* t.write(c, bytes("ghij"));
      yield* pause(t);
      yield* t.close(c);
    });
    outcomes.push(
      yield* heard(sys, s, 7, MSG_WAITALL),
      yield* heard(sys, s, 7, MSG_WAITALL),
      yield* heard(sys, s, 7, MSG_WAITALL),
    );
    yield* sys.pthread_join(writing);
    return outcomes;
  }),
  "what a full connection takes, and when it is writable again": byResult(
    one("poll(2)", function* (sys: Sys) {
      const [c, s] = yield* connected(sys);
      let sent = 0;
      for (;;) {
        const count = yield* attempt(sys.send(c, new Uint8Array(65_536), MSG_DONTWAIT));
        if (typeof count === "string") break;
        sent += count;
      }
      yield* pause(sys);
      const full = yield* readinessOf(sys, c);
      let received = 0;
      while (received < sent) received += (yield* sys.read(s, 1_000_000)).length;
      yield* pause(sys);
      return [sent > 100_000, full, received === sent, yield* readinessOf(sys, c), yield* sys.ioctl(c, SIOCOUTQ)];
    }),
  ),
  "a sleeping writer goes on when the peer reads": byResult(
    one("send(2)", function* (sys: Sys) {
      const [c, s] = yield* connected(sys);
      yield* sys.setsockopt(c, SOL_SOCKET, SO_SNDBUF, 100_000);
      yield* sys.setsockopt(s, SOL_SOCKET, SO_RCVBUF, 100_000);
      const tid = yield* sys.pthread_create(function* writer(t) {
        return yield* t.write(c, new Uint8Array(2_000_000));
      });
      yield* pause(sys);
      let received = 0;
      while (received < 2_000_000) received += (yield* sys.read(s, 1_000_000)).length;
      return [received, yield* sys.pthread_join(tid)];
    }),
  ),
  "a cork holds small writes back, MSG_MORE too": one("tcp(7)", function* (sys: Sys) {
    const [c, s] = yield* connected(sys);
    yield* sys.setsockopt(c, SOL_TCP, TCP_CORK, 1);
    yield* sys.write(c, bytes("a"));
    yield* sys.write(c, bytes("b"));
    yield* pause(sys);
    const corked = [yield* heard(sys, s), yield* sys.ioctl(c, SIOCOUTQ)];
    yield* sys.setsockopt(c, SOL_TCP, TCP_CORK, 0);
    yield* pause(sys);
    const uncorked = yield* heard(sys, s);
    yield* sys.send(c, bytes("c"), MSG_MORE);
    yield* pause(sys);
    const more = yield* heard(sys, s);
    yield* sys.send(c, bytes("d"), 0);
    yield* pause(sys);
    return [corked, uncorked, more, yield* heard(sys, s)];
  }),
  "receiving with a timeout: EAGAIN": one("socket(7)", function* (sys: Sys) {
    const [c] = yield* connected(sys);
    yield* sys.setsockopt(c, SOL_SOCKET, SO_RCVTIMEO, { tv_sec: 0, tv_usec: 20_000 });
    return yield* attempt(sys.read(c, 1));
  }),
  "who closes first keeps the port in TIME_WAIT: bind needs SO_REUSEADDR": one("ip(7)", function* (sys: Sys) {
    const { listener, name } = yield* listening(sys);
    const client = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.connect(client, name);
    const server = yield* sys.accept(listener);
    yield* sys.close(listener);
    yield* sys.close(server);
    yield* pause(sys);
    yield* sys.close(client);
    yield* pause(sys);
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    const without = yield* attempt(sys.bind(fd, name));
    yield* sys.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    return [without, yield* attempt(sys.bind(fd, name)), yield* attempt(sys.listen(fd, 1))];
  }),
  "an accepted socket has its listener's options": one("tcp(7)", function* (sys: Sys) {
    const { listener, name } = yield* listening(sys);
    yield* sys.setsockopt(listener, SOL_TCP, TCP_NODELAY, 1);
    yield* sys.setsockopt(listener, SOL_SOCKET, SO_KEEPALIVE, 1);
    yield* sys.setsockopt(listener, SOL_SOCKET, SO_RCVBUF, 20_000);
    const client = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.connect(client, name);
    const server = yield* sys.accept(listener);
    return [
      yield* sys.getsockopt(server, SOL_TCP, TCP_NODELAY),
      yield* sys.getsockopt(server, SOL_SOCKET, SO_KEEPALIVE),
      yield* sys.getsockopt(server, SOL_SOCKET, SO_RCVBUF),
      yield* sys.getsockopt(client, SOL_SOCKET, SO_RCVBUF),
    ];
  }),
};
