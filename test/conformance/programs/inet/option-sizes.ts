/** Options as bytes: values that are too short, too long or of another kind, and buffers that are; getsockopt(2). */
import {
  AF_INET,
  AF_UNIX,
  IP_FREEBIND,
  IP_MINTTL,
  IP_MTU,
  IP_MTU_DISCOVER,
  IP_MULTICAST_LOOP,
  IP_PKTINFO,
  IP_TOS,
  IP_TRANSPARENT,
  IP_TTL,
  type Program,
  SO_ACCEPTCONN,
  SO_BUF_LOCK,
  SO_ERROR,
  SO_LINGER,
  SO_MAX_PACING_RATE,
  SO_PASSCRED,
  SO_RCVBUF,
  SO_RCVLOWAT,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_SNDBUF,
  SO_TXREHASH,
  SO_TYPE,
  SO_ZEROCOPY,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_IP,
  SOL_SOCKET,
  SOL_TCP,
  SOL_UDP,
  type Sys,
  TCP_CONGESTION,
  TCP_MAXSEG,
  TCP_NODELAY,
  TCP_USER_TIMEOUT,
  UDP_CORK,
} from "fd3";
import { attempt, walks } from "../program";
import { nobodyUdp, udpSocket, until } from "./ends";

const { suite, agree } = walks();

const sockets: Record<string, (sys: Sys) => Program<number>> = {
  "a TCP socket": (sys) => sys.socket(AF_INET, SOCK_STREAM),
  "a UDP socket": (sys) => sys.socket(AF_INET, SOCK_DGRAM),
  "a Unix socket": (sys) => sys.socket(AF_UNIX, SOCK_STREAM),
};
const options: Record<string, [level: number, option: number]> = {
  SO_REUSEADDR: [SOL_SOCKET, SO_REUSEADDR],
  SO_TYPE: [SOL_SOCKET, SO_TYPE],
  SO_SNDBUF: [SOL_SOCKET, SO_SNDBUF],
  SO_RCVLOWAT: [SOL_SOCKET, SO_RCVLOWAT],
  SO_LINGER: [SOL_SOCKET, SO_LINGER],
  SO_RCVTIMEO: [SOL_SOCKET, SO_RCVTIMEO],
  SO_ACCEPTCONN: [SOL_SOCKET, SO_ACCEPTCONN],
  IP_TOS: [SOL_IP, IP_TOS],
  IP_TTL: [SOL_IP, IP_TTL],
  IP_PKTINFO: [SOL_IP, IP_PKTINFO],
  IP_MTU_DISCOVER: [SOL_IP, IP_MTU_DISCOVER],
  TCP_NODELAY: [SOL_TCP, TCP_NODELAY],
  TCP_MAXSEG: [SOL_TCP, TCP_MAXSEG],
  TCP_USER_TIMEOUT: [SOL_TCP, TCP_USER_TIMEOUT],
  UDP_CORK: [SOL_UDP, UDP_CORK],
};
const SIZES = [0, 1, 2, 3, 4, 5, 8, 16, 20];
const VALUES = [
  [],
  [1],
  [1, 0],
  [1, 0, 0],
  [1, 0, 0, 0],
  [1, 0, 0, 0, 9],
  [200, 1, 0, 0, 3, 0, 0, 0],
  [2, 0, 0, 0, 0, 0, 0, 0, 16, 39, 0, 0, 0, 0, 0, 0],
  [255],
  [255, 255, 255, 255],
].map((value) => Uint8Array.from(value));
const OTHERS = [{ tv_sec: 1, tv_usec: 5000 }, { l_onoff: 1, l_linger: 3 }, 7, "x", "text"];

for (const [whose, make] of Object.entries(sockets))
  for (const [name, [level, option]] of Object.entries(options))
    agree(`${name} of ${whose}, in bytes and by other kinds of values; getsockopt(2)`, function* (sys) {
      const fd = yield* make(sys);
      for (const size of SIZES) yield* attempt(sys.getsockopt(fd, level, option, size));
      for (const value of [...VALUES, ...OTHERS]) {
        yield* attempt(sys.setsockopt(fd, level, option, value));
        yield* attempt(sys.getsockopt(fd, level, option));
      }
    });
