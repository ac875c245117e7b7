/**
 * What Unix sockets do, as programs with their outcome. Every expectation was taken from a real Linux (6.18): the test runs
 * each program on the model, and on the machine's own kernel where that is Linux, and both must agree with what stands here.
 */
import {
  AF_UNIX,
  AF_UNSPEC,
  bytes,
  FIONREAD,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  type Program,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SIG_IGN,
  SIGPIPE,
  SIOCOUTQ,
  SO_ACCEPTCONN,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SO_REUSEPORT,
  SO_SNDBUF,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  SOL_TCP,
  type Sys,
  TCP_NODELAY,
  text,
} from "../../../lib/sys";
import { attempt } from "./attempt";

export interface Scenario {
  readonly name: string;
  readonly program: (sys: Sys) => Program;
  readonly expected: unknown;
}

export const scenarios: Scenario[] = [];

function scenario(name: string, program: (sys: Sys) => Program, expected: unknown): void {
  scenarios.push({ name, program, expected });
}

const ALL_EVENTS = 0x23c7;

function* readinessOf(sys: Sys, fd: number) {
  const fds = [{ fd, events: ALL_EVENTS, revents: 0 }];
  yield* sys.poll(fds, 0);
  return `0x${fds[0].revents.toString(16)}`;
}

/** Bytes as text, an error's code as it is. */
function* heard(sys: Sys, fd: number, size: number, flags = MSG_DONTWAIT) {
  const outcome = yield* attempt(sys.recv(fd, size, flags));
  return typeof outcome === "string" ? outcome : `"${text(outcome)}"`;
}

function* ignorePipe(sys: Sys) {
  yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
}

const types = { stream: SOCK_STREAM, datagram: SOCK_DGRAM, seqpacket: SOCK_SEQPACKET };

// Pairs

scenario(
  "a stream joins what was sent in parts, a datagram keeps the parts",
  function* (sys) {
    const results: unknown[] = [];
    for (const type of Object.values(types)) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, type);
      yield* sys.write(a, bytes("abc"));
      yield* sys.write(a, bytes("de"));
      results.push([yield* sys.ioctl(b, FIONREAD), yield* heard(sys, b, 4), yield* heard(sys, b, 4)]);
      results.push(yield* heard(sys, b, 4));
    }
    return results;
  },
  [[5, '"abcd"', '"e"'], "EAGAIN", [3, '"abc"', '"de"'], "EAGAIN", [5, '"abc"', '"de"'], "EAGAIN"],
);

scenario(
  "what is longer than the buffer waits on a stream, and is cut off from a message",
  function* (sys) {
    const results: unknown[] = [];
    for (const type of Object.values(types)) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, type);
      yield* sys.write(a, bytes("hello"));
      yield* sys.write(a, bytes("again"));
      results.push((yield* sys.recvmsg(b, [3], MSG_PEEK)).flags);
      const { iov, flags } = yield* sys.recvmsg(b, [2, 1], 0);
      results.push([iov.map(text), flags, yield* heard(sys, b, 9)]);
    }
    return results;
  },
  [
    0,
    [["he", "l"], 0, '"loagain"'],
    MSG_TRUNC,
    [["he", "l"], MSG_TRUNC, '"again"'],
    MSG_TRUNC,
    [["he", "l"], MSG_TRUNC, '"again"'],
  ],
);

scenario(
  "MSG_PEEK leaves everything where it is",
  function* (sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
    yield* sys.write(a, bytes("abc"));
    yield* sys.write(a, bytes("de"));
    return [
      yield* heard(sys, b, 4, MSG_PEEK),
      yield* heard(sys, b, 9, MSG_PEEK | MSG_WAITALL),
      yield* heard(sys, b, 9),
    ];
  },
  ['"abcd"', '"abcde"', '"abcde"'],
);

scenario(
  "an empty message is a message, an empty write to a stream is nothing",
  function* (sys) {
    const results: unknown[] = [];
    for (const type of Object.values(types)) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, type);
      results.push(yield* sys.send(a, new Uint8Array(0), 0), yield* readinessOf(sys, b), yield* heard(sys, b, 4));
    }
    return results;
  },
  [0, "0x304", "EAGAIN", 0, "0x345", '""', 0, "0x345", '""'],
);

scenario(
  "MSG_WAITALL sleeps until all of it is there, or the stream has ended",
  function* (sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
    yield* sys.fork(function* (child) {
      yield* child.close(a);
      yield* child.write(b, bytes("one"));
      yield* child.nanosleep({ tv_sec: 0, tv_nsec: 20_000_000 });
      yield* child.write(b, bytes("two"));
      yield* child.nanosleep({ tv_sec: 0, tv_nsec: 20_000_000 });
      yield* child.write(b, bytes("x"));
    });
    yield* sys.close(b);
    const first = yield* heard(sys, a, 6, MSG_WAITALL);
    const second = yield* heard(sys, a, 6, MSG_WAITALL);
    yield* sys.waitpid(-1, 0);
    return [first, second];
  },
  ['"onetwo"', '"x"'],
);

