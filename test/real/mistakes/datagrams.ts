/** Mistakes with UDP. Nothing here is bound but to 127.0.0.1. */
import { AF_INET, bytes, INADDR_LOOPBACK, SOCK_DGRAM } from "../../../lib/sys";
import type { Mistakes } from "./mistakes";

/** Port 0: the system chooses. */
const ANY_PORT = { address: INADDR_LOOPBACK, port: 0 };

export const datagramMistakes: Mistakes = {
  "listening with a datagram socket": {
    *program(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.bind(fd, ANY_PORT);
      yield* sys.listen(fd, 5);
    },
    ends: { syscall: "listen", code: "EOPNOTSUPP", says: "only a socket with connections" },
  },
  "accepting with a datagram socket": {
    *program(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.accept(fd);
    },
    ends: { syscall: "accept", code: "EOPNOTSUPP", says: "only a socket with connections" },
  },
  "a datagram to nobody in particular": {
    *program(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.write(fd, bytes("x"));
    },
    ends: { syscall: "write", code: "EDESTADDRREQ", says: "use sendto" },
  },
  "a datagram that is too long": {
    *program(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.sendto(fd, new Uint8Array(70_000), 0, { address: INADDR_LOOPBACK, port: 9 });
    },
    ends: { syscall: "sendto", code: "EMSGSIZE", says: "longer than one datagram can be" },
  },
  "two datagram sockets on one port": {
    *program(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.bind(fd, ANY_PORT);
      const second = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.bind(second, yield* sys.getsockname(fd));
    },
    ends: { syscall: "bind", code: "EADDRINUSE", says: "is somebody's already" },
  },
};
