/** Names: bind, connect, and who may share a port. */
import {
  AF_INET,
  AF_UNSPEC,
  bytes,
  type InetAddress,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_SOCKET,
} from "../../../../lib/sys";
import { attempt } from "../../unix/attempt";
import { bound, heard, LOCALHOST, scenario } from "./scenario";

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
