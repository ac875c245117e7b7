/** Sending and receiving on Unix-domain sockets: every call on every type, in the states that refuse it; send(2), recv(2). */
import {
  AF_UNIX,
  bytes,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  MSG_PEEK,
  MSG_TRUNC,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SIG_IGN,
  SIGPIPE,
  SIOCATMARK,
  SO_ERROR,
  SO_PASSCRED,
  SO_RCVTIMEO,
  SO_SNDBUF,
  SO_SNDTIMEO,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  type Sys,
} from "fd3";
import { attempt, type Suite, walks } from "../program";

const { suite, agree } = walks();

const types = { stream: SOCK_STREAM, datagram: SOCK_DGRAM, seqpacket: SOCK_SEQPACKET };
const SHORT = { tv_sec: 0, tv_usec: 20_000 };

/** Every call that sends. */
function* sendEach(sys: Sys, fd: number, flags = MSG_NOSIGNAL) {
  yield* attempt(sys.send(fd, bytes("a"), flags));
  yield* attempt(sys.sendto(fd, bytes("b"), flags, null));
  yield* attempt(sys.sendmsg(fd, { iov: [bytes("c"), bytes("d")] }, flags));
  yield* attempt(sys.write(fd, bytes("e")));
  yield* attempt(sys.writev(fd, [bytes("f"), bytes("g")]));
}

/** Every call that receives. */
function* receiveEach(sys: Sys, fd: number) {
  yield* attempt(sys.recv(fd, 9, MSG_DONTWAIT));
  yield* attempt(sys.recvfrom(fd, 9, MSG_DONTWAIT));
  yield* attempt(sys.recvmsg(fd, [1, 9], MSG_DONTWAIT));
}

