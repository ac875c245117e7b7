/** TCP sockets on the loopback: what a program sees of them. */
import {
  AF_INET,
  AF_UNSPEC,
  bytes,
  FIONREAD,
  type InetAddress,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  SHUT_RD,
  SHUT_RDWR,
  SIOCOUTQ,
  SO_ACCEPTCONN,
  SO_DOMAIN,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_SNDBUF,
  SO_TYPE,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  SOL_TCP,
  type Sys,
  TCP_CORK,
  TCP_INFO,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_MAXSEG,
  TCP_NODELAY,
  TCP_SYNCNT,
  TCP_USER_TIMEOUT,
  text,
} from "fd3";
import { attempt, one, pause, type Suite } from "./program";

const LOOPBACK = "127.0.0.1";
const ALL_EVENTS = 0x23c7;

export function* listening(sys: Sys, backlog = 5) {
  const listener = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.bind(listener, { address: LOOPBACK, port: 0 });
  yield* sys.listen(listener, backlog);
  const name = (yield* sys.getsockname(listener)) as InetAddress;
  return { listener, name };
}

/** Two ends of one connection: the client's and the server's. */
export function* connected(sys: Sys) {
  const { listener, name } = yield* listening(sys);
  const client = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.connect(client, name);
  const server = yield* sys.accept(listener);
  yield* sys.close(listener);
  return [client, server] as const;
}

export function* readinessOf(sys: Sys, fd: number) {
  const fds = [{ fd, events: ALL_EVENTS, revents: 0 }];
  yield* sys.poll(fds, 0);
  return `0x${fds[0].revents.toString(16)}`;
}

export function* heard(sys: Sys, fd: number, size = 100, flags = MSG_DONTWAIT) {
  const outcome = yield* attempt(sys.recv(fd, size, flags));
  return typeof outcome === "string" ? outcome : `"${text(outcome)}"`;
}

export function* stateOf(sys: Sys, fd: number) {
  return ((yield* sys.getsockopt(fd, SOL_TCP, TCP_INFO)) as { tcpi_state: number }).tcpi_state;
}

