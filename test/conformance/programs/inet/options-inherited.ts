/** What becomes of options: in an accepted connection, after connect, and when a connection is dissolved; accept(2), tcp(7), connect(2). */
import {
  AF_UNSPEC,
  bytes,
  IP_FREEBIND,
  IP_MINTTL,
  IP_PKTINFO,
  IP_RECVERR,
  IP_TOS,
  IP_TTL,
  type Program,
  SO_BROADCAST,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_OOBINLINE,
  SO_PRIORITY,
  SO_RCVBUF,
  SO_RCVLOWAT,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_SNDBUF,
  SO_SNDTIMEO,
  SO_TIMESTAMP,
  SOCK_NONBLOCK,
  SOL_IP,
  SOL_SOCKET,
  SOL_TCP,
  type SocketOptionValue,
  type Sys,
  TCP_CONGESTION,
  TCP_CORK,
  TCP_DEFER_ACCEPT,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_LINGER2,
  TCP_MAXSEG,
  TCP_NODELAY,
  TCP_NOTSENT_LOWAT,
  TCP_QUICKACK,
  TCP_SYNCNT,
  TCP_USER_TIMEOUT,
} from "fd3";
import { attempt, walks } from "../program";
import { anyPort, listening, nameOf, nobody, ready, tcpSocket } from "./ends";

const { suite, agree } = walks();

const options: Record<string, [level: number, option: number, value: SocketOptionValue]> = {
  SO_REUSEADDR: [SOL_SOCKET, SO_REUSEADDR, 1],
  SO_REUSEPORT: [SOL_SOCKET, SO_REUSEPORT, 1],
  SO_SNDBUF: [SOL_SOCKET, SO_SNDBUF, 10_000],
  SO_RCVBUF: [SOL_SOCKET, SO_RCVBUF, 10_000],
  SO_KEEPALIVE: [SOL_SOCKET, SO_KEEPALIVE, 1],
  SO_LINGER: [SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 7 }],
  SO_RCVLOWAT: [SOL_SOCKET, SO_RCVLOWAT, 9],
  SO_RCVTIMEO: [SOL_SOCKET, SO_RCVTIMEO, { tv_sec: 3, tv_usec: 0 }],
  SO_SNDTIMEO: [SOL_SOCKET, SO_SNDTIMEO, { tv_sec: 4, tv_usec: 0 }],
  SO_OOBINLINE: [SOL_SOCKET, SO_OOBINLINE, 1],
  SO_PRIORITY: [SOL_SOCKET, SO_PRIORITY, 4],
  SO_BROADCAST: [SOL_SOCKET, SO_BROADCAST, 1],
  SO_TIMESTAMP: [SOL_SOCKET, SO_TIMESTAMP, 1],
  IP_TOS: [SOL_IP, IP_TOS, 16],
  IP_TTL: [SOL_IP, IP_TTL, 33],
  IP_RECVERR: [SOL_IP, IP_RECVERR, 1],
  IP_PKTINFO: [SOL_IP, IP_PKTINFO, 1],
  IP_FREEBIND: [SOL_IP, IP_FREEBIND, 1],
  IP_MINTTL: [SOL_IP, IP_MINTTL, 3],
  TCP_NODELAY: [SOL_TCP, TCP_NODELAY, 1],
  TCP_MAXSEG: [SOL_TCP, TCP_MAXSEG, 700],
  TCP_CORK: [SOL_TCP, TCP_CORK, 1],
  TCP_KEEPIDLE: [SOL_TCP, TCP_KEEPIDLE, 55],
  TCP_KEEPINTVL: [SOL_TCP, TCP_KEEPINTVL, 44],
  TCP_KEEPCNT: [SOL_TCP, TCP_KEEPCNT, 3],
  TCP_SYNCNT: [SOL_TCP, TCP_SYNCNT, 2],
  TCP_LINGER2: [SOL_TCP, TCP_LINGER2, 5],
  TCP_DEFER_ACCEPT: [SOL_TCP, TCP_DEFER_ACCEPT, 3],
  TCP_CONGESTION: [SOL_TCP, TCP_CONGESTION, "reno"],
  TCP_USER_TIMEOUT: [SOL_TCP, TCP_USER_TIMEOUT, 5000],
  TCP_NOTSENT_LOWAT: [SOL_TCP, TCP_NOTSENT_LOWAT, 4444],
};

