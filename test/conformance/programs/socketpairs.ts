import {
  bytes,
  FIONREAD,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  S_IFMT,
  S_IFSOCK,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SIG_IGN,
  SIGPIPE,
  SO_ACCEPTCONN,
  SO_ERROR,
  SO_TYPE,
  SOL_SOCKET,
  type Sys,
  text,
  WTERMSIG,
} from "fd3";
import { attempt, byResult, one, pause, type Suite } from "./program";

const AF_UNIX = 1;
const STREAM = 1;
const DGRAM = 2;
const SEQPACKET = 5;

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
