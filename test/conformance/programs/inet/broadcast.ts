/** Everybody on the loopback, 127.255.255.255: who may send there, who hears it, and from where its receiver sends; ip(7), SO_BROADCAST. */
import { bytes, MSG_DONTWAIT, SO_BROADCAST, SOL_SOCKET } from "fd3";
import { attempt, walks } from "../program";
import { boundUdp, nameOf, tcpSocket, udpSocket } from "./ends";

const { suite, agree } = walks();
const EVERYBODY = "127.255.255.255";

agree("a broadcast takes SO_BROADCAST, to send and to connect; ip(7)", function* (sys) {
  const fd = yield* udpSocket(sys);
  yield* attempt(sys.sendto(fd, bytes("x"), 0, { address: EVERYBODY, port: 9 }));
  yield* attempt(sys.connect(fd, { address: EVERYBODY, port: 9 }));
  yield* sys.setsockopt(fd, SOL_SOCKET, SO_BROADCAST, 1);
  yield* sys.connect(fd, { address: EVERYBODY, port: 9 });
  yield* sys.getpeername(fd);
  yield* sys.send(fd, bytes("x"), 0);
  yield* attempt(sys.send(fd, bytes("x"), 0));
});
agree("who is bound there hears it, once, and who is bound to one address doesn't; ip(7)", function* (sys) {
  const listener = yield* udpSocket(sys);
  yield* sys.bind(listener, { address: EVERYBODY, port: 0 });
  const name = yield* nameOf(sys, listener);
  const sender = yield* boundUdp(sys);
  yield* sys.setsockopt(sender.fd, SOL_SOCKET, SO_BROADCAST, 1);
  yield* sys.sendto(sender.fd, bytes("all"), 0, name);
  yield* attempt(sys.recvfrom(listener, 9, MSG_DONTWAIT));
  yield* attempt(sys.recvfrom(listener, 9, MSG_DONTWAIT));
  yield* sys.sendto(sender.fd, bytes("one"), 0, { address: "127.0.0.1", port: name.port });
  yield* attempt(sys.recvfrom(listener, 9, MSG_DONTWAIT));
});
agree("who is bound there sends from an address of its own; ip(7)", function* (sys) {
  const fd = yield* udpSocket(sys);
  yield* sys.bind(fd, { address: EVERYBODY, port: 0 });
  const other = yield* boundUdp(sys);
  yield* sys.sendto(fd, bytes("x"), 0, other.name);
  yield* attempt(sys.recvfrom(other.fd, 9, MSG_DONTWAIT));
  yield* sys.getsockname(fd);
  yield* sys.connect(fd, other.name);
  yield* sys.getsockname(fd);
  yield* sys.send(fd, bytes("y"), 0);
  yield* attempt(sys.recvfrom(other.fd, 9, MSG_DONTWAIT));
});
agree("nobody connects by TCP to everybody; connect(2)", function* (sys) {
  const fd = yield* tcpSocket(sys);
  yield* attempt(sys.connect(fd, { address: EVERYBODY, port: 9 }));
  yield* sys.getsockname(fd);
});

export const broadcast = suite;
