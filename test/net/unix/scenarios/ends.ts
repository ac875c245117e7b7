/** Ends: closing, shutting down, and what the other side sees of it. Expectations were taken from a real Linux; see index.ts. */
import {
  AF_UNIX,
  bytes,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SIGPIPE,
  SO_ERROR,
  SO_SNDBUF,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  text,
} from "../../../../lib/sys";
import { attempt } from "../attempt";
import { heard, ignorePipe, readinessOf, scenarioList, types } from "./scenario";

const { list, scenario } = scenarioList();

scenario(
  "the peer closes: what a survivor sees",
  function* (sys) {
    yield* ignorePipe(sys);
    const results: Record<string, unknown> = {};
    for (const [name, type] of Object.entries(types)) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, type);
      const before = yield* readinessOf(sys, a);
      yield* sys.write(b, bytes("last"));
      yield* sys.close(b);
      results[name] = [
        before,
        yield* readinessOf(sys, a),
        yield* heard(sys, a, 9),
        yield* heard(sys, a, 9),
        yield* attempt(sys.write(a, bytes("x"))),
        yield* attempt(sys.write(a, bytes("x"))),
        yield* attempt(sys.getpeername(a)),
      ];
    }
    return results;
  },
  {
    stream: ["0x304", "0x2355", '"last"', '""', "EPIPE", "EPIPE", { family: AF_UNIX, path: "" }],
    datagram: ["0x304", "0x345", '"last"', "EAGAIN", "ECONNREFUSED", "ENOTCONN", "ENOTCONN"],
    seqpacket: ["0x304", "0x2355", '"last"', '""', "EPIPE", "EPIPE", { family: AF_UNIX, path: "" }],
  },
);

scenario(
  "the peer closes with bytes unread: ECONNRESET, once",
  function* (sys) {
    yield* ignorePipe(sys);
    const results: Record<string, unknown> = {};
    for (const [name, type] of Object.entries(types)) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, type);
      yield* sys.write(b, bytes("hello"));
      yield* sys.write(a, bytes("unread"));
      yield* sys.close(b);
      const seen = [yield* readinessOf(sys, a), yield* heard(sys, a, 3), yield* heard(sys, a, 3)];
      seen.push(yield* heard(sys, a, 3), yield* heard(sys, a, 3));
      results[name] = [...seen, yield* attempt(sys.write(a, bytes("x")))];
    }
    return results;
  },
  {
    stream: ["0x235d", '"hel"', '"lo"', "ECONNRESET", '""', "EPIPE"],
    datagram: ["0x345", '"hel"', "EAGAIN", "EAGAIN", "EAGAIN", "ECONNREFUSED"],
    seqpacket: ["0x235d", "ECONNRESET", '"hel"', '""', '""', "EPIPE"],
  },
);

scenario(
  "a pending error is reported by whoever looks first, SO_ERROR or send",
  function* (sys) {
    yield* ignorePipe(sys);
    const results: unknown[] = [];
    for (const type of [SOCK_STREAM, SOCK_SEQPACKET]) {
      for (const look of ["SO_ERROR", "send"]) {
        const [a, b] = yield* sys.socketpair(AF_UNIX, type);
        yield* sys.write(a, bytes("unread"));
        yield* sys.close(b);
        if (look === "SO_ERROR") results.push(yield* sys.getsockopt(a, SOL_SOCKET, SO_ERROR));
        else results.push(yield* attempt(sys.send(a, bytes("x"), 0)));
        results.push(yield* sys.getsockopt(a, SOL_SOCKET, SO_ERROR));
      }
    }
    return results;
  },
  [104, 0, "EPIPE", 104, 104, 0, "ECONNRESET", 0],
);

scenario(
  "SIGPIPE is for streams only, and MSG_NOSIGNAL spares it",
  function* (sys) {
    const results: Record<string, unknown> = {};
    for (const [name, type] of Object.entries(types)) {
      let signals = 0;
      yield* sys.sigaction(SIGPIPE, {
        handler: function* () {
          signals++;
        },
      });
      const [a] = yield* sys.socketpair(AF_UNIX, type);
      yield* sys.shutdown(a, SHUT_WR);
      const codes = [
        yield* attempt(sys.send(a, bytes("x"), MSG_NOSIGNAL)),
        yield* attempt(sys.send(a, bytes("x"), 0)),
        yield* attempt(sys.write(a, bytes("x"))),
      ];
      results[name] = [...codes, signals];
    }
    return results;
  },
  {
    stream: ["EPIPE", "EPIPE", "EPIPE", 2],
    datagram: ["EPIPE", "EPIPE", "EPIPE", 0],
    seqpacket: ["EPIPE", "EPIPE", "EPIPE", 0],
  },
);

