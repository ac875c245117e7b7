/** UDP sockets with a peer: who hears whom, and what shutdown and errors leave behind; udp(7). */
import {
  AF_UNSPEC,
  bytes,
  EPOLL_CTL_ADD,
  EPOLLET,
  EPOLLIN,
  EPOLLOUT,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  POLLERR,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SIGPIPE,
  SO_REUSEADDR,
  SOL_SOCKET,
} from "fd3";
import { attempt, walks } from "../program";
import { anyPort, boundUdp, moment, nameOf, nobodyUdp, ready, udpPair, udpSocket, until } from "./ends";

const { suite, agree } = walks();

agree("two sockets at one port, each with a peer of its own, hear their own only; udp(7)", function* (sys) {
  const p = yield* boundUdp(sys);
  const q = yield* boundUdp(sys);
  const a = yield* udpSocket(sys);
  yield* sys.setsockopt(a, SOL_SOCKET, SO_REUSEADDR, 1);
  yield* sys.bind(a, anyPort());
  const name = yield* nameOf(sys, a);
  const b = yield* udpSocket(sys);
  yield* sys.setsockopt(b, SOL_SOCKET, SO_REUSEADDR, 1);
  yield* sys.bind(b, name);
  yield* sys.connect(a, p.name);
  yield* sys.connect(b, q.name);
  yield* sys.sendto(p.fd, bytes("to a"), 0, name);
  yield* sys.sendto(q.fd, bytes("to b"), 0, name);
  for (const fd of [a, b]) yield* attempt(sys.recv(fd, 9, MSG_DONTWAIT));
  yield* sys.connect(b, p.name);
  yield* sys.sendto(p.fd, bytes("one"), 0, name);
  for (const fd of [a, b]) yield* attempt(sys.recv(fd, 9, MSG_DONTWAIT));
});
agree("a stranger's datagram is for nobody: the port is closed to it; RFC 1122 4.1.3.1", function* (sys) {
  const [a] = yield* udpPair(sys);
  const name = yield* nameOf(sys, a);
  const stranger = yield* udpSocket(sys);
  yield* sys.connect(stranger, name);
  yield* sys.send(stranger, bytes("hello"), 0);
  yield* until(sys, stranger, POLLERR);
  yield* attempt(sys.recv(stranger, 9, MSG_DONTWAIT));
});
agree("shut down for reading, it still gets datagrams; shutdown(2)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  yield* sys.shutdown(b, SHUT_RD);
  yield* attempt(sys.recv(b, 9, 0));
  yield* sys.send(a, bytes("x"), 0);
  yield* ready(sys, a, b);
  yield* attempt(sys.recv(b, 9, MSG_DONTWAIT));
  yield* attempt(sys.recv(b, 9, MSG_DONTWAIT));
  yield* attempt(sys.recv(b, 9, 0));
});
agree("what was shut down stays so when it is dissolved, and connected again; connect(2)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  const name = yield* nameOf(sys, a);
  yield* sys.shutdown(b, SHUT_RDWR);
  yield* sys.connect(b, { family: AF_UNSPEC });
  yield* ready(sys, b);
  yield* attempt(sys.sendto(b, bytes("x"), MSG_NOSIGNAL, name));
  yield* sys.connect(b, name);
  yield* ready(sys, b);
  yield* attempt(sys.send(b, bytes("x"), MSG_NOSIGNAL));
});
agree("shut down for writing: EPIPE, without a signal on UDP; send(2)", function* (sys) {
  const [a] = yield* udpPair(sys);
  yield* sys.sigaction(SIGPIPE, {
    *handler() {
      yield* sys.write(1, bytes("SIGPIPE\n"));
    },
  });
  yield* sys.shutdown(a, SHUT_WR);
  yield* attempt(sys.send(a, bytes("x"), 0));
  yield* attempt(sys.write(a, bytes("x")));
  yield* attempt(sys.send(a, bytes(""), 0));
});
agree("a refused datagram is an edge for epoll, and so is the next; epoll(7)", function* (sys) {
  const fd = yield* udpSocket(sys);
  yield* sys.connect(fd, yield* nobodyUdp(sys));
  const ep = yield* sys.epoll_create1(0);
  yield* sys.epoll_ctl(ep, EPOLL_CTL_ADD, fd, { events: (EPOLLIN | EPOLLOUT | EPOLLET) >>> 0, data: 1 });
  yield* sys.epoll_wait(ep, 5, 0);
  for (let i = 0; i < 2; i++) {
    yield* sys.send(fd, bytes("x"), 0);
    yield* moment(sys);
    yield* sys.epoll_wait(ep, 5, 0);
    yield* sys.epoll_wait(ep, 5, 0);
    yield* attempt(sys.recv(fd, 1, MSG_DONTWAIT));
    yield* sys.epoll_wait(ep, 5, 0);
  }
});
agree(
  "an error from the peer before stays with the socket, data from the next peer waits behind it; udp(7)",
  function* (sys) {
    const peer = yield* boundUdp(sys);
    const { fd, name } = yield* boundUdp(sys);
    yield* sys.connect(fd, yield* nobodyUdp(sys));
    yield* sys.send(fd, bytes("x"), 0);
    yield* until(sys, fd, POLLERR);
    yield* sys.connect(fd, peer.name);
    yield* sys.sendto(peer.fd, bytes("data"), 0, name);
    yield* attempt(sys.recv(fd, 10, MSG_DONTWAIT));
    yield* attempt(sys.recv(fd, 10, MSG_DONTWAIT));
  },
);
agree("a receive buffer that is full drops what comes, and tells nobody; udp(7)", function* (sys) {
  const a = yield* boundUdp(sys);
  const b = yield* boundUdp(sys);
  yield* sys.setsockopt(b.fd, SOL_SOCKET, 8, 4096);
  for (let i = 0; i < 20; i++) yield* sys.sendto(a.fd, bytes(`${i}`), 0, b.name);
  yield* moment(sys);
  for (let i = 0; i < 12; i++) yield* attempt(sys.recv(b.fd, 10, MSG_DONTWAIT));
});

export const udpConnected = suite;
