/** One socket through several descriptors, in several processes: what belongs to the socket, what to the descriptor. */
import {
  bytes,
  F_GETFD,
  F_GETFL,
  F_SETFD,
  F_SETFL,
  FD_CLOEXEC,
  FIONBIO,
  MSG_DONTWAIT,
  O_NONBLOCK,
  POLLIN,
  SHUT_WR,
  SO_KEEPALIVE,
  SOCK_CLOEXEC,
  SOL_SOCKET,
} from "fd3";
import { attempt, walks } from "../program";
import { boundUdp, connected, listening, moment, ready, tcpSocket, udpSocket, until } from "./ends";

const { suite, agree } = walks();

agree("O_NONBLOCK is the open file's, FD_CLOEXEC the descriptor's; dup(2), fcntl(2)", function* (sys) {
  const [, s] = yield* connected(sys);
  const copy = yield* sys.dup(s);
  yield* sys.fcntl(copy, F_SETFL, O_NONBLOCK);
  yield* attempt(sys.recv(s, 1, 0));
  yield* sys.ioctl(s, FIONBIO, 0);
  yield* sys.fcntl(copy, F_GETFL);
  yield* sys.ioctl(copy, FIONBIO, 1);
  yield* sys.fcntl(s, F_GETFL);
  yield* sys.fcntl(copy, F_SETFD, FD_CLOEXEC);
  yield* sys.fcntl(s, F_GETFD);
  yield* sys.fcntl(copy, F_GETFD);
});
agree("a child's close ends nothing, its shutdown does; fork(2), shutdown(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.fork(function* child(t) {
    yield* t.close(c);
  });
  yield* sys.waitpid(-1, 0);
  yield* moment(sys);
  yield* ready(sys, s);
  yield* sys.fork(function* child(t) {
    yield* t.shutdown(c, SHUT_WR);
  });
  yield* sys.waitpid(-1, 0);
  yield* until(sys, s, POLLIN);
  yield* sys.recv(s, 1, 0);
  yield* attempt(sys.send(c, bytes("x"), 0x4000));
});
agree("parent and child write to one connection; fork(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(c, bytes("parent "), 0);
  yield* sys.fork(function* child(t) {
    yield* t.send(c, bytes("child"), 0);
  });
  yield* sys.waitpid(-1, 0);
  yield* sys.close(c);
  yield* moment(sys);
  yield* sys.recv(s, 50, 0);
  yield* sys.recv(s, 50, 0);
});
agree("an option set by a child holds for its parent; setsockopt(2)", function* (sys) {
  const fd = yield* tcpSocket(sys);
  yield* sys.fork(function* child(t) {
    yield* t.setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    yield* t.bind(fd, { address: "127.0.0.1", port: 0 });
  });
  yield* sys.waitpid(-1, 0);
  yield* sys.getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE);
  yield* sys.getsockname(fd);
});
agree("SOCK_CLOEXEC: the connection ends with execve, if nobody else has it; execve(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  yield* sys.fork(function* child(t) {
    const kept = yield* t.socket(2, 1);
    yield* t.connect(kept, name);
    const closed = yield* t.socket(2, 1 | SOCK_CLOEXEC);
    yield* t.connect(closed, name);
    yield* t.execve(function* next(u) {
      yield* u.send(kept, bytes("still open"), 0);
      yield* attempt(u.send(closed, bytes("gone"), 0));
    });
  });
  const first = yield* sys.accept(listener);
  const second = yield* sys.accept(listener);
  yield* sys.waitpid(-1, 0);
  yield* sys.recv(first, 50, 0);
  yield* sys.recv(second, 50, 0);
});
agree("a listener shared by two children: each takes a connection; accept(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  for (let i = 0; i < 2; i++) {
    const pid = yield* sys.fork(function* server(t) {
      const s = yield* t.accept(listener);
      yield* t.send(s, bytes(`served ${i}`), 0);
    });
    const c = yield* tcpSocket(sys);
    yield* sys.connect(c, name);
    yield* sys.recv(c, 50, 0);
    yield* sys.waitpid(pid, 0);
  }
});
agree("a datagram for a socket that two processes have goes to whoever reads first; recv(2)", function* (sys) {
  const { fd, name } = yield* boundUdp(sys);
  const sender = yield* udpSocket(sys);
  for (const word of ["one", "two"]) yield* sys.sendto(sender, bytes(word), 0, name);
  yield* sys.fork(function* child(t) {
    yield* t.recv(fd, 10, 0);
  });
  yield* sys.waitpid(-1, 0);
  yield* sys.recv(fd, 10, 0);
  yield* attempt(sys.recv(fd, 10, MSG_DONTWAIT));
});
agree("stdin and stdout may be a connection: dup2; dup(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.dup2(c, 0);
  yield* sys.close(c);
  yield* sys.send(s, bytes("question"), 0);
  yield* sys.read(0, 50);
  yield* sys.write(0, bytes("answer"));
  yield* sys.recv(s, 50, 0);
  yield* sys.close(0);
  yield* until(sys, s, POLLIN);
  yield* sys.recv(s, 50, 0);
});

export const sharing = suite;
