import {
  AF_UNIX,
  bytes,
  F_GETFD,
  F_GETFL,
  F_GETPIPE_SZ,
  F_SETPIPE_SZ,
  FIONREAD,
  MSG_DONTWAIT,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  O_NONBLOCK,
  SIOCOUTQ,
  SO_ACCEPTCONN,
  SO_DOMAIN,
  SO_ERROR,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SO_SNDBUF,
  SO_TYPE,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
} from "fd3";
import { attempt, walks } from "../program";

const { suite, agree } = walks();

agree("sizes of a pipe and what it holds; fcntl(2), pipe(7)", function* (sys) {
  const [r, w] = yield* sys.pipe2(O_NONBLOCK);
  for (const size of [1, 4096, 4097, 65_536, 100_000]) {
    yield* attempt(sys.fcntl(w, F_SETPIPE_SZ, size));
    yield* sys.fcntl(r, F_GETPIPE_SZ);
  }
  yield* sys.fcntl(w, F_SETPIPE_SZ, 8192);
  yield* attempt(sys.write(w, new Uint8Array(4000)));
  yield* attempt(sys.write(w, new Uint8Array(200)));
  yield* attempt(sys.write(w, new Uint8Array(4000)));
  yield* attempt(sys.write(w, new Uint8Array(3896)));
  yield* attempt(sys.write(w, new Uint8Array(1)));
  yield* attempt(sys.fcntl(w, F_SETPIPE_SZ, 4096));
  yield* sys.ioctl(r, FIONREAD);
  yield* sys.read(r, 4000);
  yield* attempt(sys.write(w, new Uint8Array(5000)));
  yield* sys.ioctl(r, FIONREAD);
});
agree("what a socketpair refuses, and flags it is born with; socketpair(2)", function* (sys) {
  yield* attempt(sys.socketpair(AF_UNIX, 9));
  yield* attempt(sys.socketpair(AF_UNIX, SOCK_STREAM, 5));
  yield* attempt(sys.socketpair(AF_UNIX, SOCK_STREAM, 1));
  yield* attempt(sys.socketpair(77, SOCK_STREAM));
  const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK);
  yield* sys.fcntl(a, F_GETFD);
  yield* sys.fcntl(b, F_GETFL);
  yield* attempt(sys.read(a, 1));
  yield* attempt(sys.lseek(a, 0, 0));
  yield* attempt(sys.pread(a, 1, 0));
  yield* attempt(sys.ftruncate(a, 0));
  yield* sys.fstat(a);
  for (const option of [SO_TYPE, SO_DOMAIN, SO_PROTOCOL, SO_ERROR, SO_ACCEPTCONN, SO_RCVTIMEO]) {
    yield* sys.getsockopt(a, SOL_SOCKET, option);
  }
  yield* attempt(sys.getsockopt(a, SOL_SOCKET, 9999));
  yield* attempt(sys.getsockopt(0, SOL_SOCKET, SO_TYPE));
  yield* attempt(sys.listen(a, 1));
  yield* attempt(sys.accept(a));
  yield* attempt(sys.connect(a, { path: "/tmp/none" }));
  yield* sys.getsockname(a);
  yield* sys.getpeername(a);
});
agree("buffer sizes are doubled, and have bounds; socket(7)", function* (sys) {
  const [a] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
  yield* sys.setsockopt(a, SOL_SOCKET, SO_SNDBUF, 10_000);
  yield* sys.getsockopt(a, SOL_SOCKET, SO_SNDBUF);
  yield* sys.setsockopt(a, SOL_SOCKET, SO_RCVBUF, 10_000);
  yield* sys.getsockopt(a, SOL_SOCKET, SO_RCVBUF);
  yield* sys.setsockopt(a, SOL_SOCKET, SO_SNDBUF, 1);
  yield* sys.getsockopt(a, SOL_SOCKET, SO_SNDBUF);
  yield* sys.setsockopt(a, SOL_SOCKET, SO_RCVBUF, 1);
  yield* sys.getsockopt(a, SOL_SOCKET, SO_RCVBUF);
});
agree("messages: parts, peeking, cutting; recvmsg(2)", function* (sys) {
  for (const type of [SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET]) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, type);
    yield* sys.sendmsg(a, { iov: [bytes("ab"), bytes(""), bytes("cde")] }, 0);
    yield* sys.send(a, bytes("second"), 0);
    yield* sys.ioctl(b, FIONREAD);
    yield* attempt(sys.ioctl(a, SIOCOUTQ));
    yield* sys.recvmsg(b, [2, 1], MSG_PEEK);
    yield* sys.recvmsg(b, [1, 2], 0);
    yield* sys.recvfrom(b, 3, MSG_TRUNC);
    yield* attempt(sys.recv(b, 100, MSG_DONTWAIT));
    yield* attempt(sys.recv(b, 100, MSG_DONTWAIT));
    yield* sys.send(a, bytes("12345"), 0);
    yield* sys.recv(b, 0, 0);
    yield* attempt(sys.recv(b, 5, MSG_WAITALL));
    yield* attempt(sys.recv(b, 5, MSG_DONTWAIT));
    yield* sys.close(a);
    yield* attempt(sys.recv(b, 5, MSG_DONTWAIT));
    yield* attempt(sys.send(b, bytes("x"), 0x4000));
  }
});
agree("SO_RCVTIMEO ends a recv with EAGAIN; socket(7)", function* (sys) {
  const [a] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
  yield* sys.setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, { tv_sec: 0, tv_usec: 20_000 });
  yield* attempt(sys.recv(a, 1, 0));
  yield* attempt(sys.read(a, 1));
});
agree("socket calls on what is no socket fail with ENOTSOCK; socket(7)", function* (sys) {
  const [r] = yield* sys.pipe();
  yield* attempt(sys.send(r, bytes("x"), 0));
  yield* attempt(sys.recv(r, 1, 0));
  yield* attempt(sys.bind(r, { path: "/tmp/x" }));
  yield* attempt(sys.listen(r, 1));
  yield* attempt(sys.accept(r));
  yield* attempt(sys.connect(r, { path: "/tmp/x" }));
  yield* attempt(sys.shutdown(r, 0));
  yield* attempt(sys.getsockname(r));
  yield* attempt(sys.getpeername(r));
  yield* attempt(sys.setsockopt(r, SOL_SOCKET, SO_SNDBUF, 1));
  yield* attempt(sys.recvmsg(r, [1], 0));
  yield* attempt(sys.sendmsg(r, { iov: [bytes("x")] }, 0));
  yield* attempt(sys.send(77, bytes("x"), 0));
});

export const pipeWalks = suite;
