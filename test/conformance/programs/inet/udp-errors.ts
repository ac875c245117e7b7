/** What a UDP socket learns of datagrams that nobody took: ICMP's answers as errors; udp(7), ip(7). */
import {
  AF_UNSPEC,
  bytes,
  MSG_DONTWAIT,
  MSG_PEEK,
  POLLERR,
  POLLIN,
  type Program,
  SO_ERROR,
  SO_RCVTIMEO,
  SOL_IP,
  SOL_SOCKET,
  type Sys,
} from "fd3";
import { attempt, walks } from "../program";
import { boundUdp, moment, nobodyUdp, othersAsleep, ready, udpPair, udpSocket, until } from "./ends";

const IP_RECVERR = 11;
const { suite, agree } = walks();

/** A connected socket that has just been told that its peer's port is closed. */
function* refused(sys: Sys): Program<number> {
  const fd = yield* udpSocket(sys);
  yield* sys.connect(fd, yield* nobodyUdp(sys));
  yield* sys.send(fd, bytes("x"), 0);
  yield* until(sys, fd, POLLIN);
  return fd;
}

agree("nobody has the port: an unconnected sender never hears of it; udp(7)", function* (sys) {
  const { fd } = yield* boundUdp(sys);
  const gone = yield* nobodyUdp(sys);
  yield* sys.sendto(fd, bytes("x"), 0, gone);
  yield* sys.sendto(fd, bytes("x"), 0, gone);
  yield* ready(sys, fd);
  yield* sys.getsockopt(fd, SOL_SOCKET, SO_ERROR);
  yield* attempt(sys.recv(fd, 1, MSG_DONTWAIT));
});
for (const [name, ask] of Object.entries<(sys: Sys, fd: number) => Program<unknown>>({
  recv: (sys, fd) => sys.recv(fd, 1, 0),
  "recv with MSG_PEEK": (sys, fd) => sys.recv(fd, 1, MSG_PEEK),
  "recv with MSG_DONTWAIT": (sys, fd) => sys.recv(fd, 1, MSG_DONTWAIT),
  read: (sys, fd) => sys.read(fd, 1),
  recvfrom: (sys, fd) => sys.recvfrom(fd, 1, 0),
  recvmsg: (sys, fd) => sys.recvmsg(fd, [1], 0),
  send: (sys, fd) => sys.send(fd, bytes("y"), 0),
  write: (sys, fd) => sys.write(fd, bytes("y")),
  "getsockopt of SO_ERROR": (sys, fd) => sys.getsockopt(fd, SOL_SOCKET, SO_ERROR),
})) {
  agree(`ECONNREFUSED is told by ${name}, once; udp(7)`, function* (sys) {
    const fd = yield* refused(sys);
    yield* ready(sys, fd);
    yield* attempt(ask(sys, fd));
    yield* ready(sys, fd);
    yield* attempt(sys.recv(fd, 1, MSG_DONTWAIT));
    yield* sys.getsockopt(fd, SOL_SOCKET, SO_ERROR);
  });
}
agree("one error, however many datagrams; udp(7)", function* (sys) {
  const fd = yield* udpSocket(sys);
  yield* sys.connect(fd, yield* nobodyUdp(sys));
  for (let i = 0; i < 4; i++) {
    yield* attempt(sys.send(fd, bytes("x"), 0));
    yield* moment(sys);
  }
  yield* ready(sys, fd);
});
agree("an error comes before the datagrams that wait; udp(7)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  yield* sys.send(b, bytes("waiting"), 0);
  yield* sys.close(b);
  yield* sys.send(a, bytes("x"), 0);
  yield* until(sys, a, POLLERR);
  yield* ready(sys, a);
  yield* attempt(sys.recv(a, 50, 0));
  yield* attempt(sys.recv(a, 50, 0));
  yield* attempt(sys.recv(a, 50, MSG_DONTWAIT));
});
agree("an error to another address isn't for a connected socket; udp(7)", function* (sys) {
  const [a] = yield* udpPair(sys);
  yield* sys.sendto(a, bytes("x"), 0, yield* nobodyUdp(sys));
  yield* ready(sys, a);
  yield* sys.getsockopt(a, SOL_SOCKET, SO_ERROR);
});
agree("connect and AF_UNSPEC leave a pending error pending; udp(7)", function* (sys) {
  const { name } = yield* boundUdp(sys);
  const fd = yield* refused(sys);
  yield* attempt(sys.connect(fd, name));
  yield* ready(sys, fd);
  yield* attempt(sys.connect(fd, { family: AF_UNSPEC }));
  yield* ready(sys, fd);
  yield* attempt(sys.recv(fd, 1, MSG_DONTWAIT));
  yield* attempt(sys.recv(fd, 1, MSG_DONTWAIT));
});
agree("an error wakes a sleeping reader; udp(7)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  yield* sys.close(b);
  const tid = yield* sys.pthread_create(function* reader(t) {
    yield* attempt(t.recv(a, 10, 0));
    yield* t.setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, { tv_sec: 0, tv_usec: 8000 });
    yield* attempt(t.recv(a, 10, 0));
  });
  yield* othersAsleep(sys);
  yield* sys.send(a, bytes("x"), 0);
  yield* sys.pthread_join(tid);
});
agree("an error wakes poll, select and epoll; poll(2)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  yield* sys.close(b);
  const ep = yield* sys.epoll_create1(0);
  yield* sys.epoll_ctl(ep, 1, a, { events: 0, data: 1 });
  const polling = yield* sys.pthread_create(function* byPoll(t) {
    yield* t.poll([{ fd: a, events: 0 }], 4000);
  });
  yield* othersAsleep(sys);
  const waiting = yield* sys.pthread_create(function* byEpoll(t) {
    yield* t.epoll_wait(ep, 4, 4000);
  });
  yield* othersAsleep(sys);
  yield* sys.send(a, bytes("x"), 0);
  yield* sys.pthread_join(polling);
  yield* sys.pthread_join(waiting);
  yield* sys.select(a + 1, new Set([a]), new Set([a]), new Set([a]), { tv_sec: 0, tv_usec: 0 });
});
agree("IP_RECVERR tells an unconnected socket, too; ip(7)", function* (sys) {
  const { fd } = yield* boundUdp(sys);
  yield* sys.setsockopt(fd, SOL_IP, IP_RECVERR, 1);
  yield* sys.getsockopt(fd, SOL_IP, IP_RECVERR);
  yield* sys.sendto(fd, bytes("x"), 0, yield* nobodyUdp(sys));
  yield* until(sys, fd, POLLERR);
  yield* sys.getsockopt(fd, SOL_SOCKET, SO_ERROR);
  yield* sys.getsockopt(fd, SOL_SOCKET, SO_ERROR);
});
agree("send and receive on what is no socket or no descriptor; send(2)", function* (sys) {
  const { name } = yield* boundUdp(sys);
  const [r] = yield* sys.pipe();
  for (const fd of [77, r]) {
    yield* attempt(sys.sendto(fd, bytes("x"), 0, name));
    yield* attempt(sys.sendmsg(fd, { iov: [bytes("x")], name }, 0));
    yield* attempt(sys.recvfrom(fd, 1, 0));
    yield* attempt(sys.connect(fd, name));
  }
});
agree("broadcast needs SO_BROADCAST: EACCES; socket(7)", function* (sys) {
  const fd = yield* udpSocket(sys);
  const broadcast = { address: "127.255.255.255", port: 9 };
  yield* attempt(sys.sendto(fd, bytes("x"), 0, broadcast));
  yield* attempt(sys.connect(fd, broadcast));
  yield* sys.setsockopt(fd, SOL_SOCKET, 6, 1);
  yield* attempt(sys.sendto(fd, bytes("x"), 0, broadcast));
  yield* attempt(sys.connect(fd, broadcast));
  yield* attempt(sys.getpeername(fd));
  yield* sys.getsockopt(fd, SOL_SOCKET, SO_ERROR);
});

export const udpErrors = suite;
