/** Sockets that nobody is connected to. Expectations were taken from a real Linux; see index.ts. */
import {
  AF_UNIX,
  bytes,
  SHUT_RDWR,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../../../../lib/sys";
import { attempt } from "../attempt";
import { heard, ignorePipe, readinessOf, scenarioList, types } from "./scenario";

const { list, scenario } = scenarioList();

scenario(
  "calls on a socket without a peer",
  function* (sys) {
    yield* ignorePipe(sys);
    const results: Record<string, unknown> = {};
    for (const [name, type] of Object.entries(types)) {
      const fd = yield* sys.socket(AF_UNIX, type | SOCK_NONBLOCK);
      results[name] = [
        yield* readinessOf(sys, fd),
        yield* heard(sys, fd, 1),
        yield* attempt(sys.write(fd, bytes("x"))),
        yield* attempt(sys.sendto(fd, bytes("x"), 0, { path: "/tmp/nobody" })),
        yield* attempt(sys.sendto(fd, bytes("x"), 0, { path: "\0fd3-nobody" })),
        yield* attempt(sys.accept(fd)),
        yield* attempt(sys.listen(fd, 1)),
        yield* attempt(sys.getpeername(fd)),
        yield* attempt(sys.getsockname(fd)),
        yield* attempt(sys.shutdown(fd, SHUT_RDWR)),
        yield* readinessOf(sys, fd),
        yield* heard(sys, fd, 1),
        yield* attempt(sys.write(fd, bytes("x"))),
      ];
    }
    return results;
  },
  {
    stream: [
      "0x314",
      "EINVAL",
      "ENOTCONN",
      "EOPNOTSUPP",
      "EOPNOTSUPP",
      "EINVAL",
      "EINVAL",
      "ENOTCONN",
      { family: AF_UNIX, path: "" },
      undefined,
      "0x2355",
      "EINVAL",
      "ENOTCONN",
    ],
    datagram: [
      "0x304",
      "EAGAIN",
      "ENOTCONN",
      "ENOENT",
      "ECONNREFUSED",
      "EOPNOTSUPP",
      "EOPNOTSUPP",
      "ENOTCONN",
      { family: AF_UNIX, path: "" },
      undefined,
      "0x2355",
      "EAGAIN",
      "EPIPE",
    ],
    seqpacket: [
      "0x314",
      "ENOTCONN",
      "ENOTCONN",
      "ENOTCONN",
      "ENOTCONN",
      "EINVAL",
      "EINVAL",
      "ENOTCONN",
      { family: AF_UNIX, path: "" },
      undefined,
      "0x2355",
      "ENOTCONN",
      "ENOTCONN",
    ],
  },
);

scenario(
  "an address, or another connect, on a connected socket",
  function* (sys) {
    const results: Record<string, unknown> = {};
    for (const [name, type] of Object.entries(types)) {
      const [a] = yield* sys.socketpair(AF_UNIX, type);
      results[name] = [
        yield* attempt(sys.sendto(a, bytes("x"), 0, { path: "/tmp/nobody" })),
        yield* attempt(sys.connect(a, { path: "/tmp/nobody" })),
        yield* attempt(sys.listen(a, 1)),
        yield* attempt(sys.accept(a)),
      ];
    }
    return results;
  },
  {
    stream: ["EISCONN", "ENOENT", "EINVAL", "EINVAL"],
    datagram: ["ENOENT", "ENOENT", "EOPNOTSUPP", "EOPNOTSUPP"],
    seqpacket: [1, "ENOENT", "EINVAL", "EINVAL"],
  },
);

scenario(
  "types and protocols that exist",
  function* (sys) {
    const results: unknown[] = [];
    for (const type of [0, 3, 4, 6, 10, 11]) {
      const fd = yield* attempt(sys.socket(AF_UNIX, type));
      results.push(typeof fd === "string" ? fd : yield* sys.getsockopt(fd, SOL_SOCKET, SO_TYPE));
    }
    results.push(typeof (yield* attempt(sys.socket(AF_UNIX, SOCK_STREAM, AF_UNIX))));
    results.push(yield* attempt(sys.socket(AF_UNIX, SOCK_STREAM, 6)));
    return results;
  },
  [
    "ESOCKTNOSUPPORT",
    SOCK_DGRAM,
    "ESOCKTNOSUPPORT",
    "ESOCKTNOSUPPORT",
    "ESOCKTNOSUPPORT",
    "EINVAL",
    "number",
    "EPROTONOSUPPORT",
  ],
);

export const unconnected = list;