scenario(
  "the send buffer is memory, not payload: how many writes fit",
  function* (sys) {
    const results: Record<string, unknown> = {};
    for (const [name, type] of Object.entries(types)) {
      for (const size of [1, 192, 193, 704, 1728, 3776, 3777, 8192, 16384, 36545, 73089, 212960, 300000]) {
        const [a, b] = yield* sys.socketpair(AF_UNIX, type | SOCK_NONBLOCK);
        const data = new Uint8Array(size);
        let writes = 0;
        let total = 0;
        for (;;) {
          const sent = yield* attempt(sys.write(a, data));
          if (typeof sent === "string") {
            results[`${name} ${size}`] = [writes, total, sent, yield* sys.ioctl(a, SIOCOUTQ)];
            break;
          }
          writes++;
          total += sent;
        }
        yield* sys.close(a);
        yield* sys.close(b);
      }
    }
    return results;
  },
  {
    "stream 1": [278, 278, "EAGAIN", 213504],
    "stream 192": [278, 53376, "EAGAIN", 213504],
    "stream 193": [167, 32231, "EAGAIN", 213760],
    "stream 704": [167, 117568, "EAGAIN", 213760],
    "stream 1728": [93, 160704, "EAGAIN", 214272],
    "stream 3776": [49, 185024, "EAGAIN", 213248],
    "stream 3777": [44, 166188, "EAGAIN", 214016],
    "stream 8192": [24, 196608, "EAGAIN", 215040],
    "stream 16384": [13, 212992, "EAGAIN", 222976],
    "stream 36545": [6, 219269, "EAGAIN", 226560],
    "stream 73089": [3, 219266, "EAGAIN", 224256],
    "stream 212960": [1, 212960, "EAGAIN", 216576],
    "stream 300000": [1, 219264, "EAGAIN", 222720],
    "datagram 1": [278, 278, "EAGAIN", 213504],
    "datagram 192": [278, 53376, "EAGAIN", 213504],
    "datagram 193": [167, 32231, "EAGAIN", 213760],
    "datagram 704": [167, 117568, "EAGAIN", 213760],
    "datagram 1728": [93, 160704, "EAGAIN", 214272],
    "datagram 3776": [49, 185024, "EAGAIN", 213248],
    "datagram 3777": [26, 98202, "EAGAIN", 219648],
    "datagram 8192": [13, 106496, "EAGAIN", 216320],
    "datagram 16384": [11, 180224, "EAGAIN", 228096],
    "datagram 36545": [6, 219270, "EAGAIN", 247296],
    "datagram 73089": [3, 219267, "EAGAIN", 221952],
    "datagram 212960": [1, 212960, "EAGAIN", 332032],
    "datagram 300000": [0, 0, "EMSGSIZE", 0],
    "seqpacket 1": [278, 278, "EAGAIN", 213504],
    "seqpacket 192": [278, 53376, "EAGAIN", 213504],
    "seqpacket 193": [167, 32231, "EAGAIN", 213760],
    "seqpacket 704": [167, 117568, "EAGAIN", 213760],
    "seqpacket 1728": [93, 160704, "EAGAIN", 214272],
    "seqpacket 3776": [49, 185024, "EAGAIN", 213248],
    "seqpacket 3777": [26, 98202, "EAGAIN", 219648],
    "seqpacket 8192": [13, 106496, "EAGAIN", 216320],
    "seqpacket 16384": [11, 180224, "EAGAIN", 228096],
    "seqpacket 36545": [6, 219270, "EAGAIN", 247296],
    "seqpacket 73089": [3, 219267, "EAGAIN", 221952],
    "seqpacket 212960": [1, 212960, "EAGAIN", 332032],
    "seqpacket 300000": [0, 0, "EMSGSIZE", 0],
  },
);

scenario(
  "a full socket is writable again when three quarters of its buffer are free",
  function* (sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK);
    while ((yield* attempt(sys.write(a, new Uint8Array(1000)))) !== "EAGAIN");
    let reads = 0;
    while ((yield* readinessOf(sys, a)) === "0x0") {
      yield* sys.recv(b, 1000, 0);
      reads++;
    }
    return [reads, yield* sys.ioctl(a, SIOCOUTQ)];
  },
  [70, 52992],
);

