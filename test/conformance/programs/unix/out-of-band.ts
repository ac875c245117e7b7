/** Out-of-band bytes on Unix streams: MSG_OOB, the mark at which reads stop, SO_OOBINLINE, and who is told of it. */
import {
  AF_UNIX,
  AF_UNSPEC,
  bytes,
  EPOLL_CTL_ADD,
  EPOLLET,
  EPOLLIN,
  EPOLLPRI,
  FIONREAD,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  MSG_OOB,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  POLLPRI,
  type Program,
  SHUT_RD,
  SIOCATMARK,
  SIOCOUTQ,
  SO_OOBINLINE,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  type Sys,
} from "fd3";
import { asleepIn, ready } from "../inet/ends";
import { attempt, walks } from "../program";

const { suite, agree } = walks();

/** What there is to be read, where the mark is, what the sender has under way, and what poll says. */
function* look(sys: Sys, [a, b]: readonly [number, number]): Program<void> {
  yield* sys.ioctl(b, FIONREAD);
  yield* sys.ioctl(b, SIOCATMARK);
  yield* sys.ioctl(a, SIOCOUTQ);
  yield* ready(sys, b);
}

/** A pair in which an out-of-band "c" stands between "ab" and "de". */
function* marked(sys: Sys): Program<[number, number]> {
  const pair = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
  yield* sys.send(pair[0], bytes("abc"), MSG_OOB);
  yield* sys.send(pair[0], bytes("de"), 0);
  return pair;
}