for (const [name, type] of Object.entries(types)) {
  agree(`${name}: every call sends, every call receives; send(2), recv(2)`, function* (sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, type);
    yield* sendEach(sys, a);
    yield* receiveEach(sys, b);
    yield* receiveEach(sys, b);
  });
  agree(`${name}: without a peer; send(2), recv(2)`, function* (sys) {
    yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
    const fd = yield* sys.socket(AF_UNIX, type);
    yield* sendEach(sys, fd);
    yield* receiveEach(sys, fd);
    yield* attempt(sys.getpeername(fd));
    yield* attempt(sys.shutdown(fd, SHUT_RDWR));
  });
  agree(`${name}: an address on a socket that has a peer; sendto(2)`, function* (sys) {
    const [a] = yield* sys.socketpair(AF_UNIX, type);
    yield* attempt(sys.sendto(a, bytes("x"), 0, { path: "\0nobody" }));
    yield* attempt(sys.sendmsg(a, { iov: [bytes("x")], name: { path: "\0nobody" } }, 0));
    yield* attempt(sys.sendmsg(a, { iov: [bytes("x")], name: { path: "/tmp/nobody" } }, 0));
  });
  agree(`${name}: after shutdown of writing; shutdown(2)`, function* (sys) {
    yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
    const [a, b] = yield* sys.socketpair(AF_UNIX, type);
    yield* sys.shutdown(a, SHUT_WR);
    yield* sendEach(sys, a);
    yield* receiveEach(sys, b);
    yield* sendEach(sys, b);
  });
  agree(`${name}: after shutdown of reading; shutdown(2)`, function* (sys) {
    yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
    const [a, b] = yield* sys.socketpair(AF_UNIX, type);
    yield* sys.shutdown(a, SHUT_RD);
    yield* receiveEach(sys, a);
    yield* sendEach(sys, b);
    yield* sendEach(sys, a);
  });
  agree(`${name}: after the peer has closed; unix(7)`, function* (sys) {
    yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
    const [a, b] = yield* sys.socketpair(AF_UNIX, type);
    yield* sys.send(b, bytes("last"), 0);
    yield* sys.close(b);
    yield* sendEach(sys, a);
    yield* receiveEach(sys, a);
    yield* sys.getsockopt(a, SOL_SOCKET, SO_ERROR);
  });
  agree(`${name}: after the peer has closed with something unread: who reports the reset; unix(7)`, function* (sys) {
    yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
    for (const look of [
      (fd: number) => sys.read(fd, 1),
      (fd: number) => sys.recvmsg(fd, [1], 0),
      (fd: number) => sys.recvfrom(fd, 1, MSG_DONTWAIT),
      (fd: number) => sys.sendmsg(fd, { iov: [bytes("x")] }, 0),
      (fd: number) => sys.sendto(fd, bytes("x"), 0, null),
    ]) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, type);
      yield* sys.send(a, bytes("unread"), 0);
      yield* sys.close(b);
      if (type === SOCK_DGRAM) yield* sys.shutdown(a, SHUT_RD);
      yield* attempt<unknown>(look(a));
      yield* sys.getsockopt(a, SOL_SOCKET, SO_ERROR);
    }
  });
  agree(`${name}: a full socket, for who doesn't wait, and for who waits a while; send(2)`, function* (sys) {
    const [a] = yield* sys.socketpair(AF_UNIX, type);
    yield* sys.setsockopt(a, SOL_SOCKET, SO_SNDBUF, 4608);
    while ((yield* attempt(sys.send(a, new Uint8Array(100), MSG_DONTWAIT))) === 100);
    yield* attempt(sys.sendto(a, bytes("x"), MSG_DONTWAIT, null));
    yield* attempt(sys.sendmsg(a, { iov: [bytes("x")] }, MSG_DONTWAIT));
    yield* sys.setsockopt(a, SOL_SOCKET, SO_SNDTIMEO, SHORT);
    yield* attempt(sys.send(a, bytes("x"), 0));
    yield* attempt(sys.write(a, bytes("x")));
  });
  agree(`${name}: an empty socket, for who waits a while; recv(2)`, function* (sys) {
    const [a] = yield* sys.socketpair(AF_UNIX, type);
    yield* sys.setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, SHORT);
    yield* attempt(sys.recv(a, 1, 0));
    yield* attempt(sys.recvfrom(a, 1, 0));
    yield* attempt(sys.recvmsg(a, [1], 0));
    yield* attempt(sys.readv(a, [1]));
  });
  agree(`${name}: peeking, and asking how long it really was; recv(2)`, function* (sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, type);
    yield* sys.send(a, bytes("123456"), 0);
    yield* sys.recvmsg(b, [2], MSG_PEEK);
    yield* sys.recvfrom(b, 3, MSG_PEEK);
    yield* sys.recvmsg(b, [2], MSG_TRUNC);
    yield* attempt(sys.recv(b, 9, MSG_DONTWAIT));
  });
  agree(`${name}: flags of sendmsg and recvmsg that only the kernel may set; sendmsg(2)`, function* (sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, type);
    yield* attempt(sys.sendmsg(a, { iov: [bytes("x")] }, 0x8000_0000));
    yield* attempt(sys.recvmsg(b, [1], 0x8000_0000 | MSG_DONTWAIT));
  });
  agree(`${name}: options that can't be set, don't exist, or belong elsewhere; getsockopt(2)`, function* (sys) {
    const [a] = yield* sys.socketpair(AF_UNIX, type);
    yield* attempt(sys.setsockopt(a, SOL_SOCKET, SO_TYPE, 1));
    yield* attempt(sys.setsockopt(a, SOL_SOCKET, 9999, 1));
    yield* attempt(sys.getsockopt(a, SOL_SOCKET, 9999));
    yield* attempt(sys.setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, 5));
    yield* attempt(sys.getsockopt(a, 6, 1));
    yield* attempt(sys.setsockopt(a, 77, 1, 1));
  });
  agree(`${name}: shutdown of what there is not; shutdown(2)`, function* (sys) {
    const [a] = yield* sys.socketpair(AF_UNIX, type);
    yield* attempt(sys.shutdown(a, 3));
    yield* attempt(sys.shutdown(a, -1));
    yield* attempt(sys.shutdown(1, SHUT_RD));
  });
}

