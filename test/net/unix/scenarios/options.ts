/** Options: values, bounds and errors. Expectations were taken from a real Linux; see index.ts. */
import {
  AF_UNIX,
  SO_ACCEPTCONN,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SO_REUSEPORT,
  SO_SNDBUF,
  SO_TYPE,
  SOCK_STREAM,
  SOL_SOCKET,
  SOL_TCP,
  TCP_NODELAY,
} from "../../../../lib/sys";
import { attempt } from "../attempt";
import { heard, scenarioList, types } from "./scenario";

const { list, scenario } = scenarioList();

scenario(
  "buffer sizes are doubled and kept within bounds",
  function* (sys) {
    const [a] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
    const results: unknown[] = [
      yield* sys.getsockopt(a, SOL_SOCKET, SO_SNDBUF),
      yield* sys.getsockopt(a, SOL_SOCKET, SO_RCVBUF),
    ];
    for (const size of [0, 100, 2304, 5000, 60000]) {
      yield* sys.setsockopt(a, SOL_SOCKET, SO_SNDBUF, size);
      yield* sys.setsockopt(a, SOL_SOCKET, SO_RCVBUF, size);
      results.push(yield* sys.getsockopt(a, SOL_SOCKET, SO_SNDBUF), yield* sys.getsockopt(a, SOL_SOCKET, SO_RCVBUF));
    }
    return results;
  },
  [212992, 212992, 4608, 2304, 4608, 2304, 4608, 4608, 10000, 10000, 120000, 120000],
);

scenario(
  "options: values, bounds and errors",
  function* (sys) {
    const [a] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
    const set = (option: number, value: number | object) => attempt(sys.setsockopt(a, SOL_SOCKET, option, value));
    const get = (option: number) => attempt(sys.getsockopt(a, SOL_SOCKET, option));
    return [
      yield* get(SO_LINGER),
      yield* set(SO_LINGER, { l_onoff: 7, l_linger: 5 }),
      yield* get(SO_LINGER),
      yield* set(SO_LINGER, { l_onoff: 0, l_linger: 9 }),
      yield* get(SO_LINGER),
      yield* set(SO_LINGER, 1),
      yield* set(SO_RCVTIMEO, { tv_sec: 1, tv_usec: 500_000 }),
      yield* get(SO_RCVTIMEO),
      yield* set(SO_RCVTIMEO, { tv_sec: 0, tv_usec: 1_000_000 }),
      yield* set(SO_RCVTIMEO, { tv_sec: -1, tv_usec: 0 }),
      yield* get(SO_RCVTIMEO),
      yield* set(SO_KEEPALIVE, 2),
      yield* get(SO_KEEPALIVE),
      yield* set(SO_TYPE, 1),
      yield* set(SO_ERROR, 1),
      yield* set(SO_ACCEPTCONN, 1),
      yield* set(SO_REUSEPORT, 1),
      yield* get(9999),
      yield* set(9999, 1),
      yield* attempt(sys.setsockopt(a, SOL_TCP, TCP_NODELAY, 1)),
      yield* attempt(sys.getsockopt(a, SOL_TCP, TCP_NODELAY)),
    ];
  },
  [
    { l_onoff: 0, l_linger: 0 },
    undefined,
    { l_onoff: 1, l_linger: 5 },
    undefined,
    { l_onoff: 0, l_linger: 5 },
    "EINVAL",
    undefined,
    { tv_sec: 1, tv_usec: 500_000 },
    "EDOM",
    undefined,
    { tv_sec: 0, tv_usec: 0 },
    undefined,
    1,
    "ENOPROTOOPT",
    "ENOPROTOOPT",
    "ENOPROTOOPT",
    "EOPNOTSUPP",
    "ENOPROTOOPT",
    "ENOPROTOOPT",
    "EOPNOTSUPP",
    "EOPNOTSUPP",
  ],
);

scenario(
  "SO_RCVTIMEO ends a sleep with EAGAIN",
  function* (sys) {
    const results: unknown[] = [];
    for (const type of Object.values(types)) {
      const [a] = yield* sys.socketpair(AF_UNIX, type);
      yield* sys.setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, { tv_sec: 0, tv_usec: 20_000 });
      results.push(yield* heard(sys, a, 5, 0));
      yield* sys.setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, { tv_sec: -1, tv_usec: 0 });
      results.push(yield* heard(sys, a, 5, 0));
    }
    return results;
  },
  ["EAGAIN", "EAGAIN", "EAGAIN", "EAGAIN", "EAGAIN", "EAGAIN"],
);

export const options = list;
