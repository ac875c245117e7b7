/**
 * What UDP sockets do, as programs with their outcome. Every expectation was taken from a real Linux (6.18): the test runs each
 * program on the model, and on the machine's own kernel where that is Linux, and both must agree with what stands here.
 */
import {
  AF_INET,
  AF_UNIX,
  AF_UNSPEC,
  bytes,
  FIONREAD,
  type InetAddress,
  IPPROTO_TCP,
  IPPROTO_UDP,
  MSG_DONTWAIT,
  MSG_PEEK,
  type Program,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SIG_IGN,
  SIGPIPE,
  SIOCOUTQ,
  SO_BROADCAST,
  SO_ERROR,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_IP,
  SOL_SOCKET,
  SOL_TCP,
  type Sys,
  TCP_NODELAY,
  text,
} from "../../../lib/sys";
import { attempt } from "../unix/attempt";

export interface Scenario {
  readonly name: string;
  readonly program: (sys: Sys) => Program;
  readonly expected: unknown;
}

export const scenarios: Scenario[] = [];

function scenario(name: string, program: (sys: Sys) => Program, expected: unknown): void {
  scenarios.push({ name, program, expected });
}

const LOCALHOST = "127.0.0.1";

function* readinessOf(sys: Sys, fd: number) {
  const fds = [{ fd, events: 0x23c7, revents: 0 }];
  yield* sys.poll(fds, 0);
  return `0x${fds[0].revents.toString(16)}`;
}

function* heard(sys: Sys, fd: number, size: number, flags = MSG_DONTWAIT) {
  const outcome = yield* attempt(sys.recv(fd, size, flags));
  return typeof outcome === "string" ? outcome : `"${text(outcome)}"`;
}

/** A socket bound to a free port of this address. */
function* bound(sys: Sys, address = LOCALHOST, flags = 0) {
  const fd = yield* sys.socket(AF_INET, SOCK_DGRAM | flags);
  yield* sys.bind(fd, { address, port: 0 });
  return { fd, name: (yield* sys.getsockname(fd)) as InetAddress };
}

scenario(
  "a datagram arrives whole, with its sender's name",
  function* (sys) {
    const receiver = yield* bound(sys);
    const sender = yield* bound(sys);
    const results: unknown[] = [yield* readinessOf(sys, receiver.fd)];
    results.push(yield* sys.sendto(sender.fd, bytes("hello"), 0, receiver.name));
    results.push(yield* sys.sendto(sender.fd, bytes(""), 0, receiver.name));
    results.push(yield* sys.sendto(sender.fd, bytes("again"), 0, receiver.name));
    results.push(yield* readinessOf(sys, receiver.fd), yield* sys.ioctl(receiver.fd, FIONREAD));
    results.push(yield* sys.ioctl(sender.fd, SIOCOUTQ), yield* heard(sys, receiver.fd, 3, MSG_PEEK));
    const { data, address } = yield* sys.recvfrom(receiver.fd, 100, 0);
    results.push(text(data), JSON.stringify(address) === JSON.stringify(sender.name));
    results.push(yield* sys.ioctl(receiver.fd, FIONREAD), yield* heard(sys, receiver.fd, 9));
    const { iov, flags } = yield* sys.recvmsg(receiver.fd, [2, 1], 0);
    results.push(iov.map(text), flags, yield* heard(sys, receiver.fd, 9));
    return results;
  },
  ["0x304", 5, 0, 5, "0x345", 5, 0, '"hel"', "hello", true, 0, '""', ["ag", "a"], 0x20, "EAGAIN"],
);

scenario(
  "nobody has the port: ECONNREFUSED, once, and only on a connected socket",
  function* (sys) {
    const gone = yield* bound(sys);
    yield* sys.close(gone.fd);
    const results: unknown[] = [];
    const fd = yield* sys.socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK);
    results.push(yield* attempt(sys.sendto(fd, bytes("x"), 0, gone.name)), yield* readinessOf(sys, fd));
    results.push(yield* attempt(sys.sendto(fd, bytes("x"), 0, gone.name)));
    yield* sys.connect(fd, gone.name);
    results.push(yield* attempt(sys.write(fd, bytes("x"))), yield* readinessOf(sys, fd));
    results.push(yield* attempt(sys.write(fd, bytes("x"))), yield* attempt(sys.write(fd, bytes("x"))));
    results.push(yield* heard(sys, fd, 9), yield* heard(sys, fd, 9), yield* attempt(sys.write(fd, bytes("x"))));
    results.push(yield* sys.getsockopt(fd, SOL_SOCKET, SO_ERROR), yield* sys.getsockopt(fd, SOL_SOCKET, SO_ERROR));
    return results;
  },
  [1, "0x304", 1, 1, "0x30c", "ECONNREFUSED", 1, "ECONNREFUSED", "EAGAIN", 1, 111, 0],
);