agree("a datagram and a packet that are longer than the send buffer: EMSGSIZE; send(2)", function* (sys) {
  for (const type of [SOCK_DGRAM, SOCK_SEQPACKET]) {
    const [a] = yield* sys.socketpair(AF_UNIX, type);
    yield* attempt(sys.send(a, new Uint8Array(400_000), 0));
    yield* attempt(sys.sendto(a, new Uint8Array(400_000), 0, null));
    yield* attempt(sys.sendmsg(a, { iov: [new Uint8Array(200_000), new Uint8Array(200_000)] }, 0));
    yield* attempt(sys.write(a, new Uint8Array(400_000)));
  }
});
agree("a datagram to a socket that is gone: ECONNREFUSED, each time; send(2)", function* (sys) {
  const server = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
  yield* sys.bind(server, { path: "/tmp/gone" });
  const client = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
  yield* sys.connect(client, { path: "/tmp/gone" });
  yield* sys.close(server);
  yield* attempt(sys.send(client, bytes("x"), 0));
  yield* attempt(sys.send(client, bytes("x"), 0));
  yield* attempt(sys.sendto(client, bytes("x"), 0, { path: "/tmp/gone" }));
});
agree("an address without a name is wrong before anything else is; sendto(2)", function* (sys) {
  const [a] = yield* sys.socketpair(AF_UNIX, SOCK_DGRAM);
  yield* sys.shutdown(a, SHUT_RDWR);
  yield* attempt(sys.sendto(a, bytes("x"), MSG_NOSIGNAL, { path: "" }));
  yield* attempt(sys.sendto(a, bytes("x"), MSG_NOSIGNAL, null));
});
agree("where out-of-band bytes stand can be asked of streams only; unix(7)", function* (sys) {
  for (const type of [SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET]) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, type);
    yield* attempt(sys.ioctl(a, SIOCATMARK));
    yield* sys.send(b, bytes("x"), 0);
    yield* attempt(sys.ioctl(a, SIOCATMARK));
  }
});
agree("who passes credentials gets a name when it connects; unix(7), SO_PASSCRED", function* (sys) {
  const listener = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.bind(listener, { path: "\0named" });
  yield* sys.listen(listener, 2);
  const client = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.setsockopt(client, SOL_SOCKET, SO_PASSCRED, 1);
  yield* sys.connect(client, { path: "\0named" });
  // The name is chosen at random: it can be told only that it is taken.
  yield* attempt(sys.bind(client, { path: "\0another" }));
});
agree("shutdown of a connection in the queue, before it is accepted; shutdown(2)", function* (sys) {
  yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
  const listener = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.bind(listener, { path: "\0early" });
  yield* sys.listen(listener, 1);
  const client = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.connect(client, { path: "\0early" });
  yield* sys.write(client, bytes("early"));
  yield* sys.shutdown(client, SHUT_RDWR);
  const server = yield* sys.accept(listener);
  yield* sys.read(server, 9);
  yield* sys.read(server, 9);
  yield* attempt(sys.write(server, bytes("late")));
});
agree("a listener that closes: who waited in its queue sees a reset; close(2)", function* (sys) {
  const listener = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.bind(listener, { path: "\0closing" });
  yield* sys.listen(listener, 2);
  const client = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.connect(client, { path: "\0closing" });
  yield* sys.close(listener);
  yield* attempt(sys.recv(client, 1, MSG_DONTWAIT));
  yield* attempt(sys.recv(client, 1, MSG_DONTWAIT));
  yield* attempt(sys.send(client, bytes("x"), MSG_NOSIGNAL));
});

export const unixMessages: Suite = suite;
