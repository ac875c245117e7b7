/** Socketpairs, continued: without a peer, full, and how much is waiting. */
import {
  bytes,
  FIONREAD,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  S_IFMT,
  S_IFSOCK,
  SO_ACCEPTCONN,
  SO_ERROR,
  SO_TYPE,
  SOL_SOCKET,
  type Sys,
} from "fd3";
import { attempt, byResult, one, type Suite } from "./program";
import { AF_UNIX, DGRAM, SEQPACKET, STREAM } from "./socketpairs";

export const socketpairBuffers: Suite = {
  "send and receive before there is a peer": one("unix(7)", function* (sys: Sys) {
    const stream = yield* sys.socket(AF_UNIX, STREAM);
    const dgram = yield* sys.socket(AF_UNIX, DGRAM);
    const packet = yield* sys.socket(AF_UNIX, SEQPACKET);
    return [
      yield* attempt(sys.send(stream, bytes("x"), MSG_NOSIGNAL)),
      yield* attempt(sys.recv(stream, 1, MSG_DONTWAIT)),
      yield* attempt(sys.send(dgram, bytes("x"), 0)),
      yield* attempt(sys.recv(dgram, 1, MSG_DONTWAIT)),
      yield* attempt(sys.send(packet, bytes("x"), MSG_NOSIGNAL)),
      yield* attempt(sys.recv(packet, 1, MSG_DONTWAIT)),
      yield* attempt(sys.getpeername(stream)),
      yield* attempt(sys.accept(stream)),
    ];
  }),
  "names, options and kind of a socketpair": one("unix(7), socket(7)", function* (sys: Sys) {
    const [a] = yield* sys.socketpair(AF_UNIX, STREAM);
    return [
      yield* sys.getsockname(a),
      yield* sys.getpeername(a),
      yield* sys.getsockopt(a, SOL_SOCKET, SO_TYPE),
      yield* sys.getsockopt(a, SOL_SOCKET, SO_ERROR),
      yield* sys.getsockopt(a, SOL_SOCKET, SO_ACCEPTCONN),
      yield* attempt(sys.getsockopt(a, SOL_SOCKET, 9999)),
      ((yield* sys.fstat(a)).mode & S_IFMT) === S_IFSOCK,
    ];
  }),
  "FIONREAD: all of a stream, the first of the datagrams": one("unix(7)", function* (sys: Sys) {
    const outcomes: number[] = [];
    for (const type of [STREAM, DGRAM]) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, type);
      outcomes.push(yield* sys.ioctl(b, FIONREAD));
      yield* sys.write(a, bytes("four"));
      yield* sys.write(a, bytes("seven77"));
      outcomes.push(yield* sys.ioctl(b, FIONREAD));
    }
    return outcomes;
  }),
  "a nonblocking stream takes what fits, then EAGAIN, and takes more after a read": one(
    "unix(7)",
    function* (sys: Sys) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, STREAM);
      let sent = 0;
      for (;;) {
        const count = yield* attempt(sys.send(a, new Uint8Array(4096), MSG_DONTWAIT));
        if (typeof count === "string") break;
        sent += count;
      }
      let received = 0;
      while (received < sent) received += (yield* sys.read(b, 65_536)).length;
      return [sent, received, yield* sys.send(a, bytes("more"), MSG_DONTWAIT)];
    },
  ),
  "a datagram socket whose queue is full: EAGAIN": one("unix(7)", function* (sys: Sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, DGRAM);
    let sent = 0;
    while ((yield* attempt(sys.send(a, bytes("x"), MSG_DONTWAIT))) === 1) sent++;
    yield* sys.read(b, 1);
    return [
      sent > 0,
      yield* attempt(sys.send(a, bytes("x"), MSG_DONTWAIT)),
      yield* attempt(sys.send(a, bytes("x"), MSG_DONTWAIT)),
    ];
  }),
  "sendto with an address on a connected stream": one("send(2)", function* (sys: Sys) {
    const [a] = yield* sys.socketpair(AF_UNIX, STREAM);
    return yield* attempt(sys.sendto(a, bytes("x"), 0, { path: "/nowhere" }));
  }),
  "a long blocking write on a stream goes on as the peer reads": byResult(
    one("unix(7)", function* (sys: Sys) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, STREAM);
      yield* sys.fork(function* writer(s) {
        yield* s.close(b);
        yield* s.exit((yield* s.write(a, new Uint8Array(1_000_000))) === 1_000_000 ? 0 : 1);
      });
      yield* sys.close(a);
      let total = 0;
      for (;;) {
        const data = yield* sys.read(b, 100_000);
        if (data.length === 0) break;
        total += data.length;
      }
      return [total, (yield* sys.waitpid(-1, 0)).status];
    }),
  ),
};