scenario(
  "a writer that sleeps wakes up as its reader reads, and everything arrives in order",
  function* (sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
    yield* sys.fork(function* (child) {
      yield* child.close(a);
      const data = Uint8Array.from({ length: 700_000 }, (_, i) => i % 251);
      yield* child.write(b, data);
    });
    yield* sys.close(b);
    let total = 0;
    let wrong = 0;
    for (;;) {
      const part = yield* sys.read(a, 10_000);
      if (part.length === 0) break;
      for (let i = 0; i < part.length; i++) if (part[i] !== (total + i) % 251) wrong++;
      total += part.length;
    }
    yield* sys.waitpid(-1, 0);
    return [total, wrong];
  },
  [700_000, 0],
);

// Ends

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
        yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 20_000_000 });
      }
      for (const word of ["x", "y"]) {
        yield* sys.write(b, bytes(word));
        yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 20_000_000 });
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

// Sockets that nobody is connected to

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

// Options

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

// Names

scenario(
  "bind: names that are taken, missing, or given twice",
  function* (sys) {
    yield* sys.mkdir("/tmp/fd3-names");
    const fd = yield* sys.socket(AF_UNIX, SOCK_STREAM);
    const bind = (path: string) => attempt(sys.bind(fd, { path }));
    const other = yield* sys.socket(AF_UNIX, SOCK_STREAM);
    const results = [
      yield* bind("/tmp/fd3-names/no/x"),
      yield* bind("/tmp/fd3-names"),
      yield* bind("/tmp/fd3-names/new/"),
      yield* bind(`/tmp/${"p".repeat(120)}`),
      yield* bind("/tmp/fd3-names/a"),
      yield* bind("/tmp/fd3-names/a"),
      yield* bind("/tmp/fd3-names/b"),
      yield* attempt(sys.bind(other, { path: "/tmp/fd3-names/a" })),
      yield* sys.getsockname(fd),
      yield* attempt(sys.open("/tmp/fd3-names/a", 2)),
      (yield* sys.stat("/tmp/fd3-names/a")).mode.toString(8).slice(0, 3),
      (yield* sys.fstat(fd)).mode.toString(8),
    ];
    yield* sys.close(fd);
    results.push(yield* attempt(sys.connect(other, { path: "/tmp/fd3-names/a" })));
    yield* sys.unlink("/tmp/fd3-names/a");
    results.push(yield* attempt(sys.connect(other, { path: "/tmp/fd3-names/a" })));
    results.push(yield* attempt(sys.bind(other, { path: "/tmp/fd3-names/a" })));
    yield* sys.unlink("/tmp/fd3-names/a");
    yield* sys.rmdir("/tmp/fd3-names");
    return results;
  },
  [
    "ENOENT",
    "EADDRINUSE",
    "ENOENT",
    "EINVAL",
    undefined,
    "EADDRINUSE",
    "EINVAL",
    "EADDRINUSE",
    { family: AF_UNIX, path: "/tmp/fd3-names/a" },
    "ENXIO",
    "140",
    "140777",
    "ECONNREFUSED",
    "ENOENT",
    undefined,
  ],
);

scenario(
  "abstract names: gone with their socket, and apart by type",
  function* (sys) {
    const stream = yield* sys.socket(AF_UNIX, SOCK_STREAM);
    const same = yield* sys.socket(AF_UNIX, SOCK_STREAM);
    const datagram = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
    const path = "\0fd3-scenario-abstract";
    const results: unknown[] = [
      yield* attempt(sys.bind(stream, { path })),
      yield* attempt(sys.bind(same, { path })),
      yield* attempt(sys.bind(datagram, { path })),
      yield* attempt(sys.connect(same, { path })),
      yield* sys.getsockname(stream),
    ];
    yield* sys.close(stream);
    results.push(yield* attempt(sys.bind(same, { path })));
    const automatic = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
    yield* sys.bind(automatic, { path: "" });
    const name = yield* sys.getsockname(automatic);
    results.push("path" in name && /^\0[0-9a-f]{5}$/.test(name.path));
    results.push(yield* attempt(sys.connect(same, { path: "" })));
    return results;
  },
  [
    undefined,
    "EADDRINUSE",
    undefined,
    "ECONNREFUSED",
    { family: AF_UNIX, path: "\0fd3-scenario-abstract" },
    undefined,
    true,
    "EINVAL",
  ],
);

// Connections

const SERVER = "\0fd3-scenario-server";

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

// Datagrams by name