scenario(
  "an error comes before data",
  function* (sys) {
    const peer = yield* bound(sys);
    const { fd, name } = yield* bound(sys);
    yield* sys.connect(fd, peer.name);
    yield* sys.sendto(peer.fd, bytes("data"), 0, name);
    yield* sys.close(peer.fd);
    yield* sys.write(fd, bytes("x"));
    return [yield* readinessOf(sys, fd), yield* heard(sys, fd, 9), yield* heard(sys, fd, 9), yield* heard(sys, fd, 9)];
  },
  ["0x34d", "ECONNREFUSED", '"data"', "EAGAIN"],
);

scenario(
  "a sleeping receiver is woken by a datagram, and by an error",
  function* (sys) {
    const peer = yield* bound(sys);
    const { fd, name } = yield* bound(sys);
    yield* sys.connect(fd, peer.name);
    const reader = (flags: number) =>
      sys.pthread_create(function* (thread) {
        return yield* heard(thread, fd, 9, flags);
      });
    const first = yield* reader(0);
    yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 20_000_000 });
    yield* sys.sendto(peer.fd, bytes("wake"), 0, name);
    const results = [yield* sys.pthread_join(first)];
    const second = yield* reader(0);
    yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 20_000_000 });
    yield* sys.close(peer.fd);
    yield* sys.write(fd, bytes("x"));
    results.push(yield* sys.pthread_join(second));
    yield* sys.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, { tv_sec: 0, tv_usec: 20_000 });
    results.push(yield* heard(sys, fd, 9, 0));
    return results;
  },
  ['"wake"', "ECONNREFUSED", "EAGAIN"],
);

scenario(
  "connect: who may send to it, and back to nobody",
  function* (sys) {
    const server = yield* bound(sys, LOCALHOST, SOCK_NONBLOCK);
    const peer = yield* bound(sys);
    const stranger = yield* bound(sys);
    const results: unknown[] = [
      yield* attempt(sys.getpeername(server.fd)),
      yield* attempt(sys.write(server.fd, bytes("x"))),
    ];
    yield* sys.sendto(stranger.fd, bytes("before"), 0, server.name);
    yield* sys.connect(server.fd, peer.name);
    yield* sys.sendto(stranger.fd, bytes("after"), 0, server.name);
    yield* sys.sendto(peer.fd, bytes("peer"), 0, server.name);
    results.push(yield* heard(sys, server.fd, 9), yield* heard(sys, server.fd, 9), yield* heard(sys, server.fd, 9));
    results.push(JSON.stringify(yield* sys.getpeername(server.fd)) === JSON.stringify(peer.name));
    results.push(yield* sys.sendto(server.fd, bytes("elsewhere"), 0, stranger.name));
    results.push(yield* heard(sys, stranger.fd, 20));
    yield* sys.connect(server.fd, stranger.name);
    results.push(yield* sys.write(server.fd, bytes("again")), yield* heard(sys, stranger.fd, 20));
    yield* sys.connect(server.fd, { family: AF_UNSPEC });
    results.push(yield* attempt(sys.getpeername(server.fd)));
    results.push(JSON.stringify(yield* sys.getsockname(server.fd)) === JSON.stringify(server.name));
    return results;
  },
  ["ENOTCONN", "EDESTADDRREQ", '"before"', '"peer"', "EAGAIN", true, 9, '"elsewhere"', 5, '"again"', "ENOTCONN", false],
);

