/** Connections: listen, connect, accept. Expectations were taken from a real Linux; see index.ts. */
import {
  AF_UNIX,
  bytes,
  FIONREAD,
  SO_ACCEPTCONN,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  text,
} from "../../../../lib/sys";
import { attempt } from "../attempt";
import { heard, ignorePipe, readinessOf, SERVER, scenarioList } from "./scenario";

const { list, scenario } = scenarioList();

for (const [kind, type] of Object.entries({ stream: SOCK_STREAM, seqpacket: SOCK_SEQPACKET })) {
  const path = `${SERVER}-${kind}`;
  scenario(
    `${kind}: listen, connect, accept`,
    function* (sys) {
      yield* ignorePipe(sys);
      const listener = yield* sys.socket(AF_UNIX, type);
      const client = yield* sys.socket(AF_UNIX, type | SOCK_NONBLOCK);
      yield* sys.bind(listener, { path });
      const results: unknown[] = [yield* attempt(sys.connect(client, { path }))];
      yield* sys.listen(listener, 1);
      results.push(yield* readinessOf(sys, listener), yield* sys.getsockopt(listener, SOL_SOCKET, SO_ACCEPTCONN));
      results.push(yield* attempt(sys.ioctl(listener, FIONREAD)), yield* attempt(sys.connect(listener, { path })));
      results.push(yield* heard(sys, listener, 1), yield* attempt(sys.write(listener, bytes("x"))));
      results.push(yield* attempt(sys.connect(client, { path })), yield* readinessOf(sys, listener));
      results.push(yield* attempt(sys.connect(client, { path })), yield* sys.getpeername(client));
      results.push(yield* sys.write(client, bytes("before accept")));
      const server = yield* sys.accept(listener);
      results.push(yield* heard(sys, server, 20), yield* sys.getsockname(server), yield* sys.getpeername(server));
      yield* sys.write(server, bytes("hi"));
      const { data, address } = yield* sys.recvfrom(client, 20, 0);
      results.push(text(data), address);
      return results;
    },
    [
      "ECONNREFUSED",
      "0x0",
      1,
      "EINVAL",
      "EINVAL",
      kind === "stream" ? "EINVAL" : "ENOTCONN",
      "ENOTCONN",
      undefined,
      "0x41",
      "EISCONN",
      { family: AF_UNIX, path },
      13,
      '"before accept"',
      { family: AF_UNIX, path },
      { family: AF_UNIX, path: "" },
      "hi",
      { family: AF_UNIX, path },
    ],
  );

  scenario(
    `${kind}: a full queue of connections, and a listener that closes`,
    function* (sys) {
      yield* ignorePipe(sys);
      const listener = yield* sys.socket(AF_UNIX, type);
      yield* sys.bind(listener, { path });
      yield* sys.listen(listener, 1);
      const clients: number[] = [];
      const results: unknown[] = [];
      for (let i = 0; i < 4; i++) {
        clients.push(yield* sys.socket(AF_UNIX, type | SOCK_NONBLOCK));
        results.push(yield* attempt(sys.connect(clients[i], { path })));
      }
      const server = yield* sys.accept(listener);
      results.push(yield* attempt(sys.connect(clients[2], { path })));
      yield* sys.close(listener);
      results.push(yield* readinessOf(sys, clients[0]), yield* readinessOf(sys, clients[1]));
      results.push(yield* heard(sys, clients[1], 1), yield* heard(sys, clients[1], 1));
      results.push(
        yield* attempt(sys.write(clients[1], bytes("x"))),
        yield* attempt(sys.connect(clients[3], { path })),
      );
      results.push(yield* sys.write(server, bytes("still")), yield* heard(sys, clients[0], 9));
      return results;
    },
    [
      undefined,
      undefined,
      "EAGAIN",
      "EAGAIN",
      undefined,
      "0x304",
      "0x235d",
      "ECONNRESET",
      '""',
      "EPIPE",
      "ECONNREFUSED",
      5,
      '"still"',
    ],
  );
}

scenario(
  "connect sleeps while the queue is full, accept sleeps while it is empty",
  function* (sys) {
    const path = `${SERVER}-sleep`;
    const listener = yield* sys.socket(AF_UNIX, SOCK_STREAM);
    yield* sys.bind(listener, { path });
    yield* sys.listen(listener, 0);
    const client = (word: string) =>
      sys.pthread_create(function* (thread) {
        const fd = yield* thread.socket(AF_UNIX, SOCK_STREAM);
        yield* thread.connect(fd, { path });
        yield* thread.write(fd, bytes(word));
        yield* thread.close(fd);
      });
    const threads = [yield* client("a"), yield* client("b"), yield* client("c")];
    yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 20_000_000 });
    const words: string[] = [];
    for (let i = 0; i < 3; i++) {
      const server = yield* sys.accept(listener);
      words.push(text(yield* sys.read(server, 10)), text(yield* sys.read(server, 10)));
    }
    for (const thread of threads) yield* sys.pthread_join(thread);
    return words.sort();
  },
  ["", "", "", "a", "b", "c"],
);

export const connections = list;