scenario(
  "datagrams: a queue of eleven, and who sent them",
  function* (sys) {
    const receiver = yield* sys.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK);
    const sender = yield* sys.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK);
    const stranger = yield* sys.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK);
    const path = `${SERVER}-queue`;
    yield* sys.bind(receiver, { path });
    yield* sys.connect(sender, { path });
    let sent = 0;
    while ((yield* attempt(sys.write(sender, bytes("m")))) !== "EAGAIN") sent++;
    const results: unknown[] = [sent, yield* readinessOf(sys, sender), yield* readinessOf(sys, stranger)];
    results.push(yield* attempt(sys.sendto(stranger, bytes("m"), 0, { path })), yield* sys.ioctl(sender, SIOCOUTQ));
    results.push((yield* sys.recvfrom(receiver, 9, 0)).address, yield* readinessOf(sys, sender));
    yield* sys.bind(stranger, { path: `${path}-stranger` });
    yield* sys.sendto(stranger, bytes("named"), 0, { path });
    for (let i = 0; i < 10; i++) yield* sys.recv(receiver, 9, 0);
    const { data, address } = yield* sys.recvfrom(receiver, 9, 0);
    results.push(text(data), address);
    return results;
  },
  [11, "0x0", "0x304", "EAGAIN", 8448, null, "0x304", "named", { family: AF_UNIX, path: `${SERVER}-queue-stranger` }],
);

scenario(
  "a sender that sleeps on a full queue is woken by the receiver, poll too",
  function* (sys) {
    const receiver = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
    const path = `${SERVER}-full`;
    yield* sys.bind(receiver, { path });
    const sender = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
    yield* sys.connect(sender, { path });
    for (let i = 0; i < 11; i++) yield* sys.write(sender, bytes(`${i}`));
    const writer = yield* sys.pthread_create(function* (thread) {
      return yield* thread.write(sender, bytes("twelfth"));
    });
    yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 20_000_000 });
    const first = text(yield* sys.read(receiver, 9));
    const written = yield* sys.pthread_join(writer);
    const poller = yield* sys.pthread_create(function* (thread) {
      return yield* thread.poll([{ fd: sender, events: 4 }], 2000);
    });
    yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 20_000_000 });
    const second = text(yield* sys.read(receiver, 9));
    return [first, written, second, yield* sys.pthread_join(poller)];
  },
  ["0", 7, "1", 1],
);

scenario(
  "datagrams: only from the peer once connected",
  function* (sys) {
    const names = ["a", "b", "c"].map((name) => ({ path: `${SERVER}-peer-${name}` }));
    const fds: number[] = [];
    for (const name of names) {
      const fd = yield* sys.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK);
      yield* sys.bind(fd, name);
      fds.push(fd);
    }
    const [a, b, c] = fds;
    yield* sys.connect(a, names[1]);
    const results: unknown[] = [
      yield* attempt(sys.sendto(c, bytes("x"), 0, names[0])),
      yield* attempt(sys.connect(c, names[0])),
      yield* attempt(sys.sendto(b, bytes("from b"), 0, names[0])),
      yield* attempt(sys.connect(a, names[2])),
      yield* heard(sys, a, 9),
      yield* attempt(sys.connect(a, { family: AF_UNSPEC })),
      yield* attempt(sys.write(a, bytes("x"))),
      yield* attempt(sys.sendto(c, bytes("now"), 0, names[0])),
      yield* heard(sys, a, 9),
    ];
    return results;
  },
  ["EPERM", "EPERM", 6, undefined, "EAGAIN", undefined, "ENOTCONN", 3, '"now"'],
);

scenario(
  "datagrams: a peer that turns away leaves ECONNRESET behind, one that goes ECONNREFUSED",
  function* (sys) {
    const names = ["m", "l", "other"].map((name) => ({ path: `${SERVER}-turn-${name}` }));
    const fds: number[] = [];
    for (const name of names) {
      const fd = yield* sys.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK);
      yield* sys.bind(fd, name);
      fds.push(fd);
    }
    const [m, l] = fds;
    yield* sys.connect(m, names[1]);
    yield* sys.connect(l, names[0]);
    yield* sys.write(m, bytes("lost"));
    yield* sys.connect(l, names[2]);
    const results: unknown[] = [yield* readinessOf(sys, m), yield* heard(sys, m, 9)];
    results.push(yield* attempt(sys.write(m, bytes("x"))));
    yield* sys.close(l);
    results.push(yield* attempt(sys.write(m, bytes("x"))), yield* attempt(sys.write(m, bytes("x"))));
    return results;
  },
  ["0x30c", "ECONNRESET", "EPERM", "ECONNREFUSED", "ENOTCONN"],
);

scenario(
  "a datagram socket may talk to itself, and then only its send buffer counts",
  function* (sys) {
    const fd = yield* sys.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK);
    const path = `${SERVER}-self`;
    yield* sys.bind(fd, { path });
    yield* sys.connect(fd, { path });
    let sent = 0;
    while ((yield* attempt(sys.write(fd, bytes("m")))) !== "EAGAIN") sent++;
    return [sent, yield* readinessOf(sys, fd)];
  },
  [278, "0x41"],
);
