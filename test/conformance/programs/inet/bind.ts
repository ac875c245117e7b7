/** bind(2) on TCP and UDP sockets: names, and what it refuses. */
import { AF_INET, AF_UNSPEC, bytes, SHUT_RDWR, SO_REUSEADDR, SOCK_NONBLOCK, SOL_IP, SOL_SOCKET } from "fd3";
import { attempt, walks } from "../program";
import { anyPort, boundUdp, connected, LOOPBACK, listening, nameOf, nobody, tcpSocket, udpSocket } from "./ends";

const IP_BIND_ADDRESS_NO_PORT = 24;
const { suite, agree } = walks();

agree("a new socket has no name, and bind to port 0 gives it a free port; ip(7)", function* (sys) {
  for (const make of [tcpSocket, udpSocket]) {
    const fd = yield* make(sys);
    yield* sys.getsockname(fd);
    yield* sys.bind(fd, anyPort());
    yield* sys.getsockname(fd);
    yield* attempt(sys.getpeername(fd));
  }
});
agree("a socket that has a port is not bound again: EINVAL; bind(2)", function* (sys) {
  for (const make of [tcpSocket, udpSocket]) {
    const fd = yield* make(sys);
    yield* sys.bind(fd, anyPort());
    yield* attempt(sys.bind(fd, anyPort()));
    yield* attempt(sys.bind(fd, yield* nameOf(sys, fd)));
    yield* attempt(sys.bind(fd, anyPort("127.0.0.2")));
  }
});
agree("an address that isn't this host's: EADDRNOTAVAIL, and the socket is as before; bind(2)", function* (sys) {
  for (const make of [tcpSocket, udpSocket]) {
    const fd = yield* make(sys);
    yield* attempt(sys.bind(fd, anyPort("10.99.99.99")));
    yield* attempt(sys.bind(fd, { address: "192.0.2.1", port: 5000 }));
    yield* sys.getsockname(fd);
    yield* sys.bind(fd, anyPort());
  }
});
agree("all of 127.0.0.0/8 is this host; RFC 1122 3.2.1.3", function* (sys) {
  for (const make of [tcpSocket, udpSocket]) {
    for (const address of ["127.0.0.2", "127.1.2.3", "127.255.255.254", "127.255.255.255"]) {
      const fd = yield* make(sys);
      yield* attempt(sys.bind(fd, anyPort(address)));
      yield* sys.getsockname(fd);
    }
  }
});
agree("an address of another family: EAFNOSUPPORT, or EINVAL when it is too short; ip(7)", function* (sys) {
  for (const make of [tcpSocket, udpSocket]) {
    const fd = yield* make(sys);
    yield* attempt(sys.bind(fd, { path: "/x" }));
    yield* attempt(sys.bind(fd, { path: "/a/longer/path/than/an/address" }));
    yield* attempt(sys.bind(fd, { family: 77, ...anyPort() }));
    yield* attempt(sys.bind(fd, { family: AF_UNSPEC, ...anyPort() }));
    yield* attempt(sys.bind(yield* make(sys), { family: AF_UNSPEC, ...anyPort("0.0.0.0") }));
    yield* attempt(sys.bind(fd, { family: AF_INET, ...anyPort() }));
  }
});
agree("0.0.0.0 is every address: that is its name, until there is a peer; ip(7)", function* (sys) {
  for (const make of [tcpSocket, udpSocket]) {
    const fd = yield* make(sys);
    yield* sys.bind(fd, anyPort("0.0.0.0"));
    const { port } = yield* nameOf(sys, fd);
    yield* attempt(sys.bind(fd, anyPort()));
    yield* sys.getsockname(yield* sys.dup(fd));
    const other = yield* make(sys);
    yield* attempt(sys.bind(other, { address: LOOPBACK, port }));
    yield* sys.getsockname(other);
    yield* attempt(sys.bind(other, { address: "0.0.0.0", port }));
    yield* sys.bind(other, anyPort());
    yield* sys.getsockname(other);
  }
});
agree("a listener at 0.0.0.0 has that name, its connections the address that was called; ip(7)", function* (sys) {
  const listener = yield* tcpSocket(sys);
  yield* sys.bind(listener, anyPort("0.0.0.0"));
  yield* sys.listen(listener, 1);
  const { port } = yield* nameOf(sys, listener);
  const c = yield* tcpSocket(sys);
  yield* sys.connect(c, { address: LOOPBACK, port });
  const s = yield* sys.accept(listener);
  yield* sys.getsockname(s);
  yield* sys.getpeername(c);
  yield* sys.getsockname(listener);
});
agree("a client bound to 0.0.0.0 gets its address by connect; ip(7)", function* (sys) {
  const { name } = yield* listening(sys);
  const c = yield* tcpSocket(sys);
  yield* sys.bind(c, anyPort("0.0.0.0"));
  yield* sys.getsockname(c);
  yield* sys.connect(c, name);
  yield* sys.getsockname(c);
  const peer = yield* boundUdp(sys);
  const fd = yield* udpSocket(sys);
  yield* sys.bind(fd, anyPort("0.0.0.0"));
  yield* sys.connect(fd, peer.name);
  yield* sys.getsockname(fd);
  yield* sys.connect(fd, { family: AF_UNSPEC });
  yield* sys.getsockname(fd);
});
agree("listen without bind: every address, and a free port; listen(2)", function* (sys) {
  const fd = yield* tcpSocket(sys);
  yield* sys.listen(fd, 1);
  const { port } = yield* nameOf(sys, fd);
  const c = yield* tcpSocket(sys);
  yield* sys.connect(c, { address: LOOPBACK, port });
  yield* sys.getsockname(yield* sys.accept(fd));
});
agree("bind on what is no socket: EBADF, ENOTSOCK; bind(2)", function* (sys) {
  const [r] = yield* sys.pipe();
  yield* attempt(sys.bind(77, anyPort()));
  yield* attempt(sys.bind(-1, anyPort()));
  yield* attempt(sys.bind(r, anyPort()));
});
agree("bind when there is a connection, or was one: EINVAL while it has a port; bind(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* attempt(sys.bind(c, anyPort()));
  yield* attempt(sys.bind(s, anyPort()));
  const fd = yield* tcpSocket(sys);
  yield* attempt(sys.connect(fd, yield* nobody(sys)));
  yield* sys.getsockname(fd);
  yield* attempt(sys.bind(fd, anyPort()));
  const { fd: peer, name } = yield* boundUdp(sys);
  const udp = yield* udpSocket(sys);
  yield* sys.connect(udp, name);
  yield* attempt(sys.bind(udp, anyPort()));
  yield* attempt(sys.bind(peer, anyPort()));
});
agree("a datagram that is sent binds its socket; udp(7)", function* (sys) {
  const { fd: peer, name } = yield* boundUdp(sys);
  const fd = yield* udpSocket(sys);
  yield* sys.sendto(fd, bytes("x"), 0, name);
  const own = yield* nameOf(sys, fd);
  yield* sys.recvfrom(peer, 10, 0);
  yield* attempt(sys.bind(fd, anyPort()));
  yield* attempt(sys.bind(yield* udpSocket(sys), { address: LOOPBACK, port: own.port }));
});
agree("TCP and UDP have ports of their own; RFC 9293 3.1", function* (sys) {
  const { name } = yield* listening(sys);
  yield* attempt(sys.bind(yield* udpSocket(sys), name));
  yield* attempt(sys.bind(yield* tcpSocket(sys), name));
});
agree("a closed socket's port is free at once; bind(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  yield* sys.close(listener);
  const again = yield* tcpSocket(sys);
  yield* sys.bind(again, name);
  yield* sys.listen(again, 1);
  const udp = yield* boundUdp(sys);
  yield* sys.close(udp.fd);
  yield* sys.bind(yield* udpSocket(sys), udp.name);
});
agree("a copy of the descriptor keeps the port; dup(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const copy = yield* sys.dup(listener);
  yield* sys.close(listener);
  yield* attempt(sys.bind(yield* tcpSocket(sys), name));
  yield* sys.close(copy);
  yield* attempt(sys.bind(yield* tcpSocket(sys), name));
});
agree("the port stays with the socket when its listener is shut down; shutdown(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  yield* sys.shutdown(listener, SHUT_RDWR);
  yield* sys.getsockname(listener);
  yield* attempt(sys.bind(yield* tcpSocket(sys), name));
  yield* attempt(sys.bind(listener, anyPort()));
});
agree("IP_BIND_ADDRESS_NO_PORT leaves the port to connect; ip(7)", function* (sys) {
  const { name } = yield* listening(sys);
  const fd = yield* tcpSocket(sys);
  yield* sys.setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, 1);
  yield* sys.getsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT);
  yield* sys.bind(fd, anyPort("127.0.0.5"));
  yield* sys.getsockname(fd);
  yield* sys.connect(fd, name);
  yield* sys.getsockname(fd);
});
agree("the address alone is kept, the port is chosen: connect from 127.0.0.9; bind(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const fd = yield* tcpSocket(sys);
  yield* sys.bind(fd, anyPort("127.0.0.9"));
  yield* sys.connect(fd, name);
  const s = yield* sys.accept(listener);
  yield* sys.getpeername(s);
  yield* sys.getsockname(s);
  yield* sys.getsockname(fd);
  yield* sys.getpeername(fd);
});
agree("SO_REUSEADDR after bind counts when the next one binds; socket(7)", function* (sys) {
  for (const make of [tcpSocket, udpSocket]) {
    const first = yield* make(sys);
    yield* sys.bind(first, anyPort());
    const name = yield* nameOf(sys, first);
    const second = yield* make(sys);
    yield* sys.setsockopt(second, SOL_SOCKET, SO_REUSEADDR, 1);
    yield* attempt(sys.bind(second, name));
    yield* sys.setsockopt(first, SOL_SOCKET, SO_REUSEADDR, 1);
    yield* attempt(sys.bind(second, name));
    const third = yield* make(sys);
    yield* attempt(sys.bind(third, name));
    yield* sys.setsockopt(third, SOL_SOCKET, SO_REUSEADDR, 1);
    yield* attempt(sys.bind(third, name));
  }
});
agree("two bound with SO_REUSEADDR: one listens, the other can't; listen(2)", function* (sys) {
  const first = yield* tcpSocket(sys);
  yield* sys.setsockopt(first, SOL_SOCKET, SO_REUSEADDR, 1);
  yield* sys.bind(first, anyPort());
  const name = yield* nameOf(sys, first);
  const second = yield* tcpSocket(sys);
  yield* sys.setsockopt(second, SOL_SOCKET, SO_REUSEADDR, 1);
  yield* sys.bind(second, name);
  yield* sys.listen(first, 1);
  yield* attempt(sys.listen(second, 1));
  yield* sys.close(first);
  yield* attempt(sys.listen(second, 1));
});
agree("a port with a connection in it, taken by connect: bind fails without SO_REUSEADDR; ip(7)", function* (sys) {
  const { name } = yield* listening(sys);
  const client = yield* tcpSocket(sys, SOCK_NONBLOCK);
  yield* attempt(sys.connect(client, name));
  const own = yield* nameOf(sys, client);
  const fd = yield* tcpSocket(sys);
  yield* attempt(sys.bind(fd, own));
  yield* sys.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  yield* attempt(sys.bind(fd, own));
  yield* sys.setsockopt(client, SOL_SOCKET, SO_REUSEADDR, 1);
  yield* attempt(sys.bind(fd, own));
  yield* attempt(sys.listen(fd, 1));
});
agree("accepted connections keep a port that nobody listens at any more; ip(7)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const client = yield* tcpSocket(sys);
  yield* sys.connect(client, name);
  yield* sys.accept(listener);
  yield* sys.close(listener);
  const fd = yield* tcpSocket(sys);
  yield* attempt(sys.bind(fd, name));
  yield* sys.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  yield* attempt(sys.bind(fd, name));
});
agree("with SO_REUSEADDR on the listener its successor can bind beside its connections; socket(7)", function* (sys) {
  const listener = yield* tcpSocket(sys);
  yield* sys.setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, 1);
  yield* sys.bind(listener, anyPort());
  yield* sys.listen(listener, 1);
  const name = yield* nameOf(sys, listener);
  const client = yield* tcpSocket(sys);
  yield* sys.connect(client, name);
  yield* sys.accept(listener);
  const fd = yield* tcpSocket(sys);
  yield* sys.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  yield* attempt(sys.bind(fd, name));
  yield* sys.close(listener);
  yield* attempt(sys.bind(fd, name));
  yield* attempt(sys.listen(fd, 1));
});

export const bind = suite;
