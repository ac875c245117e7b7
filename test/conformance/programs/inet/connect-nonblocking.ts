/** connect(2) that may not sleep: EINPROGRESS, and how the outcome is told. */
import {
  AF_UNSPEC,
  bytes,
  F_SETFL,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  O_NONBLOCK,
  POLLOUT,
  SHUT_RDWR,
  SO_ERROR,
  SO_SNDTIMEO,
  SOCK_NONBLOCK,
  SOL_SOCKET,
} from "fd3";
import { attempt, walks } from "../program";
import { listening, nobody, ready, states, tcpSocket, until } from "./ends";

const { suite, agree } = walks();

agree(
  "a nonblocking connect: EINPROGRESS, then writable, SO_ERROR 0, 0 once more, EISCONN; connect(2)",
  function* (sys) {
    const { listener, name } = yield* listening(sys);
    const c = yield* tcpSocket(sys, SOCK_NONBLOCK);
    yield* attempt(sys.connect(c, name));
    yield* until(sys, c, POLLOUT);
    yield* sys.getsockopt(c, SOL_SOCKET, SO_ERROR);
    yield* states(sys, c);
    yield* attempt(sys.connect(c, name));
    yield* attempt(sys.connect(c, name));
    yield* sys.accept(listener);
  },
);
agree("a nonblocking connect that is refused is told by SO_ERROR once; connect(2)", function* (sys) {
  const name = yield* nobody(sys);
  const c = yield* tcpSocket(sys, SOCK_NONBLOCK);
  yield* attempt(sys.connect(c, name));
  yield* until(sys, c, POLLOUT);
  yield* ready(sys, c);
  yield* sys.getsockopt(c, SOL_SOCKET, SO_ERROR);
  yield* ready(sys, c);
  yield* sys.getsockopt(c, SOL_SOCKET, SO_ERROR);
  yield* attempt(sys.connect(c, name));
  yield* until(sys, c, POLLOUT);
  yield* attempt(sys.connect(c, name));
});
agree("a nonblocking connect that is refused is told by the next connect; connect(2)", function* (sys) {
  const name = yield* nobody(sys);
  const c = yield* tcpSocket(sys, SOCK_NONBLOCK);
  yield* attempt(sys.connect(c, name));
  yield* until(sys, c, POLLOUT);
  yield* attempt(sys.connect(c, name));
  yield* sys.getsockopt(c, SOL_SOCKET, SO_ERROR);
  yield* ready(sys, c);
});
agree("a nonblocking connect that is refused is told by recv, then by nobody; connect(2)", function* (sys) {
  const name = yield* nobody(sys);
  for (const flags of [0, MSG_DONTWAIT]) {
    const c = yield* tcpSocket(sys, SOCK_NONBLOCK);
    yield* attempt(sys.connect(c, name));
    yield* until(sys, c, POLLOUT);
    yield* attempt(sys.recv(c, 1, flags));
    yield* attempt(sys.recv(c, 1, flags));
    yield* attempt(sys.recv(c, 1, flags));
    yield* attempt(sys.send(c, bytes("x"), MSG_NOSIGNAL));
  }
});
agree("a nonblocking connect that is refused is told by send, then EPIPE; connect(2)", function* (sys) {
  const name = yield* nobody(sys);
  const c = yield* tcpSocket(sys, SOCK_NONBLOCK);
  yield* attempt(sys.connect(c, name));
  yield* until(sys, c, POLLOUT);
  yield* attempt(sys.send(c, bytes("x"), MSG_NOSIGNAL));
  yield* attempt(sys.send(c, bytes("x"), MSG_NOSIGNAL));
  yield* attempt(sys.getpeername(c));
  yield* states(sys, c);
});
agree("a refused connect is told by shutdown as ENOTCONN; shutdown(2)", function* (sys) {
  const name = yield* nobody(sys);
  const c = yield* tcpSocket(sys, SOCK_NONBLOCK);
  yield* attempt(sys.connect(c, name));
  yield* until(sys, c, POLLOUT);
  yield* attempt(sys.shutdown(c, SHUT_RDWR));
  yield* sys.getsockopt(c, SOL_SOCKET, SO_ERROR);
});
agree("O_NONBLOCK by fcntl does the same; connect(2)", function* (sys) {
  const { name } = yield* listening(sys);
  const c = yield* tcpSocket(sys);
  yield* sys.fcntl(c, F_SETFL, O_NONBLOCK);
  yield* attempt(sys.connect(c, name));
  yield* until(sys, c, POLLOUT);
  yield* sys.fcntl(c, F_SETFL, 0);
  yield* attempt(sys.connect(c, name));
});
agree("a full backlog: EINPROGRESS, then EALREADY, no name of the peer yet; connect(2)", function* (sys) {
  const { name } = yield* listening(sys, 0);
  const first = yield* tcpSocket(sys);
  yield* sys.connect(first, name);
  const c = yield* tcpSocket(sys, SOCK_NONBLOCK);
  yield* attempt(sys.connect(c, name));
  yield* attempt(sys.connect(c, name));
  yield* states(sys, c);
  yield* ready(sys, c);
  yield* sys.getsockname(c);
  yield* attempt(sys.getpeername(c));
  yield* attempt(sys.send(c, bytes("x"), MSG_DONTWAIT));
  yield* attempt(sys.recv(c, 1, MSG_DONTWAIT));
  yield* sys.getsockopt(c, SOL_SOCKET, SO_ERROR);
  yield* attempt(sys.connect(c, { family: AF_UNSPEC }));
  yield* states(sys, c);
  yield* ready(sys, c);
});
agree("SO_SNDTIMEO ends a blocking connect with EINPROGRESS; socket(7)", function* (sys) {
  const { name } = yield* listening(sys, 0);
  yield* sys.connect(yield* tcpSocket(sys), name);
  const c = yield* tcpSocket(sys);
  yield* sys.setsockopt(c, SOL_SOCKET, SO_SNDTIMEO, { tv_sec: 0, tv_usec: 40_000 });
  yield* attempt(sys.connect(c, name));
  yield* attempt(sys.connect(c, name));
  yield* states(sys, c);
});
export const connectNonblocking = suite;
