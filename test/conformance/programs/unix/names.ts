/** Names of Unix-domain sockets: paths, abstract names, none; unix(7), bind(2), connect(2). */
import {
  AF_INET,
  AF_UNIX,
  AF_UNSPEC,
  bytes,
  MSG_DONTWAIT,
  O_CREAT,
  O_RDONLY,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  type Sys,
} from "fd3";
import { attempt, byResult, one, type Suite, walks } from "../program";

const { suite, agree } = walks();

const AT = { path: "/tmp/at" };
const ABSTRACT = { path: "\0at" };

agree("bind makes a name in the file system, with the mode of a socket; unix(7)", function* (sys) {
  const fd = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.bind(fd, AT);
  yield* sys.stat("/tmp/at");
  yield* sys.getsockname(fd);
});
agree("the name outlives its socket, and is in the way until unlink; unix(7)", function* (sys) {
  const fd = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.bind(fd, AT);
  yield* sys.close(fd);
  const again = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* attempt(sys.bind(again, AT));
  yield* attempt(sys.connect(again, AT));
  yield* sys.unlink("/tmp/at");
  yield* attempt(sys.bind(again, AT));
});
agree("a name that is unlinked leads nowhere, though its socket still listens; unix(7)", function* (sys) {
  const fd = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.bind(fd, AT);
  yield* sys.listen(fd, 1);
  yield* sys.unlink("/tmp/at");
  const client = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* attempt(sys.connect(client, AT));
  yield* sys.getsockname(fd);
});
agree("an abstract name is gone with its socket; unix(7)", function* (sys) {
  const fd = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
  yield* sys.bind(fd, ABSTRACT);
  const second = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
  yield* attempt(sys.bind(second, ABSTRACT));
  yield* sys.close(fd);
  yield* attempt(sys.bind(second, ABSTRACT));
});
agree("an abstract name outlives the connections that were accepted through it; unix(7)", function* (sys) {
  const listener = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.bind(listener, ABSTRACT);
  yield* sys.listen(listener, 2);
  for (let i = 0; i < 2; i++) {
    const client = yield* sys.socket(AF_UNIX, SOCK_STREAM);
    yield* attempt(sys.connect(client, ABSTRACT));
    const server = yield* sys.accept(listener);
    yield* sys.getsockname(server);
    yield* sys.close(server);
    yield* sys.close(client);
  }
});
agree(
  "a stream and a datagram socket may have the same abstract name, but not the same path; unix(7)",
  function* (sys) {
    const stream = yield* sys.socket(AF_UNIX, SOCK_STREAM);
    const datagram = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
    yield* attempt(sys.bind(stream, ABSTRACT));
    yield* attempt(sys.bind(datagram, ABSTRACT));
    const otherStream = yield* sys.socket(AF_UNIX, SOCK_STREAM);
    const otherDatagram = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
    yield* attempt(sys.bind(otherStream, AT));
    yield* attempt(sys.bind(otherDatagram, AT));
  },
);
agree("a socket has one name; bind(2)", function* (sys) {
  const fd = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.bind(fd, AT);
  yield* attempt(sys.bind(fd, { path: "/tmp/other" }));
  yield* attempt(sys.stat("/tmp/other"));
  yield* attempt(sys.bind(fd, ABSTRACT));
  yield* attempt(sys.bind(fd, { path: "" }));
  yield* sys.getsockname(fd);
});
agree("bind: what is wrong with the path; bind(2)", function* (sys) {
  yield* sys.close(yield* sys.open("/tmp/file", O_RDONLY | O_CREAT, 0o644));
  const fd = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  for (const path of ["/tmp/none/at", "/tmp/file/at", "/tmp/file", "/tmp", "/tmp/at/"]) {
    yield* attempt(sys.bind(fd, { path }));
  }
});
agree("connect: what is wrong with the path; connect(2)", function* (sys) {
  yield* sys.close(yield* sys.open("/tmp/file", O_RDONLY | O_CREAT, 0o644));
  const fd = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  for (const path of ["/tmp/none", "/tmp/none/at", "/tmp/file/at", "/tmp/file", "/tmp", ""]) {
    yield* attempt(sys.connect(fd, { path }));
  }
});
agree("an address of another family; bind(2), connect(2)", function* (sys) {
  for (const type of [SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET]) {
    const fd = yield* sys.socket(AF_UNIX, type);
    yield* attempt(sys.bind(fd, { family: AF_INET, address: "127.0.0.1", port: 1 }));
    yield* attempt(sys.connect(fd, { family: AF_INET, address: "127.0.0.1", port: 1 }));
    yield* attempt(sys.bind(fd, { family: AF_UNSPEC }));
  }
});
agree("a socket of another type: EPROTOTYPE; connect(2)", function* (sys) {
  const listener = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.bind(listener, AT);
  yield* sys.listen(listener, 1);
  for (const type of [SOCK_DGRAM, SOCK_SEQPACKET]) {
    const fd = yield* sys.socket(AF_UNIX, type);
    yield* attempt(sys.connect(fd, AT));
  }
  const datagram = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
  yield* attempt(sys.sendto(datagram, bytes("x"), 0, AT));
  yield* attempt(sys.sendmsg(datagram, { iov: [bytes("x")], name: AT }, 0));
});
agree("connecting to a socket that is bound but doesn't listen: ECONNREFUSED; connect(2)", function* (sys) {
  const bound = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.bind(bound, AT);
  const client = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* attempt(sys.connect(client, AT));
  yield* sys.listen(bound, 1);
  yield* attempt(sys.connect(client, AT));
  yield* attempt(sys.connect(client, AT));
});
agree("a client that is bound tells its name to the server; unix(7)", function* (sys) {
  const listener = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.bind(listener, AT);
  yield* sys.listen(listener, 1);
  const client = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.bind(client, { path: "/tmp/client" });
  yield* sys.connect(client, AT);
  const server = yield* sys.accept(listener);
  yield* sys.getpeername(server);
  yield* sys.getpeername(client);
  yield* sys.write(client, bytes("x"));
  yield* sys.recvfrom(server, 1, 0);
});
agree("a full backlog: EAGAIN for who doesn't wait; connect(2)", function* (sys: Sys) {
  const listener = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.bind(listener, AT);
  yield* sys.listen(listener, 1);
  for (let i = 0; i < 3; i++) {
    const fd = yield* sys.socket(AF_UNIX, SOCK_STREAM | 0o4000);
    yield* attempt(sys.connect(fd, AT));
  }
  yield* sys.accept(listener);
  const late = yield* sys.socket(AF_UNIX, SOCK_STREAM | 0o4000);
  yield* attempt(sys.connect(late, AT));
});
agree("a sender without a name: nobody to answer; recvfrom(2)", function* (sys) {
  const receiver = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
  yield* sys.bind(receiver, ABSTRACT);
  const sender = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
  yield* sys.sendto(sender, bytes("who?"), 0, ABSTRACT);
  yield* sys.recvfrom(receiver, 10, 0);
  yield* sys.bind(sender, { path: "\0me" });
  yield* sys.sendto(sender, bytes("me"), 0, ABSTRACT);
  const { address } = yield* sys.recvfrom(receiver, 10, 0);
  if (address !== null) yield* sys.sendto(receiver, bytes("hello"), 0, address);
  yield* sys.recvfrom(sender, 10, MSG_DONTWAIT);
});
agree("a datagram socket is connected again and again, and dissolved; connect(2)", function* (sys) {
  const one = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
  yield* sys.bind(one, { path: "\0one" });
  const two = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
  yield* sys.bind(two, { path: "\0two" });
  const fd = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
  yield* sys.connect(fd, { path: "\0one" });
  yield* sys.send(fd, bytes("1"), 0);
  yield* sys.connect(fd, { path: "\0two" });
  yield* sys.send(fd, bytes("2"), 0);
  yield* sys.getpeername(fd);
  yield* sys.connect(fd, { family: AF_UNSPEC });
  yield* attempt(sys.send(fd, bytes("3"), 0));
  yield* attempt(sys.getpeername(fd));
  yield* sys.recv(one, 9, MSG_DONTWAIT);
  yield* sys.recv(two, 9, MSG_DONTWAIT);
});
agree("a connected datagram socket takes messages from its peer only; unix(7)", function* (sys) {
  const fd = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
  yield* sys.bind(fd, { path: "\0fd" });
  const peer = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
  yield* sys.bind(peer, { path: "\0peer" });
  yield* sys.connect(fd, { path: "\0peer" });
  const stranger = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
  yield* attempt(sys.sendto(stranger, bytes("x"), 0, { path: "\0fd" }));
  yield* attempt(sys.connect(stranger, { path: "\0fd" }));
  yield* attempt(sys.sendto(peer, bytes("y"), 0, { path: "\0fd" }));
  yield* sys.recv(fd, 9, MSG_DONTWAIT);
});
agree("listen: without a name, on a datagram socket, on a connected one, and again; listen(2)", function* (sys) {
  const fd = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* attempt(sys.listen(fd, 1));
  yield* sys.bind(fd, AT);
  yield* attempt(sys.listen(fd, 1));
  yield* attempt(sys.listen(fd, 5));
  yield* attempt(sys.listen(fd, -1));
  const datagram = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
  yield* attempt(sys.listen(datagram, 1));
  yield* attempt(sys.accept(datagram));
  const [a] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
  yield* attempt(sys.listen(a, 1));
  yield* attempt(sys.accept(a));
});
agree("socket: families, types, protocols and flags that don't exist; socket(2)", function* (sys) {
  yield* attempt(sys.socket(AF_UNSPEC, SOCK_STREAM));
  yield* attempt(sys.socket(AF_UNIX, 0));
  yield* attempt(sys.socket(AF_UNIX, 15));
  yield* attempt(sys.socket(AF_UNIX, SOCK_STREAM | 0x100));
  yield* attempt(sys.socket(AF_UNIX, SOCK_STREAM, 6));
  yield* attempt(sys.socketpair(AF_INET, SOCK_STREAM));
  yield* attempt(sys.socketpair(AF_INET, SOCK_DGRAM));
});
agree("every socket call on a closed descriptor; socket(2)", function* (sys) {
  const fd = 77;
  yield* attempt(sys.bind(fd, AT));
  yield* attempt(sys.listen(fd, 1));
  yield* attempt(sys.accept(fd));
  yield* attempt(sys.accept4(fd, 0));
  yield* attempt(sys.connect(fd, AT));
  yield* attempt(sys.shutdown(fd, 0));
  yield* attempt(sys.getsockname(fd));
  yield* attempt(sys.getpeername(fd));
  yield* attempt(sys.getsockopt(fd, 1, 3));
  yield* attempt(sys.setsockopt(fd, 1, 7, 1));
  yield* attempt(sys.send(fd, bytes("x"), 0));
  yield* attempt(sys.sendto(fd, bytes("x"), 0, AT));
  yield* attempt(sys.sendmsg(fd, { iov: [bytes("x")] }, 0));
  yield* attempt(sys.recv(fd, 1, 0));
  yield* attempt(sys.recvfrom(fd, 1, 0));
  yield* attempt(sys.recvmsg(fd, [1], 0));
});
agree("every socket call on a file; socket(2)", function* (sys) {
  const fd = yield* sys.open("/tmp", O_RDONLY);
  yield* attempt(sys.accept4(fd, 0));
  yield* attempt(sys.connect(fd, AT));
  yield* attempt(sys.getsockopt(fd, 1, 3));
  yield* attempt(sys.sendto(fd, bytes("x"), 0, AT));
  yield* attempt(sys.sendmsg(fd, { iov: [bytes("x")] }, 0));
  yield* attempt(sys.recvfrom(fd, 1, 0));
  yield* attempt(sys.recvmsg(fd, [1], 0));
});

export const unixNames: Suite = {
  ...suite,
  "a name that the kernel has chosen leads to its socket": byResult(
    one("unix(7), autobind", function* (sys) {
      const receiver = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
      yield* sys.bind(receiver, { path: "" });
      const name = yield* sys.getsockname(receiver);
      const sender = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
      yield* sys.sendto(sender, bytes("x"), 0, name);
      yield* sys.connect(sender, name);
      yield* sys.send(sender, bytes("yz"), 0);
      return [(yield* sys.recv(receiver, 9, 0)).length, (yield* sys.recv(receiver, 9, 0)).length];
    }),
  ),
};
