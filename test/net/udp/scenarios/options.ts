/** Options, and what a UDP socket cannot do. */
import {
  AF_INET,
  bytes,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SO_BROADCAST,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_IP,
  SOL_SOCKET,
  SOL_TCP,
  TCP_NODELAY,
} from "../../../../lib/sys";
import { attempt } from "../../unix/attempt";
import { bound, LOCALHOST, scenario } from "./scenario";

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
