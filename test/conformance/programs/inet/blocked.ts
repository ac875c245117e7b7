/** Threads that sleep in a call on one socket: who is woken, by what, and what a close under them does. */
import {
  AF_UNSPEC,
  bytes,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  MSG_PEEK,
  MSG_WAITALL,
  POLLIN,
  POLLOUT,
  SA_RESTART,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SIGUSR1,
  SO_ERROR,
  SO_RCVTIMEO,
  SOL_SOCKET,
  type Sys,
  text,
} from "fd3";
import { attempt, one, type Suite, walks } from "../program";
import { asleepIn, boundUdp, connected, listening, moment, othersAsleep, reset, tcpSocket, udpPair } from "./ends";

const { suite, agree } = walks();

agree("recv sleeps until bytes come, the end, or a reset; recv(2)", function* (sys) {
  for (const wake of ["bytes", "end", "reset"]) {
    const [c, s] = yield* connected(sys);
    const tid = yield* asleepIn(sys, (t) => t.recv(s, 10, 0));
    if (wake === "bytes") yield* sys.send(c, bytes("x"), 0);
    else if (wake === "end") yield* sys.close(c);
    else yield* reset(sys, c);
    yield* sys.pthread_join(tid);
  }
});
agree("shutdown wakes a sleeping recv: of reading and both, not of writing; shutdown(2)", function* (sys) {
  for (const how of [SHUT_RD, SHUT_RDWR]) {
    const [, s] = yield* connected(sys);
    const tid = yield* asleepIn(sys, (t) => t.recv(s, 10, 0));
    yield* sys.shutdown(s, how);
    yield* sys.pthread_join(tid);
  }
  const [c, s] = yield* connected(sys);
  const tid = yield* asleepIn(sys, (t) => t.recv(s, 10, 0));
  yield* sys.shutdown(s, SHUT_WR);
  yield* moment(sys);
  yield* sys.send(c, bytes("still open"), 0);
  yield* sys.pthread_join(tid);
});
agree("two asleep in recv: the end is for both; recv(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const first = yield* asleepIn(sys, (t) => t.recv(s, 1, 0));
  const second = yield* asleepIn(sys, (t) => t.recv(s, 1, 0));
  yield* sys.close(c);
  yield* sys.pthread_join(first);
  yield* sys.pthread_join(second);
});
agree(
  "a peek for more than there is, while another thread reads what it saw: some of it comes twice; recv(2)",
  function* (sys) {
    for (const end of ["bytes", "end", "time"]) {
      const [c, s] = yield* connected(sys);
      yield* sys.setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, { tv_sec: end === "time" ? 1 : 0, tv_usec: 0 });
      yield* sys.send(c, bytes("abc"), 0);
      yield* moment(sys);
      const peeks = yield* asleepIn(sys, (t) => t.recv(s, 8, MSG_PEEK | MSG_WAITALL));
      yield* sys.recv(s, 2, 0);
      if (end === "bytes") yield* sys.send(c, bytes("defgh"), 0);
      if (end === "end") yield* sys.close(c);
      yield* sys.pthread_join(peeks);
    }
  },
);
agree("one peeks and one reads, both asleep; recv(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const peeks = yield* asleepIn(sys, (t) => t.recv(s, 5, MSG_PEEK));
  yield* sys.send(c, bytes("ab"), 0);
  yield* sys.pthread_join(peeks);
  const reads = yield* asleepIn(sys, (t) => t.recv(s, 5, 0));
  yield* sys.pthread_join(reads);
});
agree(
  "closing the descriptor under a sleeping recv doesn't wake it, and the connection stays up; close(2)",
  function* (sys) {
    const [c, s] = yield* connected(sys);
    const tid = yield* asleepIn(sys, (t) => t.recv(s, 10, 0));
    yield* sys.close(s);
    yield* moment(sys);
    yield* attempt(sys.recv(c, 1, MSG_DONTWAIT));
    yield* sys.send(c, bytes("last"), 0);
    yield* sys.pthread_join(tid);
    yield* moment(sys);
    yield* attempt(sys.recv(c, 1, MSG_DONTWAIT));
  },
);
agree("accept sleeps until somebody connects; accept(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const tid = yield* asleepIn(sys, (t) => t.accept(listener));
  yield* sys.connect(yield* tcpSocket(sys), name);
  yield* sys.pthread_join(tid);
});
agree("two asleep in accept: the first to come is the first to get; accept(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const first = yield* asleepIn(sys, (t) => t.accept(listener));
  const second = yield* asleepIn(sys, (t) => t.accept(listener));
  for (const tid of [first, second]) {
    yield* sys.connect(yield* tcpSocket(sys), name);
    yield* sys.pthread_join(tid);
  }
});
agree("closing a listener under accept: it sleeps on, and the next connection wakes it; close(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const tid = yield* asleepIn(sys, (t) => t.accept(listener));
  yield* sys.close(listener);
  const c = yield* tcpSocket(sys);
  yield* attempt(sys.connect(c, name));
  yield* sys.pthread_join(tid);
  yield* attempt(sys.connect(yield* tcpSocket(sys), name));
});
agree("shutdown of a listener wakes accept with EINVAL; shutdown(2)", function* (sys) {
  for (const how of [SHUT_RD, SHUT_RDWR]) {
    const { listener } = yield* listening(sys);
    const tid = yield* asleepIn(sys, (t) => t.accept(listener));
    yield* sys.shutdown(listener, how);
    yield* sys.pthread_join(tid);
  }
});
agree("shutdown of a listener wakes every thread in accept; shutdown(2)", function* (sys) {
  const { listener } = yield* listening(sys);
  const first = yield* asleepIn(sys, (t) => t.accept(listener));
  const second = yield* asleepIn(sys, (t) => t.accept(listener));
  yield* sys.shutdown(listener, SHUT_RDWR);
  yield* sys.pthread_join(first);
  yield* sys.pthread_join(second);
});
agree("accept takes its descriptor's number before it sleeps; accept(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const c = yield* tcpSocket(sys);
  const tid = yield* asleepIn(sys, (t) => t.accept(listener));
  yield* sys.dup(0);
  yield* sys.connect(c, name);
  yield* sys.pthread_join(tid);
});
agree("connect sleeps while the backlog is full, and shutdown by another thread ends it; connect(2)", function* (sys) {
  const { name } = yield* listening(sys, 0);
  yield* sys.connect(yield* tcpSocket(sys), name);
  const c = yield* tcpSocket(sys);
  const tid = yield* asleepIn(sys, (t) => t.connect(c, name));
  yield* attempt(sys.shutdown(c, SHUT_RDWR));
  yield* sys.pthread_join(tid);
});
agree("a signal ends a sleeping recv, accept and connect: EINTR; signal(7)", function* (sys) {
  yield* sys.sigaction(SIGUSR1, { *handler() {} });
  const [, s] = yield* connected(sys);
  const { listener } = yield* listening(sys);
  const { fd } = yield* boundUdp(sys);
  for (const call of [
    (t: Sys) => t.recv(s, 1, 0),
    (t: Sys) => t.accept(listener),
    (t: Sys) => t.recvfrom(fd, 1, 0),
    (t: Sys) => t.poll([{ fd: s, events: POLLIN }], -1),
  ]) {
    const tid = yield* asleepIn(sys, call);
    yield* sys.pthread_kill(tid, SIGUSR1);
    yield* sys.pthread_join(tid);
  }
});
agree("SA_RESTART goes on with recv and accept, but not where there is a time limit; signal(7)", function* (sys) {
  yield* sys.sigaction(SIGUSR1, { *handler() {}, flags: SA_RESTART });
  const [c, s] = yield* connected(sys);
  const reads = yield* asleepIn(sys, (t) => t.recv(s, 1, 0));
  yield* sys.pthread_kill(reads, SIGUSR1);
  yield* moment(sys);
  yield* sys.send(c, bytes("x"), 0);
  yield* sys.pthread_join(reads);
  yield* sys.setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, { tv_sec: 4, tv_usec: 0 });
  const timed = yield* asleepIn(sys, (t) => t.recv(s, 1, 0));
  yield* sys.pthread_kill(timed, SIGUSR1);
  yield* sys.pthread_join(timed);
});
agree("two asleep in recv of a UDP socket: a datagram each; recv(2)", function* (sys) {
  const [a, b] = yield* udpPair(sys);
  const first = yield* asleepIn(sys, (t) => t.recv(b, 10, 0));
  const second = yield* asleepIn(sys, (t) => t.recv(b, 10, 0));
  for (const [tid, word] of [
    [first, "one"],
    [second, "two"],
  ] as const) {
    yield* sys.send(a, bytes(word), 0);
    yield* sys.pthread_join(tid);
  }
});
agree("shutdown wakes a sleeping UDP recv; shutdown(2)", function* (sys) {
  for (const how of [SHUT_RD, SHUT_RDWR]) {
    const [, b] = yield* udpPair(sys);
    const tid = yield* asleepIn(sys, (t) => t.recv(b, 10, 0));
    yield* sys.shutdown(b, how);
    yield* sys.pthread_join(tid);
  }
});
agree("shutdown of an unconnected UDP socket fails, and wakes its reader nevertheless; shutdown(2)", function* (sys) {
  const { fd } = yield* boundUdp(sys);
  const tid = yield* asleepIn(sys, (t) => t.recv(fd, 10, 0));
  yield* attempt(sys.shutdown(fd, SHUT_RDWR));
  yield* sys.pthread_join(tid);
});
agree("closing the descriptor under a sleeping UDP recv doesn't wake it; close(2)", function* (sys) {
  const { fd, name } = yield* boundUdp(sys);
  const sender = yield* boundUdp(sys);
  const tid = yield* asleepIn(sys, (t) => t.recv(fd, 10, 0));
  yield* sys.close(fd);
  yield* sys.sendto(sender.fd, bytes("x"), 0, name);
  yield* sys.pthread_join(tid);
});
agree("one reads and one writes on one socket at the same time; tcp(7)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const reads = yield* asleepIn(sys, (t) => t.recv(c, 10, 0));
  yield* attempt(sys.send(c, bytes("ping"), MSG_NOSIGNAL));
  yield* sys.poll([{ fd: s, events: POLLIN }], 4000);
  yield* sys.recv(s, 10, 0);
  yield* sys.send(s, bytes("pong"), 0);
  yield* sys.pthread_join(reads);
  yield* sys.poll([{ fd: c, events: POLLOUT }], 0);
});
agree("dissolving a connection wakes its reader with EPIPE; connect(2)", function* (sys) {
  const [c] = yield* connected(sys);
  const tid = yield* asleepIn(sys, (t) => t.recv(c, 10, 0));
  yield* sys.connect(c, { family: AF_UNSPEC });
  yield* sys.pthread_join(tid);
  yield* sys.getsockopt(c, SOL_SOCKET, SO_ERROR);
});
agree("dissolving a connect under way; connect(2)", function* (sys) {
  const { name } = yield* listening(sys, 0);
  yield* sys.connect(yield* tcpSocket(sys), name);
  const c = yield* tcpSocket(sys);
  const tid = yield* asleepIn(sys, (t) => t.connect(c, name));
  yield* sys.connect(c, { family: AF_UNSPEC });
  yield* sys.pthread_join(tid);
  yield* sys.getsockopt(c, SOL_SOCKET, SO_ERROR);
});

/** Which of the two is first differs from run to run on Linux. */
const chance: Suite = {
  "two asleep in recv get a byte each": {
    ...one("recv(2)", function* (sys: Sys) {
      const [c, s] = yield* connected(sys);
      const tids: number[] = [];
      for (let i = 0; i < 2; i++) {
        tids.push(
          yield* sys.pthread_create(function* reader(t) {
            return text(yield* t.recv(s, 1, 0));
          }),
        );
      }
      yield* othersAsleep(sys);
      yield* sys.send(c, bytes("a"), 0);
      yield* othersAsleep(sys);
      yield* sys.send(c, bytes("b"), 0);
      return [yield* sys.pthread_join(tids[0]), yield* sys.pthread_join(tids[1])].sort();
    }),
    resultOnly: true,
  },
};

export const blocked: Suite = { ...suite, ...chance };
