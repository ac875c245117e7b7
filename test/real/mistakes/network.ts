/** Mistakes with TCP. Nothing here is bound but to 127.0.0.1. */
import {
  AF_INET,
  bytes,
  INADDR_LOOPBACK,
  type InetAddress,
  MSG_NOSIGNAL,
  O_RDONLY,
  SHUT_WR,
  SO_REUSEADDR,
  SOCK_STREAM,
  SOL_SOCKET,
  type Sys,
} from "../../../lib/sys";
import type { Mistakes } from "./mistakes";

/** Port 0: the system chooses. */
const ANY_PORT = { address: INADDR_LOOPBACK, port: 0 };

/** A listening socket, and where it listens. */
function* listening(sys: Sys) {
  const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.bind(fd, ANY_PORT);
  yield* sys.listen(fd, 5);
  return { fd, at: (yield* sys.getsockname(fd)) as InetAddress };
}

/** A port at which nobody is. */
function* freePort(sys: Sys) {
  const { fd, at } = yield* listening(sys);
  yield* sys.close(fd);
  return at;
}

export const networkMistakes: Mistakes = {
  "a forgotten listen": {
    *program(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.bind(fd, ANY_PORT);
      yield* sys.accept(fd);
    },
    ends: { syscall: "accept", code: "EINVAL", says: "bind and listen come first" },
  },
  "a forgotten bind: the client goes where nobody is": {
    *program(sys) {
      const wanted = yield* freePort(sys);
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.listen(fd, 5);
      const client = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(client, wanted);
    },
    ends: { syscall: "connect", code: "ECONNREFUSED", says: "nobody listens at 127.0.0.1:" },
  },
  "a port in use": {
    *program(sys) {
      const { at } = yield* listening(sys);
      const second = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.bind(second, at);
    },
    ends: { syscall: "bind", code: "EADDRINUSE", says: "is somebody's already" },
  },
  "a port in use, and SO_REUSEADDR doesn't help": {
    *program(sys) {
      const { at } = yield* listening(sys);
      const second = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.setsockopt(second, SOL_SOCKET, SO_REUSEADDR, 1);
      yield* sys.bind(second, at);
    },
    ends: { syscall: "bind", code: "EADDRINUSE", says: "is somebody's already" },
  },
  "two servers on the port of one, the first not yet listening": {
    *program(sys) {
      const first = yield* sys.socket(AF_INET, SOCK_STREAM);
      const at = yield* freePort(sys);
      yield* sys.bind(first, at);
      const second = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.bind(second, at);
    },
    ends: { syscall: "bind", code: "EADDRINUSE", says: "is somebody's already" },
  },
  "connecting to nobody": {
    *program(sys) {
      const at = yield* freePort(sys);
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(fd, at);
    },
    ends: { syscall: "connect", code: "ECONNREFUSED", says: "nobody listens at 127.0.0.1:" },
  },
  "connecting to a server that has closed": {
    *program(sys) {
      const { fd, at } = yield* listening(sys);
      const first = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(first, at);
      yield* sys.close(yield* sys.accept(fd));
      yield* sys.close(fd);
      const second = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(second, at);
    },
    ends: { syscall: "connect", code: "ECONNREFUSED", says: "nobody listens at 127.0.0.1:" },
  },
  "reading before connecting": {
    *program(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.read(fd, 10);
    },
    ends: { syscall: "read", code: "ENOTCONN", says: "connect it first" },
  },
  "sending before connecting": {
    *program(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.send(fd, bytes("x"), MSG_NOSIGNAL);
    },
    ends: { syscall: "send", code: "EPIPE", says: "nobody can read at the other end" },
  },
  "reading from the listening socket": {
    *program(sys) {
      const { fd } = yield* listening(sys);
      yield* sys.read(fd, 10);
    },
    ends: { syscall: "read", code: "ENOTCONN", says: "use the one that accept returned" },
  },
  "sending on the listening socket": {
    *program(sys) {
      const { fd } = yield* listening(sys);
      yield* sys.send(fd, bytes("x"), MSG_NOSIGNAL);
    },
    ends: { syscall: "send", code: "EPIPE", says: "nobody can read at the other end" },
  },
  "accepting on the client": {
    *program(sys) {
      const { at } = yield* listening(sys);
      const client = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(client, at);
      yield* sys.accept(client);
    },
    ends: { syscall: "accept", code: "EINVAL", says: "the socket doesn't listen" },
  },
  "listening on the client": {
    *program(sys) {
      const { at } = yield* listening(sys);
      const client = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(client, at);
      yield* sys.listen(client, 5);
    },
    ends: { syscall: "listen", code: "EINVAL", says: "the socket is connected" },
  },
  "connecting twice with one socket": {
    *program(sys) {
      const { at } = yield* listening(sys);
      const client = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(client, at);
      yield* sys.connect(client, at);
    },
    ends: { syscall: "connect", code: "EISCONN", says: "takes a second socket" },
  },
  "connecting the listening socket": {
    *program(sys) {
      const { fd, at } = yield* listening(sys);
      yield* sys.connect(fd, at);
    },
    ends: { syscall: "connect", code: "EISCONN", says: "takes a second socket" },
  },
  "binding twice": {
    *program(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.bind(fd, ANY_PORT);
      yield* sys.bind(fd, ANY_PORT);
    },
    ends: { syscall: "bind", code: "EINVAL", says: "can be bound once" },
  },
  "a name instead of an address": {
    *program(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(fd, { address: "localhost", port: 80 });
    },
    ends: { syscall: "connect", code: "EINVAL", says: "it is localhost:80" },
  },
  "a name to be bound to": {
    *program(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.bind(fd, { address: "localhost", port: 0 });
    },
    ends: { syscall: "bind", code: "EINVAL", says: "it is localhost:0" },
  },
  "an address that another machine has": {
    *program(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.bind(fd, { address: "192.0.2.1", port: 0 });
    },
    ends: { syscall: "bind", code: "EADDRNOTAVAIL", says: "192.0.2.1:0 is no address of this machine" },
  },
  "a port above 65,535": {
    *program(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(fd, { address: INADDR_LOOPBACK, port: 80_800 });
    },
    ends: { syscall: "connect", code: "EINVAL", says: "it is 127.0.0.1:80800" },
  },
  "a port as text": {
    *program(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(fd, { address: INADDR_LOOPBACK, port: "8080" as unknown as number });
    },
    ends: { syscall: "connect", code: "EFAULT", says: "its argument address must be" },
  },
  "a family that doesn't exist": {
    *program(sys) {
      yield* sys.socket(99, SOCK_STREAM);
    },
    ends: { syscall: "socket", code: "EAFNOSUPPORT", says: "AF_INET" },
  },
  "a type that doesn't exist": {
    *program(sys) {
      yield* sys.socket(AF_INET, 9);
    },
    ends: { syscall: "socket", code: "ESOCKTNOSUPPORT", says: "SOCK_STREAM" },
  },
  "UDP's protocol for a stream": {
    *program(sys) {
      yield* sys.socket(AF_INET, SOCK_STREAM, 17);
    },
    ends: { syscall: "socket", code: "EPROTONOSUPPORT", says: "protocol 0" },
  },
  "asking for the peer of a socket that has none": {
    *program(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.getpeername(fd);
    },
    ends: { syscall: "getpeername", code: "ENOTCONN", says: "the socket has no peer" },
  },
  "ending a connection that isn't there": {
    *program(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.shutdown(fd, SHUT_WR);
    },
    ends: { syscall: "shutdown", code: "ENOTCONN", says: "the socket has no peer" },
  },
  "a wrong constant for shutdown": {
    *program(sys) {
      const { at } = yield* listening(sys);
      const client = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(client, at);
      yield* sys.shutdown(client, 3);
    },
    ends: { syscall: "shutdown", code: "EINVAL", says: "SHUT_RD, SHUT_WR or SHUT_RDWR" },
  },
  "a file where a socket is needed": {
    *program(sys) {
      const fd = yield* sys.open("/notes.txt", O_RDONLY);
      yield* sys.send(fd, bytes("x"), 0);
    },
    ends: { syscall: "send", code: "ENOTSOCK", says: "leads to no socket" },
  },
  "sending after shutdown": {
    *program(sys) {
      const { at } = yield* listening(sys);
      const client = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(client, at);
      yield* sys.shutdown(client, SHUT_WR);
      yield* sys.send(client, bytes("x"), MSG_NOSIGNAL);
    },
    ends: { syscall: "send", code: "EPIPE", says: "" },
  },
};
