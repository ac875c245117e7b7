/** Who stands in an epoll list, and who is woken by it: copies and closed descriptors, EPOLLEXCLUSIVE, order, sleepers; epoll(7). */
import {
  AF_UNSPEC,
  bytes,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EPOLLET,
  EPOLLEXCLUSIVE,
  EPOLLIN,
  EPOLLONESHOT,
  EPOLLOUT,
  EPOLLRDHUP,
  MSG_DONTWAIT,
  POLLIN,
  type Program,
  type Sys,
} from "fd3";
import { attempt, walks } from "../program";
import { asleepIn, boundUdp, connected, listening, moment, othersAsleep, tcpSocket, until } from "./ends";

const { suite, agree } = walks();

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
agree("EPOLLEXCLUSIVE on a listener that is dissolved: one of the sleepers is told; epoll_ctl(2)", function* (sys) {
  const { listener } = yield* listening(sys);
  const sleepers: number[] = [];
  for (let i = 0; i < 2; i++) {
    const ep = yield* watching(sys, EPOLLIN | EPOLLEXCLUSIVE, listener);
    sleepers.push(yield* asleepIn(sys, (t) => t.epoll_wait(ep, 2, 300)));
  }
  yield* sys.connect(listener, { family: AF_UNSPEC });
  for (const tid of sleepers) yield* sys.pthread_join(tid);
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

agree(
  "EPOLLEXCLUSIVE and a sleeping accept: a connection that finds nobody in epoll_wait goes to accept; epoll_ctl(2)",
  function* (sys) {
    const { listener, name } = yield* listening(sys);
    const ep = yield* watching(sys, EPOLLIN | EPOLLEXCLUSIVE, listener);
    const accepts = yield* asleepIn(sys, (t) => t.accept(listener));
    const waits = yield* asleepIn(sys, (t) => t.epoll_wait(ep, 1, 4000));
    for (let i = 0; i < 2; i++) yield* sys.connect(yield* tcpSocket(sys), name);
    yield* sys.pthread_join(waits);
    yield* sys.pthread_join(accepts);
  },
);
agree("two asleep in one epoll_wait: who came last is woken first; epoll_wait(2)", function* (sys) {
  for (const behaviour of [EPOLLET, EPOLLONESHOT]) {
    const [c, s] = yield* connected(sys);
    const ep = yield* watching(sys, EPOLLIN | behaviour, s);
    const first = yield* asleepIn(sys, (t) => t.epoll_wait(ep, 1, 150));
    const second = yield* asleepIn(sys, (t) => t.epoll_wait(ep, 1, 4000));
    yield* sys.send(c, bytes("x"), 0);
    yield* sys.pthread_join(second);
    yield* sys.pthread_join(first);
  }
});
agree(
  "two instances with EPOLLEXCLUSIVE, of which only the second has somebody waiting; epoll_ctl(2)",
  function* (sys) {
    const { listener, name } = yield* listening(sys);
    yield* watching(sys, EPOLLIN | EPOLLEXCLUSIVE, listener);
    const two = yield* watching(sys, EPOLLIN | EPOLLEXCLUSIVE, listener);
    const waits = yield* asleepIn(sys, (t) => t.epoll_wait(two, 1, 4000));
    yield* sys.connect(yield* tcpSocket(sys), name);
    yield* sys.pthread_join(waits);
  },
);

export const epollLifetimes = suite;