agree("TCP_CONGESTION is a name of 15 characters at the most; tcp(7)", function* (sys) {
  const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
  for (const name of ["reno", "cubic", "reno\0xx", "reno               x", "averyveryverylongname", "", "RENO"]) {
    yield* attempt(sys.setsockopt(fd, SOL_TCP, TCP_CONGESTION, name));
  }
  yield* sys.setsockopt(fd, SOL_TCP, TCP_CONGESTION, "reno");
  for (const size of SIZES) yield* sys.getsockopt(fd, SOL_TCP, TCP_CONGESTION, size);
});
agree("SO_ERROR is taken even by who has no room for it; socket(7)", function* (sys) {
  const fd = yield* udpSocket(sys);
  yield* sys.connect(fd, yield* nobodyUdp(sys));
  for (const size of [0, 1, 4]) {
    yield* sys.send(fd, new Uint8Array(1), 0);
    yield* until(sys, fd, 0);
    yield* sys.getsockopt(fd, SOL_SOCKET, SO_ERROR, size);
    yield* sys.getsockopt(fd, SOL_SOCKET, SO_ERROR);
  }
});
agree("a size below zero; getsockopt(2)", function* (sys) {
  const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
  for (const [level, option] of Object.values(options)) yield* attempt(sys.getsockopt(fd, level, option, -1));
});
agree(
  "a size below zero is wrong before anything else is, at levels that the socket has; getsockopt(2)",
  function* (sys) {
    for (const make of Object.values(sockets)) {
      const fd = yield* make(sys);
      for (const level of [SOL_SOCKET, SOL_IP, SOL_TCP, SOL_UDP, 255])
        for (const option of [SO_PASSCRED, 999, IP_MTU]) yield* attempt(sys.getsockopt(fd, level, option, -1));
    }
  },
);
agree("options of IP for which no bytes are no zero; setsockopt(2), ip(7)", function* (sys) {
  const fd = yield* udpSocket(sys);
  for (const option of [IP_TOS, IP_FREEBIND, IP_TRANSPARENT, IP_MINTTL, IP_MULTICAST_LOOP, IP_PKTINFO])
    yield* attempt(sys.setsockopt(fd, SOL_IP, option, new Uint8Array(0)));
});
agree("SO_MAX_PACING_RATE has eight bytes where there is room for them; socket(7)", function* (sys) {
  const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
  for (const rate of [-1, 100_000, -2]) {
    yield* sys.setsockopt(fd, SOL_SOCKET, SO_MAX_PACING_RATE, rate);
    for (const size of [4, 7, 8, 12]) yield* sys.getsockopt(fd, SOL_SOCKET, SO_MAX_PACING_RATE, size);
  }
});
agree("SO_BUF_LOCK tells and sets which buffers are fixed; socket(7)", function* (sys) {
  for (const make of Object.values(sockets)) {
    const fd = yield* make(sys);
    yield* sys.getsockopt(fd, SOL_SOCKET, SO_BUF_LOCK);
    yield* sys.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, 10_000);
    yield* sys.getsockopt(fd, SOL_SOCKET, SO_BUF_LOCK);
    for (const value of [0, 1, 3, 4, -1]) {
      yield* attempt(sys.setsockopt(fd, SOL_SOCKET, SO_BUF_LOCK, value));
      yield* sys.getsockopt(fd, SOL_SOCKET, SO_BUF_LOCK);
    }
  }
});
agree("SO_ZEROCOPY and SO_TXREHASH, which not every socket has; socket(7)", function* (sys) {
  for (const make of Object.values(sockets)) {
    const fd = yield* make(sys);
    for (const option of [SO_ZEROCOPY, SO_TXREHASH])
      for (const value of [0, 1, 2, -1]) {
        yield* attempt(sys.setsockopt(fd, SOL_SOCKET, option, value));
        yield* attempt(sys.getsockopt(fd, SOL_SOCKET, option));
      }
  }
});

export const optionSizes = suite;
