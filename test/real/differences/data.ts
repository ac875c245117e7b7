/** Examples of rules about bytes on their way. */
import {
  AF_INET,
  AF_UNIX,
  bytes,
  type ProgramFunction,
  type Programs,
  type Run,
  SHUT_WR,
  SO_RCVBUF,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  text,
} from "../../../lib/sys";
import { changed, changedCall, type Example, run } from "./runs";

const at = (port: number) => ({ address: "127.0.0.1", port });

const piped: Programs = function* (sys) {
  const [r, w] = yield* sys.pipe();
  yield* sys.write(w, bytes("hello"));
  yield* sys.read(r, 2);
  yield* sys.read(r, 100);
};

/** The same, its two reads cut elsewhere. */
const cut = (...parts: string[]): Run => {
  const left = [...parts];
  return changed(run(piped), ({ name }) => (name === "read" ? { result: bytes(left.shift() ?? "") } : {}));
};

/** A server of two clients, the second of which comes a second later; `order` says who is who. */
function served(...order: string[]): Run {
  const client = (words: string, wait: number): ProgramFunction =>
    function* (sys) {
      if (wait > 0) yield* sys.nanosleep({ tv_sec: wait, tv_nsec: 0 });
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(fd, at(80));
      yield* sys.write(fd, bytes(words));
      yield* sys.shutdown(fd, SHUT_WR);
      yield* sys.read(fd, 100);
    };
  return run({
    *server(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.bind(fd, at(80));
      yield* sys.listen(fd, 5);
      for (let i = 0; i < 2; i++) {
        const peer = yield* sys.accept(fd);
        yield* sys.write(peer, yield* sys.read(peer, 100));
        yield* sys.close(peer);
      }
    },
    alice: client("alice", order.indexOf("alice")),
    bob: client("bob", order.indexOf("bob")),
  });
}

/** Two senders of datagrams and one who receives; `first` sends first. */
function datagrams(first: string): Run {
  const sender = (words: string): ProgramFunction =>
    function* (sys) {
      if (words !== first) yield* sys.nanosleep({ tv_sec: 1, tv_nsec: 0 });
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.sendto(fd, bytes(words), 0, at(53));
    };
  return run({
    *receiver(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.bind(fd, at(53));
      for (let i = 0; i < 2; i++) yield* sys.recv(fd, 100, 0);
    },
    one: sender("one"),
    two: sender("two"),
  });
}

/** Two writers into one pipe; `first` writes first. */
function mixed(first: string): Run {
  return run(function* (sys) {
    const [r, w] = yield* sys.pipe();
    for (const word of ["ping", "pong"]) {
      yield* sys.fork(function* (sys) {
        if (word !== first) yield* sys.nanosleep({ tv_sec: 1, tv_nsec: 0 });
        yield* sys.write(w, bytes(word));
      });
    }
    yield* sys.close(w);
    for (let i = 0; i < 3; i++) yield* sys.read(r, 100);
  });
}

const asksSize: Programs = function* (sys) {
  const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.getsockopt(fd, SOL_SOCKET, SO_RCVBUF);
  yield* sys.getsockopt(fd, SOL_SOCKET, SO_TYPE);
};

const fills = (flags: number): Programs =>
  function* (sys) {
    const [a] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM | flags);
    yield* sys.write(a, new Uint8Array(flags === 0 ? 1000 : 1_000_000));
  };

export const dataExamples: readonly Example[] = [
  {
    rule: "chunks",
    says: "bytes of a stream that come in other pieces",
    allowed: () => [run(piped), cut("h", "ello")],
    saysNot: "other bytes",
    wrong: () => [run(piped), cut("h", "allo")],
  },
  {
    rule: "which-client",
    says: "two clients, accepted in either order",
    allowed: () => [served("alice", "bob"), served("bob", "alice")],
    saysNot: "a client who is answered wrongly",
    wrong: () => [served("alice", "bob"), changed(served("bob", "alice"), corrupt("alice"))],
  },
  {
    rule: "datagram-order",
    says: "datagrams of two senders, in either order",
    allowed: () => [datagrams("one"), datagrams("two")],
    saysNot: "a datagram that comes twice in place of the other",
    wrong: () => [datagrams("one"), changedCall(datagrams("two"), "recv", { result: bytes("two") }, 2)],
  },
  {
    rule: "whose-bytes",
    says: "two writers into one pipe, in either order",
    allowed: () => [mixed("ping"), mixed("pong")],
    saysNot: "a byte that nobody has written",
    wrong: () => [mixed("ping"), changedCall(mixed("pong"), "read", { result: bytes("pung") })],
  },
  {
    rule: "buffer-size",
    says: "a receive buffer of another size",
    allowed: () => [run(asksSize), changedCall(run(asksSize), "getsockopt", { result: 65_536 })],
    saysNot: "a socket of another type",
    wrong: () => [run(asksSize), changedCall(run(asksSize), "getsockopt", { result: SOCK_DGRAM }, 2)],
  },
  {
    rule: "room",
    says: "a nonblocking write that takes less",
    allowed: () => [run(fills(SOCK_NONBLOCK)), changedCall(run(fills(SOCK_NONBLOCK)), "write", { result: 4096 })],
    saysNot: "a blocking write that takes less",
    wrong: () => [run(fills(0)), changedCall(run(fills(0)), "write", { result: 999 })],
  },
];

/** What was read as `words` was something else. */
function corrupt(words: string) {
  return ({ name, process, result }: { name: string; process: string; result?: unknown }) =>
    process === "server" && name === "read" && result instanceof Uint8Array && text(result) === words
      ? { result: bytes(words.toUpperCase()) }
      : {};
}
