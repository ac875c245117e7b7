/** recv(2) on TCP connections: its relatives, its flags, and when it returns. */
import {
  bytes,
  FIONREAD,
  MSG_DONTWAIT,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  POLLIN,
  SHUT_WR,
  SIOCOUTQ,
  SO_RCVLOWAT,
  SO_RCVTIMEO,
  SOL_SOCKET,
} from "fd3";
import { attempt, walks } from "../program";
import { connected, moment, othersAsleep, ready, reset, until } from "./ends";

const { suite, agree } = walks();

agree("recvfrom and recvmsg name nobody on a stream; recv(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(c, bytes("abcd"), 0);
  yield* until(sys, s, POLLIN);
  yield* sys.recvfrom(s, 2, 0);
  yield* sys.recvmsg(s, [1, 1], 0);
});
agree(
  "nothing asked for: read gives it at once, recv waits for something to be there; read(2), recv(2)",
  function* (sys) {
    const [c, s] = yield* connected(sys);
    yield* attempt(sys.read(s, 0));
    yield* attempt(sys.readv(s, [0, 0]));
    yield* attempt(sys.recv(s, 0, MSG_DONTWAIT));
    yield* attempt(sys.recv(s, 0, MSG_WAITALL | MSG_DONTWAIT));
    yield* attempt(sys.recvmsg(s, [], MSG_DONTWAIT));
    yield* sys.send(c, bytes("x"), 0);
    yield* until(sys, s, POLLIN);
    yield* attempt(sys.recv(s, 0, 0));
    yield* attempt(sys.recv(s, 0, MSG_PEEK));
    yield* attempt(sys.recvmsg(s, [0], 0));
    yield* sys.recv(s, 5, 0);
  },
);
agree("MSG_PEEK leaves the bytes where they are, also across segments; recv(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(c, bytes("abc"), 0);
  yield* sys.send(c, bytes("def"), 0);
  yield* moment(sys);
  yield* sys.recv(s, 2, MSG_PEEK);
  yield* sys.recv(s, 6, MSG_PEEK | MSG_WAITALL);
  yield* sys.recv(s, 100, MSG_PEEK);
  yield* sys.ioctl(s, FIONREAD);
  yield* sys.recvmsg(s, [2, 2, 2, 2], MSG_PEEK);
  yield* sys.recv(s, 4, 0);
  yield* sys.recv(s, 100, MSG_PEEK);
  yield* sys.recv(s, 100, 0);
  yield* attempt(sys.recv(s, 1, MSG_PEEK | MSG_DONTWAIT));
});
agree("MSG_TRUNC throws bytes of a stream away unseen; tcp(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(c, bytes("abcdefgh"), 0);
  yield* until(sys, s, POLLIN);
  yield* sys.ioctl(s, FIONREAD);
  yield* sys.recvmsg(s, [0], MSG_TRUNC);
  yield* sys.recv(s, 3, MSG_PEEK | MSG_TRUNC);
  yield* sys.recv(s, 3, 0);
  yield* sys.ioctl(s, FIONREAD);
});
agree("MSG_DONTWAIT: EAGAIN with nothing there, what there is otherwise; recv(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* attempt(sys.recv(s, 4, MSG_DONTWAIT));
  yield* attempt(sys.recv(s, 4, MSG_DONTWAIT | MSG_PEEK));
  yield* sys.send(c, bytes("ab"), 0);
  yield* until(sys, s, POLLIN);
  yield* sys.recv(s, 4, MSG_DONTWAIT | MSG_WAITALL);
  yield* attempt(sys.recv(s, 4, MSG_DONTWAIT | MSG_WAITALL));
});
agree("MSG_WAITALL waits for all, but no longer than the stream lasts; recv(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const tid = yield* sys.pthread_create(function* writer(t) {
    for (const word of ["ab", "cd", "ef"]) {
      yield* t.send(c, bytes(word), 0);
      yield* moment(t);
    }
    yield* t.close(c);
  });
  yield* sys.recv(s, 4, MSG_WAITALL);
  yield* sys.recv(s, 4, MSG_WAITALL);
  yield* sys.recv(s, 4, MSG_WAITALL);
  yield* sys.pthread_join(tid);
});
agree("MSG_WAITALL and SO_RCVTIMEO: what has come by then; socket(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, { tv_sec: 0, tv_usec: 40_000 });
  yield* sys.send(c, bytes("ab"), 0);
  yield* sys.recv(s, 4, MSG_WAITALL);
  yield* attempt(sys.recv(s, 4, MSG_WAITALL));
});
agree("a reader sleeps until SO_RCVLOWAT bytes are there; socket(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.setsockopt(s, SOL_SOCKET, SO_RCVLOWAT, 4);
  yield* sys.getsockopt(s, SOL_SOCKET, SO_RCVLOWAT);
  yield* sys.send(c, bytes("abc"), 0);
  yield* moment(sys);
  yield* ready(sys, s);
  const tid = yield* sys.pthread_create(function* writer(t) {
    yield* othersAsleep(t);
    yield* t.send(c, bytes("d"), 0);
    yield* moment(t);
    yield* t.send(c, bytes("efg"), 0);
  });
  // The reader has taken three, and is woken by four more.
  yield* sys.recv(s, 10, 0);
  yield* sys.pthread_join(tid);
  yield* sys.send(c, bytes("e"), 0);
  yield* moment(sys);
  yield* ready(sys, s);
  yield* attempt(sys.recv(s, 10, MSG_DONTWAIT));
  yield* sys.setsockopt(s, SOL_SOCKET, SO_RCVLOWAT, 1);
  yield* sys.send(c, bytes("f"), 0);
  yield* moment(sys);
  yield* ready(sys, s);
});
agree("SO_RCVTIMEO ends every way of receiving with EAGAIN; socket(7)", function* (sys) {
  const [, s] = yield* connected(sys);
  yield* sys.setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, { tv_sec: 0, tv_usec: 8_000 });
  yield* attempt(sys.recv(s, 1, 0));
  yield* attempt(sys.read(s, 1));
  yield* attempt(sys.readv(s, [1, 1]));
  yield* attempt(sys.recvfrom(s, 1, 0));
  yield* attempt(sys.recvmsg(s, [1], 0));
});
agree("unread bytes count in FIONREAD, unacknowledged ones in SIOCOUTQ; tcp(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(c, bytes("hello"), 0);
  yield* until(sys, s, POLLIN);
  yield* sys.ioctl(s, FIONREAD);
  yield* sys.ioctl(c, FIONREAD);
  yield* moment(sys);
  yield* sys.ioctl(c, SIOCOUTQ);
  yield* sys.recv(s, 2, 0);
  yield* sys.ioctl(s, FIONREAD);
  yield* sys.shutdown(c, SHUT_WR);
  yield* moment(sys);
  yield* sys.ioctl(s, FIONREAD);
  yield* sys.recv(s, 10, 0);
  yield* sys.ioctl(s, FIONREAD);
});
agree("bytes that came before a RST are gone with it or still read: the buffer comes first; recv(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(s, bytes("last words"), 0);
  yield* until(sys, c, POLLIN);
  yield* reset(sys, s);
  yield* moment(sys);
  yield* ready(sys, c);
  yield* sys.ioctl(c, FIONREAD);
  yield* attempt(sys.recv(c, 4, 0));
  yield* ready(sys, c);
  yield* attempt(sys.recv(c, 40, 0));
  yield* attempt(sys.recv(c, 4, 0));
  yield* attempt(sys.recv(c, 4, 0));
});
agree("who asks for no bytes waits for some, and isn't told that none came in time; recv(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, { tv_sec: 0, tv_usec: 20_000 });
  yield* attempt(sys.recv(s, 0, 0));
  yield* attempt(sys.recvmsg(s, [0, 0], 0));
  yield* attempt(sys.recv(s, 1, 0));
  yield* attempt(sys.recv(s, 0, MSG_DONTWAIT));
  yield* sys.send(c, bytes("x"), 0);
  yield* attempt(sys.recv(s, 0, 0));
  yield* attempt(sys.recv(s, 9, 0));
});

export const receive = suite;
