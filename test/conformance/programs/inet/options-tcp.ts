/** Options of TCP and of UDP, and what they do; tcp(7), udp(7). */
import {
  bytes,
  MSG_DONTWAIT,
  MSG_MORE,
  POLLIN,
  type Program,
  SHUT_WR,
  SIOCOUTQ,
  SO_KEEPALIVE,
  SO_LINGER,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  SOL_TCP,
  SOL_UDP,
  type Sys,
  TCP_CONGESTION,
  TCP_CORK,
  TCP_DEFER_ACCEPT,
  TCP_INFO,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_LINGER2,
  TCP_MAXSEG,
  TCP_NODELAY,
  TCP_QUICKACK,
  TCP_SYNCNT,
  TCP_TIMESTAMP,
  TCP_USER_TIMEOUT,
  UDP_CORK,
} from "fd3";
import { attempt, walks } from "../program";
import {
  boundUdp,
  connected,
  listening,
  moment,
  nobodyUdp,
  ready,
  states,
  tcpSocket,
  udpPair,
  udpSocket,
  until,
} from "./ends";

const { suite, agree } = walks();

function* tries(
  sys: Sys,
  fd: number,
  option: number,
  values: readonly (number | string | object)[],
  level = SOL_TCP,
): Program<void> {
  for (const value of values) {
    yield* attempt(sys.setsockopt(fd, level, option, value));
    yield* attempt(sys.getsockopt(fd, level, option));
  }
}

