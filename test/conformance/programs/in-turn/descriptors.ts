/** What threads do to descriptors under each other's feet; most of it was found by random scripts (test/fuzz). */
import {
  AF_INET,
  AF_UNIX,
  AF_UNSPEC,
  bytes,
  EPOLL_CTL_ADD,
  EPOLL_CTL_MOD,
  EPOLLET,
  EPOLLEXCLUSIVE,
  EPOLLIN,
  EPOLLOUT,
  F_SETPIPE_SZ,
  FIONREAD,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  O_RDONLY,
  POLLIN,
  SHUT_RDWR,
  SIOCOUTQ,
  SO_SNDBUF,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
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
  "polling an instance takes from its ready list what isn't ready any more": inTurn("epoll(7)", function* ({ a }) {
    const epoll = yield* a.epoll_create1(0);
    const first = yield* a.pipe();
    const second = yield* a.pipe();
    yield* a.write(part(first, 1), bytes("A"));
    yield* a.epoll_ctl(epoll, EPOLL_CTL_ADD, part(first, 0), { events: EPOLLIN, data: 1 });
    yield* a.epoll_ctl(epoll, EPOLL_CTL_ADD, part(second, 1), { events: EPOLLOUT, data: 2 });
    yield* a.read(part(first, 0), 1);
    yield* a.poll([{ fd: epoll, events: POLLIN }], 0);
    yield* a.write(part(first, 1), bytes("B"));
    yield* a.epoll_wait(epoll, 10, 0);
  }),
  "EPOLLEXCLUSIVE can't be modified": inTurn("epoll_ctl(2)", function* ({ a }) {
    const epoll = yield* a.epoll_create1(0);
    const pipe = yield* a.pipe();
    yield* a.epoll_ctl(epoll, EPOLL_CTL_ADD, part(pipe, 0), { events: EPOLLIN | EPOLLEXCLUSIVE, data: 1 });
    yield* a.epoll_ctl(epoll, EPOLL_CTL_MOD, part(pipe, 0), { events: EPOLLIN, data: 2 });
  }),
  "several sleep in epoll_wait: who came last is woken first, and alone": inTurn(
    "epoll_wait(2)",
    function* ({ a, b, c, d }) {
      const epoll = yield* a.epoll_create1(0);
      const pipe = yield* a.pipe();
      yield* a.epoll_ctl(epoll, EPOLL_CTL_ADD, part(pipe, 0), { events: EPOLLIN | EPOLLET, data: 1 });
      yield* a.pthread_create(b);
      yield* a.fork(c);
      yield* a.pthread_create(d);
      yield* b.epoll_wait(epoll, 1, -1);
      yield* c.epoll_wait(epoll, 1, -1);
      yield* d.epoll_wait(epoll, 1, -1);
      yield* a.write(part(pipe, 1), new Uint8Array(1));
      yield* a.write(part(pipe, 1), new Uint8Array(1));
      yield* a.epoll_ctl(epoll, EPOLL_CTL_ADD, part(pipe, 1), { events: EPOLLOUT, data: 2 });
    },
  ),
  "several sleep on one pipe: who came first is woken first, and alone": inTurn("pipe(7)", function* ({ a, b, c, d }) {
    const pipe = yield* a.pipe();
    yield* a.pthread_create(b);
    yield* a.fork(c);
    yield* a.pthread_create(d);
    yield* b.read(part(pipe, 0), 1);
    yield* c.read(part(pipe, 0), 1);
    yield* d.read(part(pipe, 0), 1);
    yield* a.write(part(pipe, 1), bytes("A"));
    yield* a.write(part(pipe, 1), bytes("BC"));
    yield* a.close(part(pipe, 1));
  }),
  "F_SETPIPE_SZ wakes a sleeping writer in vain, who then stands behind the others": inTurn(
    "fcntl(2), pipe(7)",
    function* ({ a, b, c }) {
      const pipe = yield* a.pipe();
      yield* a.pthread_create(b);
      yield* a.fork(c);
      yield* a.write(part(pipe, 1), new Uint8Array(70_000).fill(65));
      yield* b.write(part(pipe, 1), bytes("B"));
      yield* c.fcntl(part(pipe, 1), F_SETPIPE_SZ, 65_536);
      yield* c.read(part(pipe, 0), 4096);
    },
  ),
  "F_SETPIPE_SZ is an event for those who watch for edges": inTurn("fcntl(2), epoll(7)", function* ({ a }) {
    const epoll = yield* a.epoll_create1(0);
    const pipe = yield* a.pipe();
    yield* a.epoll_ctl(epoll, EPOLL_CTL_ADD, part(pipe, 1), { events: EPOLLOUT | EPOLLET, data: 1 });
    yield* a.epoll_wait(epoll, 10, 0);
    yield* a.epoll_wait(epoll, 10, 0);
    yield* a.fcntl(part(pipe, 1), F_SETPIPE_SZ, 65_536);
    yield* a.epoll_wait(epoll, 10, 0);
  }),
  "a message that arrives wakes a writer of the same socket, who then finds room": inTurn(
    "unix(7)",
    function* ({ a, b }) {
      const pair = yield* a.socketpair(AF_UNIX, SOCK_SEQPACKET, 0);
      yield* a.pthread_create(b);
      for (let i = 0; i < 3; i++) yield* a.send(part(pair, 1), new Uint8Array(70_000).fill(65), 0);
      yield* b.send(part(pair, 1), bytes("B"), 0);
      yield* a.recv(part(pair, 0), 70_000, 0);
      yield* a.send(part(pair, 0), bytes("A"), 0);
    },
  ),
  "readv of no bytes: nothing, even of a directory, but an error of what can't be read": inTurn(
    "readv(2)",
    function* ({ a }) {
      const directory = yield* a.open("/tmp", O_RDONLY);
      yield* a.readv(directory, [0, 0]);
      yield* a.readv(directory, [0, 1]);
      const epoll = yield* a.epoll_create1(0);
      yield* a.readv(epoll, [0]);
      yield* a.writev(epoll, [new Uint8Array(0)]);
    },
  ),
  "a send that fails has bound its UDP socket all the same": inTurn("udp(7)", function* ({ a, ports }) {
    const fd = yield* a.socket(AF_INET, SOCK_DGRAM);
    yield* a.send(fd, new Uint8Array(1), 0);
    yield* a.bind(fd, ports[1]);
    yield* a.getsockname(fd);
    const other = yield* a.socket(AF_INET, SOCK_DGRAM);
    yield* a.listen(other, 1);
    yield* a.bind(other, ports[1]);
  }),
  "a datagram socket is dissolved while a sender waits for room: it looks again, and has no peer": inTurn(
    "unix(7), connect(2)",
    function* ({ a, b }) {
      const pair = yield* a.socketpair(AF_UNIX, SOCK_DGRAM, 0);
      yield* a.pthread_create(b);
      for (let i = 0; i < 3; i++) yield* a.send(part(pair, 1), new Uint8Array(70_000), 0);
      yield* a.send(part(pair, 1), bytes("K"), 0);
      yield* b.recv(part(pair, 0), 3, 0);
      yield* b.connect(part(pair, 1), { family: AF_UNSPEC });
    },
  ),
  "who waits for a place in a queue isn't woken by its shutdown; a signal then comes before EPIPE": inTurn(
    "signal(7), shutdown(2)",
    function* ({ a, b }) {
      const queue = yield* a.socket(AF_UNIX, SOCK_DGRAM, 0);
      yield* a.bind(queue, { path: "/tmp/queue" });
      const sender = yield* a.socket(AF_UNIX, SOCK_DGRAM, 0);
      yield* a.connect(sender, { path: "/tmp/queue" });
      for (let i = 0; i < 12; i++) yield* a.send(sender, bytes("x"), MSG_DONTWAIT);
      yield* a.fork(b);
      yield* b.send(sender, bytes("y"), MSG_NOSIGNAL);
      yield* a.shutdown(queue, SHUT_RDWR);
      yield* b.interrupt();
      yield* a.send(sender, bytes("z"), MSG_NOSIGNAL);
    },
  ),
  "a write to a Unix stream that waits for room: its next piece has the size that was decided before": inTurn(
    "unix(7)",
    function* ({ a, b }) {
      const pair = yield* a.socketpair(AF_UNIX, SOCK_STREAM, 0);
      yield* a.setsockopt(part(pair, 0), SOL_SOCKET, SO_SNDBUF, 4608);
      for (let i = 0; i < 5; i++) yield* a.send(part(pair, 0), new Uint8Array(1000), MSG_DONTWAIT);
      yield* a.pthread_create(b);
      yield* b.write(part(pair, 0), new Uint8Array(30_000));
      yield* a.setsockopt(part(pair, 0), SOL_SOCKET, SO_SNDBUF, 100_000);
      yield* a.ioctl(part(pair, 0), SIOCOUTQ);
    },
  ),
};