scenario(
  "names: what bind and connect set, and dissolving unsets",
  function* (sys) {
    const peer = yield* bound(sys);
    const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
    const name = function* () {
      const { address, port } = (yield* sys.getsockname(fd)) as InetAddress;
      return `${address}:${port === 0 ? 0 : "port"}`;
    };
    const results = [yield* name()];
    yield* sys.connect(fd, peer.name);
    results.push(yield* name());
    yield* sys.connect(fd, { family: AF_UNSPEC });
    results.push(yield* name());
    yield* sys.sendto(fd, bytes("x"), 0, peer.name);
    results.push(yield* name());
    const any = yield* sys.socket(AF_INET, SOCK_DGRAM);
    yield* sys.bind(any, { address: "127.0.0.2", port: 0 });
    yield* sys.connect(any, { ...peer.name });
    yield* sys.write(any, bytes("from two"));
    yield* sys.recv(peer.fd, 9, 0);
    const { address } = yield* sys.recvfrom(peer.fd, 9, 0);
    results.push((address as InetAddress).address);
    yield* sys.connect(any, { family: AF_UNSPEC });
    results.push(((yield* sys.getsockname(any)) as InetAddress).address);
    return results;
  },
  ["0.0.0.0:0", "127.0.0.1:port", "0.0.0.0:0", "0.0.0.0:port", "127.0.0.2", "127.0.0.2"],
);

scenario(
  "bind: addresses that aren't ours, ports that are taken, twice",
  function* (sys) {
    const first = yield* bound(sys);
    const { port } = first.name;
    const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
    const results: unknown[] = [
      yield* attempt(sys.bind(fd, { address: LOCALHOST, port })),
      yield* attempt(sys.bind(fd, { address: "127.0.0.2", port })),
      yield* attempt(sys.bind(fd, { address: "127.0.0.3", port: 0 })),
      yield* attempt(sys.bind(first.fd, { address: LOCALHOST, port: 0 })),
      yield* attempt(sys.bind(fd, { path: "/tmp/x" })),
      yield* attempt(sys.bind(fd, { path: "/tmp/a-longer-path" })),
    ];
    const other = yield* sys.socket(AF_INET, SOCK_DGRAM);
    yield* sys.setsockopt(other, SOL_SOCKET, SO_REUSEADDR, 1);
    results.push(yield* attempt(sys.bind(other, { address: LOCALHOST, port })));
    yield* sys.setsockopt(first.fd, SOL_SOCKET, SO_REUSEADDR, 1);
    results.push(yield* attempt(sys.bind(other, { address: LOCALHOST, port })));
    yield* sys.sendto(fd, bytes("to the newest"), 0, first.name);
    results.push(yield* heard(sys, first.fd, 20), yield* heard(sys, other, 20));
    yield* sys.close(other);
    yield* sys.sendto(fd, bytes("to the first"), 0, first.name);
    results.push(yield* heard(sys, first.fd, 20));
    return results;
  },
  [
    "EADDRINUSE",
    undefined,
    "EINVAL",
    "EINVAL",
    "EINVAL",
    "EAFNOSUPPORT",
    "EADDRINUSE",
    undefined,
    "EAGAIN",
    '"to the newest"',
    '"to the first"',
  ],
);

scenario(
  "SO_REUSEPORT: both must ask for it before they bind",
  function* (sys) {
    const make = function* (reusePort: boolean) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      if (reusePort) yield* sys.setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, 1);
      return fd;
    };
    const first = yield* make(true);
    yield* sys.bind(first, { address: LOCALHOST, port: 0 });
    const name = yield* sys.getsockname(first);
    const results = [
      yield* attempt(sys.bind(yield* make(false), name)),
      yield* attempt(sys.bind(yield* make(true), name)),
      yield* attempt(sys.bind(yield* make(true), name)),
    ];
    const sender = yield* bound(sys);
    yield* sys.sendto(sender.fd, bytes("one of three"), 0, name);
    return results;
  },
  ["EADDRINUSE", undefined, undefined],
);

scenario(
  "0.0.0.0 has every address; an exact one goes before it",
  function* (sys) {
    const exact = yield* bound(sys, "127.0.0.2", SOCK_NONBLOCK);
    const { port } = exact.name;
    const other = yield* bound(sys, "127.0.0.3", SOCK_NONBLOCK);
    const sender = yield* bound(sys);
    const results: unknown[] = [];
    yield* sys.sendto(sender.fd, bytes("two"), 0, { address: "127.0.0.2", port });
    results.push(
      yield* attempt(sys.sendto(sender.fd, bytes("three"), 0, { address: "127.0.0.3", port: other.name.port })),
    );
    results.push(yield* heard(sys, exact.fd, 9), yield* heard(sys, other.fd, 9));
    return results;
  },
  [5, '"two"', '"three"'],
);

