/** getsockopt(2) and setsockopt(2): what options are by default, what they take, and what comes back. */
import {
  bytes,
  IP_BIND_ADDRESS_NO_PORT,
  IP_MINTTL,
  IP_MTU,
  IP_MTU_DISCOVER,
  IP_MULTICAST_ALL,
  IP_MULTICAST_LOOP,
  IP_PKTINFO,
  IP_RECVERR,
  IP_RECVOPTS,
  IP_RECVORIGDSTADDR,
  IP_RECVTOS,
  IP_RECVTTL,
  IP_RETOPTS,
  IP_TOS,
  IP_TTL,
  POLLIN,
  type Program,
  SO_ACCEPTCONN,
  SO_BROADCAST,
  SO_BSDCOMPAT,
  SO_DOMAIN,
  SO_DONTROUTE,
  SO_ERROR,
  SO_INCOMING_CPU,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_NO_CHECK,
  SO_OOBINLINE,
  SO_PRIORITY,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_RCVLOWAT,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_RXQ_OVFL,
  SO_SELECT_ERR_QUEUE,
  SO_SNDBUF,
  SO_SNDLOWAT,
  SO_SNDTIMEO,
  SO_TIMESTAMP,
  SO_TYPE,
  SOL_IP,
  SOL_SOCKET,
  SOL_TCP,
  SOL_UDP,
  type Sys,
} from "fd3";
import { attempt, walks } from "../program";
import { connected, listening, nobody, tcpSocket, udpPair, udpSocket, until } from "./ends";

const { suite, agree } = walks();
const SOCKETS = [tcpSocket, udpSocket];

/** Sets an option to each value in turn, and asks for it each time. */
function* tries(
  sys: Sys,
  fd: number,
  level: number,
  option: number,
  values: readonly (number | object)[],
): Program<void> {
  yield* attempt(sys.getsockopt(fd, level, option));
  for (const value of values) {
    yield* attempt(sys.setsockopt(fd, level, option, value));
    yield* attempt(sys.getsockopt(fd, level, option));
  }
}

