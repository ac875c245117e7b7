/** Ancillary data that nobody has made room for: MSG_CTRUNC says that there was some; recvmsg(2). And options that are only kept. */
import {
  AF_INET,
  AF_UNIX,
  bytes,
  IP_HDRINCL,
  IP_MULTICAST_TTL,
  IP_NODEFRAG,
  IP_PKTINFO,
  IP_RECVOPTS,
  IP_RECVORIGDSTADDR,
  IP_RECVTOS,
  IP_RECVTTL,
  IP_TRANSPARENT,
  MSG_CMSG_CLOEXEC,
  MSG_DONTWAIT,
  MSG_PEEK,
  type Program,
  SO_BUSY_POLL,
  SO_DEBUG,
  SO_MARK,
  SO_PASSCRED,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_SNDBUF,
  SO_SNDBUFFORCE,
  SO_TIMESTAMP,
  SO_TIMESTAMPNS,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_IP,
  SOL_SOCKET,
  SOL_TCP,
  type Sys,
  TCP_INQ,
  TCP_THIN_DUPACK,
  TCP_THIN_LINEAR_TIMEOUTS,
} from "fd3";
import { attempt, walks } from "../program";
import { connected, udpPair } from "./ends";

const { suite, agree } = walks();

const pairs: Record<string, (sys: Sys) => Program<[number, number]>> = {
  TCP: connected,
  UDP: udpPair,
  "a Unix stream": (sys) => sys.socketpair(AF_UNIX, SOCK_STREAM),
  "Unix datagrams": (sys) => sys.socketpair(AF_UNIX, SOCK_DGRAM),
  "Unix packets": (sys) => sys.socketpair(AF_UNIX, SOCK_SEQPACKET),
};
const askingFor: Record<string, [level: number, option: number]> = {
  SO_TIMESTAMP: [SOL_SOCKET, SO_TIMESTAMP],
  SO_TIMESTAMPNS: [SOL_SOCKET, SO_TIMESTAMPNS],
  SO_PASSCRED: [SOL_SOCKET, SO_PASSCRED],
  IP_PKTINFO: [SOL_IP, IP_PKTINFO],
  IP_RECVTTL: [SOL_IP, IP_RECVTTL],
  IP_RECVTOS: [SOL_IP, IP_RECVTOS],
  IP_RECVOPTS: [SOL_IP, IP_RECVOPTS],
  IP_RECVORIGDSTADDR: [SOL_IP, IP_RECVORIGDSTADDR],
  TCP_INQ: [SOL_TCP, TCP_INQ],
};

for (const [way, make] of Object.entries(pairs))
  for (const [name, [level, option]] of Object.entries(askingFor))
    agree(`${name} on ${way}: what recvmsg's flags say without room for it; recvmsg(2)`, function* (sys) {
      const [a, b] = yield* make(sys);
      yield* attempt(sys.setsockopt(a, level, option, 1));
      // The first who asks Linux for times gets them from when a worker has come to it (net_enable_timestamp).
      if (name.startsWith("SO_TIMESTAMP")) yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 200_000_000 });
      yield* sys.send(b, bytes("abc"), 0);
      yield* sys.recvmsg(a, [2], MSG_PEEK);
      yield* sys.recvmsg(a, [2], 0);
      yield* attempt(sys.recvmsg(a, [2], MSG_DONTWAIT));
      yield* sys.close(b);
      yield* attempt(sys.recvmsg(a, [9], MSG_DONTWAIT));
    });
for (const [way, make] of Object.entries(pairs))
  agree(`MSG_CMSG_CLOEXEC comes back in the flags: ${way}; recvmsg(2)`, function* (sys) {
    const [a, b] = yield* make(sys);
    yield* sys.send(b, bytes("abc"), 0);
    yield* sys.recvmsg(a, [9], MSG_CMSG_CLOEXEC);
    yield* attempt(sys.recvmsg(a, [9], MSG_CMSG_CLOEXEC | MSG_DONTWAIT));
  });

const kept: Record<string, [level: number, option: number]> = {
  SO_DEBUG: [SOL_SOCKET, SO_DEBUG],
  SO_MARK: [SOL_SOCKET, SO_MARK],
  SO_BUSY_POLL: [SOL_SOCKET, SO_BUSY_POLL],
  SO_PASSCRED: [SOL_SOCKET, SO_PASSCRED],
  SO_TIMESTAMPNS: [SOL_SOCKET, SO_TIMESTAMPNS],
  IP_HDRINCL: [SOL_IP, IP_HDRINCL],
  IP_NODEFRAG: [SOL_IP, IP_NODEFRAG],
  IP_TRANSPARENT: [SOL_IP, IP_TRANSPARENT],
  IP_MULTICAST_TTL: [SOL_IP, IP_MULTICAST_TTL],
  TCP_THIN_LINEAR_TIMEOUTS: [SOL_TCP, TCP_THIN_LINEAR_TIMEOUTS],
  TCP_THIN_DUPACK: [SOL_TCP, TCP_THIN_DUPACK],
  TCP_INQ: [SOL_TCP, TCP_INQ],
};
/** Root may do what others may not. */
const privileged = process.getuid?.() === 0;
const NEEDS_PRIVILEGE = new Set(["SO_DEBUG", "SO_MARK", "SO_BUSY_POLL", "IP_TRANSPARENT"]);

for (const [name, [level, option]] of Object.entries(kept))
  agree(`${name} takes some values, and gives them back; socket(7)`, function* (sys) {
    for (const [family, type] of [
      [AF_INET, SOCK_STREAM],
      [AF_INET, SOCK_DGRAM],
      [AF_UNIX, SOCK_STREAM],
    ]) {
      for (const value of privileged || !NEEDS_PRIVILEGE.has(name) ? [0, 1, 2, 200, 40_000, -1, -2] : [0]) {
        const fd = yield* sys.socket(family, type);
        yield* attempt(sys.setsockopt(fd, level, option, value));
        yield* attempt(sys.getsockopt(fd, level, option));
        yield* sys.close(fd);
      }
    }
  });
if (privileged)
  agree("buffers may be forced beyond the limit; socket(7)", function* (sys) {
    const fd = yield* sys.socket(AF_UNIX, SOCK_STREAM);
    for (const size of [0, 4096, 10_000_000, -1, 0x7fff_ffff]) {
      yield* sys.setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, size);
      yield* sys.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, size);
      yield* sys.getsockopt(fd, SOL_SOCKET, SO_SNDBUF);
      yield* sys.getsockopt(fd, SOL_SOCKET, SO_RCVBUF);
      yield* attempt(sys.getsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE));
    }
  });

export const controlLost = suite;
