/** Who has the other end: SO_PEERCRED of Unix sockets; and SO_COOKIE, by which sockets are told apart. */
import {
  AF_INET,
  AF_UNIX,
  type PeerCredentials,
  type Program,
  SO_COOKIE,
  SO_PEERCRED,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  type Sys,
} from "fd3";
import { attempt, byResult, one, type Suite } from "../program";

function* peerPid(sys: Sys, fd: number): Program<number> {
  return ((yield* sys.getsockopt(fd, SOL_SOCKET, SO_PEERCRED)) as PeerCredentials).pid;
}

export const credentials: Suite = {
  "a pair is both ends of the process that made it": byResult(
    one("unix(7), SO_PEERCRED", function* (sys) {
      const own = yield* sys.getpid();
      const found: boolean[] = [];
      for (const type of [SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET])
        for (const fd of yield* sys.socketpair(AF_UNIX, type)) found.push((yield* peerPid(sys, fd)) === own);
      return found;
    }),
  ),
  "a client sees who listens, a server who connects, whoever has the sockets now": byResult(
    one("unix(7), SO_PEERCRED", function* (sys) {
      const own = yield* sys.getpid();
      const listener = yield* sys.socket(AF_UNIX, SOCK_STREAM);
      yield* sys.bind(listener, { path: "/door" });
      const before = yield* peerPid(sys, listener);
      yield* sys.listen(listener, 1);
      const listening = (yield* peerPid(sys, listener)) === own;
      const child = yield* sys.fork(function* client(c) {
        const fd = yield* c.socket(AF_UNIX, SOCK_STREAM);
        yield* c.connect(fd, { path: "/door" });
        yield* c.exit((yield* peerPid(c, fd)) === (yield* c.getppid()) ? 0 : 1);
      });
      const server = yield* sys.accept(listener);
      const { status } = yield* sys.waitpid(child, 0);
      return [before, listening, (yield* peerPid(sys, server)) === child, status];
    }),
  ),
  "nobody: before there is a peer, on sockets of IP; nobody can say it either": byResult(
    one("unix(7), SO_PEERCRED", function* (sys) {
      const found: unknown[] = [];
      for (const [family, type] of [
        [AF_UNIX, SOCK_STREAM],
        [AF_INET, SOCK_STREAM],
        [AF_INET, SOCK_DGRAM],
      ]) {
        const fd = yield* sys.socket(family, type);
        found.push(yield* sys.getsockopt(fd, SOL_SOCKET, SO_PEERCRED));
        found.push([...((yield* sys.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, 20)) as Uint8Array)]);
        found.push(yield* attempt(sys.setsockopt(fd, SOL_SOCKET, SO_PEERCRED, 1)));
      }
      return found;
    }),
  ),
  "SO_COOKIE is each socket's own, always the same, and takes eight bytes": byResult(
    one("socket(7), SO_COOKIE", function* (sys) {
      const cookies: unknown[] = [];
      for (const fd of [yield* sys.socket(AF_INET, SOCK_STREAM), ...(yield* sys.socketpair(AF_UNIX, SOCK_STREAM))]) {
        const cookie = yield* sys.getsockopt(fd, SOL_SOCKET, SO_COOKIE);
        if (cookie !== (yield* sys.getsockopt(fd, SOL_SOCKET, SO_COOKIE))) return "it changes";
        cookies.push(cookie);
      }
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      const sizes: unknown[] = [];
      for (const size of [-1, 0, 4, 7, 8, 20]) {
        const bytes = yield* attempt(sys.getsockopt(fd, SOL_SOCKET, SO_COOKIE, size));
        sizes.push(bytes instanceof Uint8Array ? bytes.length : bytes);
      }
      return [new Set(cookies).size, sizes, yield* attempt(sys.setsockopt(fd, SOL_SOCKET, SO_COOKIE, 1))];
    }),
  ),
};
