/** Urgent data on TCP: MSG_OOB, the mark at which reads stop, SO_OOBINLINE, and who is told of it. */
import {
  AF_UNSPEC,
  bytes,
  EPOLL_CTL_ADD,
  EPOLLET,
  EPOLLIN,
  EPOLLPRI,
  FIONREAD,
  MSG_DONTWAIT,
  MSG_OOB,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  milliseconds,
  POLLPRI,
  type Program,
  SHUT_RD,
  SHUT_WR,
  SIOCATMARK,
  SO_OOBINLINE,
  SO_RCVBUF,
  SO_RCVLOWAT,
  SOL_SOCKET,
  type Sys,
} from "fd3";
import { attempt, walks } from "../program";
import { anyPort, asleepIn, connected, moment, nameOf, ready, reset, tcpSocket, until } from "./ends";

const { suite, agree } = walks();

/** What there is to be read, where the mark is, and what poll says. */
function* look(sys: Sys, fd: number): Program<void> {
  yield* attempt(sys.ioctl(fd, FIONREAD));
  yield* attempt(sys.ioctl(fd, SIOCATMARK));
  yield* ready(sys, fd);
}

/** A connection on which an urgent "c" stands between "ab" and "de". */
function* marked(sys: Sys): Program<[client: number, server: number]> {
  const [c, s] = yield* connected(sys);
  yield* sys.send(c, bytes("abc"), MSG_OOB);
  yield* sys.send(c, bytes("de"), 0);
  yield* moment(sys);
  return [c, s];
}

