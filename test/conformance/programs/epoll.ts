/** What only epoll can do: edges, one shot, one of many, instances in instances; epoll(7), epoll_ctl(2), epoll_wait(2). */
import {
  AF_UNIX,
  bytes,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EPOLLET,
  EPOLLEXCLUSIVE,
  EPOLLHUP,
  EPOLLIN,
  EPOLLONESHOT,
  EPOLLOUT,
  EPOLLRDHUP,
  MSG_DONTWAIT,
  POLLIN,
  type Program,
  SHUT_WR,
  SOCK_DGRAM,
  SOCK_STREAM,
  type Sys,
} from "fd3";
import { attempt, pause, type Suite, walks } from "./program";

const { suite, agree } = walks();

/** An instance that watches one descriptor. */
function* watching(sys: Sys, fd: number, events: number): Program<number> {
  const epfd = yield* sys.epoll_create1(0);
  yield* sys.epoll_ctl(epfd, EPOLL_CTL_ADD, fd, { events: events >>> 0, data: fd });
  return epfd;
}

agree("edge-triggered: each write is an edge, reading a part is none; epoll(7)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  const epfd = yield* watching(sys, r, EPOLLIN | EPOLLET);
  for (const word of ["one", "two"]) {
    yield* sys.write(w, bytes(word));
    yield* sys.epoll_wait(epfd, 4, 0);
    yield* sys.epoll_wait(epfd, 4, 0);
    yield* sys.read(r, 1);
    yield* sys.epoll_wait(epfd, 4, 0);
  }
});
agree("edge-triggered: two writes before the wait are one event; epoll(7)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  const epfd = yield* watching(sys, r, EPOLLIN | EPOLLET);
  yield* sys.write(w, bytes("a"));
  yield* sys.write(w, bytes("b"));
  yield* sys.epoll_wait(epfd, 4, 0);
  yield* sys.epoll_wait(epfd, 4, 0);
});
agree("edge-triggered: what is there when it is added is an edge; epoll(7)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  yield* sys.write(w, bytes("x"));
  const epfd = yield* watching(sys, r, EPOLLIN | EPOLLET);
  yield* sys.epoll_wait(epfd, 4, 0);
  yield* sys.epoll_wait(epfd, 4, 0);
  yield* sys.epoll_ctl(epfd, EPOLL_CTL_MOD, r, { events: (EPOLLIN | EPOLLET) >>> 0, data: 7 });
  yield* sys.epoll_wait(epfd, 4, 0);
});
agree("edge-triggered on a socket: room after being full is an edge; epoll(7)", function* (sys) {
  const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
  const epfd = yield* watching(sys, a, EPOLLOUT | EPOLLET);
  yield* sys.epoll_wait(epfd, 4, 0);
  yield* sys.epoll_wait(epfd, 4, 0);
  let sent = 0;
  while (typeof (yield* attempt(sys.send(a, new Uint8Array(8192), MSG_DONTWAIT))) === "number") sent++;
  yield* sys.epoll_wait(epfd, 4, 0);
  for (let i = 0; i < sent; i++) yield* sys.recv(b, 8192, 0);
  yield* sys.epoll_wait(epfd, 4, 0);
  yield* sys.epoll_wait(epfd, 4, 0);
});
agree("edge-triggered: the peer's close brings all its bits at once; epoll(7)", function* (sys) {
  const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
  const epfd = yield* watching(sys, a, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
  yield* sys.epoll_wait(epfd, 4, 0);
  yield* sys.shutdown(b, SHUT_WR);
  yield* sys.epoll_wait(epfd, 4, 0);
  yield* sys.close(b);
  yield* sys.epoll_wait(epfd, 4, 0);
  yield* sys.epoll_wait(epfd, 4, 0);
});
agree("one shot: reported once, although it holds on; epoll_ctl(2)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  yield* sys.write(w, bytes("x"));
  const epfd = yield* watching(sys, r, EPOLLIN | EPOLLONESHOT);
  yield* sys.epoll_wait(epfd, 4, 0);
  yield* sys.epoll_wait(epfd, 4, 0);
  yield* attempt(sys.epoll_ctl(epfd, EPOLL_CTL_ADD, r, { events: EPOLLIN, data: 2 }));
  yield* sys.epoll_ctl(epfd, EPOLL_CTL_MOD, r, { events: EPOLLIN | EPOLLONESHOT, data: 3 });
  yield* sys.epoll_wait(epfd, 4, 0);
});
agree("one shot: even a hang-up is silent until it is armed again; epoll_ctl(2)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  yield* sys.write(w, bytes("x"));
  const epfd = yield* watching(sys, r, EPOLLIN | EPOLLONESHOT);
  yield* sys.epoll_wait(epfd, 4, 0);
  yield* sys.close(w);
  yield* sys.epoll_wait(epfd, 4, 0);
  yield* sys.epoll_ctl(epfd, EPOLL_CTL_MOD, r, { events: EPOLLONESHOT, data: 3 });
  yield* sys.epoll_wait(epfd, 4, 0);
});
agree("exclusive: what may not stand beside it, and no change afterwards; epoll_ctl(2)", function* (sys) {
  const epfd = yield* sys.epoll_create1(0);
  const inner = yield* sys.epoll_create1(0);
  const [r] = yield* sys.pipe();
  const add = (fd: number, events: number) =>
    attempt(sys.epoll_ctl(epfd, EPOLL_CTL_ADD, fd, { events: events >>> 0, data: 1 }));
  yield* add(r, EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT);
  yield* add(r, EPOLLIN | EPOLLEXCLUSIVE | EPOLLRDHUP);
  yield* add(inner, EPOLLIN | EPOLLEXCLUSIVE);
  yield* add(r, EPOLLIN | EPOLLET | EPOLLEXCLUSIVE);
  yield* attempt(sys.epoll_ctl(epfd, EPOLL_CTL_MOD, r, { events: EPOLLIN, data: 1 }));
  yield* attempt(sys.epoll_ctl(epfd, EPOLL_CTL_MOD, r, { events: EPOLLIN | EPOLLEXCLUSIVE, data: 1 }));
  yield* attempt(sys.epoll_ctl(epfd, EPOLL_CTL_DEL, r));
});
agree("the data comes back as it was given; epoll_ctl(2)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  yield* sys.write(w, bytes("x"));
  const epfd = yield* sys.epoll_create1(0);
  for (const data of [0, 1, 0x7fff_ffff, 0xffff_ffff]) {
    yield* sys.epoll_ctl(epfd, EPOLL_CTL_ADD, r, { events: EPOLLIN, data });
    yield* sys.epoll_wait(epfd, 1, 0);
    yield* sys.epoll_ctl(epfd, EPOLL_CTL_DEL, r);
  }
});
agree("the same file under two numbers is watched twice; epoll(7)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  const copy = yield* sys.dup(r);
  const epfd = yield* sys.epoll_create1(0);
  yield* sys.epoll_ctl(epfd, EPOLL_CTL_ADD, r, { events: EPOLLIN, data: 1 });
  yield* sys.epoll_ctl(epfd, EPOLL_CTL_ADD, copy, { events: EPOLLIN, data: 2 });
  yield* sys.write(w, bytes("x"));
  const events = yield* sys.epoll_wait(epfd, 4, 0);
  return events.map(({ data }) => data).sort();
});
agree("two instances that watch one pipe both tell; epoll(7)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  const one = yield* watching(sys, r, EPOLLIN);
  const two = yield* watching(sys, r, EPOLLIN);
  yield* sys.write(w, bytes("x"));
  yield* sys.epoll_wait(one, 4, 0);
  yield* sys.epoll_wait(two, 4, 0);
  yield* sys.read(r, 1);
  yield* sys.epoll_wait(one, 4, 0);
});
agree("an instance within an instance: ready as long as something in it is; epoll(7)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  const inner = yield* watching(sys, r, EPOLLIN);
  const outer = yield* watching(sys, inner, EPOLLIN);
  yield* sys.epoll_wait(outer, 4, 0);
  yield* sys.write(w, bytes("x"));
  yield* sys.epoll_wait(outer, 4, 0);
  yield* sys.epoll_wait(inner, 4, 0);
  yield* sys.epoll_wait(outer, 4, 0);
  yield* sys.read(r, 1);
  yield* sys.epoll_wait(outer, 4, 0);
  yield* sys.select(inner + 1, new Set([inner]), null, null, { tv_sec: 0, tv_usec: 0 });
});
agree("instances in a circle, and too deep: ELOOP; epoll_ctl(2)", function* (sys) {
  const chain = [yield* sys.epoll_create1(0)];
  for (let i = 0; i < 6; i++) {
    const next = yield* sys.epoll_create1(0);
    yield* attempt(sys.epoll_ctl(next, EPOLL_CTL_ADD, chain[i], { events: EPOLLIN, data: i }));
    chain.push(next);
  }
  yield* attempt(sys.epoll_ctl(chain[0], EPOLL_CTL_ADD, chain[2], { events: EPOLLIN, data: 0 }));
  yield* attempt(sys.epoll_ctl(chain[0], EPOLL_CTL_ADD, chain[0], { events: EPOLLIN, data: 0 }));
});
agree("epoll_wait with time: 0, short, and woken before; epoll_wait(2)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  const epfd = yield* watching(sys, r, EPOLLIN);
  yield* sys.epoll_wait(epfd, 4, 0);
  yield* sys.epoll_wait(epfd, 4, 10);
  const writer = yield* sys.pthread_create(function* late(own) {
    yield* pause(own);
    yield* own.write(w, bytes("x"));
  });
  yield* sys.epoll_wait(epfd, 4, 20_000);
  yield* sys.pthread_join(writer);
});
agree("a thread in epoll_wait sees what another changes; epoll_ctl(2)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  yield* sys.write(w, bytes("x"));
  const epfd = yield* watching(sys, r, 0);
  const waiter = yield* sys.pthread_create(function* waiting(own) {
    return yield* own.epoll_wait(epfd, 4, -1);
  });
  yield* pause(sys);
  yield* sys.epoll_ctl(epfd, EPOLL_CTL_MOD, r, { events: EPOLLIN, data: 9 });
  yield* sys.pthread_join(waiter);
});
agree("a child shares the instance, so it sees the parent's changes; epoll(7)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  const epfd = yield* sys.epoll_create1(0);
  const pid = yield* sys.fork(function* child(own) {
    yield* own.epoll_wait(epfd, 4, -1);
  });
  yield* sys.write(w, bytes("x"));
  yield* sys.epoll_ctl(epfd, EPOLL_CTL_ADD, r, { events: EPOLLIN, data: 5 });
  yield* sys.waitpid(pid, 0);
});
agree("closing the instance closes nothing that it watched; close(2)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  const epfd = yield* watching(sys, r, EPOLLIN);
  yield* sys.close(epfd);
  yield* sys.write(w, bytes("x"));
  yield* sys.read(r, 1);
  yield* attempt(sys.epoll_wait(epfd, 1, 0));
});
agree("the number of a closed descriptor, reused, isn't watched; epoll(7)", function* (sys) {
  const [r] = yield* sys.pipe();
  const epfd = yield* watching(sys, r, EPOLLIN);
  yield* sys.close(r);
  const [again, w] = yield* sys.pipe();
  yield* sys.write(w, bytes("x"));
  yield* sys.epoll_wait(epfd, 4, 0);
  yield* attempt(sys.epoll_ctl(epfd, EPOLL_CTL_MOD, again, { events: EPOLLIN, data: 1 }));
});
agree("a datagram socket: one event for many messages; epoll(7)", function* (sys) {
  const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_DGRAM);
  const epfd = yield* watching(sys, b, EPOLLIN);
  for (const word of ["a", "b", "c"]) yield* sys.send(a, bytes(word), 0);
  yield* sys.epoll_wait(epfd, 4, 0);
  yield* sys.recv(b, 1, 0);
  yield* sys.epoll_wait(epfd, 4, 0);
  yield* sys.recv(b, 1, 0);
  yield* sys.recv(b, 1, 0);
  yield* sys.epoll_wait(epfd, 4, 0);
});
agree("poll on an instance, before and after its only descriptor is closed; poll(2)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  yield* sys.write(w, bytes("x"));
  const epfd = yield* watching(sys, r, EPOLLIN | EPOLLHUP);
  yield* sys.poll([{ fd: epfd, events: POLLIN }], 0);
  yield* sys.close(r);
  yield* sys.poll([{ fd: epfd, events: POLLIN }], 0);
});

export const epoll: Suite = suite;