scenario(
  "sending: how long, to whom, and errors of the address",
  function* (sys) {
    const { fd, name } = yield* bound(sys, LOCALHOST, SOCK_NONBLOCK);
    const sender = yield* sys.socket(AF_INET, SOCK_DGRAM);
    const results: unknown[] = [
      yield* attempt(sys.sendto(sender, new Uint8Array(65_507), 0, name)),
      yield* attempt(sys.sendto(sender, new Uint8Array(65_508), 0, name)),
      yield* attempt(sys.sendto(sender, new Uint8Array(70_000), 0, name)),
      yield* attempt(sys.sendto(sender, bytes("x"), 0, { address: LOCALHOST, port: 0 })),
      yield* attempt(sys.sendto(sender, bytes("x"), 0, { family: AF_UNIX, address: LOCALHOST, port: 9 })),
      yield* attempt(sys.sendto(sender, bytes("x"), 0, { family: AF_UNSPEC, address: LOCALHOST, port: name.port })),
      yield* attempt(sys.connect(sender, { path: "/tmp/x" })),
    ];
    results.push((yield* sys.recv(fd, 70_000, 0)).length, yield* heard(sys, fd, 9));
    return results;
  },
  [65_507, "EMSGSIZE", "EMSGSIZE", "EINVAL", "EAFNOSUPPORT", 1, "EINVAL", 65_507, '"x"'],
);

scenario(
  "shutdown: what it does, and what it says without a peer",
  function* (sys) {
    yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
    const results: unknown[] = [];
    for (const how of [SHUT_RD, SHUT_WR, SHUT_RDWR]) {
      const peer = yield* bound(sys);
      const { fd, name } = yield* bound(sys, LOCALHOST, SOCK_NONBLOCK);
      yield* sys.connect(fd, peer.name);
      yield* sys.sendto(peer.fd, bytes("q"), 0, name);
      yield* sys.shutdown(fd, how);
      results.push([
        yield* readinessOf(sys, fd),
        yield* heard(sys, fd, 9),
        yield* heard(sys, fd, 9),
        yield* attempt(sys.write(fd, bytes("x"))),
        yield* attempt(sys.sendto(peer.fd, bytes("late"), 0, name)),
        yield* heard(sys, fd, 9),
      ]);
    }
    const alone = yield* bound(sys, LOCALHOST, SOCK_NONBLOCK);
    results.push(yield* attempt(sys.shutdown(alone.fd, SHUT_RDWR)), yield* readinessOf(sys, alone.fd));
    results.push(yield* attempt(sys.sendto(alone.fd, bytes("x"), 0, alone.name)));
    return results;
  },
  [
    ["0x2345", '"q"', "EAGAIN", 1, 4, '"late"'],
    ["0x345", '"q"', "EAGAIN", "EPIPE", 4, '"late"'],
    ["0x2355", '"q"', "EAGAIN", "EPIPE", 4, '"late"'],
    "ENOTCONN",
    "0x2355",
    "EPIPE",
  ],
);

scenario(
  "a full receive buffer drops, silently; memory counts, not payload",
  function* (sys) {
    const results: Record<string, unknown> = {};
    for (const size of [0, 1, 197, 198, 645, 646, 1669, 1670, 8000, 16_005, 16_006, 40_000]) {
      const { fd, name } = yield* bound(sys, LOCALHOST, SOCK_NONBLOCK);
      const sender = yield* sys.socket(AF_INET, SOCK_DGRAM);
      const data = new Uint8Array(size);
      for (let i = 0; i < 300; i++) yield* sys.sendto(sender, data, 0, name);
      let received = 0;
      while ((yield* attempt(sys.recv(fd, 65_536, 0))) !== "EAGAIN") received++;
      results[size] = received;
      yield* sys.close(fd);
      yield* sys.close(sender);
    }
    return results;
  },
  {
    0: 256,
    1: 256,
    197: 256,
    198: 166,
    645: 166,
    646: 92,
    1669: 92,
    1670: 48,
    8000: 12,
    16005: 12,
    16006: 12,
    40000: 5,
  },
);