agree("a read stops at the mark, and the next one begins behind it; recv(2)", function* (sys) {
  const [, s] = yield* marked(sys);
  for (let i = 0; i < 4; i++) {
    yield* look(sys, s);
    yield* attempt(sys.recv(s, 10, MSG_DONTWAIT));
  }
});
agree("the urgent byte is read by MSG_OOB, once, without sleeping, before or at the mark; recv(2)", function* (sys) {
  for (const first of [0, 2]) {
    const [, s] = yield* marked(sys);
    if (first > 0) yield* sys.recv(s, first, 0);
    for (const flags of [MSG_OOB | MSG_PEEK, MSG_OOB, MSG_OOB]) yield* attempt(sys.recvmsg(s, [5], flags));
    yield* look(sys, s);
    yield* sys.recv(s, 10, 0);
  }
});
agree("behind the mark MSG_OOB finds nothing more; recv(2)", function* (sys) {
  const [, s] = yield* marked(sys);
  yield* sys.recv(s, 10, 0);
  yield* sys.recv(s, 1, 0);
  yield* attempt(sys.recv(s, 1, MSG_OOB));
  yield* look(sys, s);
});
agree("MSG_OOB with no room takes the byte away; with MSG_TRUNC it is counted; recv(2)", function* (sys) {
  for (const [size, flags] of [
    [0, 0],
    [3, MSG_TRUNC],
    [0, MSG_PEEK],
  ]) {
    const [, s] = yield* marked(sys);
    yield* sys.recvmsg(s, [size], MSG_OOB | flags);
    yield* attempt(sys.recv(s, 1, MSG_OOB));
  }
});
agree(
  "SO_OOBINLINE: the byte stays in the stream, reads stop before it, MSG_OOB finds nothing; socket(7)",
  function* (sys) {
    const [, s] = yield* marked(sys);
    yield* sys.setsockopt(s, SOL_SOCKET, SO_OOBINLINE, 1);
    yield* attempt(sys.recv(s, 1, MSG_OOB));
    for (let i = 0; i < 3; i++) {
      yield* look(sys, s);
      yield* attempt(sys.recv(s, 10, MSG_DONTWAIT));
    }
  },
);
agree("SO_OOBINLINE may change when the mark is there; socket(7)", function* (sys) {
  const [, s] = yield* marked(sys);
  for (const inline of [1, 0]) {
    yield* sys.setsockopt(s, SOL_SOCKET, SO_OOBINLINE, inline);
    yield* look(sys, s);
    yield* sys.recv(s, 2, MSG_PEEK);
    yield* attempt(sys.recv(s, 1, MSG_OOB | MSG_PEEK));
  }
});
agree("peeks stop at the mark, and at it look behind it; recv(2)", function* (sys) {
  const [, s] = yield* marked(sys);
  for (const take of [1, 1, 1]) {
    yield* sys.recv(s, 10, MSG_PEEK);
    yield* sys.recv(s, take, 0);
  }
});
agree("MSG_WAITALL doesn't read over the mark; recv(2)", function* (sys) {
  const [c, s] = yield* marked(sys);
  yield* sys.recv(s, 5, MSG_WAITALL);
  const sleeper = yield* asleepIn(sys, (t) => t.recv(s, 5, MSG_WAITALL));
  yield* sys.send(c, bytes("fg!"), MSG_OOB);
  yield* sys.pthread_join(sleeper);
});
agree("a second mark takes the place of the first, whose byte is then one of the stream; tcp(7)", function* (sys) {
  for (const read of [0, 2]) {
    const [c, s] = yield* marked(sys);
    if (read > 0) yield* sys.recv(s, read, 0);
    yield* sys.send(c, bytes("f!"), MSG_OOB);
    yield* moment(sys);
    yield* attempt(sys.recv(s, 1, MSG_OOB));
    for (let i = 0; i < 3; i++) yield* attempt(sys.recv(s, 10, MSG_DONTWAIT));
  }
});
agree("urgent bytes one after the other; tcp(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  for (const byte of ["a", "b", "c"]) yield* sys.send(c, bytes(byte), MSG_OOB);
  yield* moment(sys);
  yield* look(sys, s);
  yield* sys.recv(s, 1, MSG_OOB);
  for (let i = 0; i < 3; i++) yield* attempt(sys.recv(s, 10, MSG_DONTWAIT));
});
agree("an urgent byte alone is nothing to read, and a blocked reader sleeps on behind it; poll(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const sleeper = yield* asleepIn(sys, (t) => t.recv(s, 10, 0));
  yield* sys.send(c, bytes("!"), MSG_OOB);
  yield* moment(sys);
  yield* look(sys, s);
  yield* sys.send(c, bytes("x"), 0);
  yield* sys.pthread_join(sleeper);
  yield* look(sys, s);
});
agree("SO_RCVLOWAT counts one more at the mark; socket(7)", function* (sys) {
  for (const inline of [0, 1]) {
    const [c, s] = yield* connected(sys);
    yield* sys.setsockopt(s, SOL_SOCKET, SO_RCVLOWAT, 2);
    yield* sys.setsockopt(s, SOL_SOCKET, SO_OOBINLINE, inline);
    for (const [byte, flags] of [
      ["!", MSG_OOB],
      ["x", 0],
      ["y", 0],
    ] as const) {
      yield* sys.send(c, bytes(byte), flags);
      yield* moment(sys);
      yield* look(sys, s);
    }
  }
});
agree("poll, select's third set and epoll tell of it until it is read; poll(2), select(2), epoll(7)", function* (sys) {
  const [, s] = yield* marked(sys);
  const epfd = yield* sys.epoll_create1(0);
  yield* sys.epoll_ctl(epfd, EPOLL_CTL_ADD, s, { events: EPOLLPRI, data: 1 });
  for (let i = 0; i < 2; i++) {
    yield* sys.poll([{ fd: s, events: POLLPRI }], 0);
    yield* sys.select(s + 1, null, null, new Set([s]), { tv_sec: 0, tv_usec: 0 });
    yield* sys.epoll_wait(epfd, 2, 0);
    yield* attempt(sys.recv(s, 1, MSG_OOB));
  }
});
agree("who sleeps for it in poll, select or epoll_wait is woken; poll(2), select(2), epoll(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const epfd = yield* sys.epoll_create1(0);
  yield* sys.epoll_ctl(epfd, EPOLL_CTL_ADD, s, { events: EPOLLPRI | EPOLLET, data: 1 });
  for (const wait of [
    (t: Sys) => t.poll([{ fd: s, events: POLLPRI }], -1),
    (t: Sys) => t.select(s + 1, null, null, new Set([s]), null),
    (t: Sys) => t.epoll_wait(epfd, 2, -1),
  ]) {
    const sleeper = yield* asleepIn(sys, wait);
    yield* sys.send(c, bytes("x"), 0);
    yield* sys.send(c, bytes("!"), MSG_OOB);
    yield* sys.pthread_join(sleeper);
    yield* sys.recv(s, 1, MSG_OOB);
  }
});
agree("epoll's edges: each byte, urgent or not, is one; epoll(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const epfd = yield* sys.epoll_create1(0);
  yield* sys.epoll_ctl(epfd, EPOLL_CTL_ADD, s, { events: EPOLLPRI | EPOLLIN | EPOLLET, data: 1 });
  for (const [byte, flags] of [
    ["!", MSG_OOB],
    ["x", 0],
    ["!", MSG_OOB],
  ] as const) {
    yield* sys.send(c, bytes(byte), flags);
    yield* moment(sys);
    yield* sys.epoll_wait(epfd, 2, 0);
    yield* sys.epoll_wait(epfd, 2, 0);
  }
});
agree("while the window is shut, the peer hears of the byte before it gets it: EAGAIN; recv(2)", function* (sys) {
  const listener = yield* tcpSocket(sys);
  yield* sys.setsockopt(listener, SOL_SOCKET, SO_RCVBUF, 2000);
  yield* sys.bind(listener, anyPort());
  yield* sys.listen(listener, 1);
  const c = yield* tcpSocket(sys);
  yield* sys.connect(c, yield* nameOf(sys, listener));
  const s = yield* sys.accept(listener);
  yield* sys.send(c, new Uint8Array(6000), 0);
  yield* attempt(sys.recv(s, 1, MSG_OOB));
  yield* sys.send(c, bytes("!"), MSG_OOB);
  // A probe tells of it.
  yield* sys.nanosleep(milliseconds(400));
  yield* attempt(sys.recv(s, 1, MSG_OOB));
  yield* sys.poll([{ fd: s, events: POLLPRI }], 0);
  yield* sys.recv(s, 6000, MSG_WAITALL);
  yield* until(sys, s, POLLPRI);
  yield* sys.recv(s, 1, MSG_OOB);
});
agree("the end behind the mark; recv(2), shutdown(2)", function* (sys) {
  const [c, s] = yield* marked(sys);
  yield* sys.shutdown(c, SHUT_WR);
  yield* moment(sys);
  for (let i = 0; i < 4; i++) {
    yield* look(sys, s);
    yield* attempt(sys.recv(s, 10, MSG_DONTWAIT));
  }
  yield* attempt(sys.recv(s, 1, MSG_OOB));
});
agree("after a reset or connect with AF_UNSPEC; after reading was shut down; recv(2)", function* (sys) {
  for (const happens of [
    (c: number, _s: number) => reset(sys, c),
    (_c: number, s: number) => sys.connect(s, { family: AF_UNSPEC }),
    (_c: number, s: number) => sys.shutdown(s, SHUT_RD),
  ]) {
    const [c, s] = yield* marked(sys);
    yield* happens(c, s);
    yield* moment(sys);
    yield* look(sys, s);
    yield* attempt(sys.recv(s, 1, MSG_OOB));
    for (let i = 0; i < 3; i++) yield* attempt(sys.recv(s, 10, MSG_DONTWAIT));
  }
});
agree("before there is a connection; send(2), recv(2)", function* (sys) {
  const fd = yield* tcpSocket(sys);
  yield* attempt(sys.recv(fd, 1, MSG_OOB));
  yield* sys.ioctl(fd, SIOCATMARK);
});
agree("a close with the urgent byte unread is a reset; RFC 2525 section 2.17", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(c, bytes("!"), MSG_OOB);
  yield* moment(sys);
  yield* sys.recv(s, 1, MSG_OOB);
  yield* sys.close(s);
  yield* until(sys, c, 0);
  yield* attempt(sys.recv(c, 1, MSG_DONTWAIT));
});

export const urgent = suite;
