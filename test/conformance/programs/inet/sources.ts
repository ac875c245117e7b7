/** From which address and port a socket speaks, when it connects to "this host", or once more; ip(7), connect(2). */
import {
  AF_UNSPEC,
  bytes,
  INADDR_ANY,
  IP_BIND_ADDRESS_NO_PORT,
  MSG_DONTWAIT,
  SHUT_WR,
  SO_REUSEADDR,
  SOCK_NONBLOCK,
  SOL_IP,
  SOL_SOCKET,
} from "fd3";
import { attempt, walks } from "../program";
import { anyPort, boundUdp, listening, nameOf, nobody, tcpSocket, udpSocket } from "./ends";

const { suite, agree } = walks();
const SECOND_ADDRESS = "127.0.0.2";

agree("0.0.0.0 is the address that the socket itself is bound to; ip(7), connect(2)", function* (sys) {
  const listener = yield* tcpSocket(sys);
  yield* sys.bind(listener, anyPort(SECOND_ADDRESS));
  yield* sys.listen(listener, 1);
  const { port } = yield* nameOf(sys, listener);
  for (const fd of [yield* tcpSocket(sys), yield* udpSocket(sys)]) {
    yield* sys.bind(fd, anyPort(SECOND_ADDRESS));
    yield* sys.connect(fd, { address: INADDR_ANY, port });
    yield* sys.getpeername(fd);
    yield* sys.getsockname(fd);
  }
  const server = yield* sys.accept(listener);
  yield* sys.getpeername(server);
});
agree("a datagram socket that is given another peer speaks from where it spoke before; connect(2)", function* (sys) {
  const first = yield* boundUdp(sys);
  const second = yield* udpSocket(sys);
  yield* sys.bind(second, anyPort(SECOND_ADDRESS));
  const fd = yield* udpSocket(sys);
  yield* sys.connect(fd, first.name);
  yield* sys.connect(fd, yield* nameOf(sys, second));
  yield* sys.send(fd, bytes("from where?"), 0);
  yield* sys.recvfrom(second, 20, MSG_DONTWAIT);
  yield* sys.getsockname(fd);
  yield* sys.connect(fd, { family: AF_UNSPEC });
  yield* sys.getsockname(fd);
});
agree("a connect by TCP that finds no way leaves no address behind; connect(2)", function* (sys) {
  const { port } = yield* nobody(sys);
  const fd = yield* tcpSocket(sys, SOCK_NONBLOCK);
  yield* attempt(sys.connect(fd, { address: "127.255.255.255", port }));
  yield* sys.getsockname(fd);
  yield* attempt(sys.getpeername(fd));
});

agree(
  "a port from bind can be used again for the same peer while the old connection is in TIME_WAIT; RFC 6191",
  function* (sys) {
    const { listener, name } = yield* listening(sys);
    const first = yield* tcpSocket(sys);
    yield* sys.setsockopt(first, SOL_SOCKET, SO_REUSEADDR, 1);
    yield* sys.bind(first, anyPort());
    const own = yield* nameOf(sys, first);
    yield* sys.connect(first, name);
    const server = yield* sys.accept(listener);
    yield* sys.close(first);
    yield* sys.recv(server, 1, 0);
    yield* sys.close(server);
    const again = yield* tcpSocket(sys);
    yield* sys.setsockopt(again, SOL_SOCKET, SO_REUSEADDR, 1);
    yield* sys.bind(again, own);
    yield* attempt(sys.connect(again, name));
    yield* sys.send(again, bytes("once more"), 0);
    yield* sys.recv(yield* sys.accept(listener), 20, 0);
  },
);
agree("… also by a socket that was connected to itself; RFC 6191, connect(2)", function* (sys) {
  const fd = yield* tcpSocket(sys);
  yield* sys.bind(fd, anyPort());
  const own = yield* nameOf(sys, fd);
  for (let i = 0; i < 3; i++) {
    yield* attempt(sys.connect(fd, own));
    yield* attempt(sys.getpeername(fd));
    yield* attempt(sys.shutdown(fd, SHUT_WR));
    yield* attempt(sys.recv(fd, 1, MSG_DONTWAIT));
    yield* attempt(sys.connect(fd, { family: AF_UNSPEC }));
  }
});

agree(
  "a socket that was bound to an address once keeps what it has when its peer goes; ip(7), connect(2)",
  function* (sys) {
    const { name } = yield* listening(sys);
    const fd = yield* tcpSocket(sys);
    yield* sys.setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    yield* sys.bind(fd, anyPort(SECOND_ADDRESS));
    yield* sys.bind(fd, { family: AF_UNSPEC });
    yield* sys.connect(fd, name);
    yield* sys.connect(fd, { family: AF_UNSPEC });
    yield* sys.getsockname(fd);
  },
);

export const sources = suite;