/** Abandons a connection by a RST. */
export function* reset(sys: Sys, fd: number) {
  yield* sys.setsockopt(fd, SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
  yield* sys.close(fd);
}

export const tcp: Suite = {
  "bytes go both ways and keep no boundaries": one("tcp(7)", function* (sys: Sys) {
    const [c, s] = yield* connected(sys);
    yield* sys.write(c, bytes("ab"));
    yield* sys.write(c, bytes("cd"));
    yield* sys.write(s, bytes("back"));
    yield* pause(sys);
    return [yield* heard(sys, s, 3), yield* heard(sys, s), yield* heard(sys, c), yield* heard(sys, c)];
  }),
  "a new socket: its options, its readiness, what it refuses": one("tcp(7), poll(2)", function* (sys: Sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    const outcomes: unknown[] = [];
    for (const option of [SO_TYPE, SO_DOMAIN, SO_PROTOCOL, SO_ERROR, SO_ACCEPTCONN, SO_SNDBUF, SO_RCVBUF, SO_KEEPALIVE])
      outcomes.push(yield* attempt(sys.getsockopt(fd, SOL_SOCKET, option)));
    for (const option of [
      TCP_NODELAY,
      TCP_CORK,
      TCP_MAXSEG,
      TCP_KEEPIDLE,
      TCP_KEEPINTVL,
      TCP_KEEPCNT,
      TCP_SYNCNT,
      TCP_USER_TIMEOUT,
      999,
    ])
      outcomes.push(yield* attempt(sys.getsockopt(fd, SOL_TCP, option)));
    outcomes.push(yield* readinessOf(sys, fd), yield* stateOf(sys, fd));
    outcomes.push(yield* attempt(sys.recv(fd, 1, 0)), yield* attempt(sys.send(fd, bytes("x"), MSG_NOSIGNAL)));
    outcomes.push(
      yield* attempt(sys.accept(fd)),
      yield* attempt(sys.getpeername(fd)),
      yield* attempt(sys.getsockname(fd)),
    );
    outcomes.push(yield* attempt(sys.shutdown(fd, SHUT_RDWR)), yield* readinessOf(sys, fd));
    outcomes.push(yield* attempt(sys.ioctl(fd, FIONREAD)), yield* attempt(sys.ioctl(fd, SIOCOUTQ)));
    return outcomes;
  }),
  "options that can be set, and their limits": one("tcp(7)", function* (sys: Sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    const outcomes: unknown[] = [];
    const tries: [number, number][] = [
      [TCP_NODELAY, 7],
      [TCP_CORK, 1],
      [TCP_MAXSEG, 1000],
      [TCP_MAXSEG, 10],
      [TCP_MAXSEG, 40_000],
      [TCP_KEEPIDLE, 0],
      [TCP_KEEPIDLE, 100],
      [TCP_KEEPINTVL, 40_000],
      [TCP_KEEPCNT, 128],
      [TCP_KEEPCNT, 3],
      [TCP_SYNCNT, 0],
      [TCP_SYNCNT, 2],
      [TCP_USER_TIMEOUT, 5000],
      [TCP_USER_TIMEOUT, -1],
      [999, 1],
    ];
    for (const [option, value] of tries) {
      outcomes.push(yield* attempt(sys.setsockopt(fd, SOL_TCP, option, value)));
      outcomes.push(yield* attempt(sys.getsockopt(fd, SOL_TCP, option)));
    }
    return outcomes;
  }),
  "bind: taken, not ours, twice": one("ip(7), bind(2)", function* (sys: Sys) {
    const { listener, name } = yield* listening(sys);
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    return [
      yield* attempt(sys.bind(fd, name)),
      yield* attempt(sys.bind(fd, { address: "10.99.99.99", port: 0 })),
      yield* attempt(sys.bind(fd, { address: "0.0.0.0", port: name.port })),
      yield* attempt(sys.bind(fd, { address: LOOPBACK, port: 0 })),
      yield* attempt(sys.bind(fd, { address: LOOPBACK, port: 0 })),
      yield* attempt(sys.bind(listener, name)),
      ((yield* sys.getsockname(fd)) as InetAddress).port > 0,
    ];
  }),
  "nobody listens: ECONNREFUSED, and the socket can be used again": one("connect(2)", function* (sys: Sys) {
    const { listener, name } = yield* listening(sys);
    yield* sys.close(listener);
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    const first = yield* attempt(sys.connect(fd, name));
    const again = yield* listening(sys);
    return [
      first,
      yield* readinessOf(sys, fd),
      yield* sys.getsockopt(fd, SOL_SOCKET, SO_ERROR),
      yield* attempt(sys.connect(fd, again.name)),
      yield* stateOf(sys, fd),
    ];
  }),
  "a nonblocking connect: EINPROGRESS, writable, SO_ERROR": one("connect(2)", function* (sys: Sys) {
    const { name } = yield* listening(sys);
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
    const first = yield* attempt(sys.connect(fd, name));
    yield* pause(sys);
    return [
      first,
      yield* readinessOf(sys, fd),
      yield* sys.getsockopt(fd, SOL_SOCKET, SO_ERROR),
      yield* attempt(sys.connect(fd, name)),
      yield* attempt(sys.connect(fd, name)),
    ];
  }),
  "a nonblocking connect that is refused": one("connect(2)", function* (sys: Sys) {
    const { listener, name } = yield* listening(sys);
    yield* sys.close(listener);
    const outcomes: unknown[] = [];
    for (const ask of [true, false]) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
      outcomes.push(yield* attempt(sys.connect(fd, name)));
      yield* pause(sys);
      outcomes.push(yield* readinessOf(sys, fd));
      if (ask) outcomes.push(yield* sys.getsockopt(fd, SOL_SOCKET, SO_ERROR), yield* readinessOf(sys, fd));
      outcomes.push(yield* attempt(sys.connect(fd, name)));
      yield* pause(sys);
      outcomes.push(yield* attempt(sys.send(fd, bytes("x"), MSG_NOSIGNAL)), yield* attempt(sys.recv(fd, 1, 0)));
    }
    return outcomes;
  }),
  "connect where it can't: connected, listening, another family": one("connect(2)", function* (sys: Sys) {
    const [c] = yield* connected(sys);
    const { listener, name } = yield* listening(sys);
    const fresh = yield* sys.socket(AF_INET, SOCK_STREAM);
    return [
      yield* attempt(sys.connect(c, name)),
      yield* attempt(sys.connect(listener, name)),
      yield* attempt(sys.connect(fresh, { path: "/x" })),
      yield* attempt(sys.connect(fresh, { address: "255.255.255.255", port: 9 })),
      yield* attempt(sys.listen(c, 1)),
      yield* attempt(sys.recv(listener, 1, 0)),
      yield* attempt(sys.send(listener, bytes("x"), MSG_NOSIGNAL)),
      yield* readinessOf(sys, listener),
    ];
  }),
  "AF_UNSPEC dissolves a connection, with a RST": one("connect(2)", function* (sys: Sys) {
    const [c, s] = yield* connected(sys);
    const outcomes: unknown[] = [yield* attempt(sys.connect(c, { family: AF_UNSPEC }))];
    yield* pause(sys);
    outcomes.push(yield* stateOf(sys, c), yield* readinessOf(sys, c), yield* attempt(sys.getpeername(c)));
    outcomes.push(yield* readinessOf(sys, s), yield* heard(sys, s), yield* heard(sys, s));
    return outcomes;
  }),
  "the names of both ends": one("getsockname(2)", function* (sys: Sys) {
    const [c, s] = yield* connected(sys);
    const names = [
      yield* sys.getsockname(c),
      yield* sys.getpeername(c),
      yield* sys.getsockname(s),
      yield* sys.getpeername(s),
    ];
    const [a, b, d, e] = names as InetAddress[];
    return [a.port === e.port, b.port === d.port, a.address, b.address, d.address, e.address];
  }),
  "a listener: readable when there is somebody to accept": one("accept(2), poll(2)", function* (sys: Sys) {
    const { listener, name } = yield* listening(sys);
    const before = [yield* readinessOf(sys, listener), yield* sys.getsockopt(listener, SOL_SOCKET, SO_ACCEPTCONN)];
    const client = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.connect(client, name);
    yield* sys.write(client, bytes("early"));
    const during = yield* readinessOf(sys, listener);
    const server = yield* sys.accept(listener);
    return [
      before,
      during,
      yield* readinessOf(sys, listener),
      yield* heard(sys, server),
      yield* stateOf(sys, listener),
    ];
  }),
  "shutdown of a listener ends its accept; it can listen again": one("shutdown(2)", function* (sys: Sys) {
    const { listener, name } = yield* listening(sys);
    const tid = yield* sys.pthread_create(function* acceptor(t) {
      return yield* attempt(t.accept(listener));
    });
    yield* pause(sys);
    yield* sys.shutdown(listener, SHUT_RD);
    const outcome = yield* sys.pthread_join(tid);
    const client = yield* sys.socket(AF_INET, SOCK_STREAM);
    const refused = yield* attempt(sys.connect(client, name));
    return [
      outcome,
      refused,
      yield* stateOf(sys, listener),
      yield* readinessOf(sys, listener),
      yield* attempt(sys.listen(listener, 1)),
    ];
  }),
  "closing a listener resets who wasn't accepted": one("listen(2)", function* (sys: Sys) {
    const { listener, name } = yield* listening(sys);
    const client = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.connect(client, name);
    yield* sys.close(listener);
    yield* pause(sys);
    return [yield* readinessOf(sys, client), yield* heard(sys, client), yield* heard(sys, client)];
  }),
  "the backlog holds one more than it says; the next waits": one("listen(2)", function* (sys: Sys) {
    const { name } = yield* listening(sys, 1);
    const outcomes: unknown[] = [];
    for (let i = 0; i < 4; i++) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
      outcomes.push(yield* attempt(sys.connect(fd, name)));
      yield* pause(sys);
      outcomes.push(yield* stateOf(sys, fd));
    }
    return outcomes;
  }),
};
