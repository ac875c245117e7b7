/** TCP sockets used by several processes and threads in a fixed order; most of it was found by random scripts (test/fuzz). */
import { AF_INET, AF_UNSPEC, bytes, SHUT_RD, SHUT_WR, SOCK_NONBLOCK, SOCK_STREAM, SOL_TCP, TCP_INFO } from "fd3";
import { type Cast, inTurn } from "../../in-turn/in-turn";
import type { Suite } from "../program";

/** A listener, and a client and its accepted end, all of actor a. */
function* connected({ a, ports }: Cast) {
  const listener = yield* a.socket(AF_INET, SOCK_STREAM);
  yield* a.bind(listener, ports[0]);
  yield* a.listen(listener, 1);
  const client = yield* a.socket(AF_INET, SOCK_STREAM);
  yield* a.connect(client, ports[0]);
  const server = yield* a.accept(listener);
  return { listener, client, server };
}

export const tcpInTurn: Suite = {
  "bytes, a FIN and a signal wake whoever sleeps, in their turn": inTurn("tcp(7), signal(7)", function* (cast) {
    const { a, b, c } = cast;
    const { listener, client, server } = yield* connected(cast);
    yield* a.pthread_create(b);
    yield* a.fork(c);
    yield* b.accept(listener);
    yield* c.recv(server, 10, 0);
    yield* a.send(client, bytes("AAB"), 0);
    yield* c.recv(server, 10, 0);
    yield* c.interrupt();
    yield* c.recv(server, 10, 0);
    yield* a.shutdown(client, SHUT_WR);
    yield* c.close(server);
    yield* a.close(server);
    yield* a.recv(client, 10, 0);
  }),
  "shut down before it is connected: only AF_UNSPEC makes it usable again": inTurn(
    "connect(2), shutdown(2)",
    function* ({ a, ports }) {
      const fd = yield* a.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
      yield* a.connect(fd, ports[1]);
      yield* a.shutdown(fd, SHUT_RD);
      yield* a.connect(fd, ports[2]);
      yield* a.connect(fd, { family: AF_UNSPEC });
      yield* a.connect(fd, ports[2]);
    },
  ),
  "AF_UNSPEC under a sleeping reader: EPIPE, and the reset's error stays": inTurn("connect(2)", function* (cast) {
    const { a, b, c } = cast;
    const { client, server } = yield* connected(cast);
    yield* a.pthread_create(b);
    yield* a.fork(c);
    yield* b.recv(server, 10, 0);
    yield* c.recv(client, 10, 0);
    yield* a.connect(server, { family: AF_UNSPEC });
    yield* a.recv(server, 10, 0);
    yield* a.recv(server, 10, 0);
    yield* a.getsockname(server);
    yield* a.getsockname(client);
  }),
  "AF_UNSPEC after the peer's FIN: the end of the stream is forgotten, too": inTurn("connect(2)", function* (cast) {
    const { a } = cast;
    const { client, server } = yield* connected(cast);
    yield* a.shutdown(server, SHUT_WR);
    yield* a.recv(client, 10, 0);
    yield* a.connect(client, { family: AF_UNSPEC });
    yield* a.recv(client, 10, 0);
    yield* a.recv(client, 10, 0);
    yield* a.recv(server, 10, 0);
  }),
  "a process's end closes its sockets from the highest number on, so who is in TIME_WAIT": inTurn(
    "exit(2), ip(7)",
    function* (cast) {
      const { a, b, ports } = cast;
      yield* a.fork(b);
      yield* connected(cast);
      yield* a.exit(0);
      const fd = yield* b.socket(AF_INET, SOCK_STREAM);
      yield* b.bind(fd, ports[0]);
    },
  ),
  "shut down before it listens: whoever is accepted has that from its listener": inTurn(
    "shutdown(2), accept(2)",
    function* ({ a, ports }) {
      const listener = yield* a.socket(AF_INET, SOCK_STREAM);
      yield* a.bind(listener, ports[0]);
      yield* a.shutdown(listener, SHUT_RD);
      yield* a.listen(listener, 1);
      const client = yield* a.socket(AF_INET, SOCK_STREAM);
      yield* a.connect(client, ports[0]);
      const server = yield* a.accept(listener);
      yield* a.recv(server, 1, 0);
      yield* a.send(server, bytes("A"), 0);
      yield* a.recv(client, 1, 0);
    },
  ),
  "two sleep in accept: AF_UNSPEC on the listener wakes one": inTurn("accept(2), connect(2)", function* (cast) {
    const { a, b, c } = cast;
    const { listener } = yield* connected(cast);
    yield* a.pthread_create(b);
    yield* a.pthread_create(c);
    yield* b.accept(listener);
    yield* c.accept(listener);
    yield* a.connect(listener, { family: AF_UNSPEC });
    yield* a.getsockname(listener);
  }),
  "two sleep in accept: shutdown of the listener wakes both": inTurn("accept(2), shutdown(2)", function* (cast) {
    const { a, b, c } = cast;
    const { listener } = yield* connected(cast);
    yield* a.pthread_create(b);
    yield* a.pthread_create(c);
    yield* b.accept(listener);
    yield* c.accept(listener);
    yield* a.shutdown(listener, SHUT_RD);
    yield* a.listen(listener, 1);
  }),
  "connected to itself, after a refused attempt whose error nobody took": inTurn(
    "RFC 9293 3.5, connect(2)",
    function* ({ a, ports }) {
      const fd = yield* a.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
      yield* a.connect(fd, ports[0]);
      yield* a.bind(fd, ports[0]);
      yield* a.connect(fd, { family: AF_UNSPEC });
      yield* a.getsockname(fd);
      yield* a.connect(fd, ports[0]);
      yield* a.getsockopt(fd, SOL_TCP, TCP_INFO);
      yield* a.recv(fd, 10, 0);
      yield* a.send(fd, bytes("echo"), 0);
      yield* a.recv(fd, 10, 0);
      yield* a.shutdown(fd, SHUT_WR);
      yield* a.getsockopt(fd, SOL_TCP, TCP_INFO);
      yield* a.recv(fd, 10, 0);
    },
  ),
};
