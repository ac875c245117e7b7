/** Errors of datagram sockets that only some of the sending calls have in other programs: send(2), udp(7), unix(7). */
import { AF_INET, AF_UNIX, bytes, MSG_DONTWAIT, MSG_OOB, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM } from "fd3";
import { attempt, type Suite, walks } from "./program";

const { suite, agree } = walks();

const BROADCAST = { address: "127.255.255.255", port: 9 };

agree("writev without a peer, on UDP: EDESTADDRREQ; udp(7)", function* (sys) {
  const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
  yield* attempt(sys.writev(fd, [bytes("x")]));
  yield* attempt(sys.write(fd, bytes("x")));
});
agree("to a broadcast address without SO_BROADCAST: EACCES; udp(7)", function* (sys) {
  const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
  yield* attempt(sys.sendto(fd, bytes("x"), 0, BROADCAST));
  yield* attempt(sys.sendmsg(fd, { iov: [bytes("x")], name: BROADCAST }, 0));
  yield* attempt(sys.connect(fd, BROADCAST));
});
agree("MSG_OOB where there is no out-of-band data: EOPNOTSUPP; send(2)", function* (sys) {
  for (const type of [SOCK_DGRAM, SOCK_SEQPACKET]) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, type);
    yield* attempt(sys.send(a, bytes("x"), MSG_OOB));
    yield* attempt(sys.sendto(a, bytes("x"), MSG_OOB, null));
    yield* attempt(sys.sendmsg(a, { iov: [bytes("x")] }, MSG_OOB));
    yield* attempt(sys.recv(b, 1, MSG_OOB | MSG_DONTWAIT));
  }
  const udp = yield* sys.socket(AF_INET, SOCK_DGRAM);
  yield* attempt(sys.sendto(udp, bytes("x"), MSG_OOB, { address: "127.0.0.1", port: 9 }));
  yield* attempt(sys.send(udp, bytes("x"), MSG_OOB));
});
agree("a flag that is no number; send(2)", function* (sys) {
  const [a] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
  yield* attempt(sys.send(a, bytes("x"), "none" as never));
  yield* attempt(sys.recv(a, 1, "none" as never));
});

export const datagramErrors: Suite = suite;
