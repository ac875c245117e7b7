/** Pairs: two sockets that are connected to each other. Expectations were taken from a real Linux; see index.ts. */
import {
  AF_UNIX,
  bytes,
  FIONREAD,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  SIOCOUTQ,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  text,
} from "../../../../lib/sys";
import { attempt } from "../attempt";
import { heard, readinessOf, scenarioList, types } from "./scenario";

const { list, scenario } = scenarioList();

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

export const pairs = list;
