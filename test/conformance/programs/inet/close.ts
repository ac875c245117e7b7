/** close(2) on sockets in every state, and SO_LINGER; close(2), socket(7). */
import {
  AF_UNSPEC,
  bytes,
  type Linger,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  POLLIN,
  type Program,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SO_ERROR,
  SO_LINGER,
  SO_RCVBUF,
  SO_SNDBUF,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  type Sys,
} from "fd3";
import { attempt, walks } from "../program";
import {
  boundUdp,
  connected,
  listening,
  moment,
  nameOf,
  nobody,
  ready,
  states,
  tcpSocket,
  udpPair,
  until,
} from "./ends";
import { tcpSituations, udpSituations } from "./situations";

const { suite, agree } = walks();

/** What the peer of a connection sees, until it has seen all. */
function* aftermath(sys: Sys, peer: number): Program<void> {
  yield* moment(sys);
  yield* states(sys, peer);
  yield* ready(sys, peer);
  yield* attempt(sys.recv(peer, 50, MSG_DONTWAIT));
  yield* attempt(sys.recv(peer, 50, MSG_DONTWAIT));
  yield* attempt(sys.send(peer, bytes("late"), MSG_NOSIGNAL));
  yield* moment(sys);
  yield* states(sys, peer);
  yield* attempt(sys.send(peer, bytes("later"), MSG_NOSIGNAL));
  yield* attempt(sys.recv(peer, 50, MSG_DONTWAIT));
}

agree("close takes any socket, once: then EBADF; close(2)", function* (sys) {
  for (const situation of Object.values({ ...tcpSituations, ...udpSituations })) {
    const fd = yield* situation(sys);
    yield* sys.close(fd);
    yield* attempt(sys.close(fd));
    yield* attempt(sys.getsockname(fd));
  }
});
agree("after close the number is free, and a new socket has nothing of the old; close(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.close(c);
  yield* tcpSocket(sys);
  yield* attempt(sys.getpeername(c));
  yield* ready(sys, c);
  yield* aftermath(sys, s);
});

const BEFORE: Record<string, (sys: Sys, own: number, peer: number) => Program<unknown>> = {
  "nothing else": function* () {},
  "bytes sent": (sys, own) => sys.send(own, bytes("sent"), 0),
  "bytes unread": (sys, _own, peer) => sys.send(peer, bytes("unread"), 0),
  "its reading shut down": (sys, own) => sys.shutdown(own, SHUT_RD),
  "its writing shut down": (sys, own) => sys.shutdown(own, SHUT_WR),
  "both shut down": (sys, own) => sys.shutdown(own, SHUT_RDWR),
  "a peer that is done": (sys, _own, peer) => sys.shutdown(peer, SHUT_WR),
  "a peer that doesn't read": (sys, _own, peer) => sys.shutdown(peer, SHUT_RD),
};
const LINGERS: Record<string, Linger | null> = {
  "without SO_LINGER": null,
  "with SO_LINGER {1, 0}": { l_onoff: 1, l_linger: 0 },
  "with SO_LINGER {1, 2}": { l_onoff: 1, l_linger: 2 },
};
for (const [how, linger] of Object.entries(LINGERS)) {
  for (const [what, before] of Object.entries(BEFORE)) {
    agree(`close ${how} after ${what}: what the peer sees; socket(7)`, function* (sys) {
      const [own, peer] = yield* connected(sys);
      if (linger !== null) yield* sys.setsockopt(own, SOL_SOCKET, SO_LINGER, linger);
      yield* before(sys, own, peer);
      yield* moment(sys);
      yield* sys.close(own);
      yield* aftermath(sys, peer);
    });
  }
}
agree("both close at the same time; RFC 9293 3.6", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const c = yield* tcpSocket(sys);
  yield* sys.connect(c, name);
  const s = yield* sys.accept(listener);
  yield* sys.close(c);
  yield* sys.close(s);
  yield* moment(sys);
  const again = yield* tcpSocket(sys);
  yield* sys.connect(again, name);
  yield* sys.accept(listener);
});
agree("SO_LINGER of sockets without a connection holds nothing up; socket(7)", function* (sys) {
  const linger = { l_onoff: 1, l_linger: 2 };
  const { listener, name } = yield* listening(sys);
  const { fd } = yield* boundUdp(sys);
  const refused = yield* tcpSocket(sys);
  yield* attempt(sys.connect(refused, yield* nobody(sys)));
  for (const socket of [yield* tcpSocket(sys), listener, fd, refused]) {
    yield* sys.setsockopt(socket, SOL_SOCKET, SO_LINGER, linger);
    yield* sys.close(socket);
  }
  yield* attempt(sys.connect(yield* tcpSocket(sys), name));
});
agree("a connect under way is given up by close; close(2)", function* (sys) {
  const { listener, name } = yield* listening(sys, 0);
  yield* sys.connect(yield* tcpSocket(sys), name);
  const c = yield* tcpSocket(sys, SOCK_NONBLOCK);
  yield* attempt(sys.connect(c, name));
  const own = yield* nameOf(sys, c);
  yield* sys.close(c);
  yield* attempt(sys.bind(yield* tcpSocket(sys), own));
  yield* sys.accept(listener);
  yield* moment(sys);
  yield* ready(sys, listener);
});
agree("a process that ends with SO_LINGER {1, 0} resets its connections; exit(3)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.setsockopt(c, SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
  const pid = yield* sys.fork(function* child(t) {
    yield* t.close(s);
  });
  yield* sys.waitpid(pid, 0);
  yield* sys.fork(function* child(t) {
    yield* t.exit(3);
  });
  yield* sys.waitpid(-1, 0);
  yield* ready(sys, s);
  yield* sys.close(c);
  yield* aftermath(sys, s);
});
agree("SO_LINGER {1, 0} doesn't concern AF_UNSPEC, nor shutdown; socket(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.setsockopt(c, SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
  yield* sys.shutdown(c, SHUT_RDWR);
  yield* moment(sys);
  yield* states(sys, c, s);
  yield* sys.connect(c, { family: AF_UNSPEC });
  yield* aftermath(sys, s);
});
agree("closing one end of two UDP sockets: the other is told when it sends; udp(7)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  yield* sys.send(b, bytes("before"), 0);
  yield* sys.close(b);
  yield* sys.recv(a, 50, 0);
  yield* sys.send(a, bytes("x"), 0);
  yield* until(sys, a, POLLIN);
  yield* attempt(sys.recv(a, 50, 0));
  yield* attempt(sys.recv(a, 50, MSG_DONTWAIT));
});
agree("a peer that had to throw data away takes the RST behind it; close(2), RFC 9293 3.10.7.4", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.setsockopt(c, SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
  yield* sys.setsockopt(s, SOL_SOCKET, SO_RCVBUF, 2304);
  yield* sys.setsockopt(c, SOL_SOCKET, SO_SNDBUF, 4608);
  yield* sys.send(c, new Uint8Array(65_536), MSG_DONTWAIT);
  yield* attempt(sys.send(c, new Uint8Array(65_536), MSG_DONTWAIT));
  yield* sys.close(c);
  yield* ready(sys, s);
  yield* sys.getsockopt(s, SOL_SOCKET, SO_ERROR);
});

export const close = suite;