const SWITCHES: Record<string, [number, number]> = {
  SO_REUSEADDR: [SOL_SOCKET, SO_REUSEADDR],
  SO_REUSEPORT: [SOL_SOCKET, SO_REUSEPORT],
  SO_KEEPALIVE: [SOL_SOCKET, SO_KEEPALIVE],
  SO_BROADCAST: [SOL_SOCKET, SO_BROADCAST],
  SO_DONTROUTE: [SOL_SOCKET, SO_DONTROUTE],
  SO_OOBINLINE: [SOL_SOCKET, SO_OOBINLINE],
  SO_NO_CHECK: [SOL_SOCKET, SO_NO_CHECK],
  SO_TIMESTAMP: [SOL_SOCKET, SO_TIMESTAMP],
  SO_RXQ_OVFL: [SOL_SOCKET, SO_RXQ_OVFL],
  SO_SELECT_ERR_QUEUE: [SOL_SOCKET, SO_SELECT_ERR_QUEUE],
  IP_RECVERR: [SOL_IP, IP_RECVERR],
  IP_RECVTTL: [SOL_IP, IP_RECVTTL],
  IP_RECVTOS: [SOL_IP, IP_RECVTOS],
  IP_RECVOPTS: [SOL_IP, IP_RECVOPTS],
  IP_RETOPTS: [SOL_IP, IP_RETOPTS],
  IP_PKTINFO: [SOL_IP, IP_PKTINFO],
  IP_RECVORIGDSTADDR: [SOL_IP, IP_RECVORIGDSTADDR],
  IP_MULTICAST_LOOP: [SOL_IP, IP_MULTICAST_LOOP],
  IP_BIND_ADDRESS_NO_PORT: [SOL_IP, IP_BIND_ADDRESS_NO_PORT],
};
for (const [name, [level, option]] of Object.entries(SWITCHES)) {
  agree(`${name} is a switch: whatever isn't 0 is 1; ${level === SOL_IP ? "ip(7)" : "socket(7)"}`, function* (sys) {
    for (const make of SOCKETS) yield* tries(sys, yield* make(sys), level, option, [1, 0, 7, -1, 0]);
  });
}
agree(
  "what a socket is can only be asked: SO_TYPE, SO_DOMAIN, SO_PROTOCOL, SO_ACCEPTCONN, SO_ERROR; socket(7)",
  function* (sys) {
    for (const make of SOCKETS) {
      const fd = yield* make(sys);
      for (const option of [SO_TYPE, SO_DOMAIN, SO_PROTOCOL, SO_ACCEPTCONN, SO_ERROR])
        yield* tries(sys, fd, SOL_SOCKET, option, [1]);
    }
    const { listener } = yield* listening(sys);
    yield* sys.getsockopt(listener, SOL_SOCKET, SO_ACCEPTCONN);
  },
);
agree("buffer sizes are doubled, and kept within bounds; socket(7)", function* (sys) {
  const sizes = [0, 1, 1000, 2304, 2305, 4608, 10_000, 212_992, 300_000];
  for (const make of SOCKETS) {
    for (const option of [SO_RCVBUF, SO_SNDBUF]) {
      const fd = yield* make(sys);
      for (const size of sizes) {
        yield* attempt(sys.setsockopt(fd, SOL_SOCKET, option, size));
        yield* attempt(sys.getsockopt(fd, SOL_SOCKET, option));
      }
    }
  }
});
agree("time limits count in ticks of 4 ms and are rounded up; socket(7)", function* (sys) {
  const times = [
    { tv_sec: 1, tv_usec: 500_000 },
    { tv_sec: 0, tv_usec: 1 },
    { tv_sec: 0, tv_usec: 4001 },
    { tv_sec: 0, tv_usec: 999_999 },
    { tv_sec: 0, tv_usec: 1_000_000 },
    { tv_sec: 0, tv_usec: -1 },
    { tv_sec: -1, tv_usec: 0 },
    { tv_sec: 0, tv_usec: 0 },
    { tv_sec: 1000, tv_usec: 0 },
    5,
  ];
  for (const option of [SO_RCVTIMEO, SO_SNDTIMEO]) yield* tries(sys, yield* tcpSocket(sys), SOL_SOCKET, option, times);
});
agree("SO_LINGER: seconds are remembered while it is off; socket(7)", function* (sys) {
  for (const make of SOCKETS) {
    yield* tries(sys, yield* make(sys), SOL_SOCKET, SO_LINGER, [
      { l_onoff: 1, l_linger: 5 },
      { l_onoff: 0, l_linger: 9 },
      { l_onoff: 7, l_linger: 0 },
      { l_onoff: 1, l_linger: 100_000 },
      1,
    ]);
  }
});
agree("SO_RCVLOWAT: at least 1, on TCP at most half of the buffer, which grows with it; socket(7)", function* (sys) {
  for (const make of SOCKETS) yield* tries(sys, yield* make(sys), SOL_SOCKET, SO_RCVLOWAT, [0, 1, 100, 70_000, -1]);
  const fixed = yield* tcpSocket(sys);
  yield* sys.setsockopt(fixed, SOL_SOCKET, SO_RCVBUF, 10_000);
  yield* tries(sys, fixed, SOL_SOCKET, SO_RCVLOWAT, [9_000, 20_000, 100_000]);
  const grows = yield* tcpSocket(sys);
  yield* sys.setsockopt(grows, SOL_SOCKET, SO_RCVLOWAT, 500_000);
  yield* sys.getsockopt(grows, SOL_SOCKET, SO_RCVBUF);
});
agree("numbers without effect: SO_PRIORITY, SO_INCOMING_CPU, SO_SNDLOWAT, SO_BSDCOMPAT; socket(7)", function* (sys) {
  for (const make of SOCKETS) {
    yield* tries(sys, yield* make(sys), SOL_SOCKET, SO_PRIORITY, [6, 0]);
    yield* tries(sys, yield* make(sys), SOL_SOCKET, SO_INCOMING_CPU, [0]);
    yield* tries(sys, yield* make(sys), SOL_SOCKET, SO_SNDLOWAT, [5]);
    yield* tries(sys, yield* make(sys), SOL_SOCKET, SO_BSDCOMPAT, [1]);
  }
});
agree("IP_TTL: 1 to 255, or -1 for the default; ip(7)", function* (sys) {
  for (const make of SOCKETS) yield* tries(sys, yield* make(sys), SOL_IP, IP_TTL, [1, 255, 0, 256, -1, -2, 64]);
});
agree("IP_TOS: TCP keeps the two bits of ECN to itself; ip(7)", function* (sys) {
  for (const make of SOCKETS) yield* tries(sys, yield* make(sys), SOL_IP, IP_TOS, [0x10, 1, 3, 5, 0xff, 256, -1, 0]);
});
agree("IP_MTU_DISCOVER: 0 to 5; ip(7)", function* (sys) {
  for (const make of SOCKETS) yield* tries(sys, yield* make(sys), SOL_IP, IP_MTU_DISCOVER, [0, 1, 2, 3, 4, 5, 6, -1]);
});
agree("IP_MINTTL and IP_MULTICAST_ALL have bounds; ip(7)", function* (sys) {
  for (const make of SOCKETS) {
    yield* tries(sys, yield* make(sys), SOL_IP, IP_MINTTL, [255, 256, -1, 0]);
    yield* tries(sys, yield* make(sys), SOL_IP, IP_MULTICAST_ALL, [0, 2, -1, 1]);
  }
});
agree("IP_MTU is known when there is a route: ENOTCONN before; ip(7)", function* (sys) {
  const [c] = yield* connected(sys);
  const [a] = yield* udpPair(sys);
  for (const fd of [yield* tcpSocket(sys), yield* udpSocket(sys), c, a]) {
    yield* attempt(sys.getsockopt(fd, SOL_IP, IP_MTU));
    yield* attempt(sys.setsockopt(fd, SOL_IP, IP_MTU, 1000));
  }
});
agree("options and levels that don't exist: ENOPROTOOPT, EOPNOTSUPP; getsockopt(2)", function* (sys) {
  for (const make of SOCKETS) {
    const fd = yield* make(sys);
    for (const [level, option] of [
      [SOL_SOCKET, 9999],
      [SOL_SOCKET, -1],
      [SOL_IP, 9999],
      [SOL_TCP, 9999],
      [SOL_UDP, 9999],
      [41, 1],
      [999, 1],
      [-1, 1],
    ]) {
      yield* attempt(sys.getsockopt(fd, level, option));
      yield* attempt(sys.setsockopt(fd, level, option, 1));
    }
  }
});
agree("options of what is no socket: EBADF, ENOTSOCK; getsockopt(2)", function* (sys) {
  const [r] = yield* sys.pipe();
  for (const fd of [77, -1, r]) {
    yield* attempt(sys.getsockopt(fd, SOL_SOCKET, SO_TYPE));
    yield* attempt(sys.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1));
  }
});
agree("SO_ERROR is told once; socket(7)", function* (sys) {
  const c = yield* tcpSocket(sys, 0o4000);
  yield* attempt(sys.connect(c, yield* nobody(sys)));
  yield* until(sys, c, POLLIN);
  yield* sys.getsockopt(c, SOL_SOCKET, SO_ERROR);
  yield* sys.getsockopt(c, SOL_SOCKET, SO_ERROR);
});
agree("options outlive connect, and an accepted socket has its listener's; accept(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  for (const [option, value] of [
    [SO_KEEPALIVE, 1],
    [SO_RCVLOWAT, 5],
    [SO_SNDBUF, 30_000],
    [SO_PRIORITY, 3],
    [SO_OOBINLINE, 1],
  ]) {
    yield* sys.setsockopt(listener, SOL_SOCKET, option, value);
  }
  yield* sys.setsockopt(listener, SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 3 });
  yield* sys.setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, { tv_sec: 3, tv_usec: 0 });
  yield* sys.setsockopt(listener, SOL_IP, IP_TTL, 33);
  yield* sys.setsockopt(listener, SOL_IP, IP_TOS, 0x10);
  yield* sys.setsockopt(listener, SOL_IP, IP_RECVERR, 1);
  const c = yield* tcpSocket(sys);
  yield* sys.setsockopt(c, SOL_SOCKET, SO_KEEPALIVE, 1);
  yield* sys.connect(c, name);
  yield* sys.getsockopt(c, SOL_SOCKET, SO_KEEPALIVE);
  const s = yield* sys.accept(listener);
  const options = [SO_KEEPALIVE, SO_RCVLOWAT, SO_SNDBUF, SO_OOBINLINE, SO_LINGER, SO_RCVTIMEO, SO_ACCEPTCONN];
  for (const option of options) yield* sys.getsockopt(s, SOL_SOCKET, option);
  for (const option of [IP_TTL, IP_TOS, IP_RECVERR]) yield* sys.getsockopt(s, SOL_IP, option);
  yield* sys.send(c, bytes("x"), 0);
});
agree("a copy of the descriptor has the same options: they are the socket's; dup(2)", function* (sys) {
  const fd = yield* tcpSocket(sys);
  const copy = yield* sys.dup(fd);
  yield* sys.setsockopt(copy, SOL_SOCKET, SO_KEEPALIVE, 1);
  yield* sys.close(copy);
  yield* sys.getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE);
});

export const options = suite;