const NUMBERS: Record<string, [number, readonly number[]]> = {
  TCP_NODELAY: [TCP_NODELAY, [1, 0, 7, -1]],
  TCP_CORK: [TCP_CORK, [1, 0, 7, -1]],
  TCP_MAXSEG: [TCP_MAXSEG, [87, 88, 1000, 32_767, 32_768, 0, -1]],
  TCP_KEEPIDLE: [TCP_KEEPIDLE, [0, 1, 32_767, 32_768, -1]],
  TCP_KEEPINTVL: [TCP_KEEPINTVL, [0, 1, 32_767, 32_768, -1]],
  TCP_KEEPCNT: [TCP_KEEPCNT, [0, 1, 127, 128, -1]],
  TCP_SYNCNT: [TCP_SYNCNT, [0, 1, 127, 128, -1]],
  TCP_USER_TIMEOUT: [TCP_USER_TIMEOUT, [0, 1, 100_000, -1]],
  TCP_LINGER2: [TCP_LINGER2, [0, 1, 120, 121, -1, -5]],
  TCP_DEFER_ACCEPT: [TCP_DEFER_ACCEPT, [0, 1, 2, 3, 4, 7, 8, 63, 64, 300, -1]],
  TCP_QUICKACK: [TCP_QUICKACK, [0, 1]],
};
for (const [name, [option, values]] of Object.entries(NUMBERS)) {
  agree(`${name}: its values and bounds, before a connection and during one; tcp(7)`, function* (sys) {
    const fresh = yield* tcpSocket(sys);
    yield* attempt(sys.getsockopt(fresh, SOL_TCP, option));
    yield* tries(sys, fresh, option, values);
    const [c] = yield* connected(sys);
    // The segment size of a connection is the path's own affair, and so is when it acknowledges.
    if (option !== TCP_MAXSEG && option !== TCP_QUICKACK) yield* tries(sys, c, option, values);
    yield* attempt(sys.getsockopt(yield* udpSocket(sys), SOL_TCP, option));
    yield* attempt(sys.setsockopt(yield* udpSocket(sys), SOL_TCP, option, 1));
  });
}
agree("TCP_CONGESTION takes a name that the kernel knows; tcp(7)", function* (sys) {
  const [c] = yield* connected(sys);
  for (const fd of [yield* tcpSocket(sys), c])
    yield* tries(sys, fd, TCP_CONGESTION, ["reno", "cubic", "nosuch", "reno", 5]);
});
agree("TCP_INFO can only be asked; tcp(7)", function* (sys) {
  const fd = yield* tcpSocket(sys);
  yield* attempt(sys.setsockopt(fd, SOL_TCP, TCP_INFO, 1));
  yield* attempt(sys.getsockopt(fd, SOL_TCP, TCP_INFO));
});
agree("TCP_TIMESTAMP can't be set while the connection isn't being repaired; tcp(7)", function* (sys) {
  for (const fd of [yield* tcpSocket(sys), ...(yield* connected(sys))])
    for (const value of [0, 1, -1]) yield* attempt(sys.setsockopt(fd, SOL_TCP, TCP_TIMESTAMP, value));
});
agree("an accepted socket has its listener's options; tcp(7)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const set: [number, number | string][] = [
    [TCP_NODELAY, 1],
    [TCP_KEEPIDLE, 77],
    [TCP_KEEPCNT, 3],
    [TCP_USER_TIMEOUT, 5000],
    [TCP_LINGER2, 7],
    [TCP_CONGESTION, "reno"],
  ];
  for (const [option, value] of set) yield* sys.setsockopt(listener, SOL_TCP, option, value);
  yield* sys.connect(yield* tcpSocket(sys), name);
  const s = yield* sys.accept(listener);
  for (const [option] of set) yield* sys.getsockopt(s, SOL_TCP, option);
});
agree("TCP_DEFER_ACCEPT: nobody to accept until the client has sent something; tcp(7)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  yield* sys.setsockopt(listener, SOL_TCP, TCP_DEFER_ACCEPT, 5);
  const c = yield* tcpSocket(sys);
  yield* sys.connect(c, name);
  yield* states(sys, c);
  yield* moment(sys);
  yield* ready(sys, listener);
  yield* sys.send(c, bytes("now"), 0);
  yield* until(sys, listener, POLLIN);
  const s = yield* sys.accept(listener);
  yield* sys.recv(s, 10, 0);
});
agree("TCP_DEFER_ACCEPT: a client that shuts down is accepted, too; tcp(7)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  yield* sys.setsockopt(listener, SOL_TCP, TCP_DEFER_ACCEPT, 5);
  const c = yield* tcpSocket(sys);
  yield* sys.connect(c, name);
  yield* sys.shutdown(c, SHUT_WR);
  yield* moment(sys);
  yield* ready(sys, listener);
  const s = yield* sys.accept4(listener, SOCK_NONBLOCK);
  yield* attempt(sys.recv(s, 10, 0));
  yield* states(sys, c, s);
});
agree("a cork holds back what is less than a segment, and TCP_NODELAY lifts it; tcp(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.setsockopt(c, SOL_TCP, TCP_CORK, 1);
  for (const word of ["a", "b"]) yield* sys.send(c, bytes(word), 0);
  yield* moment(sys);
  yield* attempt(sys.recv(s, 10, MSG_DONTWAIT));
  yield* sys.ioctl(c, SIOCOUTQ);
  yield* sys.setsockopt(c, SOL_TCP, TCP_CORK, 0);
  yield* until(sys, s, POLLIN);
  yield* sys.recv(s, 10, 0);
});
agree("a cork doesn't hold back the end; tcp(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.setsockopt(c, SOL_TCP, TCP_CORK, 1);
  yield* sys.send(c, bytes("all"), 0);
  yield* sys.close(c);
  yield* until(sys, s, POLLIN);
  yield* sys.recv(s, 10, 0);
  yield* sys.recv(s, 10, 0);
});
agree("TCP_LINGER2 of -1: a half-closed connection is reset when it is closed; tcp(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.setsockopt(c, SOL_TCP, TCP_LINGER2, -1);
  yield* sys.shutdown(c, SHUT_WR);
  yield* until(sys, s, POLLIN);
  yield* moment(sys);
  yield* states(sys, c, s);
  yield* sys.close(c);
  yield* moment(sys);
  yield* states(sys, s);
  yield* ready(sys, s);
  yield* attempt(sys.recv(s, 10, 0));
  yield* attempt(sys.send(s, bytes("x"), 0x4000));
});
agree(
  "TCP_LINGER2 of -1: a closed one answers even the acknowledgement of its FIN with a RST; tcp(7)",
  function* (sys) {
    const [c, s] = yield* connected(sys);
    yield* sys.setsockopt(c, SOL_TCP, TCP_LINGER2, -1);
    yield* sys.close(c);
    yield* moment(sys);
    yield* states(sys, s);
    yield* attempt(sys.send(s, bytes("x"), 0x4000));
    yield* ready(sys, s);
  },
);
agree("keepalive on an idle connection changes nothing at first; tcp(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.setsockopt(c, SOL_TCP, TCP_KEEPIDLE, 1);
  yield* sys.setsockopt(c, SOL_SOCKET, SO_KEEPALIVE, 1);
  yield* moment(sys);
  yield* states(sys, c, s);
  yield* ready(sys, c, s);
});
agree("SO_LINGER on a UDP socket doesn't hold its close up; socket(7)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  yield* sys.setsockopt(a, SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 5 });
  yield* sys.send(a, bytes("x"), 0);
  yield* sys.close(a);
  yield* sys.recv(b, 10, 0);
});
agree("UDP_CORK collects what is sent into one datagram; udp(7)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  yield* tries(sys, a, UDP_CORK, [0, 7], SOL_UDP);
  for (const word of ["one ", "two ", "", "three"]) yield* sys.send(a, bytes(word), 0);
  yield* attempt(sys.recv(b, 50, MSG_DONTWAIT));
  yield* sys.setsockopt(a, SOL_UDP, UDP_CORK, 0);
  yield* sys.recv(b, 50, 0);
  yield* attempt(sys.recv(b, 50, MSG_DONTWAIT));
});
agree("MSG_MORE on UDP: the next send without it completes the datagram; send(2)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  yield* sys.send(a, bytes("one "), MSG_MORE);
  yield* sys.send(a, bytes("two"), 0);
  yield* sys.recv(b, 50, 0);
  yield* sys.send(a, bytes(""), MSG_MORE);
  yield* attempt(sys.recv(b, 50, MSG_DONTWAIT));
  yield* sys.send(a, bytes("alone"), 0);
  yield* sys.recv(b, 50, 0);
});
agree("MSG_MORE on UDP: where to is what the first send said; send(2)", function* (sys) {
  const first = yield* boundUdp(sys);
  const second = yield* boundUdp(sys);
  const fd = yield* udpSocket(sys);
  yield* sys.sendto(fd, bytes("one "), MSG_MORE, first.name);
  yield* sys.sendto(fd, bytes("two"), 0, second.name);
  yield* attempt(sys.recv(first.fd, 50, MSG_DONTWAIT));
  yield* attempt(sys.recv(second.fd, 50, MSG_DONTWAIT));
  yield* sys.sendto(fd, bytes("three "), MSG_MORE, first.name);
  yield* sys.send(fd, bytes("four"), 0);
  yield* attempt(sys.recv(first.fd, 50, MSG_DONTWAIT));
});
agree("more than a datagram can hold, corked: EMSGSIZE, and it is all gone; udp(7)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  yield* sys.send(a, new Uint8Array(40_000), MSG_MORE);
  yield* attempt(sys.send(a, new Uint8Array(40_000), 0));
  yield* attempt(sys.recv(b, 50, MSG_DONTWAIT));
  yield* sys.send(a, bytes("after"), 0);
  yield* attempt(sys.recv(b, 50, MSG_DONTWAIT));
});
agree("a corked datagram whose socket is closed is never sent; udp(7)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  yield* sys.send(a, bytes("never"), MSG_MORE);
  yield* sys.close(a);
  yield* attempt(sys.recv(b, 50, MSG_DONTWAIT));
  const gone = yield* udpSocket(sys);
  yield* sys.connect(gone, yield* nobodyUdp(sys));
  yield* sys.send(gone, bytes("x"), MSG_MORE);
  yield* ready(sys, gone);
  yield* attempt(sys.send(gone, bytes("y"), 0));
  yield* ready(sys, gone);
});

export const protocolOptions = suite;