scenario(
  "memory of what was read is given back in portions",
  function* (sys) {
    const { fd, name } = yield* bound(sys, LOCALHOST, SOCK_NONBLOCK);
    const sender = yield* sys.socket(AF_INET, SOCK_DGRAM);
    yield* sys.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, 8320);
    const send = function* (count: number) {
      for (let i = 0; i < count; i++) yield* sys.sendto(sender, bytes(`${i}`), 0, name);
    };
    const read = function* (count: number) {
      let received = 0;
      while (received < count && (yield* attempt(sys.recv(fd, 9, 0))) !== "EAGAIN") received++;
      return received;
    };
    const results: number[] = [];
    yield* send(30);
    results.push(yield* read(2));
    yield* send(5);
    results.push(yield* read(100));
    yield* send(30);
    results.push(yield* read(6));
    yield* send(10);
    results.push(yield* read(100));
    return results;
  },
  [2, 18, 6, 19],
);

scenario(
  "what UDP sockets can't do",
  function* (sys) {
    const { fd, name } = yield* bound(sys);
    const results: unknown[] = [
      yield* attempt(sys.listen(fd, 1)),
      yield* attempt(sys.accept(fd)),
      yield* attempt(sys.getsockopt(fd, SOL_TCP, TCP_NODELAY)),
      yield* attempt(sys.setsockopt(fd, SOL_TCP, TCP_NODELAY, 1)),
      yield* attempt(sys.socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP)),
      yield* attempt(sys.socket(AF_INET, SOCK_STREAM, IPPROTO_UDP)),
      yield* attempt(sys.socket(AF_INET, SOCK_SEQPACKET)),
      yield* attempt(sys.socket(AF_INET, 11)),
      yield* attempt(sys.socketpair(AF_INET, SOCK_DGRAM)),
      yield* attempt(sys.getsockopt(fd, SOL_SOCKET, 9999)),
    ];
    results.push(name.address);
    return results;
  },
  [
    "EOPNOTSUPP",
    "EOPNOTSUPP",
    "EOPNOTSUPP",
    "ENOPROTOOPT",
    "EPROTONOSUPPORT",
    "EPROTONOSUPPORT",
    "ESOCKTNOSUPPORT",
    "EINVAL",
    "EOPNOTSUPP",
    "ENOPROTOOPT",
    LOCALHOST,
  ],
);

scenario(
  "options of IP: time to live, type of service, path MTU",
  function* (sys) {
    const peer = yield* bound(sys);
    const { fd } = yield* bound(sys);
    const get = (option: number) => attempt(sys.getsockopt(fd, SOL_IP, option));
    const set = (option: number, value: number) => attempt(sys.setsockopt(fd, SOL_IP, option, value));
    const [TOS, TTL, MTU_DISCOVER, MTU] = [1, 2, 10, 14];
    const results: unknown[] = [
      yield* get(TTL),
      yield* set(TTL, 0),
      yield* set(TTL, 256),
      yield* set(TTL, 7),
      yield* get(TTL),
    ];
    results.push(yield* set(TTL, -1), yield* get(TTL), yield* get(TOS), yield* set(TOS, 0x10), yield* get(TOS));
    results.push(
      yield* get(MTU_DISCOVER),
      yield* set(MTU_DISCOVER, 9),
      yield* set(MTU_DISCOVER, 2),
      yield* get(MTU_DISCOVER),
    );
    results.push(yield* get(MTU), yield* attempt(sys.connect(fd, peer.name)), yield* get(MTU), yield* get(999));
    return results;
  },
  [
    64,
    "EINVAL",
    "EINVAL",
    undefined,
    7,
    undefined,
    64,
    0,
    undefined,
    16,
    1,
    "EINVAL",
    undefined,
    2,
    "ENOTCONN",
    undefined,
    65535,
    "ENOPROTOOPT",
  ],
);

scenario(
  "broadcast needs SO_BROADCAST",
  function* (sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
    const to = { address: "127.255.255.255", port: 9 };
    const results: unknown[] = [yield* attempt(sys.sendto(fd, bytes("x"), 0, to)), yield* attempt(sys.connect(fd, to))];
    yield* sys.setsockopt(fd, SOL_SOCKET, SO_BROADCAST, 1);
    results.push(yield* attempt(sys.sendto(fd, bytes("x"), 0, to)), yield* attempt(sys.connect(fd, to)));
    return results;
  },
  ["EACCES", "EACCES", 1, undefined],
);
