/** Datagrams that are held back (MSG_MORE), that never leave (MSG_PROBE), and peers without a port; send(2), udp(7). */
import {
  AF_UNSPEC,
  bytes,
  MSG_DONTWAIT,
  MSG_MORE,
  MSG_PROBE,
  type Program,
  SHUT_WR,
  SIOCOUTQ,
  SOL_UDP,
  type Sys,
  UDP_CORK,
} from "fd3";
import { attempt, walks } from "../program";
import { boundUdp, nameOf, nobodyUdp, ready, udpPair, udpSocket, until } from "./ends";

const { suite, agree } = walks();
const take = (sys: Sys, fd: number) => attempt(sys.recvmsg(fd, [60], MSG_DONTWAIT));

for (const size of [0, 1, 100, 400, 1000, 4000, 20_000]) {
  agree(`what is held back counts against the send buffer: ${size} bytes; udp(7)`, function* (sys) {
    const [a, b] = yield* udpPair(sys);
    for (const more of [size, size, 10]) {
      yield* sys.send(a, new Uint8Array(more), MSG_MORE);
      yield* sys.ioctl(a, SIOCOUTQ);
    }
    yield* sys.send(a, bytes("."), 0);
    yield* sys.ioctl(a, SIOCOUTQ);
    yield* attempt(sys.recvmsg(b, [65_535], MSG_DONTWAIT));
  });
}
agree("what is held back goes to the peer that is chosen meanwhile; udp(7)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  const other = yield* boundUdp(sys);
  yield* sys.send(a, bytes("part"), MSG_MORE);
  yield* sys.connect(a, other.name);
  yield* sys.send(a, bytes("ing"), 0);
  yield* take(sys, b);
  yield* take(sys, other.fd);
});
agree("an empty datagram can be held back; send(2)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  yield* sys.send(a, bytes(""), MSG_MORE);
  yield* take(sys, b);
  yield* sys.send(a, bytes(""), 0);
  yield* take(sys, b);
  yield* sys.setsockopt(a, SOL_UDP, UDP_CORK, 1);
  yield* sys.send(a, bytes(""), 0);
  yield* sys.setsockopt(a, SOL_UDP, UDP_CORK, 0);
  yield* take(sys, b);
  yield* take(sys, b);
});
agree("what was begun is finished after shutdown, and then it is EPIPE; send(2)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  yield* sys.send(a, bytes("part"), MSG_MORE);
  yield* sys.shutdown(a, SHUT_WR);
  yield* attempt(sys.send(a, bytes("ing"), 0));
  yield* take(sys, b);
  yield* attempt(sys.send(a, bytes("again"), 0));
});
agree("what was begun is finished in spite of a pending error; send(2)", function* (sys) {
  const { fd } = yield* boundUdp(sys);
  yield* sys.connect(fd, yield* nobodyUdp(sys));
  yield* sys.send(fd, bytes("lost"), 0);
  yield* until(sys, fd, 0);
  yield* attempt(sys.send(fd, bytes("x"), MSG_MORE));
  yield* sys.send(fd, bytes("x"), 0);
  const other = yield* boundUdp(sys);
  yield* attempt(sys.sendto(fd, bytes("y"), MSG_MORE, other.name));
  yield* attempt(sys.sendto(fd, bytes("y"), MSG_MORE, other.name));
  yield* ready(sys, fd);
  yield* attempt(sys.send(fd, bytes("z"), 0));
  yield* take(sys, other.fd);
});

const probes: Record<string, (sys: Sys, fd: number) => Program<unknown>> = {
  "on a healthy socket": (sys, fd) => sys.send(fd, bytes("abc"), MSG_PROBE),
  "after shutdown": function* (sys, fd) {
    yield* sys.shutdown(fd, SHUT_WR);
    yield* attempt(sys.send(fd, bytes("abc"), MSG_PROBE));
  },
  "of more than there can be": (sys, fd) => attempt(sys.send(fd, new Uint8Array(65_508), MSG_PROBE)),
  "behind something held back, which it lets go": function* (sys, fd) {
    yield* sys.send(fd, bytes("part"), MSG_MORE);
    yield* sys.send(fd, bytes("abc"), MSG_PROBE);
  },
};
for (const [when, probe] of Object.entries(probes)) {
  agree(`MSG_PROBE ${when}; sendmsg(2)`, function* (sys) {
    const [a, b] = yield* udpPair(sys);
    yield* probe(sys, a);
    yield* ready(sys, a);
    yield* take(sys, b);
    yield* take(sys, b);
  });
}
agree("MSG_PROBE to nobody, and with an error pending; sendmsg(2)", function* (sys) {
  const fd = yield* udpSocket(sys);
  yield* attempt(sys.send(fd, bytes("x"), MSG_PROBE));
  yield* sys.connect(fd, yield* nobodyUdp(sys));
  yield* sys.send(fd, bytes("x"), MSG_PROBE);
  yield* ready(sys, fd);
  yield* sys.send(fd, bytes("x"), 0);
  yield* until(sys, fd, 0);
  yield* attempt(sys.send(fd, bytes("x"), MSG_PROBE));
  yield* ready(sys, fd);
});
agree("a peer without a port is heard from any; udp(7)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  const aName = yield* nameOf(sys, a);
  yield* sys.connect(a, { address: "127.0.0.1", port: 0 });
  yield* attempt(sys.getpeername(a));
  yield* sys.send(b, bytes("hello"), 0);
  yield* take(sys, a);
  const third = yield* udpSocket(sys);
  yield* sys.sendto(third, bytes("me too"), 0, aName);
  yield* take(sys, a);
  yield* attempt(sys.send(a, bytes("x"), 0));
  yield* attempt(sys.send(a, bytes("x"), 0));
});

agree(
  "what is held back for a peer goes to it, though the socket has none any more; udp(7), connect(2)",
  function* (sys) {
    const [a, b] = yield* udpPair(sys);
    const other = yield* boundUdp(sys);
    yield* sys.send(a, bytes("held "), MSG_MORE);
    yield* sys.connect(a, { family: AF_UNSPEC });
    yield* sys.getsockname(a);
    yield* sys.send(a, bytes("back"), 0);
    yield* take(sys, b);
    yield* sys.getsockname(a);
    yield* attempt(sys.getpeername(a));
    yield* attempt(sys.send(a, bytes("x"), 0));
    yield* sys.sendto(a, bytes("y"), 0, other.name);
    yield* take(sys, other.fd);
  },
);

export const udpCorked = suite;
