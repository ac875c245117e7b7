/** Options that say something of one connection: TCP_QUICKACK, TCP_WINDOW_CLAMP, TCP_MAXSEG; tcp(7). */
import {
  AF_UNSPEC,
  bytes,
  SOCK_NONBLOCK,
  SOL_TCP,
  TCP_MAXSEG,
  TCP_NOTSENT_LOWAT,
  TCP_QUICKACK,
  TCP_WINDOW_CLAMP,
} from "fd3";
import { attempt, walks } from "../program";
import { anyPort, connected, listening, moment, nameOf, nobody, ready, reset, tcpSocket } from "./ends";

const { suite, agree } = walks();

agree("TCP_QUICKACK with an even number counts once, with bytes to read or with the end; tcp(7)", function* (sys) {
  for (const value of [2, 3, -1, 4]) {
    const [c, s] = yield* connected(sys);
    yield* sys.send(c, bytes("x"), 0);
    yield* sys.setsockopt(s, SOL_TCP, TCP_QUICKACK, value);
    yield* sys.getsockopt(s, SOL_TCP, TCP_QUICKACK);
    yield* sys.close(c);
    for (const again of [1, value]) {
      yield* sys.setsockopt(s, SOL_TCP, TCP_QUICKACK, again);
      yield* sys.getsockopt(s, SOL_TCP, TCP_QUICKACK);
    }
  }
});
agree(
  "TCP_WINDOW_CLAMP: at least 1,152, nothing only before there is a connection; inherited; tcp(7)",
  function* (sys) {
    const { listener, name } = yield* listening(sys);
    const client = yield* tcpSocket(sys);
    for (const fd of [client, listener]) {
      for (const clamp of [0, 1, -1, 3000, 0, 5000]) {
        yield* attempt(sys.setsockopt(fd, SOL_TCP, TCP_WINDOW_CLAMP, clamp));
        yield* sys.getsockopt(fd, SOL_TCP, TCP_WINDOW_CLAMP);
      }
    }
    yield* sys.connect(client, name);
    const server = yield* sys.accept(listener);
    for (const fd of [client, server]) {
      yield* sys.getsockopt(fd, SOL_TCP, TCP_WINDOW_CLAMP);
      for (const clamp of [0, 1, 40_000]) {
        yield* attempt(sys.setsockopt(fd, SOL_TCP, TCP_WINDOW_CLAMP, clamp));
        yield* sys.getsockopt(fd, SOL_TCP, TCP_WINDOW_CLAMP);
      }
    }
  },
);
agree("TCP_MAXSEG of a socket that is connected to itself, before and after it has heard; RFC 9293", function* (sys) {
  const fd = yield* tcpSocket(sys);
  yield* sys.bind(fd, anyPort());
  yield* sys.connect(fd, yield* nameOf(sys, fd));
  yield* sys.getsockopt(fd, SOL_TCP, TCP_MAXSEG);
  yield* sys.send(fd, bytes("to myself"), 0);
  yield* moment(sys);
  yield* sys.recv(fd, 20, 0);
  yield* sys.getsockopt(fd, SOL_TCP, TCP_MAXSEG);
});
agree("connect with AF_UNSPEC forgets TCP_WINDOW_CLAMP; tcp(7), connect(2)", function* (sys) {
  const [client] = yield* connected(sys);
  for (const fd of [client, yield* tcpSocket(sys)]) {
    yield* sys.setsockopt(fd, SOL_TCP, TCP_WINDOW_CLAMP, 3000);
    yield* sys.connect(fd, { family: AF_UNSPEC });
    yield* sys.getsockopt(fd, SOL_TCP, TCP_WINDOW_CLAMP);
  }
});

agree("TCP_MAXSEG that is set while the SYN is under way comes too late for it; tcp(7)", function* (sys) {
  const { listener, name } = yield* listening(sys, 0);
  const taken = yield* tcpSocket(sys);
  yield* sys.connect(taken, name);
  for (const before of [0, 1000]) {
    const fd = yield* tcpSocket(sys, SOCK_NONBLOCK);
    yield* sys.setsockopt(fd, SOL_TCP, TCP_MAXSEG, before);
    yield* attempt(sys.connect(fd, name));
    for (const mss of [100, 800, 0]) {
      yield* sys.setsockopt(fd, SOL_TCP, TCP_MAXSEG, mss);
      yield* sys.getsockopt(fd, SOL_TCP, TCP_MAXSEG);
    }
  }
  yield* sys.close(listener);
});
agree("TCP_WINDOW_CLAMP of a connection that is over can be taken back; tcp(7)", function* (sys) {
  const [client, server] = yield* connected(sys);
  yield* reset(sys, server);
  for (const clamp of [3000, 0, 40_000, 0]) {
    yield* sys.setsockopt(client, SOL_TCP, TCP_WINDOW_CLAMP, clamp);
    yield* sys.getsockopt(client, SOL_TCP, TCP_WINDOW_CLAMP);
  }
});

agree(
  "TCP_NOTSENT_LOWAT after AF_UNSPEC: where the next connection begins counts as not sent; tcp(7)",
  function* (sys) {
    const [client] = yield* connected(sys);
    for (const fd of [client, yield* tcpSocket(sys)]) {
      for (const unsent of [1, 2, 4, 5, 100_000, 0x7fff_ffff]) {
        yield* sys.setsockopt(fd, SOL_TCP, TCP_NOTSENT_LOWAT, unsent);
        yield* ready(sys, fd);
        yield* sys.connect(fd, { family: AF_UNSPEC });
        yield* ready(sys, fd);
      }
    }
  },
);

agree(
  "TCP_QUICKACK of a listener is its children's; a connect that fails forgets it, and AF_UNSPEC; tcp(7)",
  function* (sys) {
    const { listener, name } = yield* listening(sys);
    yield* sys.setsockopt(listener, SOL_TCP, TCP_QUICKACK, 0);
    const client = yield* tcpSocket(sys);
    yield* sys.connect(client, name);
    yield* sys.getsockopt(yield* sys.accept(listener), SOL_TCP, TCP_QUICKACK);
    yield* sys.getsockopt(client, SOL_TCP, TCP_QUICKACK);
    const refused = yield* tcpSocket(sys);
    yield* sys.setsockopt(refused, SOL_TCP, TCP_QUICKACK, 0);
    yield* attempt(sys.connect(refused, yield* nobody(sys)));
    yield* sys.getsockopt(refused, SOL_TCP, TCP_QUICKACK);
    yield* sys.setsockopt(refused, SOL_TCP, TCP_QUICKACK, 0);
    yield* sys.connect(refused, { family: AF_UNSPEC });
    yield* sys.getsockopt(refused, SOL_TCP, TCP_QUICKACK);
  },
);

export const connectionOptions = suite;
