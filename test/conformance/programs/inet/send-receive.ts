/** send(2) and recv(2) on TCP connections: flags, parts, and what is refused. */
import {
  bytes,
  FIONREAD,
  MSG_DONTWAIT,
  MSG_MORE,
  MSG_NOSIGNAL,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  POLLIN,
  SHUT_WR,
  SIG_IGN,
  SIGPIPE,
  SIOCOUTQ,
  SO_RCVLOWAT,
  SO_RCVTIMEO,
  SOL_SOCKET,
} from "fd3";
import { attempt, walks } from "../program";
import {
  boundUdp,
  connected,
  LOOPBACK,
  listening,
  moment,
  othersAsleep,
  ready,
  reset,
  states,
  tcpSocket,
  until,
} from "./ends";

const { suite, agree } = walks();

agree("write and read, send and recv, sendto and recvfrom are the same stream; send(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.write(c, bytes("one "));
  yield* sys.send(c, bytes("two "), 0);
  yield* sys.sendto(c, bytes("three "), 0, null);
  yield* sys.sendmsg(c, { iov: [bytes("four "), bytes(""), bytes("five")] }, 0);
  yield* sys.writev(c, [bytes(" six"), bytes("!")]);
  yield* moment(sys);
  yield* sys.read(s, 4);
  yield* sys.recv(s, 4, 0);
  yield* sys.recvfrom(s, 6, 0);
  yield* sys.recvmsg(s, [3, 2, 100], 0);
  yield* attempt(sys.recv(s, 1, MSG_DONTWAIT));
});
agree("a connected stream ignores the address given to sendto; send(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* attempt(sys.sendto(c, bytes("a"), 0, { address: LOOPBACK, port: 9 }));
  yield* attempt(sys.sendto(c, bytes("b"), 0, { path: "/x" }));
  yield* attempt(sys.sendmsg(c, { iov: [bytes("c")], name: { address: LOOPBACK, port: 9 } }, 0));
  yield* moment(sys);
  yield* sys.recv(s, 10, 0);
});
agree("recvfrom and recvmsg name nobody on a stream; recv(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(c, bytes("abcd"), 0);
  yield* until(sys, s, POLLIN);
  yield* sys.recvfrom(s, 2, 0);
  yield* sys.recvmsg(s, [1, 1], 0);
});
agree("nothing sent is nothing: 0, and no wake-up; send(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(c, bytes(""), 0);
  yield* sys.write(c, bytes(""));
  yield* sys.sendmsg(c, { iov: [] }, 0);
  yield* sys.sendmsg(c, { iov: [bytes(""), bytes("")] }, 0);
  yield* moment(sys);
  yield* ready(sys, s);
  yield* attempt(sys.recv(s, 1, MSG_DONTWAIT));
});
agree(
  "nothing asked for: read gives it at once, recv waits for something to be there; read(2), recv(2)",
  function* (sys) {
    const [c, s] = yield* connected(sys);
    yield* attempt(sys.read(s, 0));
    yield* attempt(sys.readv(s, [0, 0]));
    yield* attempt(sys.recv(s, 0, MSG_DONTWAIT));
    yield* attempt(sys.recv(s, 0, MSG_WAITALL | MSG_DONTWAIT));
    yield* attempt(sys.recvmsg(s, [], MSG_DONTWAIT));
    yield* sys.send(c, bytes("x"), 0);
    yield* until(sys, s, POLLIN);
    yield* attempt(sys.recv(s, 0, 0));
    yield* attempt(sys.recv(s, 0, MSG_PEEK));
    yield* attempt(sys.recvmsg(s, [0], 0));
    yield* sys.recv(s, 5, 0);
  },
);
agree("not connected: EPIPE and SIGPIPE for a send, ENOTCONN for a receive; send(2)", function* (sys) {
  const fd = yield* tcpSocket(sys);
  yield* sys.sigaction(SIGPIPE, {
    *handler() {
      yield* sys.write(1, bytes("SIGPIPE\n"));
    },
  });
  yield* attempt(sys.send(fd, bytes("x"), 0));
  yield* attempt(sys.send(fd, bytes("x"), MSG_NOSIGNAL));
  yield* attempt(sys.write(fd, bytes("x")));
  yield* attempt(sys.send(fd, bytes(""), 0));
  yield* attempt(sys.sendto(fd, bytes("x"), MSG_NOSIGNAL, { address: LOOPBACK, port: 9 }));
  yield* attempt(sys.recv(fd, 1, 0));
  yield* attempt(sys.read(fd, 1));
  yield* attempt(sys.recvfrom(fd, 1, MSG_DONTWAIT));
  yield* attempt(sys.recvmsg(fd, [1], MSG_PEEK));
  yield* attempt(sys.recv(fd, 0, 0));
});
agree("send and receive on what is no socket: EBADF, ENOTSOCK; send(2), recv(2)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  for (const fd of [77, -1, r, w, 1]) {
    yield* attempt(sys.send(fd, bytes("x"), 0));
    yield* attempt(sys.sendto(fd, bytes("x"), 0, { address: LOOPBACK, port: 9 }));
    yield* attempt(sys.sendmsg(fd, { iov: [bytes("x")] }, 0));
    yield* attempt(sys.recv(fd, 1, 0));
    yield* attempt(sys.recvfrom(fd, 1, 0));
    yield* attempt(sys.recvmsg(fd, [1], 0));
  }
});
agree("after shutdown of writing: EPIPE, with SIGPIPE unless MSG_NOSIGNAL; send(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.sigaction(SIGPIPE, {
    *handler() {
      yield* sys.write(1, bytes("SIGPIPE\n"));
    },
  });
  yield* sys.shutdown(c, SHUT_WR);
  yield* attempt(sys.send(c, bytes("x"), 0));
  yield* attempt(sys.send(c, bytes("x"), MSG_NOSIGNAL));
  yield* attempt(sys.sendmsg(c, { iov: [bytes("x")] }, 0));
  yield* attempt(sys.write(c, bytes("x")));
  yield* attempt(sys.writev(c, [bytes("x"), bytes("y")]));
  yield* attempt(sys.send(c, bytes(""), MSG_NOSIGNAL));
  yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
  yield* attempt(sys.write(c, bytes("x")));
  yield* sys.recv(s, 1, 0);
});
agree("SIGPIPE ends a process that doesn't handle it; signal(7)", function* (sys) {
  const [c] = yield* connected(sys);
  yield* sys.shutdown(c, SHUT_WR);
  const pid = yield* sys.fork(function* child(t) {
    yield* attempt(t.send(c, bytes("x"), MSG_NOSIGNAL));
    yield* t.send(c, bytes("x"), 0);
    yield* t.write(1, bytes("not reached"));
  });
  yield* sys.waitpid(pid, 0);
});
agree("MSG_PEEK leaves the bytes where they are, also across segments; recv(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(c, bytes("abc"), 0);
  yield* sys.send(c, bytes("def"), 0);
  yield* moment(sys);
  yield* sys.recv(s, 2, MSG_PEEK);
  yield* sys.recv(s, 6, MSG_PEEK | MSG_WAITALL);
  yield* sys.recv(s, 100, MSG_PEEK);
  yield* sys.ioctl(s, FIONREAD);
  yield* sys.recvmsg(s, [2, 2, 2, 2], MSG_PEEK);
  yield* sys.recv(s, 4, 0);
  yield* sys.recv(s, 100, MSG_PEEK);
  yield* sys.recv(s, 100, 0);
  yield* attempt(sys.recv(s, 1, MSG_PEEK | MSG_DONTWAIT));
});
agree("MSG_TRUNC throws bytes of a stream away unseen; tcp(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(c, bytes("abcdefgh"), 0);
  yield* until(sys, s, POLLIN);
  yield* sys.ioctl(s, FIONREAD);
  yield* sys.recvmsg(s, [0], MSG_TRUNC);
  yield* sys.recv(s, 3, MSG_PEEK | MSG_TRUNC);
  yield* sys.recv(s, 3, 0);
  yield* sys.ioctl(s, FIONREAD);
});
agree("MSG_DONTWAIT: EAGAIN with nothing there, what there is otherwise; recv(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* attempt(sys.recv(s, 4, MSG_DONTWAIT));
  yield* attempt(sys.recv(s, 4, MSG_DONTWAIT | MSG_PEEK));
  yield* sys.send(c, bytes("ab"), 0);
  yield* until(sys, s, POLLIN);
  yield* sys.recv(s, 4, MSG_DONTWAIT | MSG_WAITALL);
  yield* attempt(sys.recv(s, 4, MSG_DONTWAIT | MSG_WAITALL));
});
agree("MSG_WAITALL waits for all, but no longer than the stream lasts; recv(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const tid = yield* sys.pthread_create(function* writer(t) {
    for (const word of ["ab", "cd", "ef"]) {
      yield* t.send(c, bytes(word), 0);
      yield* moment(t);
    }
    yield* t.close(c);
  });
  yield* sys.recv(s, 4, MSG_WAITALL);
  yield* sys.recv(s, 4, MSG_WAITALL);
  yield* sys.recv(s, 4, MSG_WAITALL);
  yield* sys.pthread_join(tid);
});
agree("MSG_WAITALL and SO_RCVTIMEO: what has come by then; socket(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, { tv_sec: 0, tv_usec: 40_000 });
  yield* sys.send(c, bytes("ab"), 0);
  yield* sys.recv(s, 4, MSG_WAITALL);
  yield* attempt(sys.recv(s, 4, MSG_WAITALL));
});
agree("MSG_MORE holds a small send back until the rest comes; send(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(c, bytes("a"), MSG_MORE);
  yield* moment(sys);
  yield* attempt(sys.recv(s, 9, MSG_DONTWAIT));
  yield* sys.ioctl(c, SIOCOUTQ);
  yield* sys.send(c, bytes("b"), 0);
  yield* until(sys, s, POLLIN);
  yield* sys.recv(s, 9, 0);
  yield* sys.send(c, bytes("c"), MSG_MORE);
  yield* sys.shutdown(c, SHUT_WR);
  yield* until(sys, s, POLLIN);
  yield* sys.recv(s, 9, 0);
});
agree("a reader sleeps until SO_RCVLOWAT bytes are there; socket(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.setsockopt(s, SOL_SOCKET, SO_RCVLOWAT, 4);
  yield* sys.getsockopt(s, SOL_SOCKET, SO_RCVLOWAT);
  yield* sys.send(c, bytes("abc"), 0);
  yield* moment(sys);
  yield* ready(sys, s);
  const tid = yield* sys.pthread_create(function* writer(t) {
    yield* othersAsleep(t);
    yield* t.send(c, bytes("d"), 0);
    yield* moment(t);
    yield* t.send(c, bytes("efg"), 0);
  });
  // The reader has taken three, and is woken by four more.
  yield* sys.recv(s, 10, 0);
  yield* sys.pthread_join(tid);
  yield* sys.send(c, bytes("e"), 0);
  yield* moment(sys);
  yield* ready(sys, s);
  yield* attempt(sys.recv(s, 10, MSG_DONTWAIT));
  yield* sys.setsockopt(s, SOL_SOCKET, SO_RCVLOWAT, 1);
  yield* sys.send(c, bytes("f"), 0);
  yield* moment(sys);
  yield* ready(sys, s);
});
agree("SO_RCVTIMEO ends every way of receiving with EAGAIN; socket(7)", function* (sys) {
  const [, s] = yield* connected(sys);
  yield* sys.setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, { tv_sec: 0, tv_usec: 8_000 });
  yield* attempt(sys.recv(s, 1, 0));
  yield* attempt(sys.read(s, 1));
  yield* attempt(sys.readv(s, [1, 1]));
  yield* attempt(sys.recvfrom(s, 1, 0));
  yield* attempt(sys.recvmsg(s, [1], 0));
});
agree("unread bytes count in FIONREAD, unacknowledged ones in SIOCOUTQ; tcp(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(c, bytes("hello"), 0);
  yield* until(sys, s, POLLIN);
  yield* sys.ioctl(s, FIONREAD);
  yield* sys.ioctl(c, FIONREAD);
  yield* moment(sys);
  yield* sys.ioctl(c, SIOCOUTQ);
  yield* sys.recv(s, 2, 0);
  yield* sys.ioctl(s, FIONREAD);
  yield* sys.shutdown(c, SHUT_WR);
  yield* moment(sys);
  yield* sys.ioctl(s, FIONREAD);
  yield* sys.recv(s, 10, 0);
  yield* sys.ioctl(s, FIONREAD);
});
agree("a stream has no place: ESPIPE; lseek(2), pread(2)", function* (sys) {
  const [c] = yield* connected(sys);
  yield* attempt(sys.lseek(c, 0, 0));
  yield* attempt(sys.pread(c, 1, 0));
  yield* attempt(sys.pwrite(c, bytes("x"), 0));
  yield* attempt(sys.ftruncate(c, 0));
  yield* sys.fstat(c);
});
agree(
  "a reset connection: ECONNRESET for whoever asks first, then end of file and EPIPE; send(2), recv(2)",
  function* (sys) {
    for (const first of ["recv", "send", "option", "recv 0"]) {
      const [c, s] = yield* connected(sys);
      yield* reset(sys, s);
      yield* until(sys, c, POLLIN);
      yield* ready(sys, c);
      if (first === "recv") yield* attempt(sys.recv(c, 1, 0));
      else if (first === "send") yield* attempt(sys.send(c, bytes("x"), MSG_NOSIGNAL));
      else if (first === "option") yield* sys.getsockopt(c, SOL_SOCKET, 4);
      else yield* attempt(sys.recv(c, 0, 0));
      yield* ready(sys, c);
      yield* attempt(sys.recv(c, 1, 0));
      yield* attempt(sys.send(c, bytes("x"), MSG_NOSIGNAL));
      yield* attempt(sys.send(c, bytes(""), MSG_NOSIGNAL));
      yield* attempt(sys.getpeername(c));
      yield* states(sys, c);
    }
  },
);
agree("bytes that came before a RST are gone with it or still read: the buffer comes first; recv(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(s, bytes("last words"), 0);
  yield* until(sys, c, POLLIN);
  yield* reset(sys, s);
  yield* moment(sys);
  yield* ready(sys, c);
  yield* sys.ioctl(c, FIONREAD);
  yield* attempt(sys.recv(c, 4, 0));
  yield* ready(sys, c);
  yield* attempt(sys.recv(c, 40, 0));
  yield* attempt(sys.recv(c, 4, 0));
  yield* attempt(sys.recv(c, 4, 0));
});
agree("sendmsg and recvmsg with more parts than 1,024: EMSGSIZE; sendmsg(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const many = Array.from({ length: 1025 }, () => bytes("x"));
  yield* attempt(sys.sendmsg(c, { iov: many }, 0));
  yield* sys.sendmsg(c, { iov: many.slice(1) }, 0);
  yield* moment(sys);
  yield* attempt(sys.recvmsg(s, Array<number>(1025).fill(1), 0));
  yield* sys.ioctl(s, FIONREAD);
});
agree("flags that mean nothing to TCP are ignored; send(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const { fd } = yield* boundUdp(sys);
  yield* attempt(sys.send(c, bytes("a"), 0x4));
  yield* attempt(sys.send(c, bytes("b"), 0x800));
  yield* attempt(sys.send(c, bytes("c"), 0x80));
  yield* moment(sys);
  yield* attempt(sys.recv(s, 10, MSG_DONTWAIT));
  yield* attempt(sys.recv(s, 10, 0x2000 | MSG_DONTWAIT));
  yield* attempt(sys.recv(fd, 10, 0x2000 | MSG_DONTWAIT));
  yield* listening(sys);
});

export const sendReceive = suite;
