/** listen(2) and accept(2): the two queues, what accept gives, and what they refuse. */
import {
  bytes,
  F_GETFD,
  F_GETFL,
  F_SETFL,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  O_NONBLOCK,
  POLLIN,
  POLLOUT,
  RLIMIT_NOFILE,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SO_ACCEPTCONN,
  SO_RCVTIMEO,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOL_SOCKET,
} from "fd3";
import { attempt, walks } from "../program";
import {
  anyPort,
  boundUdp,
  connected,
  listening,
  moment,
  nameOf,
  ready,
  reset,
  states,
  tcpSocket,
  udpPair,
  until,
} from "./ends";

const { suite, agree } = walks();

agree("listen without bind takes a free port; listen(2)", function* (sys) {
  const fd = yield* tcpSocket(sys);
  yield* sys.listen(fd, 1);
  yield* states(sys, fd);
  yield* sys.getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN);
  yield* sys.fcntl(fd, F_SETFL, O_NONBLOCK);
  yield* attempt(sys.accept(fd));
});
agree("listen again changes the backlog only; listen(2)", function* (sys) {
  const { listener, name } = yield* listening(sys, 0);
  yield* sys.connect(yield* tcpSocket(sys), name);
  const waits = yield* tcpSocket(sys, SOCK_NONBLOCK);
  yield* attempt(sys.connect(waits, name));
  yield* states(sys, waits);
  yield* sys.listen(listener, 5);
  const next = yield* tcpSocket(sys, SOCK_NONBLOCK);
  yield* attempt(sys.connect(next, name));
  yield* until(sys, next, POLLOUT);
  yield* states(sys, next, waits);
});
agree("listen on what can't: EBADF, ENOTSOCK, EOPNOTSUPP, EINVAL; listen(2)", function* (sys) {
  const [r] = yield* sys.pipe();
  yield* attempt(sys.listen(77, 1));
  yield* attempt(sys.listen(r, 1));
  const { fd } = yield* boundUdp(sys);
  yield* attempt(sys.listen(fd, 1));
  const [c, s] = yield* connected(sys);
  yield* attempt(sys.listen(c, 1));
  yield* attempt(sys.listen(s, 1));
  yield* sys.shutdown(c, SHUT_RDWR);
  yield* attempt(sys.listen(c, 1));
});
agree("a negative backlog is a large one; listen(2)", function* (sys) {
  const { name } = yield* listening(sys, -1);
  for (let i = 0; i < 10; i++) {
    const c = yield* tcpSocket(sys, SOCK_NONBLOCK);
    yield* attempt(sys.connect(c, name));
    yield* until(sys, c, POLLOUT);
  }
});
for (const backlog of [0, 1, 3]) {
  agree(`listen(fd, ${backlog}) lets ${backlog + 1} in; the next keep trying; listen(2)`, function* (sys) {
    const { listener, name } = yield* listening(sys, backlog);
    const clients: number[] = [];
    for (let i = 0; i < backlog + 3; i++) {
      const c = yield* tcpSocket(sys, SOCK_NONBLOCK);
      yield* attempt(sys.connect(c, name));
      yield* moment(sys);
      yield* states(sys, c);
      clients.push(c);
    }
    for (let i = 0; i <= backlog; i++) yield* sys.accept(listener);
    yield* ready(sys, listener);
    yield* states(sys, ...clients);
    const late = yield* tcpSocket(sys, SOCK_NONBLOCK);
    yield* attempt(sys.connect(late, name));
    yield* until(sys, late, POLLOUT);
    yield* states(sys, late);
  });
}
agree("connections are accepted in the order in which they came; accept(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const clients: number[] = [];
  for (let i = 0; i < 3; i++) {
    const c = yield* tcpSocket(sys);
    yield* sys.connect(c, name);
    yield* sys.getsockname(c);
    clients.push(c);
  }
  for (let i = 0; i < 3; i++) yield* sys.getpeername(yield* sys.accept(listener));
});
agree("nobody there: EAGAIN where accept may not sleep; accept(2)", function* (sys) {
  const { listener } = yield* listening(sys);
  yield* sys.fcntl(listener, F_SETFL, O_NONBLOCK);
  yield* attempt(sys.accept(listener));
  yield* attempt(sys.accept4(listener, SOCK_NONBLOCK));
  yield* sys.fcntl(listener, F_SETFL, 0);
  yield* sys.setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, { tv_sec: 0, tv_usec: 20_000 });
  yield* attempt(sys.accept(listener));
});
agree("accept on what can't: EBADF, ENOTSOCK, EOPNOTSUPP, EINVAL; accept(2)", function* (sys) {
  const [r] = yield* sys.pipe();
  yield* attempt(sys.accept(77));
  yield* attempt(sys.accept(r));
  const { fd } = yield* boundUdp(sys);
  yield* attempt(sys.accept(fd));
  const fresh = yield* tcpSocket(sys);
  yield* attempt(sys.accept(fresh));
  yield* sys.bind(fresh, anyPort());
  yield* attempt(sys.accept(fresh));
  const [c] = yield* connected(sys);
  yield* attempt(sys.accept(c));
  const [a] = yield* udpPair(sys);
  yield* attempt(sys.accept4(a, SOCK_CLOEXEC));
});
agree("accept4's flags, and those that don't exist: EINVAL; accept4(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  yield* sys.fcntl(listener, F_SETFL, O_NONBLOCK);
  for (const flags of [0, SOCK_NONBLOCK, SOCK_CLOEXEC, SOCK_NONBLOCK | SOCK_CLOEXEC]) {
    const c = yield* tcpSocket(sys);
    yield* sys.connect(c, name);
    yield* until(sys, listener, POLLIN);
    const s = yield* sys.accept4(listener, flags);
    yield* sys.fcntl(s, F_GETFL);
    yield* sys.fcntl(s, F_GETFD);
  }
  yield* attempt(sys.accept4(listener, 1));
  yield* attempt(sys.accept4(77, 1));
});
agree("O_NONBLOCK isn't handed down by accept; accept(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  yield* sys.fcntl(listener, F_SETFL, O_NONBLOCK);
  yield* sys.connect(yield* tcpSocket(sys), name);
  yield* until(sys, listener, POLLIN);
  const s = yield* sys.accept(listener);
  yield* sys.fcntl(s, F_GETFL);
  yield* attempt(sys.recv(s, 1, MSG_DONTWAIT));
});
agree("no descriptor free: EMFILE, and the connection stays in the queue; accept(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const c = yield* tcpSocket(sys);
  yield* sys.connect(c, name);
  yield* sys.setrlimit(RLIMIT_NOFILE, c + 1);
  yield* attempt(sys.accept(listener));
  yield* attempt(sys.socket(2, 1));
  yield* ready(sys, listener);
  yield* sys.setrlimit(RLIMIT_NOFILE, c + 2);
  yield* sys.accept(listener);
  yield* ready(sys, listener);
});
agree("what a client sends before it is accepted waits for the server; accept(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const c = yield* tcpSocket(sys);
  yield* sys.connect(c, name);
  yield* sys.send(c, bytes("early"), 0);
  yield* sys.shutdown(c, SHUT_WR);
  yield* moment(sys);
  const s = yield* sys.accept(listener);
  yield* states(sys, s);
  yield* ready(sys, s);
  yield* sys.recv(s, 10, 0);
  yield* sys.recv(s, 10, 0);
});
agree("a client that closes before it is accepted is accepted nevertheless; accept(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const c = yield* tcpSocket(sys);
  yield* sys.connect(c, name);
  yield* sys.send(c, bytes("bye"), 0);
  yield* sys.close(c);
  yield* moment(sys);
  yield* ready(sys, listener);
  const s = yield* sys.accept(listener);
  yield* sys.getpeername(s);
  yield* sys.recv(s, 10, 0);
  yield* sys.recv(s, 10, 0);
});
agree("a client that resets before it is accepted is accepted, too, and then ECONNRESET; accept(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const c = yield* tcpSocket(sys);
  yield* sys.connect(c, name);
  yield* reset(sys, c);
  yield* moment(sys);
  yield* ready(sys, listener);
  const s = yield* sys.accept(listener);
  yield* states(sys, s);
  yield* attempt(sys.getpeername(s));
  yield* ready(sys, s);
  yield* attempt(sys.recv(s, 10, 0));
  yield* attempt(sys.recv(s, 10, 0));
  yield* attempt(sys.send(s, bytes("x"), MSG_NOSIGNAL));
});
agree("a closed listener resets who waits in its queue; listen(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const clients: number[] = [];
  for (let i = 0; i < 2; i++) {
    const c = yield* tcpSocket(sys);
    yield* sys.connect(c, name);
    clients.push(c);
  }
  yield* sys.send(clients[0], bytes("x"), 0);
  yield* sys.close(listener);
  for (const c of clients) {
    yield* until(sys, c, POLLIN);
    yield* ready(sys, c);
    yield* attempt(sys.recv(c, 1, 0));
    yield* attempt(sys.recv(c, 1, 0));
  }
});
agree("a listener shut down for reading stops listening, for writing not; shutdown(2)", function* (sys) {
  for (const how of [SHUT_WR, SHUT_RD, SHUT_RDWR]) {
    const { listener, name } = yield* listening(sys);
    yield* attempt(sys.shutdown(listener, how));
    yield* states(sys, listener);
    yield* ready(sys, listener);
    yield* sys.getsockopt(listener, SOL_SOCKET, SO_ACCEPTCONN);
    yield* attempt(sys.connect(yield* tcpSocket(sys), name));
    yield* sys.fcntl(listener, F_SETFL, O_NONBLOCK);
    yield* attempt(sys.accept(listener));
    yield* attempt(sys.shutdown(listener, how));
    yield* attempt(sys.listen(listener, 1));
    yield* states(sys, listener);
  }
});
agree("a listener neither sends nor receives; listen(2)", function* (sys) {
  const { listener } = yield* listening(sys);
  yield* attempt(sys.recv(listener, 1, 0));
  yield* attempt(sys.recv(listener, 0, 0));
  yield* attempt(sys.send(listener, bytes("x"), MSG_NOSIGNAL));
  yield* attempt(sys.send(listener, bytes(""), MSG_NOSIGNAL));
  yield* attempt(sys.getpeername(listener));
  yield* attempt(sys.ioctl(listener, 0x541b));
  yield* attempt(sys.ioctl(listener, 0x5411));
});
agree("an accepted socket outlives its listener, and takes the lowest free number; accept(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const c = yield* tcpSocket(sys);
  yield* sys.connect(c, name);
  yield* sys.close(0);
  const s = yield* sys.accept(listener);
  yield* sys.close(listener);
  yield* sys.send(c, bytes("still here"), 0);
  yield* sys.recv(s, 20, 0);
});
agree("a child accepts from the listener of its parent; fork(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const pid = yield* sys.fork(function* server(t) {
    const s = yield* t.accept(listener);
    yield* t.send(s, bytes("from the child"), 0);
  });
  yield* sys.close(listener);
  const c = yield* tcpSocket(sys);
  yield* sys.connect(c, name);
  yield* sys.recv(c, 20, 0);
  yield* sys.waitpid(pid, 0);
  yield* sys.recv(c, 20, 0);
});
agree("a socket shut down before it listens: its connections begin with their end; shutdown(2)", function* (sys) {
  for (const how of [SHUT_RD, SHUT_WR, SHUT_RDWR]) {
    const listener = yield* tcpSocket(sys);
    yield* sys.bind(listener, anyPort());
    yield* attempt(sys.shutdown(listener, how));
    yield* sys.listen(listener, 1);
    const client = yield* tcpSocket(sys);
    yield* sys.connect(client, yield* nameOf(sys, listener));
    const server = yield* sys.accept(listener);
    yield* ready(sys, client, server);
    yield* states(sys, client, server);
    yield* attempt(sys.send(client, bytes("x"), MSG_NOSIGNAL));
    yield* attempt(sys.send(server, bytes("y"), MSG_NOSIGNAL));
    for (const fd of [client, server]) yield* attempt(sys.recv(fd, 5, MSG_DONTWAIT));
  }
});

export const listenAccept = suite;
