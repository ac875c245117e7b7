/** Mistakes with Unix-domain sockets. */
import { AF_UNIX, bytes, MSG_NOSIGNAL, SOCK_STREAM } from "../../../lib/sys";
import type { Mistakes } from "./mistakes";

const AT = { path: "/server" };

export const unixMistakes: Mistakes = {
  "a path where no server is": {
    *program(sys) {
      const fd = yield* sys.socket(AF_UNIX, SOCK_STREAM);
      yield* sys.connect(fd, AT);
    },
    ends: { syscall: "connect", code: "ENOENT", says: 'nobody has bound a socket to "/server"' },
  },
  "a path that is an ordinary file": {
    *program(sys) {
      const fd = yield* sys.socket(AF_UNIX, SOCK_STREAM);
      yield* sys.connect(fd, { path: "/notes.txt" });
    },
    ends: { syscall: "connect", code: "ECONNREFUSED", says: 'nobody listens at "/notes.txt"' },
  },
  "listening without a name": {
    *program(sys) {
      const fd = yield* sys.socket(AF_UNIX, SOCK_STREAM);
      yield* sys.listen(fd, 1);
    },
    ends: { syscall: "listen", code: "EINVAL", says: "bind comes first" },
  },
  "a name that is taken": {
    *program(sys) {
      const first = yield* sys.socket(AF_UNIX, SOCK_STREAM);
      yield* sys.bind(first, AT);
      const second = yield* sys.socket(AF_UNIX, SOCK_STREAM);
      yield* sys.bind(second, AT);
    },
    ends: { syscall: "bind", code: "EADDRINUSE", says: '"/server" is somebody\'s already' },
  },
  "a name that was left behind": {
    *program(sys) {
      const first = yield* sys.socket(AF_UNIX, SOCK_STREAM);
      yield* sys.bind(first, AT);
      yield* sys.listen(first, 1);
      yield* sys.close(first);
      const client = yield* sys.socket(AF_UNIX, SOCK_STREAM);
      yield* sys.connect(client, AT);
    },
    ends: { syscall: "connect", code: "ECONNREFUSED", says: 'nobody listens at "/server"' },
  },
  "a server that starts again without unlink": {
    *program(sys) {
      const first = yield* sys.socket(AF_UNIX, SOCK_STREAM);
      yield* sys.bind(first, AT);
      yield* sys.listen(first, 1);
      yield* sys.close(first);
      const second = yield* sys.socket(AF_UNIX, SOCK_STREAM);
      yield* sys.bind(second, AT);
    },
    ends: { syscall: "bind", code: "EADDRINUSE", says: '"/server" is somebody\'s already' },
  },
  "writing to a peer that is gone": {
    *program(sys) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
      yield* sys.close(b);
      yield* sys.send(a, bytes("x"), MSG_NOSIGNAL);
    },
    ends: { syscall: "send", code: "EPIPE", says: "nobody can read at the other end" },
  },
  "an Internet address for a Unix-domain socket": {
    *program(sys) {
      const fd = yield* sys.socket(AF_UNIX, SOCK_STREAM);
      yield* sys.connect(fd, { address: "127.0.0.1", port: 80 });
    },
    ends: { syscall: "connect", code: "EINVAL", says: "the address is of another family" },
  },
};
