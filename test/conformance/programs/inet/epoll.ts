/** epoll on TCP and UDP sockets: what is an edge, what arms again, what a copy of a descriptor means; epoll(7). */
import {
  bytes,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EPOLLERR,
  EPOLLET,
  EPOLLEXCLUSIVE,
  EPOLLHUP,
  EPOLLIN,
  EPOLLONESHOT,
  EPOLLOUT,
  EPOLLRDHUP,
  MSG_DONTWAIT,
  POLLIN,
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
import { boundUdp, connected, listening, moment, nobody, othersAsleep, reset, tcpSocket, udpPair, until } from "./ends";

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
agree("a closed descriptor leaves the list, unless a copy is open; epoll(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const ep = yield* watching(sys, EPOLLIN, s);
  const copy = yield* sys.dup(s);
  yield* sys.send(c, bytes("x"), 0);
  yield* sys.close(s);
  yield* now(sys, ep);
  yield* attempt(sys.epoll_ctl(ep, EPOLL_CTL_MOD, s, { events: 0, data: 0 }));
  yield* attempt(sys.epoll_ctl(ep, EPOLL_CTL_DEL, copy));
  yield* sys.close(copy);
  yield* now(sys, ep);
});
agree("a copy of a descriptor is watched by itself; epoll(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const copy = yield* sys.dup(s);
  const ep = yield* watching(sys, EPOLLIN, s, copy);
  yield* sys.send(c, bytes("x"), 0);
  yield* now(sys, ep);
  yield* sys.epoll_ctl(ep, EPOLL_CTL_DEL, s);
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
agree("many ready at once: in the order in which they became so, as many as asked for; epoll_wait(2)", function* (sys) {
  const pairs: [number, number][] = [];
  for (let i = 0; i < 3; i++) pairs.push(yield* connected(sys));
  const ep = yield* watching(sys, EPOLLIN, ...pairs.map(([, s]) => s));
  for (const i of [1, 2, 0]) {
    yield* sys.send(pairs[i][0], bytes("x"), 0);
    yield* moment(sys);
  }
  for (let i = 0; i < 4; i++) yield* sys.epoll_wait(ep, 2, 0);
  yield* sys.epoll_wait(ep, 10, 0);
});
agree("epoll_wait sleeps until a segment comes, or its time is over; epoll_wait(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const ep = yield* watching(sys, EPOLLIN, s);
  yield* sys.epoll_wait(ep, 10, 10);
  const tid = yield* sys.pthread_create(function* waiter(t) {
    yield* t.epoll_wait(ep, 10, -1);
  });
  yield* othersAsleep(sys);
  yield* sys.send(c, bytes("x"), 0);
  yield* sys.pthread_join(tid);
});
agree("a socket added while another thread waits wakes it; epoll_wait(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(c, bytes("x"), 0);
  yield* until(sys, s, POLLIN);
  const ep = yield* sys.epoll_create1(0);
  const tid = yield* sys.pthread_create(function* waiter(t) {
    yield* t.epoll_wait(ep, 10, -1);
  });
  yield* othersAsleep(sys);
  yield* sys.epoll_ctl(ep, EPOLL_CTL_ADD, s, { events: EPOLLIN, data: 9 });
  yield* sys.pthread_join(tid);
});
agree("an epoll instance that watches sockets is itself readable; epoll(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const inner = yield* watching(sys, EPOLLIN, s);
  const outer = yield* watching(sys, EPOLLIN, inner);
  yield* now(sys, outer);
  yield* sys.send(c, bytes("x"), 0);
  yield* now(sys, outer);
  yield* sys.poll([{ fd: inner, events: POLLIN }], 0);
  yield* sys.recv(s, 1, 0);
  yield* now(sys, outer);
});
agree("EPOLLEXCLUSIVE on a listener: two instances, one connection; epoll_ctl(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const one = yield* watching(sys, EPOLLIN | EPOLLEXCLUSIVE, listener);
  const two = yield* watching(sys, EPOLLIN | EPOLLEXCLUSIVE, listener);
  yield* attempt(sys.epoll_ctl(one, EPOLL_CTL_MOD, listener, { events: EPOLLIN, data: 1 }));
  yield* attempt(sys.epoll_ctl(two, EPOLL_CTL_MOD, listener, { events: (EPOLLIN | EPOLLEXCLUSIVE) >>> 0, data: 1 }));
  yield* sys.connect(yield* tcpSocket(sys), name);
  yield* now(sys, one);
  yield* now(sys, two);
  yield* sys.accept(listener);
  yield* now(sys, one);
  yield* now(sys, two);
});
agree("EPOLLEXCLUSIVE with EPOLLRDHUP or EPOLLONESHOT: EINVAL; epoll_ctl(2)", function* (sys) {
  const { fd } = yield* boundUdp(sys);
  const ep = yield* sys.epoll_create1(0);
  for (const more of [EPOLLRDHUP, EPOLLONESHOT, EPOLLET, EPOLLOUT]) {
    yield* attempt(sys.epoll_ctl(ep, EPOLL_CTL_ADD, fd, { events: (EPOLLIN | EPOLLEXCLUSIVE | more) >>> 0, data: 1 }));
    yield* attempt(sys.epoll_ctl(ep, EPOLL_CTL_DEL, fd));
  }
});
agree("a socket that was reported and closed before the next wait is forgotten; epoll(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const ep = yield* watching(sys, EPOLLIN, s);
  yield* sys.send(c, bytes("x"), 0);
  yield* now(sys, ep);
  yield* sys.close(s);
  yield* now(sys, ep);
  const again = yield* tcpSocket(sys);
  yield* sys.epoll_ctl(ep, EPOLL_CTL_ADD, again, { events: EPOLLOUT, data: again });
  yield* now(sys, ep);
  yield* attempt(sys.recv(again, 1, MSG_DONTWAIT));
});

export const epoll = suite;
