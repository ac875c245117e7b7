/** Who may share a port with whom: SO_REUSEADDR and SO_REUSEPORT at two addresses of the loopback; socket(7), ip(7). */
import { type Program, SO_REUSEADDR, SO_REUSEPORT, SOL_SOCKET, type Sys } from "fd3";
import { attempt, walks } from "../program";
import { anyPort, nameOf, tcpSocket, udpSocket } from "./ends";

const { suite, agree } = walks();

/** What a socket sets before it binds. */
const WISHES: readonly (readonly [string, readonly number[]])[] = [
  ["nothing", []],
  ["SO_REUSEADDR", [SO_REUSEADDR]],
  ["SO_REUSEPORT", [SO_REUSEPORT]],
  ["both", [SO_REUSEADDR, SO_REUSEPORT]],
];

function* wishing(sys: Sys, make: typeof tcpSocket, options: readonly number[]): Program<number> {
  const fd = yield* make(sys);
  for (const option of options) yield* sys.setsockopt(fd, SOL_SOCKET, option, 1);
  return fd;
}

for (const [firstWish, first] of WISHES) {
  for (const [protocol, make] of [
    ["TCP", tcpSocket],
    ["UDP", udpSocket],
  ] as const) {
    agree(`a second ${protocol} socket at a port whose first has set ${firstWish}; socket(7)`, function* (sys) {
      for (const [, second] of WISHES) {
        for (const address of ["127.0.0.1", "127.0.0.2"]) {
          const a = yield* wishing(sys, make, first);
          yield* sys.bind(a, anyPort());
          const { port } = yield* nameOf(sys, a);
          const b = yield* wishing(sys, make, second);
          yield* attempt(sys.bind(b, { address, port }));
          yield* sys.close(a);
          yield* sys.close(b);
        }
      }
    });
  }
  agree(`a second TCP socket at a port whose listener has set ${firstWish}; socket(7)`, function* (sys) {
    for (const [, second] of WISHES) {
      const a = yield* wishing(sys, tcpSocket, first);
      yield* sys.bind(a, anyPort());
      yield* sys.listen(a, 1);
      const name = yield* nameOf(sys, a);
      const b = yield* wishing(sys, tcpSocket, second);
      yield* attempt(sys.bind(b, name));
      yield* attempt(sys.listen(b, 1));
      yield* sys.close(a);
      yield* attempt(sys.bind(b, name));
      yield* sys.close(b);
    }
  });
}
agree("three at one port, of which the first goes away; socket(7)", function* (sys) {
  for (const option of [SO_REUSEADDR, SO_REUSEPORT]) {
    const a = yield* wishing(sys, tcpSocket, [option]);
    yield* sys.bind(a, anyPort());
    const name = yield* nameOf(sys, a);
    const b = yield* wishing(sys, tcpSocket, [option]);
    yield* sys.bind(b, name);
    yield* sys.close(a);
    yield* attempt(sys.bind(yield* wishing(sys, tcpSocket, []), name));
    yield* attempt(sys.bind(yield* wishing(sys, tcpSocket, [option]), name));
  }
});
agree("SO_REUSEPORT listeners share a port, and one that leaves gives its connections up; socket(7)", function* (sys) {
  const a = yield* wishing(sys, tcpSocket, [SO_REUSEPORT]);
  yield* sys.bind(a, anyPort());
  yield* sys.listen(a, 5);
  const name = yield* nameOf(sys, a);
  const b = yield* wishing(sys, tcpSocket, [SO_REUSEPORT]);
  yield* sys.bind(b, name);
  yield* sys.listen(b, 5);
  yield* sys.close(a);
  const client = yield* tcpSocket(sys);
  yield* sys.connect(client, name);
  yield* sys.accept(b);
});

export const bindConflicts = suite;
