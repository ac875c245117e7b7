/** How much the peer may send before anybody reads, and what a connection says of its receive buffer. */
import {
  FIONREAD,
  MSG_DONTWAIT,
  type Program,
  SO_RCVBUF,
  SO_RCVLOWAT,
  SOL_SOCKET,
  SOL_TCP,
  type Sys,
  TCP_INFO,
} from "fd3";
import { type ConformanceProgram, one, type Suite } from "../program";
import { anyPort, connected, nameOf, tcpSocket } from "./ends";

const SOURCE = "tcp(7), tcp_rmem";

/** Of the receiving end, when all is quiet. */
function* window(sys: Sys, fd: number): Program<readonly unknown[]> {
  yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 60_000_000 });
  const info = (yield* sys.getsockopt(fd, SOL_TCP, TCP_INFO)) as Record<string, number>;
  const { tcpi_rcv_ssthresh, tcpi_rcv_mss, tcpi_rcv_space } = info;
  const buffer = yield* sys.getsockopt(fd, SOL_SOCKET, SO_RCVBUF);
  return [yield* sys.ioctl(fd, FIONREAD), tcpi_rcv_ssthresh, tcpi_rcv_mss, tcpi_rcv_space, buffer];
}

/** Sends these one after the other, which nobody reads; `prepare` is done before. */
function sends(sizes: readonly number[], prepare?: (sys: Sys, fd: number) => Program): ConformanceProgram {
  return one(SOURCE, function* (sys: Sys) {
    const [client, server] = yield* connected(sys);
    if (prepare !== undefined) yield* prepare(sys, server);
    const seen = [yield* window(sys, server)];
    for (const size of sizes) {
      yield* sys.send(client, new Uint8Array(size), 0);
      seen.push(yield* window(sys, server));
    }
    return seen;
  });
}

export const receiveWindow: Suite = {
  "a byte, and more, of which each is a segment": sends([1, 1, 100, 500]),
  "600 bytes: less of the memory is payload than was thought": sends([600]),
  "1,000 bytes, twice": sends([1000, 1000]),
  "4,000 bytes": sends([4000]),
  "16,384 bytes: nearly all of the memory is payload": sends([16_384]),
  "growing segments": sends([1, 100, 1000, 1000, 5000, 40_000]),
  "70,000 bytes, more than the first window": sends([70_000]),
  "200,000 bytes: segments of half the window, of which two fill it to its very edge": sends([200_000]),
  "10,000 bytes after 60,000": sends([60_000, 10_000]),
  "a buffer that the program has set": sends([1000, 1000, 5000], (sys, fd) =>
    sys.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, 30_000),
  ),
  "a buffer that grows with SO_RCVLOWAT": sends([1000], (sys, fd) =>
    sys.setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, 200_000),
  ),
  "more than a small buffer takes, in one write: while that is at work, what it has sent isn't joined": one(
    SOURCE,
    function* (sys: Sys) {
      const seen: unknown[] = [];
      for (const buffer of [2048, 4096, 5000, 8192]) {
        const listener = yield* tcpSocket(sys);
        yield* sys.setsockopt(listener, SOL_SOCKET, SO_RCVBUF, buffer);
        yield* sys.bind(listener, anyPort());
        yield* sys.listen(listener, 1);
        const client = yield* tcpSocket(sys);
        yield* sys.connect(client, yield* nameOf(sys, listener));
        const server = yield* sys.accept(listener);
        yield* sys.send(client, new Uint8Array(50_000), MSG_DONTWAIT);
        seen.push(yield* window(sys, server));
      }
      return seen;
    },
  ),
  "what was read makes room": one(SOURCE, function* (sys: Sys) {
    const [client, server] = yield* connected(sys);
    yield* sys.send(client, new Uint8Array(40_000), 0);
    const seen = [yield* window(sys, server)];
    yield* sys.recv(server, 10_000, 0);
    seen.push(yield* window(sys, server));
    yield* sys.send(client, new Uint8Array(40_000), 0);
    seen.push(yield* window(sys, server));
    return seen;
  }),
};