for (const [name, [level, option, value]] of Object.entries(options)) {
  agree(`${name} of a listener, in what it accepts; accept(2)`, function* (sys) {
    const listener = yield* tcpSocket(sys);
    yield* sys.setsockopt(listener, level, option, value);
    yield* sys.bind(listener, anyPort());
    yield* sys.listen(listener, 3);
    const client = yield* tcpSocket(sys);
    yield* sys.connect(client, yield* nameOf(sys, listener));
    // With TCP_DEFER_ACCEPT only then is there something to accept.
    yield* sys.send(client, bytes("x"), 0);
    const accepted = yield* sys.accept(listener);
    for (const fd of [listener, accepted]) yield* sys.getsockopt(fd, level, option);
    if (typeof value === "number") yield* sys.setsockopt(listener, level, option, 0 * value);
    yield* sys.getsockopt(accepted, level, option);
  });
  agree(`${name} of a client, when it connects and when that is dissolved; connect(2)`, function* (sys) {
    const { name } = yield* listening(sys);
    const client = yield* tcpSocket(sys);
    yield* sys.setsockopt(client, level, option, value);
    yield* sys.connect(client, name);
    yield* sys.getsockopt(client, level, option);
    yield* sys.connect(client, { family: AF_UNSPEC });
    yield* sys.getsockopt(client, level, option);
  });
}

agree("TCP_QUICKACK is forgotten by who listens; tcp(7)", function* (sys) {
  const fd = yield* tcpSocket(sys);
  yield* sys.setsockopt(fd, SOL_TCP, TCP_QUICKACK, 0);
  yield* sys.getsockopt(fd, SOL_TCP, TCP_QUICKACK);
  yield* sys.listen(fd, 1);
  yield* sys.getsockopt(fd, SOL_TCP, TCP_QUICKACK);
});

for (const [name, option, value] of [
  ["TCP_QUICKACK off", TCP_QUICKACK, 0],
  ["TCP_DEFER_ACCEPT", TCP_DEFER_ACCEPT, 3],
] as const)
  for (const sends of [false, true])
    agree(
      `a client with ${name} keeps the end of the handshake for its data, ${sends ? "which come" : "if they come"}; tcp(7)`,
      function* (sys) {
        const { listener, name } = yield* listening(sys);
        const client = yield* tcpSocket(sys);
        yield* sys.setsockopt(client, SOL_TCP, option, value);
        yield* sys.connect(client, name);
        yield* sys.getsockopt(client, SOL_TCP, TCP_QUICKACK);
        yield* ready(sys, listener);
        if (sends) yield* sys.send(client, bytes("x"), 0);
        else yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 300_000_000 });
        yield* ready(sys, listener);
        yield* sys.accept(listener);
      },
    );

const withoutConnection: Record<string, (sys: Sys, fd: number) => Program<unknown>> = {
  *"that was refused"(sys, fd) {
    yield* attempt(sys.connect(fd, yield* nobody(sys)));
  },
  *"that never was"(sys, fd) {
    yield* sys.connect(fd, { family: AF_UNSPEC });
  },
  *"that nobody has accepted, and then is dissolved"(sys, fd) {
    const { name } = yield* listening(sys, 0);
    yield* attempt(sys.connect(yield* tcpSocket(sys, SOCK_NONBLOCK), name));
    yield* attempt(sys.connect(fd, name));
    yield* sys.getsockopt(fd, SOL_TCP, TCP_MAXSEG);
    yield* sys.connect(fd, { family: AF_UNSPEC });
  },
  *"of a listener that stops"(sys, fd) {
    yield* sys.listen(fd, 1);
    yield* sys.getsockopt(fd, SOL_TCP, TCP_MAXSEG);
    yield* sys.connect(fd, { family: AF_UNSPEC });
  },
};
for (const [what, end] of Object.entries(withoutConnection))
  for (const size of [0, 700])
    agree(`TCP_MAXSEG ${size} and a connection ${what}; tcp(7)`, function* (sys) {
      const fd = yield* tcpSocket(sys, SOCK_NONBLOCK);
      yield* sys.setsockopt(fd, SOL_TCP, TCP_MAXSEG, size);
      yield* end(sys, fd);
      yield* sys.getsockopt(fd, SOL_TCP, TCP_MAXSEG);
      yield* attempt(sys.connect(fd, (yield* listening(sys)).name));
    });

export const optionsInherited = suite;
