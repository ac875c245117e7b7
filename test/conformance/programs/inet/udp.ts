/** UDP sockets: names, datagrams whole and cut, and who gets them; udp(7). */
import {
  AF_INET,
  AF_UNSPEC,
  bytes,
  FIONREAD,
  MSG_DONTWAIT,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  POLLIN,
  SIOCOUTQ,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SOL_SOCKET,
} from "fd3";
import { attempt, walks } from "../program";
import { anyPort, boundUdp, LOOPBACK, nameOf, othersAsleep, ready, udpPair, udpSocket, until } from "./ends";

const { suite, agree } = walks();

agree("datagrams arrive one by one, in order, with their sender's name; udp(7)", function* (sys) {
  const a = yield* boundUdp(sys);
  const b = yield* boundUdp(sys);
  for (const word of ["one", "", "three"]) yield* sys.sendto(a.fd, bytes(word), 0, b.name);
  for (let i = 0; i < 3; i++) yield* sys.recvfrom(b.fd, 50, 0);
  yield* attempt(sys.recvfrom(b.fd, 50, MSG_DONTWAIT));
});
agree("what doesn't fit is lost: the rest of a datagram can't be read; udp(7)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  yield* sys.send(a, bytes("abcdef"), 0);
  yield* sys.send(a, bytes("next"), 0);
  yield* sys.recv(b, 2, 0);
  yield* sys.recv(b, 50, 0);
});
agree("MSG_TRUNC and MSG_PEEK of a datagram; recv(2)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  yield* sys.send(a, bytes("abcdef"), 0);
  yield* sys.recv(b, 3, MSG_PEEK);
  yield* sys.recv(b, 3, MSG_PEEK | MSG_TRUNC);
  yield* sys.recvmsg(b, [2, 1], MSG_PEEK);
  yield* sys.recvmsg(b, [2, 1], MSG_PEEK | MSG_TRUNC);
  yield* sys.recvmsg(b, [2, 10], 0);
  yield* attempt(sys.recvmsg(b, [2, 10], MSG_DONTWAIT));
});
agree("a datagram read with no room at all is gone; recv(2)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  yield* sys.send(a, bytes("abc"), 0);
  yield* sys.recv(b, 0, MSG_PEEK);
  yield* sys.recvmsg(b, [], MSG_PEEK);
  yield* sys.read(b, 0);
  yield* sys.recv(b, 0, 0);
  yield* attempt(sys.recv(b, 10, MSG_DONTWAIT));
  yield* sys.send(a, bytes("def"), 0);
  yield* sys.recvmsg(b, [0, 0], 0);
  yield* attempt(sys.recv(b, 10, MSG_DONTWAIT));
});
agree("an empty datagram is one: readable, and read as nothing; udp(7)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  yield* sys.send(a, bytes(""), 0);
  yield* sys.sendmsg(a, { iov: [] }, 0);
  yield* ready(sys, b);
  yield* sys.ioctl(b, FIONREAD);
  yield* sys.recv(b, 10, 0);
  yield* sys.recvmsg(b, [5], 0);
  yield* ready(sys, b);
  yield* attempt(sys.recv(b, 10, MSG_DONTWAIT));
});
agree("write of nothing sends an empty datagram, writev of nothing doesn't; write(2)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  yield* sys.write(a, bytes(""));
  yield* sys.writev(a, []);
  yield* sys.writev(a, [bytes(""), bytes("")]);
  for (let i = 0; i < 3; i++) yield* attempt(sys.recv(b, 10, MSG_DONTWAIT));
});
agree("the parts of sendmsg are one datagram; sendmsg(2)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  yield* sys.sendmsg(a, { iov: [bytes("ab"), bytes(""), bytes("cde")] }, 0);
  yield* sys.writev(a, [bytes("fg"), bytes("h")]);
  yield* sys.recv(b, 50, 0);
  yield* sys.readv(b, [2, 2]);
  yield* attempt(sys.recv(b, 50, MSG_DONTWAIT));
});
agree("MSG_WAITALL doesn't join datagrams; recv(2)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  yield* sys.send(a, bytes("ab"), 0);
  yield* sys.send(a, bytes("cd"), 0);
  yield* sys.recv(b, 4, MSG_WAITALL);
  yield* sys.recv(b, 4, 0);
});
agree("FIONREAD is the next datagram's length, SIOCOUTQ what hasn't left; udp(7)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  yield* sys.ioctl(b, FIONREAD);
  yield* sys.send(a, bytes("abc"), 0);
  yield* sys.send(a, bytes("defgh"), 0);
  yield* sys.ioctl(b, FIONREAD);
  yield* sys.recv(b, 1, 0);
  yield* sys.ioctl(b, FIONREAD);
  yield* sys.ioctl(a, SIOCOUTQ);
});
agree("65,507 bytes are the most: EMSGSIZE; udp(7)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  for (const size of [65_507, 65_508, 65_535, 65_536, 100_000]) {
    yield* attempt(sys.send(a, new Uint8Array(size), 0));
    yield* attempt(sys.write(a, new Uint8Array(size)));
  }
  yield* sys.recv(b, 100_000, 0);
});
agree("connect names both ends, and AF_UNSPEC takes that back; udp(7)", function* (sys) {
  const { name } = yield* boundUdp(sys);
  const fd = yield* udpSocket(sys);
  yield* attempt(sys.getpeername(fd));
  yield* sys.connect(fd, name);
  yield* sys.getsockname(fd);
  yield* sys.getpeername(fd);
  yield* sys.connect(fd, { family: AF_UNSPEC });
  yield* sys.getsockname(fd);
  yield* attempt(sys.getpeername(fd));
  yield* attempt(sys.send(fd, bytes("x"), 0));
  yield* attempt(sys.write(fd, bytes("x")));
});
agree("a bound socket keeps its name when it is dissolved; udp(7)", function* (sys) {
  const { name } = yield* boundUdp(sys);
  const { fd } = yield* boundUdp(sys);
  yield* sys.connect(fd, name);
  yield* sys.getsockname(fd);
  yield* sys.connect(fd, { family: AF_UNSPEC });
  yield* sys.getsockname(fd);
});
agree("connect again: another peer, as often as one likes; udp(7)", function* (sys) {
  const a = yield* boundUdp(sys);
  const b = yield* boundUdp(sys);
  const fd = yield* udpSocket(sys);
  for (const { name } of [a, b, a]) {
    yield* sys.connect(fd, name);
    yield* sys.send(fd, bytes("hello"), 0);
    yield* sys.getpeername(fd);
    yield* sys.getsockname(fd);
  }
  yield* sys.recv(a.fd, 10, 0);
  yield* sys.recv(a.fd, 10, 0);
  yield* sys.recv(b.fd, 10, 0);
});
agree("a connected socket hears its peer only; udp(7)", function* (sys) {
  const peer = yield* boundUdp(sys);
  const stranger = yield* boundUdp(sys);
  const { fd, name } = yield* boundUdp(sys);
  yield* sys.sendto(stranger.fd, bytes("early"), 0, name);
  yield* sys.connect(fd, peer.name);
  yield* attempt(sys.sendto(stranger.fd, bytes("late"), 0, name));
  yield* sys.sendto(peer.fd, bytes("from the peer"), 0, name);
  yield* sys.recvfrom(fd, 50, 0);
  yield* sys.recvfrom(fd, 50, 0);
  yield* attempt(sys.recvfrom(fd, 50, MSG_DONTWAIT));
});
agree("a connected socket may still send to others by sendto; udp(7)", function* (sys) {
  const peer = yield* boundUdp(sys);
  const other = yield* boundUdp(sys);
  const fd = yield* udpSocket(sys);
  yield* sys.connect(fd, peer.name);
  yield* attempt(sys.sendto(fd, bytes("x"), 0, other.name));
  yield* attempt(sys.sendmsg(fd, { iov: [bytes("y")], name: other.name }, 0));
  yield* sys.send(fd, bytes("z"), 0);
  yield* sys.recvfrom(other.fd, 10, 0);
  yield* sys.recvfrom(other.fd, 10, 0);
  yield* sys.recvfrom(peer.fd, 10, 0);
});
agree("no address and no peer: EDESTADDRREQ; send(2)", function* (sys) {
  const { fd } = yield* boundUdp(sys);
  yield* attempt(sys.send(fd, bytes("x"), 0));
  yield* attempt(sys.sendto(fd, bytes("x"), 0, null));
  yield* attempt(sys.sendmsg(fd, { iov: [bytes("x")] }, 0));
  yield* attempt(sys.write(fd, bytes("x")));
  yield* attempt(sys.send(fd, bytes(""), 0));
});
agree("addresses that sendto and connect refuse: EINVAL, EAFNOSUPPORT; udp(7)", function* (sys) {
  const fd = yield* udpSocket(sys);
  const { name } = yield* boundUdp(sys);
  for (const address of [
    { address: LOOPBACK, port: 0 },
    { path: "/x" },
    { path: "/a/longer/path/than/an/address" },
    { family: 77, ...name },
    { family: AF_INET },
    { family: AF_UNSPEC, ...name },
    { family: AF_UNSPEC },
  ]) {
    yield* attempt(sys.sendto(fd, bytes("x"), 0, address));
    yield* attempt(sys.connect(fd, address));
    yield* attempt(sys.getpeername(fd));
  }
});
agree("connect to port 0 is no peer for send; udp(7)", function* (sys) {
  const fd = yield* udpSocket(sys);
  yield* attempt(sys.connect(fd, { address: LOOPBACK, port: 0 }));
  yield* sys.getsockname(fd);
  yield* attempt(sys.getpeername(fd));
  yield* attempt(sys.send(fd, bytes("x"), 0));
});
agree("0.0.0.0 as a destination is this host; ip(7)", function* (sys) {
  const { fd, name } = yield* boundUdp(sys);
  const sender = yield* udpSocket(sys);
  yield* attempt(sys.sendto(sender, bytes("x"), 0, { address: "0.0.0.0", port: name.port }));
  yield* sys.recvfrom(fd, 10, MSG_DONTWAIT);
  yield* attempt(sys.connect(sender, { address: "0.0.0.0", port: name.port }));
  yield* sys.getpeername(sender);
  yield* sys.getsockname(sender);
});
agree("a socket may send to itself; udp(7)", function* (sys) {
  const { fd, name } = yield* boundUdp(sys);
  yield* sys.sendto(fd, bytes("me"), 0, name);
  yield* sys.recvfrom(fd, 10, 0);
  yield* sys.connect(fd, name);
  yield* sys.send(fd, bytes("myself"), 0);
  yield* sys.recv(fd, 10, 0);
});
agree(
  "of two at one port the newest gets the datagrams, and one that is connected comes first; socket(7)",
  function* (sys) {
    const sender = yield* boundUdp(sys);
    const sockets: number[] = [];
    let name = anyPort();
    for (let i = 0; i < 3; i++) {
      const fd = yield* udpSocket(sys);
      yield* sys.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1);
      yield* sys.bind(fd, name);
      name = yield* nameOf(sys, fd);
      sockets.push(fd);
    }
    yield* sys.sendto(sender.fd, bytes("to the newest"), 0, name);
    for (const fd of sockets) yield* attempt(sys.recv(fd, 50, MSG_DONTWAIT));
    yield* sys.connect(sockets[0], sender.name);
    yield* sys.sendto(sender.fd, bytes("to the connected one"), 0, name);
    for (const fd of sockets) yield* attempt(sys.recv(fd, 50, MSG_DONTWAIT));
    yield* sys.close(sockets[2]);
    yield* sys.connect(sockets[0], { family: AF_UNSPEC });
    yield* sys.sendto(sender.fd, bytes("and now"), 0, name);
    for (const fd of sockets.slice(0, 2)) yield* attempt(sys.recv(fd, 50, MSG_DONTWAIT));
  },
);
agree("the two addresses of a port are two places; ip(7)", function* (sys) {
  const one = yield* boundUdp(sys);
  const two = yield* udpSocket(sys);
  yield* sys.bind(two, { address: "127.0.0.2", port: one.name.port });
  const sender = yield* udpSocket(sys);
  yield* sys.sendto(sender, bytes("to 2"), 0, { address: "127.0.0.2", port: one.name.port });
  yield* sys.sendto(sender, bytes("to 1"), 0, one.name);
  yield* sys.recvfrom(one.fd, 10, MSG_DONTWAIT);
  yield* sys.recvfrom(two, 10, MSG_DONTWAIT);
});
agree("SO_RCVTIMEO ends every way of receiving with EAGAIN; socket(7)", function* (sys) {
  const { fd } = yield* boundUdp(sys);
  yield* sys.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, { tv_sec: 0, tv_usec: 8000 });
  yield* attempt(sys.recv(fd, 1, 0));
  yield* attempt(sys.read(fd, 1));
  yield* attempt(sys.recvfrom(fd, 1, 0));
  yield* attempt(sys.recvmsg(fd, [1], MSG_PEEK));
});
agree("a datagram wakes a sleeping reader; recv(2)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  const tid = yield* sys.pthread_create(function* reader(t) {
    yield* t.recvfrom(b, 50, 0);
    yield* t.recvfrom(b, 50, 0);
  });
  yield* othersAsleep(sys);
  yield* sys.send(a, bytes("wake up"), 0);
  yield* othersAsleep(sys);
  yield* sys.send(a, bytes(""), 0);
  yield* sys.pthread_join(tid);
});
agree("a closed socket's datagrams go nowhere; close(2)", function* (sys) {
  const { fd, name } = yield* boundUdp(sys);
  const sender = yield* udpSocket(sys);
  yield* sys.sendto(sender, bytes("x"), 0, name);
  yield* until(sys, fd, POLLIN);
  yield* sys.close(fd);
  const next = yield* udpSocket(sys);
  yield* sys.bind(next, name);
  yield* attempt(sys.recv(next, 10, MSG_DONTWAIT));
});

export const udp = suite;
