/** IP_RECVERR: errors that wait in a queue of their own, each with the datagram it is about; ip(7), recv(2) under MSG_ERRQUEUE. */
import {
  AF_UNSPEC,
  bytes,
  EPOLL_CTL_ADD,
  EPOLLET,
  EPOLLIN,
  IP_MTU_DISCOVER,
  IP_RECVERR,
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  MSG_PEEK,
  type Program,
  SHUT_RDWR,
  SO_ERROR,
  SO_SELECT_ERR_QUEUE,
  SOL_IP,
  SOL_SOCKET,
  type Sys,
} from "fd3";
import { attempt, walks } from "../program";
import { boundUdp, nobodyUdp, ready, udpSocket, until } from "./ends";

const { suite, agree } = walks();
const QUEUED = MSG_ERRQUEUE | MSG_DONTWAIT;
/** IP_PMTUDISC_DO: never cut a datagram. */
const PMTUDISC_DO = 2;

/** A socket that has heard of two datagrams that nobody took; the send between them reported the first, and sent nothing. */
function* told(sys: Sys, connected: boolean): Program<number> {
  const [first, second] = [yield* nobodyUdp(sys), yield* nobodyUdp(sys)];
  const fd = yield* udpSocket(sys);
  yield* sys.setsockopt(fd, SOL_IP, IP_RECVERR, 1);
  if (connected) yield* sys.connect(fd, first);
  yield* sys.sendto(fd, bytes("first"), 0, connected ? null : first);
  yield* until(sys, fd, 0);
  yield* attempt(sys.sendto(fd, bytes("second"), 0, second));
  yield* sys.sendto(fd, bytes("third"), 0, second);
  return fd;
}

const takeError = (sys: Sys, fd: number, size = 60) => attempt(sys.recvmsg(fd, [size], QUEUED));

const happenings: Record<string, (sys: Sys, fd: number) => Program<void>> = {
  *"are taken one by one, and the last takes the pending error with it"(sys, fd) {
    for (let i = 0; i < 3; i++) {
      yield* takeError(sys, fd);
      yield* ready(sys, fd);
    }
    yield* sys.getsockopt(fd, SOL_SOCKET, SO_ERROR);
  },
  *"stay when SO_ERROR has told of them; the next one's error is pending again"(sys, fd) {
    yield* sys.getsockopt(fd, SOL_SOCKET, SO_ERROR);
    yield* ready(sys, fd);
    yield* takeError(sys, fd);
    yield* sys.getsockopt(fd, SOL_SOCKET, SO_ERROR);
    yield* takeError(sys, fd);
  },
  *"stay when a receive has failed with the pending one"(sys, fd) {
    yield* attempt(sys.recv(fd, 9, MSG_DONTWAIT));
    yield* attempt(sys.recv(fd, 9, MSG_DONTWAIT));
    yield* ready(sys, fd);
    yield* takeError(sys, fd);
  },
  *"are cut like any datagram"(sys, fd) {
    yield* takeError(sys, fd, 2);
    yield* attempt(sys.recvfrom(fd, 0, QUEUED));
  },
  *"can't be looked at only: MSG_PEEK takes them"(sys, fd) {
    for (let i = 0; i < 3; i++) yield* attempt(sys.recvmsg(fd, [9], QUEUED | MSG_PEEK));
  },
  *"are never waited for"(sys, fd) {
    for (let i = 0; i < 3; i++) yield* attempt(sys.recvmsg(fd, [9], MSG_ERRQUEUE));
  },
  *"are thrown away when the option goes, and the pending error stays"(sys, fd) {
    yield* sys.setsockopt(fd, SOL_IP, IP_RECVERR, 0);
    yield* takeError(sys, fd);
    yield* ready(sys, fd);
  },
  *"outlive a connect to nobody"(sys, fd) {
    yield* sys.connect(fd, { family: AF_UNSPEC });
    yield* takeError(sys, fd);
    yield* ready(sys, fd);
  },
  *"outlive a shutdown"(sys, fd) {
    yield* attempt(sys.shutdown(fd, SHUT_RDWR));
    yield* takeError(sys, fd);
    yield* ready(sys, fd);
  },
  *"are an edge of EPOLLERR as long as one is left"(sys, fd) {
    const epfd = yield* sys.epoll_create1(0);
    yield* sys.epoll_ctl(epfd, EPOLL_CTL_ADD, fd, { events: EPOLLIN | EPOLLET, data: 1 });
    for (let i = 0; i < 4; i++) {
      yield* sys.epoll_wait(epfd, 4, 0);
      yield* takeError(sys, fd);
    }
  },
  *"are POLLPRI, too, if SO_SELECT_ERR_QUEUE asks for it"(sys, fd) {
    yield* sys.setsockopt(fd, SOL_SOCKET, SO_SELECT_ERR_QUEUE, 1);
    yield* ready(sys, fd);
    yield* sys.select(fd + 1, new Set([fd]), new Set([fd]), new Set([fd]), { tv_sec: 0, tv_usec: 0 });
  },
};

for (const [what, happen] of Object.entries(happenings))
  for (const connected of [false, true])
    agree(`queued errors of ${connected ? "a connected" : "an unconnected"} socket ${what}; ip(7)`, function* (sys) {
      const fd = yield* told(sys, connected);
      yield* ready(sys, fd);
      yield* happen(sys, fd);
    });

agree("EMSGSIZE of our own side is queued without a pending error; ip(7)", function* (sys) {
  const { name } = yield* boundUdp(sys);
  const fd = yield* udpSocket(sys);
  yield* sys.connect(fd, name);
  yield* sys.setsockopt(fd, SOL_IP, IP_RECVERR, 1);
  yield* sys.setsockopt(fd, SOL_IP, IP_MTU_DISCOVER, PMTUDISC_DO);
  yield* attempt(sys.send(fd, new Uint8Array(65_530), 0));
  yield* ready(sys, fd);
  yield* sys.getsockopt(fd, SOL_SOCKET, SO_ERROR);
  yield* takeError(sys, fd);
  yield* ready(sys, fd);
});

export const udpErrorQueue = suite;
