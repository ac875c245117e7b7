/** What threads do to descriptors under each other's feet; most of it was found by random scripts (test/fuzz). */
import {
  AF_INET,
  AF_UNIX,
  EPOLL_CTL_ADD,
  EPOLL_CTL_MOD,
  EPOLLEXCLUSIVE,
  EPOLLIN,
  FIONREAD,
  POLLIN,
  SOCK_DGRAM,
  SOCK_STREAM,
} from "fd3";
import { inTurn, part } from "../../in-turn/in-turn";
import type { Suite } from "../program";

export const descriptorsInTurn: Suite = {
  "closed while somebody polls it: seen at the next look, before the signal": inTurn(
    "poll(2)",
    function* ({ a, b, c }) {
      const pair = yield* a.socketpair(AF_UNIX, SOCK_STREAM, 0);
      yield* a.pthread_create(b);
      yield* a.pthread_create(c);
      yield* a.poll([{ fd: part(pair, 0), events: POLLIN }], -1);
      yield* c.select(20, new Set([part(pair, 0)]), null, null, null);
      yield* b.close(part(pair, 0));
      yield* a.interrupt();
    },
  ),
  "replaced while somebody polls it: the new file is looked at": inTurn("poll(2), dup(2)", function* ({ a, b }) {
    const pair = yield* a.socketpair(AF_UNIX, SOCK_STREAM, 0);
    const pipe = yield* a.pipe();
    yield* a.pthread_create(b);
    yield* a.write(part(pipe, 1), new Uint8Array(1));
    yield* a.poll([{ fd: part(pair, 0), events: POLLIN }], -1);
    yield* b.dup2(part(pipe, 0), part(pair, 0));
    yield* a.interrupt();
  }),
  "an epoll instance: fstat, FIONREAD, and no event where one is needed": inTurn(
    "epoll_ctl(2), ioctl(2)",
    function* ({ a }) {
      const epoll = yield* a.epoll_create1(0);
      const pipe = yield* a.pipe();
      yield* a.fstat(epoll);
      yield* a.ioctl(epoll, FIONREAD);
      yield* a.epoll_ctl(epoll, EPOLL_CTL_ADD, part(pipe, 0));
      yield* a.epoll_ctl(77, EPOLL_CTL_ADD, part(pipe, 0));
    },
  ),
  "EPOLLEXCLUSIVE can't be modified": inTurn("epoll_ctl(2)", function* ({ a }) {
    const epoll = yield* a.epoll_create1(0);
    const pipe = yield* a.pipe();
    yield* a.epoll_ctl(epoll, EPOLL_CTL_ADD, part(pipe, 0), { events: EPOLLIN | EPOLLEXCLUSIVE, data: 1 });
    yield* a.epoll_ctl(epoll, EPOLL_CTL_MOD, part(pipe, 0), { events: EPOLLIN, data: 2 });
  }),
  "a send that fails has bound its UDP socket all the same": inTurn("udp(7)", function* ({ a, ports }) {
    const fd = yield* a.socket(AF_INET, SOCK_DGRAM);
    yield* a.send(fd, new Uint8Array(1), 0);
    yield* a.bind(fd, ports[1]);
    yield* a.getsockname(fd);
    const other = yield* a.socket(AF_INET, SOCK_DGRAM);
    yield* a.listen(other, 1);
    yield* a.bind(other, ports[1]);
  }),
};
