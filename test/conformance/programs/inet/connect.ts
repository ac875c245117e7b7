/** connect(2) on TCP sockets: how it begins, how it fails, what may be done again. */
import {
  AF_INET,
  AF_UNSPEC,
  bytes,
  FIONREAD,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  POLLIN,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SIOCOUTQ,
  SIOCOUTQNSD,
  SO_ERROR,
  SOL_SOCKET,
} from "fd3";
import { attempt, walks } from "../program";
import {
  anyPort,
  connected,
  LOOPBACK,
  listening,
  moment,
  nameOf,
  nobody,
  ready,
  states,
  tcpSocket,
  until,
} from "./ends";

const { suite, agree } = walks();

agree("connect gives both names, accept finds them crossed; connect(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const c = yield* tcpSocket(sys);
  yield* sys.connect(c, name);
  const s = yield* sys.accept(listener);
  for (const fd of [c, s]) {
    yield* sys.getsockname(fd);
    yield* sys.getpeername(fd);
  }
  yield* states(sys, c, s, listener);
});
agree("nobody listens: ECONNREFUSED, again and again; connect(2)", function* (sys) {
  const name = yield* nobody(sys);
  const c = yield* tcpSocket(sys);
  for (let i = 0; i < 3; i++) {
    yield* attempt(sys.connect(c, name));
    yield* states(sys, c);
    yield* ready(sys, c);
    yield* attempt(sys.getpeername(c));
  }
  yield* sys.getsockopt(c, SOL_SOCKET, SO_ERROR);
});
agree("a refused socket keeps the name that it was bound to; connect(2)", function* (sys) {
  const name = yield* nobody(sys);
  const c = yield* tcpSocket(sys);
  yield* sys.bind(c, anyPort());
  yield* sys.getsockname(c);
  yield* attempt(sys.connect(c, name));
  yield* sys.getsockname(c);
  const { name: there } = yield* listening(sys);
  yield* attempt(sys.connect(c, there));
  yield* sys.getsockname(c);
});
agree("port 0 is refused: nobody can listen there; connect(2)", function* (sys) {
  const c = yield* tcpSocket(sys);
  yield* attempt(sys.connect(c, { address: LOOPBACK, port: 0 }));
  yield* states(sys, c);
});
agree("0.0.0.0 means this host; ip(7)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const c = yield* tcpSocket(sys);
  yield* attempt(sys.connect(c, { address: "0.0.0.0", port: name.port }));
  yield* sys.getpeername(c);
  yield* sys.getsockname(c);
  yield* sys.accept(listener);
});
agree("connected already: EISCONN, whatever the address; connect(2)", function* (sys) {
  const { name } = yield* listening(sys);
  const [c, s] = yield* connected(sys);
  yield* attempt(sys.connect(c, name));
  yield* attempt(sys.connect(c, { path: "/x" }));
  yield* attempt(sys.connect(s, name));
  yield* sys.shutdown(c, SHUT_WR);
  yield* attempt(sys.connect(c, name));
  yield* sys.shutdown(c, SHUT_RD);
  yield* attempt(sys.connect(c, name));
});
agree("a socket whose connection is over is still EISCONN until it is dissolved; connect(2)", function* (sys) {
  const { name } = yield* listening(sys);
  const [c, s] = yield* connected(sys);
  yield* sys.close(s);
  yield* until(sys, c, POLLIN);
  yield* sys.close(yield* sys.dup(c));
  yield* sys.shutdown(c, SHUT_WR);
  yield* moment(sys);
  yield* states(sys, c);
  yield* attempt(sys.connect(c, name));
  yield* attempt(sys.connect(c, { family: AF_UNSPEC }));
  yield* attempt(sys.connect(c, name));
  yield* states(sys, c);
});
agree("a listening socket: EISCONN; connect(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  yield* attempt(sys.connect(listener, name));
  yield* attempt(sys.connect(listener, { path: "/x" }));
  yield* states(sys, listener);
});
agree("an address of another family, or too short; connect(2)", function* (sys) {
  const c = yield* tcpSocket(sys);
  yield* attempt(sys.connect(c, { path: "/x" }));
  yield* attempt(sys.connect(c, { path: "/a/longer/path/than/an/address" }));
  yield* attempt(sys.connect(c, { family: 77, address: LOOPBACK, port: 9 }));
  yield* attempt(sys.connect(c, { family: AF_INET }));
  yield* ready(sys, c);
});
agree("connect on what is no socket: EBADF, ENOTSOCK; connect(2)", function* (sys) {
  const [r] = yield* sys.pipe();
  yield* attempt(sys.connect(77, { address: LOOPBACK, port: 9 }));
  yield* attempt(sys.connect(r, { address: LOOPBACK, port: 9 }));
});
agree("broadcast is for datagrams: ENETUNREACH; connect(2)", function* (sys) {
  const c = yield* tcpSocket(sys);
  yield* attempt(sys.connect(c, { address: "127.255.255.255", port: 9 }));
  yield* states(sys, c);
  yield* sys.getsockname(c);
});
agree("AF_UNSPEC on a fresh, a bound and a listening socket; connect(2)", function* (sys) {
  const fresh = yield* tcpSocket(sys);
  yield* attempt(sys.connect(fresh, { family: AF_UNSPEC }));
  yield* sys.getsockname(fresh);
  const bound = yield* tcpSocket(sys);
  yield* sys.bind(bound, anyPort());
  const own = yield* nameOf(sys, bound);
  yield* attempt(sys.connect(bound, { family: AF_UNSPEC }));
  yield* attempt(sys.bind(yield* tcpSocket(sys), own));
  const { listener, name } = yield* listening(sys);
  yield* attempt(sys.connect(listener, { family: AF_UNSPEC }));
  yield* states(sys, listener);
  yield* attempt(sys.connect(fresh, name));
  yield* attempt(sys.listen(listener, 1));
  yield* attempt(sys.connect(fresh, name));
});
agree("AF_UNSPEC drops what was received, and resets the peer; connect(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(s, bytes("unread"), 0);
  yield* until(sys, c, POLLIN);
  yield* sys.connect(c, { family: AF_UNSPEC });
  yield* attempt(sys.recv(c, 10, MSG_DONTWAIT));
  yield* attempt(sys.recv(c, 10, MSG_DONTWAIT));
  yield* sys.getsockname(c);
  yield* attempt(sys.getpeername(c));
  yield* ready(sys, c);
  yield* until(sys, s, POLLIN);
  yield* ready(sys, s);
  yield* attempt(sys.recv(s, 10, 0));
  yield* attempt(sys.recv(s, 10, 0));
});
agree("an accepted socket is dissolved: its listener's address stays, the port goes; connect(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.connect(s, { family: AF_UNSPEC });
  yield* sys.getsockname(s);
  yield* attempt(sys.getpeername(s));
  yield* until(sys, c, POLLIN);
  yield* attempt(sys.recv(c, 1, 0));
  const { listener, name } = yield* listening(sys);
  yield* attempt(sys.connect(s, name));
  yield* sys.getpeername(yield* sys.accept(listener));
});
agree("a dissolved socket connects again, and may listen; connect(2)", function* (sys) {
  const { name } = yield* listening(sys);
  const [c] = yield* connected(sys);
  yield* sys.connect(c, { family: AF_UNSPEC });
  yield* attempt(sys.connect(c, name));
  yield* states(sys, c);
  yield* sys.connect(c, { family: AF_UNSPEC });
  yield* sys.bind(c, anyPort());
  yield* attempt(sys.listen(c, 1));
  yield* states(sys, c);
});
agree("connect to its own name is a connection with itself; RFC 9293 3.5", function* (sys) {
  const c = yield* tcpSocket(sys);
  yield* sys.bind(c, anyPort());
  const own = yield* nameOf(sys, c);
  yield* attempt(sys.connect(c, own));
  yield* states(sys, c);
  yield* sys.getpeername(c);
  yield* sys.send(c, bytes("echo"), 0);
  yield* until(sys, c, POLLIN);
  yield* ready(sys, c);
  yield* sys.recv(c, 10, 0);
  yield* sys.shutdown(c, SHUT_WR);
  yield* moment(sys);
  yield* states(sys, c);
  yield* ready(sys, c);
  yield* attempt(sys.recv(c, 10, MSG_DONTWAIT));
});
agree("two sockets connect to each other's names: neither listens; RFC 9293 3.5", function* (sys) {
  const a = yield* tcpSocket(sys);
  yield* sys.bind(a, anyPort());
  const b = yield* tcpSocket(sys);
  yield* sys.bind(b, anyPort());
  yield* attempt(sys.connect(a, yield* nameOf(sys, b)));
  yield* attempt(sys.connect(b, yield* nameOf(sys, a)));
});
agree("the same four numbers a second time: EADDRNOTAVAIL; connect(2)", function* (sys) {
  const { name } = yield* listening(sys);
  const a = yield* tcpSocket(sys);
  yield* sys.setsockopt(a, SOL_SOCKET, 2, 1);
  yield* sys.bind(a, anyPort());
  const b = yield* tcpSocket(sys);
  yield* sys.setsockopt(b, SOL_SOCKET, 2, 1);
  yield* sys.bind(b, yield* nameOf(sys, a));
  yield* sys.connect(a, name);
  yield* attempt(sys.connect(b, name));
  yield* states(sys, b);
  const { name: other } = yield* listening(sys);
  yield* attempt(sys.connect(b, other));
});
agree("shut down before it is connected: ENOTCONN, and connect works; shutdown(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const c = yield* tcpSocket(sys);
  yield* attempt(sys.shutdown(c, SHUT_RDWR));
  yield* ready(sys, c);
  yield* attempt(sys.connect(c, name));
  yield* ready(sys, c);
  yield* attempt(sys.send(c, bytes("x"), MSG_NOSIGNAL));
  const s = yield* sys.accept(listener);
  yield* moment(sys);
  yield* ready(sys, s);
  yield* states(sys, c, s);
  yield* attempt(sys.recv(s, 10, MSG_DONTWAIT));
});
agree("the listener goes away while its queue is full: the waiting connect is refused; connect(2)", function* (sys) {
  const { listener, name } = yield* listening(sys, 0);
  const first = yield* tcpSocket(sys);
  yield* sys.connect(first, name);
  yield* sys.close(listener);
  yield* until(sys, first, POLLIN);
  yield* ready(sys, first);
  yield* attempt(sys.recv(first, 1, 0));
  const c = yield* tcpSocket(sys);
  yield* attempt(sys.connect(c, name));
});
agree(
  "a socket that is connected to itself: its first bytes are acknowledged at once, the next wait for that; connect(2)",
  function* (sys) {
    const fd = yield* tcpSocket(sys);
    yield* sys.bind(fd, anyPort());
    yield* sys.connect(fd, yield* nameOf(sys, fd));
    for (const part of ["abc", "def", "ghi"]) {
      yield* sys.send(fd, bytes(part), 0);
      yield* sys.ioctl(fd, SIOCOUTQ);
      yield* sys.ioctl(fd, SIOCOUTQNSD);
      yield* sys.ioctl(fd, FIONREAD);
    }
  },
);

export const connect = suite;
