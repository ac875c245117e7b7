/** epoll on TCP and UDP sockets: what is an edge, what arms again, what a copy of a descriptor means; epoll(7). */
import {
  bytes,
  EPOLL_CTL_ADD,
  EPOLL_CTL_MOD,
  EPOLLERR,
  EPOLLET,
  EPOLLHUP,
  EPOLLIN,
  EPOLLONESHOT,
  EPOLLOUT,
  EPOLLRDHUP,
  POLLOUT,
  type Program,
  SHUT_RDWR,
  SHUT_WR,
  SO_RCVLOWAT,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  type Sys,
} from "fd3";
import { attempt, walks } from "../program";
import { connected, listening, moment, nobody, reset, tcpSocket, udpPair, until } from "./ends";

const { suite, agree } = walks();
const ALL = EPOLLIN | EPOLLOUT | EPOLLRDHUP;

/** An epoll instance that watches these descriptors. */
function* watching(sys: Sys, events: number, ...fds: number[]): Program<number> {
  const ep = yield* sys.epoll_create1(0);
  for (const fd of fds) yield* sys.epoll_ctl(ep, EPOLL_CTL_ADD, fd, { events: events >>> 0, data: fd });
  return ep;
}

function* now(sys: Sys, ep: number): Program<void> {
  yield* moment(sys);
  yield* sys.epoll_wait(ep, 10, 0);
}

