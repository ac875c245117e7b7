/** What poll, select and epoll say of a socket in every state: tcp_poll in net/ipv4/tcp.c, datagram_poll in net/core/datagram.c. */
import {
  EPOLL_CTL_ADD,
  EPOLLET,
  EPOLLONESHOT,
  POLLIN,
  POLLOUT,
  POLLPRI,
  POLLRDBAND,
  POLLRDHUP,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
} from "fd3";
import { walks } from "../program";
import { EVERY_EVENT } from "./ends";
import { tcpSituations, udpSituations } from "./situations";

const { suite, agree } = walks();

for (const [name, situation] of Object.entries({ ...tcpSituations, ...udpSituations })) {
  agree(`${name}, by poll: each bit alone, all, none; poll(2)`, function* (sys) {
    const fd = yield* situation(sys);
    const bits = [POLLIN, POLLOUT, POLLPRI, POLLRDHUP, POLLRDNORM, POLLRDBAND, POLLWRNORM, POLLWRBAND];
    for (const events of [...bits, EVERY_EVENT, 0]) yield* sys.poll([{ fd, events }], 0);
  });
  agree(`${name}, by select: each set alone, and all; select(2)`, function* (sys) {
    const fd = yield* situation(sys);
    const now = { tv_sec: 0, tv_usec: 0 };
    const set = () => new Set([fd]);
    yield* sys.select(fd + 1, set(), null, null, now);
    yield* sys.select(fd + 1, null, set(), null, now);
    yield* sys.select(fd + 1, null, null, set(), now);
    yield* sys.select(fd + 1, set(), set(), set(), now);
  });
  agree(`${name}, by epoll: level-triggered, edge-triggered, one-shot; epoll(7)`, function* (sys) {
    const fd = yield* situation(sys);
    for (const behaviour of [0, EPOLLET, EPOLLONESHOT]) {
      for (const events of [EVERY_EVENT, 0]) {
        const ep = yield* sys.epoll_create1(0);
        yield* sys.epoll_ctl(ep, EPOLL_CTL_ADD, fd, { events: (events | behaviour) >>> 0, data: 7 });
        yield* sys.epoll_wait(ep, 10, 0);
        yield* sys.epoll_wait(ep, 10, 0);
        yield* sys.close(ep);
      }
    }
  });
}

export const readiness = suite;
