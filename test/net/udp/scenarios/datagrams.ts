/** Datagrams on their way: whole, in order of arrival, lost when there is no room, and the errors that come back. */
import {
  AF_INET,
  AF_UNIX,
  AF_UNSPEC,
  bytes,
  FIONREAD,
  MSG_PEEK,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SIG_IGN,
  SIGPIPE,
  SIOCOUTQ,
  SO_ERROR,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  text,
} from "../../../../lib/sys";
import { attempt } from "../../unix/attempt";
import { bound, heard, LOCALHOST, readinessOf, scenario } from "./scenario";

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