scenario(
  "shutdown: what both sides see, in every direction",
  function* (sys) {
    yield* ignorePipe(sys);
    const results: Record<string, unknown> = {};
    for (const [name, type] of Object.entries(types)) {
      for (const [word, how] of Object.entries({ RD: SHUT_RD, WR: SHUT_WR, RDWR: SHUT_RDWR })) {
        const [a, b] = yield* sys.socketpair(AF_UNIX, type | SOCK_NONBLOCK);
        yield* sys.write(b, bytes("q"));
        yield* sys.shutdown(a, how);
        results[`${name} ${word}`] = [
          yield* readinessOf(sys, a),
          yield* readinessOf(sys, b),
          yield* heard(sys, a, 5),
          yield* heard(sys, a, 5),
          yield* attempt(sys.write(a, bytes("x"))),
          yield* heard(sys, b, 5),
          yield* attempt(sys.write(b, bytes("x"))),
        ];
      }
    }
    return results;
  },
  {
    "stream RD": ["0x2345", "0x304", '"q"', '""', 1, '"x"', "EPIPE"],
    "stream WR": ["0x345", "0x2345", '"q"', "EAGAIN", "EPIPE", '""', 1],
    "stream RDWR": ["0x2355", "0x2355", '"q"', '""', "EPIPE", '""', "EPIPE"],
    "datagram RD": ["0x2345", "0x304", '"q"', "EAGAIN", 1, '"x"', "EPIPE"],
    "datagram WR": ["0x345", "0x304", '"q"', "EAGAIN", "EPIPE", "EAGAIN", 1],
    "datagram RDWR": ["0x2355", "0x304", '"q"', "EAGAIN", "EPIPE", "EAGAIN", "EPIPE"],
    "seqpacket RD": ["0x2345", "0x304", '"q"', '""', 1, '"x"', "EPIPE"],
    "seqpacket WR": ["0x345", "0x2345", '"q"', "EAGAIN", "EPIPE", '""', 1],
    "seqpacket RDWR": ["0x2355", "0x2355", '"q"', '""', "EPIPE", '""', "EPIPE"],
  },
);

scenario(
  "a reader that sleeps is woken by the end",
  function* (sys) {
    const results: unknown[] = [];
    for (const type of [SOCK_STREAM, SOCK_SEQPACKET]) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, type);
      const reader = yield* sys.pthread_create(function* (thread) {
        return text(yield* thread.read(a, 10));
      });
      yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 20_000_000 });
      yield* sys.close(b);
      results.push(yield* sys.pthread_join(reader));
    }
    return results;
  },
  ["", ""],
);

scenario(
  "a writer that sleeps learns of the end: bytes unread are a reset, a shutdown is EPIPE without SIGPIPE",
  function* (sys) {
    const results: unknown[] = [];
    let signals = 0;
    yield* sys.sigaction(SIGPIPE, {
      handler: function* () {
        signals++;
      },
    });
    for (const end of ["close", "shutdown"]) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
      yield* sys.setsockopt(a, SOL_SOCKET, SO_SNDBUF, 5000);
      while (typeof (yield* attempt(sys.send(a, new Uint8Array(1000), MSG_DONTWAIT))) === "number");
      const writer = yield* sys.pthread_create(function* (thread) {
        return yield* attempt(thread.write(a, new Uint8Array(100_000)));
      });
      yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 20_000_000 });
      if (end === "close") yield* sys.close(b);
      else yield* sys.shutdown(b, SHUT_RD);
      results.push(yield* sys.pthread_join(writer), signals);
    }
    return results;
  },
  ["ECONNRESET", 0, "EPIPE", 0],
);

scenario(
  "reading nothing: read returns at once, recv waits for something to be there",
  function* (sys) {
    const results: unknown[] = [];
    for (const type of Object.values(types)) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, type | SOCK_NONBLOCK);
      const before = [yield* attempt(sys.read(a, 0)), yield* heard(sys, a, 0)];
      yield* sys.write(b, bytes("ab"));
      results.push([before, yield* heard(sys, a, 0), yield* heard(sys, a, 9)]);
    }
    return results;
  },
  [
    [[new Uint8Array(0), "EAGAIN"], '""', '"ab"'],
    [[new Uint8Array(0), "EAGAIN"], '""', "EAGAIN"],
    [[new Uint8Array(0), "EAGAIN"], '""', "EAGAIN"],
  ],
);

scenario(
  "two threads asleep on one descriptor: a message wakes the first only",
  function* (sys) {
    const results: unknown[] = [];
    // (Bytes of a stream wake both, and the two race for them.)
    for (const type of [SOCK_DGRAM, SOCK_SEQPACKET]) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, type);
      const order: string[] = [];
      const reader = (name: string) =>
        sys.pthread_create(function* (thread) {
          order.push(name + text(yield* thread.read(a, 1)));
        });
      const threads: number[] = [];
      for (const name of ["first ", "second "]) {
        threads.push(yield* reader(name));
        yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 250_000_000 });
      }
      for (const word of ["x", "y"]) {
        yield* sys.write(b, bytes(word));
        yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 250_000_000 });
      }
      for (const thread of threads) yield* sys.pthread_join(thread);
      results.push(order);
    }
    return results;
  },
  [
    ["first x", "second y"],
    ["first x", "second y"],
  ],
);

export const ends = list;
