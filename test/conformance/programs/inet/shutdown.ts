/** shutdown(2) and close(2): half-closed connections, the order of the ends, who is told what. */
import {
  bytes,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  MSG_PEEK,
  POLLIN,
  POLLRDHUP,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SO_ERROR,
  SO_LINGER,
  SOL_SOCKET,
} from "fd3";
import { attempt, walks } from "../program";
import { boundUdp, connected, moment, ready, reset, states, tcpSocket, udpPair, until } from "./ends";

const { suite, agree } = walks();

agree("shutdown refuses: EBADF, ENOTSOCK, EINVAL, ENOTCONN; shutdown(2)", function* (sys) {
  const [r] = yield* sys.pipe();
  yield* attempt(sys.shutdown(77, SHUT_RD));
  yield* attempt(sys.shutdown(r, SHUT_RD));
  const [c] = yield* connected(sys);
  for (const how of [3, -1, 7]) yield* attempt(sys.shutdown(c, how));
  const fresh = yield* tcpSocket(sys);
  for (const how of [SHUT_RD, SHUT_WR, SHUT_RDWR, 3]) yield* attempt(sys.shutdown(fresh, how));
  const { fd } = yield* boundUdp(sys);
  for (const how of [SHUT_RD, SHUT_WR, SHUT_RDWR, 3]) yield* attempt(sys.shutdown(fd, how));
});
for (const [name, how] of [
  ["reading", SHUT_RD],
  ["writing", SHUT_WR],
  ["both", SHUT_RDWR],
] as const) {
  agree(`shutdown of ${name} on a new socket: ENOTCONN, yet its readiness changes; shutdown(2)`, function* (sys) {
    const fd = yield* tcpSocket(sys);
    yield* ready(sys, fd);
    yield* attempt(sys.shutdown(fd, how));
    yield* ready(sys, fd);
    yield* attempt(sys.recv(fd, 1, 0));
    yield* attempt(sys.send(fd, bytes("x"), MSG_NOSIGNAL));
    yield* attempt(sys.listen(fd, 1));
    yield* ready(sys, fd);
  });
  agree(`shutdown of ${name}: what both ends see; shutdown(2)`, function* (sys) {
    const [c, s] = yield* connected(sys);
    yield* sys.shutdown(c, how);
    yield* moment(sys);
    yield* states(sys, c, s);
    yield* ready(sys, c, s);
    yield* attempt(sys.recv(c, 5, MSG_DONTWAIT));
    yield* attempt(sys.recv(s, 5, MSG_DONTWAIT));
    yield* attempt(sys.send(c, bytes("from c"), MSG_NOSIGNAL));
    yield* moment(sys);
    yield* attempt(sys.recv(s, 50, MSG_DONTWAIT));
    yield* attempt(sys.send(s, bytes("from s"), MSG_NOSIGNAL));
    yield* moment(sys);
    yield* attempt(sys.recv(c, 50, MSG_DONTWAIT));
    yield* states(sys, c, s);
    yield* ready(sys, c, s);
  });
  agree(`shutdown of ${name} twice; shutdown(2)`, function* (sys) {
    const [c, s] = yield* connected(sys);
    for (const fd of [c, c, s, s]) {
      yield* attempt(sys.shutdown(fd, how));
      yield* moment(sys);
      yield* states(sys, c, s);
    }
    yield* ready(sys, c, s);
    yield* attempt(sys.shutdown(c, SHUT_RDWR));
    yield* attempt(sys.shutdown(s, SHUT_WR));
    yield* states(sys, c, s);
  });
}
agree("a half-closed connection still carries the other direction; RFC 9293 3.6", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(c, bytes("request"), 0);
  yield* sys.shutdown(c, SHUT_WR);
  yield* until(sys, s, POLLRDHUP);
  yield* sys.recv(s, 50, 0);
  yield* sys.recv(s, 50, 0);
  yield* sys.send(s, bytes("answer"), 0);
  yield* until(sys, c, POLLIN);
  yield* sys.recv(c, 50, 0);
  yield* sys.close(s);
  yield* until(sys, c, POLLIN);
  yield* sys.recv(c, 50, 0);
  yield* moment(sys);
  yield* states(sys, c);
  yield* ready(sys, c);
});
agree("bytes come before the end of the stream; RFC 9293 3.6", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(c, bytes("abc"), 0);
  yield* sys.close(c);
  yield* until(sys, s, POLLRDHUP);
  yield* ready(sys, s);
  yield* sys.recv(s, 2, MSG_PEEK);
  yield* sys.recv(s, 2, 0);
  yield* sys.recv(s, 2, 0);
  yield* sys.recv(s, 2, MSG_PEEK);
  yield* sys.recv(s, 2, 0);
  yield* sys.recv(s, 2, 0);
  yield* ready(sys, s);
});
agree("closing one of two descriptors ends nothing; close(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const copy = yield* sys.dup(c);
  yield* sys.close(c);
  yield* moment(sys);
  yield* ready(sys, s);
  yield* sys.send(copy, bytes("still here"), 0);
  yield* sys.recv(s, 50, 0);
  yield* sys.close(copy);
  yield* until(sys, s, POLLIN);
  yield* sys.recv(s, 50, 0);
});
agree("shutdown ends the connection for every copy of the descriptor; shutdown(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const copy = yield* sys.dup(c);
  yield* sys.shutdown(c, SHUT_WR);
  yield* attempt(sys.send(copy, bytes("x"), MSG_NOSIGNAL));
  yield* until(sys, s, POLLIN);
  yield* sys.recv(s, 50, 0);
  yield* sys.close(c);
  yield* sys.send(s, bytes("back"), 0);
  yield* until(sys, copy, POLLIN);
  yield* sys.recv(copy, 50, 0);
});
agree("a process that ends closes its sockets; exit(3)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const pid = yield* sys.fork(function* child(t) {
    yield* t.close(s);
    yield* t.send(c, bytes("from a child"), 0);
  });
  yield* sys.close(c);
  yield* sys.waitpid(pid, 0);
  yield* until(sys, s, POLLRDHUP);
  yield* sys.recv(s, 50, 0);
  yield* sys.recv(s, 50, 0);
});
agree("a write after the peer has closed is taken; its RST makes the next one fail; RFC 9293 3.5.2", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.close(s);
  yield* until(sys, c, POLLIN);
  yield* sys.send(c, bytes("first"), MSG_NOSIGNAL);
  yield* moment(sys);
  yield* ready(sys, c);
  yield* states(sys, c);
  yield* sys.getsockopt(c, SOL_SOCKET, SO_ERROR);
  yield* attempt(sys.send(c, bytes("second"), MSG_NOSIGNAL));
  yield* attempt(sys.recv(c, 1, 0));
  yield* attempt(sys.shutdown(c, SHUT_WR));
});
agree("after that RST a read gives the end of the stream or the error, once; RFC 9293 3.5.2", function* (sys) {
  for (const readFirst of [true, false]) {
    const [c, s] = yield* connected(sys);
    yield* sys.close(s);
    yield* until(sys, c, POLLIN);
    if (readFirst) yield* sys.recv(c, 1, 0);
    yield* sys.send(c, bytes("first"), MSG_NOSIGNAL);
    yield* moment(sys);
    yield* attempt(sys.recv(c, 1, 0));
    yield* attempt(sys.recv(c, 1, 0));
    yield* attempt(sys.send(c, bytes("x"), MSG_NOSIGNAL));
  }
});
agree("close with unread bytes is a RST, with read ones a FIN; RFC 2525 2.17", function* (sys) {
  for (const unread of [true, false]) {
    const [c, s] = yield* connected(sys);
    yield* sys.send(c, bytes("question"), 0);
    yield* until(sys, s, POLLIN);
    if (!unread) yield* sys.recv(s, 50, 0);
    yield* sys.close(s);
    yield* until(sys, c, POLLIN);
    yield* ready(sys, c);
    yield* states(sys, c);
    yield* attempt(sys.recv(c, 1, 0));
    yield* attempt(sys.recv(c, 1, 0));
  }
});
agree("data for a closed socket's half: the sender is reset; RFC 1122 4.2.2.13", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.shutdown(s, SHUT_WR);
  yield* until(sys, c, POLLIN);
  yield* sys.close(s);
  yield* sys.send(c, bytes("late"), MSG_NOSIGNAL);
  yield* moment(sys);
  yield* states(sys, c);
  yield* ready(sys, c);
  yield* attempt(sys.recv(c, 1, 0));
  yield* attempt(sys.send(c, bytes("x"), MSG_NOSIGNAL));
});
agree("shutdown of reading drops nothing that comes later; shutdown(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(s, bytes("before "), 0);
  yield* until(sys, c, POLLIN);
  yield* sys.shutdown(c, SHUT_RD);
  yield* sys.send(s, bytes("after"), 0);
  yield* moment(sys);
  yield* ready(sys, c);
  yield* sys.recv(c, 7, 0);
  yield* sys.recv(c, 50, 0);
  yield* sys.recv(c, 50, 0);
  yield* sys.close(c);
  yield* moment(sys);
  yield* states(sys, s);
});
agree("SO_LINGER {1, 0}: close resets, whatever was sent; socket(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(c, bytes("sent"), 0);
  yield* reset(sys, c);
  yield* moment(sys);
  yield* states(sys, s);
  yield* ready(sys, s);
  yield* attempt(sys.recv(s, 50, 0));
  yield* attempt(sys.recv(s, 50, 0));
});
agree("SO_LINGER {1, 1}: close waits until the peer's kernel has it all; socket(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.setsockopt(c, SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 1 });
  yield* sys.send(c, bytes("all of it"), 0);
  yield* sys.close(c);
  yield* states(sys, s);
  yield* sys.recv(s, 50, 0);
  yield* sys.recv(s, 50, 0);
});
agree("SO_LINGER doesn't concern shutdown, nor a copy's close; socket(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.setsockopt(c, SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
  const copy = yield* sys.dup(c);
  yield* sys.close(copy);
  yield* moment(sys);
  yield* ready(sys, s);
  yield* sys.shutdown(c, SHUT_WR);
  yield* moment(sys);
  yield* states(sys, c, s);
  yield* sys.recv(s, 50, 0);
});
agree("SO_LINGER {1, 0} after the peer has closed: still a RST for nobody; socket(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.shutdown(s, SHUT_WR);
  yield* until(sys, c, POLLIN);
  yield* reset(sys, c);
  yield* moment(sys);
  yield* states(sys, s);
  yield* ready(sys, s);
  yield* attempt(sys.recv(s, 1, 0));
  yield* attempt(sys.recv(s, 1, 0));
});
agree("shutdown of a connected UDP socket: no datagrams any more; shutdown(2)", function* (sys) {
  for (const how of [SHUT_RD, SHUT_WR, SHUT_RDWR]) {
    const [a, b] = yield* udpPair(sys);
    yield* sys.send(b, bytes("waiting"), 0);
    yield* sys.shutdown(a, how);
    yield* ready(sys, a);
    yield* attempt(sys.recv(a, 50, 0));
    yield* attempt(sys.recv(a, 50, MSG_DONTWAIT));
    yield* attempt(sys.send(a, bytes("x"), MSG_NOSIGNAL));
    yield* attempt(sys.send(b, bytes("late"), 0));
    yield* ready(sys, a);
    yield* attempt(sys.recv(a, 50, MSG_DONTWAIT));
  }
});

export const shutdown = suite;