agree("level-triggered: reported until all is read; epoll(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const ep = yield* watching(sys, EPOLLIN, s);
  yield* now(sys, ep);
  yield* sys.send(c, bytes("abcd"), 0);
  yield* now(sys, ep);
  yield* sys.recv(s, 2, 0);
  yield* now(sys, ep);
  yield* sys.recv(s, 2, 0);
  yield* now(sys, ep);
});
agree("edge-triggered: reported once for each arrival, however much was left; epoll(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const ep = yield* watching(sys, EPOLLIN | EPOLLET, s);
  yield* sys.send(c, bytes("abcd"), 0);
  yield* now(sys, ep);
  yield* now(sys, ep);
  yield* sys.recv(s, 2, 0);
  yield* now(sys, ep);
  yield* sys.send(c, bytes("e"), 0);
  yield* now(sys, ep);
  yield* sys.recv(s, 10, 0);
  yield* now(sys, ep);
  yield* sys.send(c, bytes("f"), 0);
  yield* sys.recv(s, 10, 0);
  yield* now(sys, ep);
});
agree("an edge of one kind tells all that is true: IN and OUT; epoll(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const ep = yield* watching(sys, ALL | EPOLLET, s);
  yield* now(sys, ep);
  yield* now(sys, ep);
  yield* sys.send(c, bytes("x"), 0);
  yield* now(sys, ep);
  yield* sys.send(s, bytes("y"), 0);
  yield* now(sys, ep);
  yield* sys.shutdown(c, SHUT_WR);
  yield* now(sys, ep);
  yield* now(sys, ep);
});
agree("edge-triggered: SO_RCVLOWAT after the end of the stream is one more edge; tcp(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const ep = yield* watching(sys, EPOLLIN | EPOLLET, s);
  yield* sys.shutdown(c, SHUT_WR);
  yield* now(sys, ep);
  yield* now(sys, ep);
  yield* sys.setsockopt(s, SOL_SOCKET, SO_RCVLOWAT, 8);
  yield* now(sys, ep);
  yield* now(sys, ep);
});
agree("one-shot: silent until EPOLL_CTL_MOD arms it again, errors too; epoll(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const ep = yield* watching(sys, EPOLLIN | EPOLLONESHOT, s);
  yield* sys.send(c, bytes("ab"), 0);
  yield* now(sys, ep);
  yield* sys.send(c, bytes("cd"), 0);
  yield* now(sys, ep);
  yield* sys.epoll_ctl(ep, EPOLL_CTL_MOD, s, { events: EPOLLIN | EPOLLONESHOT, data: 1 });
  yield* now(sys, ep);
  yield* reset(sys, c);
  yield* now(sys, ep);
  yield* sys.epoll_ctl(ep, EPOLL_CTL_MOD, s, { events: EPOLLONESHOT, data: 2 });
  yield* now(sys, ep);
  yield* now(sys, ep);
});
agree("EPOLL_CTL_MOD looks at once: an edge-triggered entry is reported again; epoll_ctl(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const ep = yield* watching(sys, EPOLLIN | EPOLLET, s);
  yield* sys.send(c, bytes("x"), 0);
  yield* now(sys, ep);
  yield* now(sys, ep);
  yield* sys.epoll_ctl(ep, EPOLL_CTL_MOD, s, { events: (EPOLLIN | EPOLLET) >>> 0, data: 2 });
  yield* now(sys, ep);
  yield* sys.epoll_ctl(ep, EPOLL_CTL_MOD, s, { events: (EPOLLOUT | EPOLLET) >>> 0, data: 3 });
  yield* now(sys, ep);
  yield* sys.epoll_ctl(ep, EPOLL_CTL_MOD, s, { events: 0, data: 4 });
  yield* now(sys, ep);
});
agree("a listener, edge-triggered: one edge for each connection that comes; epoll(7)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const ep = yield* watching(sys, EPOLLIN | EPOLLET, listener);
  yield* now(sys, ep);
  for (let i = 0; i < 2; i++) {
    yield* sys.connect(yield* tcpSocket(sys), name);
    yield* now(sys, ep);
    yield* now(sys, ep);
  }
  yield* sys.accept(listener);
  yield* now(sys, ep);
  yield* sys.connect(yield* tcpSocket(sys), name);
  yield* now(sys, ep);
});
agree("a listener, level-triggered: reported until everybody is accepted; epoll(7)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const ep = yield* watching(sys, EPOLLIN, listener);
  for (let i = 0; i < 2; i++) yield* sys.connect(yield* tcpSocket(sys), name);
  for (let i = 0; i < 2; i++) {
    yield* now(sys, ep);
    yield* sys.accept(listener);
  }
  yield* now(sys, ep);
});
agree("a nonblocking connect: OUT when it is done, and edge-triggered only then; epoll(7)", function* (sys) {
  const { name } = yield* listening(sys);
  const c = yield* tcpSocket(sys, SOCK_NONBLOCK);
  const ep = yield* watching(sys, ALL | EPOLLET, c);
  yield* now(sys, ep);
  yield* now(sys, ep);
  yield* attempt(sys.connect(c, name));
  yield* until(sys, c, POLLOUT);
  yield* now(sys, ep);
  yield* now(sys, ep);
});
agree("a nonblocking connect that is refused: IN, OUT, ERR, HUP, RDHUP; epoll(7)", function* (sys) {
  const name = yield* nobody(sys);
  const c = yield* tcpSocket(sys, SOCK_NONBLOCK);
  yield* attempt(sys.connect(c, name));
  yield* until(sys, c, POLLOUT);
  const ep = yield* watching(sys, ALL | EPOLLET, c);
  yield* now(sys, ep);
  yield* now(sys, ep);
  yield* attempt(sys.connect(c, name));
  yield* now(sys, ep);
});
agree("a peer that closes is an edge, ours that is shut down another; epoll(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const ep = yield* watching(sys, ALL | EPOLLET, c);
  yield* now(sys, ep);
  yield* sys.shutdown(s, SHUT_WR);
  yield* now(sys, ep);
  yield* sys.shutdown(c, SHUT_WR);
  yield* now(sys, ep);
  yield* now(sys, ep);
});
agree("shutdown of both ends of one's own is an edge; epoll(7)", function* (sys) {
  const [c] = yield* connected(sys);
  const ep = yield* watching(sys, ALL | EPOLLET, c);
  yield* now(sys, ep);
  yield* sys.shutdown(c, SHUT_RDWR);
  yield* now(sys, ep);
  yield* now(sys, ep);
});
agree("a reset is an edge, reported also when nothing was asked for; epoll(7)", function* (sys) {
  for (const events of [ALL, EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLERR, EPOLLHUP, 0]) {
    const [c, s] = yield* connected(sys);
    const ep = yield* watching(sys, events | EPOLLET, c);
    yield* sys.epoll_wait(ep, 10, 0);
    yield* reset(sys, s);
    yield* now(sys, ep);
    yield* now(sys, ep);
  }
});
agree("an edge below SO_RCVLOWAT is none; socket(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.setsockopt(s, SOL_SOCKET, SO_RCVLOWAT, 3);
  const ep = yield* watching(sys, EPOLLIN | EPOLLET, s);
  for (const word of ["a", "b", "c", "d"]) {
    yield* sys.send(c, bytes(word), 0);
    yield* now(sys, ep);
  }
  yield* sys.recv(s, 3, 0);
  yield* now(sys, ep);
});
agree("datagrams, level- and edge-triggered; epoll(7)", function* (sys) {
  for (const behaviour of [0, EPOLLET]) {
    const [a, b] = yield* udpPair(sys);
    const ep = yield* watching(sys, EPOLLIN | behaviour, b);
    yield* sys.send(a, bytes("one"), 0);
    yield* sys.send(a, bytes("two"), 0);
    yield* now(sys, ep);
    yield* now(sys, ep);
    yield* sys.recv(b, 10, 0);
    yield* now(sys, ep);
    yield* sys.send(a, bytes("three"), 0);
    yield* now(sys, ep);
    yield* sys.recv(b, 10, 0);
    yield* sys.recv(b, 10, 0);
    yield* now(sys, ep);
  }
});
agree("an edge-triggered UDP socket: sending is no edge for its sender; epoll(7)", function* (sys) {
  const [a] = yield* udpPair(sys);
  const ep = yield* watching(sys, ALL | EPOLLET, a);
  yield* now(sys, ep);
  yield* sys.send(a, bytes("x"), 0);
  yield* now(sys, ep);
  yield* sys.shutdown(a, SHUT_RDWR);
  yield* now(sys, ep);
});
export const epoll = suite;
