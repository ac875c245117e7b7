/** socket(2), getsockname(2), getpeername(2), and the ports that the kernel picks; ip(7). */
import {
  AF_INET,
  AF_UNIX,
  AF_UNSPEC,
  bytes,
  F_GETFD,
  F_GETFL,
  MSG_NOSIGNAL,
  POLLIN,
  type Program,
  RLIMIT_NOFILE,
  SHUT_RDWR,
  SHUT_WR,
  SO_DOMAIN,
  SO_PROTOCOL,
  SO_REUSEADDR,
  SO_TYPE,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  type Sys,
} from "fd3";
import { attempt, one, type Suite, walks } from "../program";
import {
  anyPort,
  boundUdp,
  connected,
  LOOPBACK,
  listening,
  moment,
  nameOf,
  reset,
  states,
  tcpSocket,
  udpSocket,
  until,
} from "./ends";

const { suite, agree } = walks();

agree("which types and protocols AF_INET has: EPROTONOSUPPORT, ESOCKTNOSUPPORT, EINVAL; socket(2)", function* (sys) {
  for (const type of [SOCK_STREAM, SOCK_DGRAM, 4, SOCK_SEQPACKET, 6, 9, 11, 0, -1]) {
    for (const protocol of [0, 6, 17, 1000, -1]) yield* attempt(sys.socket(AF_INET, type, protocol));
  }
});
agree("what a socket was made as; socket(7)", function* (sys) {
  for (const [type, protocol] of [
    [SOCK_STREAM, 0],
    [SOCK_STREAM, 6],
    [SOCK_DGRAM, 0],
    [SOCK_DGRAM, 17],
  ]) {
    const fd = yield* sys.socket(AF_INET, type, protocol);
    for (const option of [SO_TYPE, SO_DOMAIN, SO_PROTOCOL]) yield* sys.getsockopt(fd, SOL_SOCKET, option);
  }
});
agree("SOCK_NONBLOCK and SOCK_CLOEXEC, and flags that don't exist; socket(2)", function* (sys) {
  for (const flags of [0, SOCK_NONBLOCK, SOCK_CLOEXEC, SOCK_NONBLOCK | SOCK_CLOEXEC]) {
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM | flags);
    yield* sys.fcntl(fd, F_GETFL);
    yield* sys.fcntl(fd, F_GETFD);
  }
  yield* attempt(sys.socket(AF_INET, SOCK_STREAM | 0x100));
});
agree("families without an AF_INET socket: EAFNOSUPPORT; socket(2)", function* (sys) {
  for (const family of [AF_UNSPEC, 77, -1, 1000]) yield* attempt(sys.socket(family, SOCK_STREAM));
});
agree("a type that no family could have is EINVAL, whatever the family; socket(2)", function* (sys) {
  for (const family of [AF_UNSPEC, AF_INET, AF_UNIX])
    for (const type of [0, 11, 15]) {
      yield* attempt(sys.socket(family, type, 1));
      if (type > 10) yield* attempt(sys.socketpair(family, type, 0));
    }
});
agree("AF_INET has no socketpair: EOPNOTSUPP; socketpair(2)", function* (sys) {
  yield* attempt(sys.socketpair(AF_INET, SOCK_STREAM));
  yield* attempt(sys.socketpair(AF_INET, SOCK_DGRAM));
  yield* attempt(sys.socketpair(AF_INET, SOCK_SEQPACKET));
  yield* attempt(sys.socket(AF_INET, SOCK_DGRAM));
});
agree("no descriptor free: EMFILE; socket(2)", function* (sys) {
  yield* sys.setrlimit(RLIMIT_NOFILE, 4);
  yield* attempt(sys.socket(AF_INET, SOCK_STREAM));
  yield* attempt(sys.socket(AF_INET, SOCK_STREAM));
  yield* attempt(sys.socket(AF_INET, SOCK_DGRAM));
});
agree("names of what has none: EBADF, ENOTSOCK, ENOTCONN; getsockname(2), getpeername(2)", function* (sys) {
  const [r] = yield* sys.pipe();
  for (const fd of [77, -1, r, 1]) {
    yield* attempt(sys.getsockname(fd));
    yield* attempt(sys.getpeername(fd));
  }
  const { listener } = yield* listening(sys);
  const { fd } = yield* boundUdp(sys);
  for (const socket of [yield* tcpSocket(sys), yield* udpSocket(sys), listener, fd]) {
    yield* sys.getsockname(socket);
    yield* attempt(sys.getpeername(socket));
  }
});
agree("the peer's name as long as there is a connection; getpeername(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.getpeername(c);
  yield* sys.shutdown(c, SHUT_WR);
  yield* sys.getpeername(c);
  yield* sys.getpeername(s);
  yield* until(sys, s, POLLIN);
  yield* sys.shutdown(s, SHUT_WR);
  yield* moment(sys);
  yield* attempt(sys.getpeername(c));
  yield* attempt(sys.getpeername(s));
  yield* sys.getsockname(c);
  yield* sys.getsockname(s);
});
agree("after a reset there is no peer, yet the own name stays; getpeername(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* reset(sys, s);
  yield* until(sys, c, POLLIN);
  yield* attempt(sys.getpeername(c));
  yield* sys.getsockname(c);
  yield* attempt(sys.bind(c, anyPort()));
  yield* sys.getsockname(c);
});
agree("shut down for both directions, the peer's name is still there; getpeername(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.shutdown(c, SHUT_RDWR);
  yield* moment(sys);
  yield* attempt(sys.getpeername(c));
  yield* attempt(sys.getpeername(s));
});
agree("an address of 127.0.0.0/8 that one connects to is the one that it is called by; ip(7)", function* (sys) {
  const listener = yield* tcpSocket(sys);
  yield* sys.bind(listener, anyPort("127.0.0.3"));
  yield* sys.listen(listener, 1);
  const c = yield* tcpSocket(sys);
  yield* sys.connect(c, yield* nameOf(sys, listener));
  const s = yield* sys.accept(listener);
  for (const fd of [c, s]) {
    yield* sys.getsockname(fd);
    yield* sys.getpeername(fd);
  }
  const udp = yield* udpSocket(sys);
  yield* sys.connect(udp, { address: "127.0.0.3", port: 9 });
  yield* sys.getsockname(udp);
});
agree("a listener at 127.0.0.1 isn't there at 127.0.0.2; connect(2)", function* (sys) {
  const { name } = yield* listening(sys);
  const c = yield* tcpSocket(sys);
  yield* attempt(sys.connect(c, { address: "127.0.0.2", port: name.port }));
  const other = yield* tcpSocket(sys);
  yield* sys.bind(other, { address: "127.0.0.2", port: name.port });
  yield* sys.listen(other, 1);
  yield* attempt(sys.connect(c, { address: "127.0.0.2", port: name.port }));
  yield* states(sys, c);
});
agree("a Unix name for an Internet socket, and the other way round; bind(2)", function* (sys) {
  const unix = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* attempt(sys.bind(unix, { address: LOOPBACK, port: 5000 }));
  yield* attempt(sys.connect(unix, { address: LOOPBACK, port: 5000 }));
  const udp = yield* udpSocket(sys);
  yield* attempt(sys.sendto(udp, bytes("x"), MSG_NOSIGNAL, { path: "/as/long/as/an/address" }));
});

