/** send(2) on TCP connections: its relatives, its flags, and what is refused. */
import {
  bytes,
  FIONREAD,
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  MSG_MORE,
  MSG_NOSIGNAL,
  MSG_OOB,
  MSG_PEEK,
  POLLIN,
  SHUT_WR,
  SIG_IGN,
  SIGPIPE,
  SIOCATMARK,
  SIOCOUTQ,
  SIOCOUTQNSD,
  SO_SNDBUF,
  SOL_SOCKET,
} from "fd3";
import { attempt, walks } from "../program";
import { connected, LOOPBACK, listening, moment, ready, reset, states, tcpSocket, udpPair, until } from "./ends";

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
agree("sendmsg and recvmsg with more parts than 1,024: EMSGSIZE; sendmsg(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const many = Array.from({ length: 1025 }, () => bytes("x"));
  yield* attempt(sys.sendmsg(c, { iov: many }, 0));
  yield* sys.sendmsg(c, { iov: many.slice(1) }, 0);
  yield* moment(sys);
  yield* attempt(sys.recvmsg(s, Array<number>(1025).fill(1), 0));
  yield* sys.ioctl(s, FIONREAD);
});
agree("flags that mean nothing to TCP or UDP are ignored; send(2), recv(2)", function* (sys) {
  // MSG_DONTROUTE, MSG_CTRUNC, MSG_EOR, MSG_FIN, MSG_SYN, MSG_CONFIRM, MSG_RST, MSG_WAITFORONE
  for (const flag of [0x4, 0x8, 0x80, 0x200, 0x400, 0x800, 0x1000, 0x10000]) {
    const pairs = [yield* connected(sys), yield* udpPair(sys)];
    for (const [a, b] of pairs) {
      yield* attempt(sys.send(a, bytes("ab"), flag | MSG_NOSIGNAL));
      yield* moment(sys);
      yield* attempt(sys.recv(b, 5, flag | MSG_DONTWAIT));
      yield* attempt(sys.recvmsg(b, [5], flag | MSG_DONTWAIT));
    }
  }
});
agree("MSG_ERRQUEUE never waits: no errors, EAGAIN; recv(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const [a, b] = yield* udpPair(sys);
  yield* sys.send(c, bytes("x"), 0);
  yield* sys.send(a, bytes("x"), 0);
  yield* moment(sys);
  for (const fd of [s, b, yield* tcpSocket(sys), (yield* listening(sys)).listener])
    yield* attempt(sys.recv(fd, 10, MSG_ERRQUEUE));
  yield* sys.recv(s, 10, 0);
  yield* sys.recv(b, 10, 0);
});
agree("MSG_OOB: without urgent data, and UDP has none ever; recv(2), send(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const [a] = yield* udpPair(sys);
  yield* sys.send(c, bytes("x"), 0);
  yield* moment(sys);
  yield* attempt(sys.recv(s, 10, MSG_OOB));
  yield* attempt(sys.recv(s, 10, MSG_OOB | MSG_DONTWAIT));
  yield* attempt(sys.send(a, bytes("x"), MSG_OOB));
  yield* sys.recv(s, 10, 0);
});
agree("ioctl tells the queues, of TCP also what wasn't sent and where the mark is; tcp(7), udp(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const [a, b] = yield* udpPair(sys);
  const { listener } = yield* listening(sys);
  yield* sys.send(c, bytes("abc"), 0);
  yield* moment(sys);
  for (const fd of [c, s, a, b, listener, yield* tcpSocket(sys)])
    for (const request of [FIONREAD, SIOCOUTQ, SIOCOUTQNSD, SIOCATMARK, 0x5401, 0x1234])
      yield* attempt(sys.ioctl(fd, request));
});
agree(
  "a send that may not sleep doesn't wait for what its own first bytes bring: one run, and no more; send(2)",
  function* (sys) {
    for (const size of [4608, 20_000]) {
      const [c, s] = yield* connected(sys);
      yield* sys.setsockopt(c, SOL_SOCKET, SO_SNDBUF, size);
      yield* sys.send(c, new Uint8Array(65_536), MSG_DONTWAIT);
      yield* sys.ioctl(s, FIONREAD);
    }
  },
);

export const send = suite;
