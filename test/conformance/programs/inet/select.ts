/** select(2) and poll(2) over several sockets at once. */
import { bytes, POLLIN, POLLNVAL, POLLOUT, POLLRDHUP, type Program, SHUT_WR, SOCK_NONBLOCK, type Sys } from "fd3";
import { attempt, walks } from "../program";
import { asleepIn, boundUdp, connected, listening, moment, nobody, reset, tcpSocket, udpPair, until } from "./ends";

const { suite, agree } = walks();
const NOW = { tv_sec: 0, tv_usec: 0 };

/** All three sets hold all of them. */
function* selectAll(sys: Sys, ...fds: number[]): Program<void> {
  yield* sys.select(Math.max(...fds) + 1, new Set(fds), new Set(fds), new Set(fds), NOW);
}

function* pollAll(sys: Sys, ...fds: number[]): Program<void> {
  yield* sys.poll(
    fds.map((fd) => ({ fd, events: POLLIN | POLLOUT | POLLRDHUP })),
    0,
  );
}

agree("several sockets, each in a state of its own: as many as are ready; select(2), poll(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const [a, b] = yield* udpPair(sys);
  const { listener, name } = yield* listening(sys);
  const refused = yield* tcpSocket(sys, SOCK_NONBLOCK);
  yield* attempt(sys.connect(refused, yield* nobody(sys)));
  yield* sys.connect(yield* tcpSocket(sys), name);
  yield* sys.send(c, bytes("x"), 0);
  yield* sys.send(a, bytes("x"), 0);
  yield* until(sys, refused, POLLIN);
  yield* selectAll(sys, c, s, a, b, listener, refused);
  yield* pollAll(sys, c, s, a, b, listener, refused);
});
agree("a socket in two sets counts twice; select(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(c, bytes("x"), 0);
  yield* until(sys, s, POLLIN);
  yield* selectAll(sys, s);
  yield* sys.shutdown(c, SHUT_WR);
  yield* moment(sys);
  yield* selectAll(sys, s);
});
agree("a descriptor at or above nfds isn't looked at; select(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(c, bytes("x"), 0);
  yield* until(sys, s, POLLIN);
  yield* sys.select(s, new Set([s]), null, null, NOW);
  yield* sys.select(s + 1, new Set([s]), null, null, NOW);
  yield* sys.select(0, new Set([s]), null, null, NOW);
});
agree("a closed descriptor: EBADF for select, POLLNVAL for poll; select(2), poll(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.close(s);
  yield* attempt(sys.select(s + 1, new Set([c, s]), null, null, NOW));
  yield* sys.poll(
    [
      { fd: c, events: POLLIN },
      { fd: s, events: POLLIN },
      { fd: -1, events: POLLIN },
      { fd: s, events: POLLNVAL },
    ],
    0,
  );
});
agree("a reset is readable and writable, and no exception; select(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* reset(sys, s);
  yield* until(sys, c, POLLIN);
  yield* selectAll(sys, c);
});
agree("select sleeps until one of its sockets has something; select(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const { fd, name } = yield* boundUdp(sys);
  for (const wake of ["TCP", "UDP"]) {
    const tid = yield* asleepIn(sys, (t) =>
      t.select(Math.max(s, fd) + 1, new Set([s, fd]), null, null, { tv_sec: 4, tv_usec: 0 }),
    );
    if (wake === "TCP") yield* sys.send(c, bytes("x"), 0);
    else yield* sys.sendto(fd, bytes("x"), 0, name);
    yield* sys.pthread_join(tid);
    if (wake === "TCP") yield* sys.recv(s, 1, 0);
  }
});
agree("time is over: no socket is left in the sets; select(2), poll(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.select(s + 1, new Set([c, s]), null, new Set([c]), { tv_sec: 0, tv_usec: 8000 });
  yield* sys.poll(
    [
      { fd: c, events: POLLIN },
      { fd: s, events: POLLIN },
    ],
    8,
  );
});
agree("a field of the timeout below zero: EINVAL, though both together wouldn't be; select(2)", function* (sys) {
  for (const [tv_sec, tv_usec] of [
    [-1, 1_000_000],
    [-1, 0],
    [1, -1],
    [0, 1_000_001],
  ]) {
    if (tv_sec < 0 || tv_usec < 0) yield* attempt(sys.select(0, null, null, null, { tv_sec, tv_usec }));
    else yield* sys.select(1, new Set([0]), null, null, { tv_sec, tv_usec });
  }
});
agree("the same socket twice in one poll; poll(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  yield* sys.send(c, bytes("x"), 0);
  yield* until(sys, s, POLLIN);
  yield* sys.poll(
    [
      { fd: s, events: POLLIN },
      { fd: s, events: POLLOUT },
      { fd: s, events: 0 },
    ],
    0,
  );
});

export const selecting = suite;
