/** From which of this machine's addresses a socket speaks, when it connects to "this host", or once more; ip(7), connect(2). */
import { AF_UNSPEC, bytes, INADDR_ANY, MSG_DONTWAIT, SOCK_NONBLOCK } from "fd3";
import { attempt, walks } from "../program";
import { anyPort, boundUdp, nameOf, nobody, tcpSocket, udpSocket } from "./ends";

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

export const sources = suite;