/** Facts about free ports; which number it is differs from run to run. */
function returns(source: string, program: (sys: Sys) => Program) {
  return { ...one(source, program), resultOnly: true };
}

const ports: Suite = {
  "a port that the kernel picks lies in ip_local_port_range": returns("ip(7)", function* (sys) {
    const found: boolean[] = [];
    for (const make of [tcpSocket, udpSocket]) {
      for (let i = 0; i < 5; i++) {
        const fd = yield* make(sys);
        yield* sys.bind(fd, anyPort());
        const { port } = yield* nameOf(sys, fd);
        found.push(port >= 32_768 && port <= 60_999);
      }
    }
    return found;
  }),
  "connect picks even ports, bind odd ones, while there are any": returns("ip(7)", function* (sys) {
    const { name } = yield* listening(sys);
    const parities: number[] = [];
    for (let i = 0; i < 4; i++) {
      const c = yield* tcpSocket(sys);
      yield* sys.connect(c, name);
      parities.push((yield* nameOf(sys, c)).port % 2);
      const bound = yield* tcpSocket(sys);
      yield* sys.bind(bound, anyPort());
      parities.push((yield* nameOf(sys, bound)).port % 2);
    }
    return parities;
  }),
  "no two sockets get the same free port, but with SO_REUSEADDR they may ask for it": returns("ip(7)", function* (sys) {
    const seen = new Set<number>();
    for (let i = 0; i < 20; i++) {
      const fd = yield* tcpSocket(sys);
      yield* sys.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1);
      yield* sys.bind(fd, anyPort());
      seen.add((yield* nameOf(sys, fd)).port);
    }
    return seen.size;
  }),
  "connections to one listener have a port each": returns("connect(2)", function* (sys) {
    const { name } = yield* listening(sys, 20);
    const seen = new Set<number>();
    for (let i = 0; i < 10; i++) {
      const c = yield* tcpSocket(sys);
      yield* sys.connect(c, name);
      seen.add((yield* nameOf(sys, c)).port);
    }
    return seen.size;
  }),
};

export const names: Suite = { ...suite, ...ports };
