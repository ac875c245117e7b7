import {
  bytes,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SIG_IGN,
  SIGPIPE,
  SO_ERROR,
  SOL_SOCKET,
  type Sys,
  text,
  WTERMSIG,
} from "fd3";
import { attempt, one, pause, type Suite } from "./program";

export const AF_UNIX = 1;
export const STREAM = 1;
export const DGRAM = 2;
export const SEQPACKET = 5;

export const socketpairs: Suite = {
  "a stream goes both ways and keeps no boundaries": one("unix(7)", function* (sys: Sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, STREAM);
    yield* sys.write(a, bytes("ab"));
    yield* sys.write(a, bytes("cd"));
    yield* sys.write(b, bytes("back"));
    return [text(yield* sys.read(b, 3)), text(yield* sys.read(b, 3)), text(yield* sys.read(a, 10))];
  }),
  "datagrams and packets keep their boundaries, and what doesn't fit is lost": one("unix(7)", function* (sys: Sys) {
    const outcomes: unknown[] = [];
    for (const type of [DGRAM, SEQPACKET]) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, type);
      yield* sys.write(a, bytes("first"));
      yield* sys.write(a, bytes("second"));
      outcomes.push(text(yield* sys.read(b, 3)), text(yield* sys.read(b, 10)));
    }
    return outcomes;
  }),
  "end of file when the peer has closed: streams and packets, not datagrams": one("unix(7)", function* (sys: Sys) {
    const outcomes: unknown[] = [];
    for (const type of [STREAM, SEQPACKET, DGRAM]) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, type);
      yield* sys.write(a, bytes("last"));
      yield* sys.close(a);
      const first = yield* attempt(sys.recv(b, 10, MSG_DONTWAIT));
      const second = yield* attempt(sys.recv(b, 10, MSG_DONTWAIT));
      outcomes.push([first, second].map((data) => (typeof data === "string" ? data : text(data))));
    }
    return outcomes;
  }),
  "write to a peer that is gone": one("unix(7)", function* (sys: Sys) {
    yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
    const outcomes: unknown[] = [];
    for (const type of [STREAM, SEQPACKET, DGRAM]) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, type);
      yield* sys.close(b);
      outcomes.push(yield* attempt(sys.write(a, bytes("x"))), yield* attempt(sys.write(a, bytes("x"))));
    }
    return outcomes;
  }),
  "SIGPIPE from a stream, and none with MSG_NOSIGNAL": one("send(2)", function* (sys: Sys) {
    const pid = yield* sys.fork(function* child(s) {
      const [a, b] = yield* s.socketpair(AF_UNIX, STREAM);
      yield* s.close(b);
      yield* s.send(a, bytes("x"), 0);
    });
    const { status } = yield* sys.waitpid(pid, 0);
    const [a, b] = yield* sys.socketpair(AF_UNIX, STREAM);
    yield* sys.close(b);
    return [WTERMSIG(status), yield* attempt(sys.send(a, bytes("x"), MSG_NOSIGNAL))];
  }),
  "a peer that closes with unread data: ECONNRESET once": one("unix(7)", function* (sys: Sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, STREAM);
    yield* sys.write(a, bytes("unread"));
    yield* sys.write(b, bytes("for a"));
    yield* sys.close(b);
    return [
      text(yield* sys.read(a, 100)),
      yield* attempt(sys.read(a, 1)),
      (yield* sys.read(a, 1)).length,
      yield* attempt(sys.send(a, bytes("x"), MSG_NOSIGNAL)),
    ];
  }),
  "SO_ERROR takes the pending error away": one("socket(7)", function* (sys: Sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, STREAM);
    yield* sys.write(a, bytes("unread"));
    yield* sys.close(b);
    return [
      yield* sys.getsockopt(a, SOL_SOCKET, SO_ERROR),
      yield* sys.getsockopt(a, SOL_SOCKET, SO_ERROR),
      (yield* sys.read(a, 1)).length,
    ];
  }),
  "shutdown(SHUT_WR): the peer reads the rest, then end of file; the way back stays open": one(
    "shutdown(2)",
    function* (sys: Sys) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, STREAM);
      yield* sys.write(a, bytes("rest"));
      yield* sys.shutdown(a, SHUT_WR);
      const rest = [text(yield* sys.read(b, 10)), (yield* sys.read(b, 10)).length];
      yield* sys.write(b, bytes("back"));
      return [rest, text(yield* sys.read(a, 10)), yield* attempt(sys.send(a, bytes("x"), MSG_NOSIGNAL))];
    },
  ),
  "shutdown(SHUT_RD): reads end, and the peer can't write any more": one("shutdown(2)", function* (sys: Sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, STREAM);
    yield* sys.write(b, bytes("before"));
    yield* sys.shutdown(a, SHUT_RD);
    return [
      text(yield* sys.read(a, 10)),
      (yield* sys.read(a, 10)).length,
      yield* attempt(sys.send(b, bytes("x"), MSG_NOSIGNAL)),
      yield* sys.send(a, bytes("other way"), 0),
    ];
  }),
  "shutdown wakes a sleeping reader": one("shutdown(2)", function* (sys: Sys) {
    const [a] = yield* sys.socketpair(AF_UNIX, STREAM);
    const tid = yield* sys.pthread_create(function* reader(t) {
      return (yield* t.read(a, 1)).length;
    });
    yield* pause(sys);
    yield* sys.shutdown(a, SHUT_RDWR);
    return yield* sys.pthread_join(tid);
  }),
  "shutdown: what it refuses": one("shutdown(2)", function* (sys: Sys) {
    const [a] = yield* sys.socketpair(AF_UNIX, STREAM);
    const alone = yield* sys.socket(AF_UNIX, STREAM);
    return [
      yield* attempt(sys.shutdown(a, 5)),
      yield* attempt(sys.shutdown(a, -1)),
      yield* attempt(sys.shutdown(alone, SHUT_RDWR)),
      yield* attempt(sys.shutdown(99, SHUT_WR)),
    ];
  }),
  "MSG_PEEK looks without taking": one("recv(2)", function* (sys: Sys) {
    const outcomes: unknown[] = [];
    for (const type of [STREAM, DGRAM]) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, type);
      yield* sys.write(a, bytes("peek"));
      outcomes.push(
        text(yield* sys.recv(b, 2, MSG_PEEK)),
        text(yield* sys.recv(b, 10, MSG_PEEK)),
        text(yield* sys.recv(b, 10, 0)),
      );
      outcomes.push(yield* attempt(sys.recv(b, 10, MSG_DONTWAIT | MSG_PEEK)));
    }
    return outcomes;
  }),
  "MSG_WAITALL waits for all of it, or the end": one("recv(2)", function* (sys: Sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, STREAM);
    const writer = yield* sys.pthread_create(function* writer(t) {
      for (const part of ["ab", "cd", "ef"]) {
        yield* pause(t, 20);
        yield* t.write(a, bytes(part));
      }
      yield* t.close(a);
    });
    const parts = [
      text(yield* sys.recv(b, 5, MSG_WAITALL)),
      text(yield* sys.recv(b, 5, MSG_WAITALL)),
      (yield* sys.recv(b, 5, MSG_WAITALL)).length,
    ];
    yield* sys.pthread_join(writer);
    return parts;
  }),
  "MSG_TRUNC tells that a datagram was cut": one("recv(2)", function* (sys: Sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, DGRAM);
    yield* sys.write(a, bytes("too long"));
    const message = yield* sys.recvmsg(b, [3], 0);
    yield* sys.write(a, bytes("ok"));
    const whole = yield* sys.recvmsg(b, [1, 5], 0);
    return [
      text(message.iov[0]),
      message.flags & MSG_TRUNC,
      whole.iov.map((part) => text(part)),
      whole.flags & MSG_TRUNC,
    ];
  }),
  "an empty datagram is a message": one("unix(7)", function* (sys: Sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, DGRAM);
    const sent = yield* sys.send(a, new Uint8Array(0), 0);
    return [sent, (yield* sys.recv(b, 10, MSG_DONTWAIT)).length, yield* attempt(sys.recv(b, 10, MSG_DONTWAIT))];
  }),
  "nothing there: EAGAIN": one("recv(2)", function* (sys: Sys) {
    const outcomes: unknown[] = [];
    for (const type of [STREAM, DGRAM, SEQPACKET]) {
      const [a] = yield* sys.socketpair(AF_UNIX, type);
      outcomes.push(yield* attempt(sys.recv(a, 1, MSG_DONTWAIT)));
    }
    return outcomes;
  }),
  "a sleeping reader is woken by data": one("unix(7)", function* (sys: Sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, STREAM);
    yield* sys.fork(function* child(s) {
      yield* pause(s);
      yield* s.write(a, bytes("late"));
    });
    return text(yield* sys.read(b, 100));
  }),
  "a sleeping reader is woken when the peer's process ends": one("unix(7)", function* (sys: Sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, STREAM);
    yield* sys.fork(function* child(s) {
      yield* s.close(b);
      yield* pause(s);
    });
    yield* sys.close(a);
    return (yield* sys.read(b, 100)).length;
  }),
};