agree("a read stops at the mark, the next one begins behind it; unix(7)", function* (sys) {
  const pair = yield* marked(sys);
  for (let i = 0; i < 4; i++) {
    yield* look(sys, pair);
    yield* attempt(sys.recv(pair[1], 10, MSG_DONTWAIT));
  }
});
agree("MSG_OOB takes the byte once, and leaves its place in the queue; unix(7), recv(2)", function* (sys) {
  const pair = yield* marked(sys);
  for (const flags of [MSG_PEEK, MSG_TRUNC, 0]) {
    yield* attempt(sys.recvmsg(pair[1], [5], MSG_OOB | flags));
    yield* look(sys, pair);
  }
  for (let i = 0; i < 3; i++) {
    yield* attempt(sys.recv(pair[1], 10, MSG_DONTWAIT));
    yield* look(sys, pair);
  }
});
agree(
  "the byte that MSG_OOB has left stops no read; MSG_WAITALL reads over it, not over one that waits; unix(7)",
  function* (sys) {
    for (const taken of [true, false]) {
      const [, b] = yield* marked(sys);
      if (taken) yield* sys.recv(b, 1, MSG_OOB);
      yield* sys.recv(b, 4, MSG_WAITALL);
      yield* attempt(sys.recv(b, 4, MSG_DONTWAIT));
    }
  },
);
agree("SO_OOBINLINE: it is one of the others, but reads stop before it; socket(7)", function* (sys) {
  const pair = yield* marked(sys);
  yield* sys.setsockopt(pair[1], SOL_SOCKET, SO_OOBINLINE, 1);
  yield* attempt(sys.recv(pair[1], 1, MSG_OOB));
  for (let i = 0; i < 3; i++) {
    yield* look(sys, pair);
    yield* attempt(sys.recv(pair[1], 10, MSG_DONTWAIT));
  }
});
agree("peeks stop at the mark, and at it look behind it; recv(2)", function* (sys) {
  const [, b] = yield* marked(sys);
  for (const take of [1, 1, 1]) {
    yield* sys.recv(b, 10, MSG_PEEK);
    yield* sys.recv(b, take, 0);
  }
});
agree("a second one takes the place of the first, which is then one of the others; unix(7)", function* (sys) {
  const [a, b] = yield* marked(sys);
  yield* sys.send(a, bytes("f!"), MSG_OOB);
  yield* sys.recv(b, 1, MSG_OOB);
  for (let i = 0; i < 3; i++) yield* attempt(sys.recv(b, 10, MSG_DONTWAIT));
});
agree("several that were taken one after the other; unix(7)", function* (sys) {
  const pair = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
  for (const byte of ["a", "b", "c"]) {
    yield* sys.send(pair[0], bytes(byte), MSG_OOB);
    yield* sys.recv(pair[1], 1, MSG_OOB);
    yield* look(sys, pair);
  }
  yield* sys.send(pair[0], bytes("x"), 0);
  yield* sys.recv(pair[1], 10, 0);
  yield* look(sys, pair);
});
agree("a reader that sleeps is woken, passes the byte over and sleeps on; unix(7)", function* (sys) {
  const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
  const sleeper = yield* asleepIn(sys, (t) => t.recv(b, 10, 0));
  yield* sys.send(a, bytes("!"), MSG_OOB);
  yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 40_000_000 });
  yield* ready(sys, b);
  yield* sys.send(a, bytes("x"), 0);
  yield* sys.pthread_join(sleeper);
});
agree("who sleeps for it in poll or epoll_wait is woken; poll(2), epoll(7)", function* (sys) {
  const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
  const epfd = yield* sys.epoll_create1(0);
  yield* sys.epoll_ctl(epfd, EPOLL_CTL_ADD, b, { events: EPOLLIN | EPOLLPRI | EPOLLET, data: 1 });
  for (const wait of [(t: Sys) => t.poll([{ fd: b, events: POLLPRI }], -1), (t: Sys) => t.epoll_wait(epfd, 2, -1)]) {
    const sleeper = yield* asleepIn(sys, wait);
    yield* sys.send(a, bytes("!"), MSG_OOB);
    yield* sys.pthread_join(sleeper);
    yield* sys.recv(b, 1, MSG_OOB);
  }
});
agree("closed with only the place of a byte left, or with the byte itself, unread; unix(7)", function* (sys) {
  for (const taken of [true, false]) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
    yield* sys.send(a, bytes("!"), MSG_OOB);
    if (taken) yield* sys.recv(b, 1, MSG_OOB);
    yield* sys.close(b);
    yield* ready(sys, a);
    yield* attempt(sys.recv(a, 1, 0));
  }
});
agree("nothing out of band: without bytes, without a reader, on sockets of other kinds; send(2)", function* (sys) {
  const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
  yield* attempt(sys.send(a, bytes(""), MSG_OOB));
  yield* attempt(sys.recv(b, 1, MSG_OOB));
  yield* sys.shutdown(b, SHUT_RD);
  yield* attempt(sys.send(a, bytes("!"), MSG_OOB | MSG_NOSIGNAL));
  const unconnected = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* attempt(sys.send(unconnected, bytes("!"), MSG_OOB));
  yield* attempt(sys.recv(unconnected, 1, MSG_OOB));
  for (const type of [SOCK_DGRAM, SOCK_SEQPACKET]) {
    const [c, d] = yield* sys.socketpair(AF_UNIX, type);
    yield* attempt(sys.send(c, bytes("!"), MSG_OOB));
    yield* attempt(sys.recv(d, 1, MSG_OOB | MSG_DONTWAIT));
    yield* attempt(sys.ioctl(d, SIOCATMARK));
  }
});
agree("to SIOCATMARK a connection that waits to be accepted looks like a mark; unix(7)", function* (sys) {
  const listener = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.bind(listener, { path: "/tmp/s" });
  yield* sys.listen(listener, 2);
  yield* sys.ioctl(listener, SIOCATMARK);
  const client = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.connect(client, { path: "/tmp/s" });
  yield* sys.ioctl(listener, SIOCATMARK);
  yield* sys.ioctl(client, SIOCATMARK);
  yield* sys.close(client);
  yield* sys.ioctl(listener, SIOCATMARK);
  const accepted = yield* sys.accept(listener);
  yield* sys.ioctl(listener, SIOCATMARK);
  yield* sys.ioctl(accepted, SIOCATMARK);
});

agree("a datagram socket refuses an out-of-band byte before it looks at the address; unix(7)", function* (sys) {
  const [a] = yield* sys.socketpair(AF_UNIX, SOCK_DGRAM);
  const nobody = { path: "/nobody" };
  for (const name of [{ family: AF_UNSPEC }, { family: AF_UNIX, path: "" }, nobody]) {
    for (const flags of [MSG_OOB, 0]) yield* attempt(sys.sendto(a, bytes("x"), flags | MSG_NOSIGNAL, name));
  }
});
agree("a listener is at the mark while a connection waits to be accepted; unix(7)", function* (sys) {
  for (const type of [SOCK_STREAM, SOCK_SEQPACKET]) {
    const listener = yield* sys.socket(AF_UNIX, type);
    const name = { path: `/listener ${type}` };
    yield* sys.bind(listener, name);
    yield* sys.listen(listener, 2);
    yield* attempt(sys.ioctl(listener, SIOCATMARK));
    yield* sys.connect(yield* sys.socket(AF_UNIX, type), name);
    yield* attempt(sys.ioctl(listener, SIOCATMARK));
    yield* sys.accept(listener);
    yield* attempt(sys.ioctl(listener, SIOCATMARK));
  }
});

export const outOfBand = suite;
