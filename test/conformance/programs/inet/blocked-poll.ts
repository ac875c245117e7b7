/** Threads that sleep in poll or select on one socket, and what a close under them does. */
import { bytes, POLLIN, type Sys } from "fd3";
import { walks } from "../program";
import { asleepIn, boundUdp, connected, listening, moment, reset, tcpSocket } from "./ends";

const { suite, agree } = walks();

agree("poll on a socket wakes for what it asked for; poll(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const tid = yield* asleepIn(sys, (t) => t.poll([{ fd: s, events: POLLIN }], 4000));
  yield* sys.send(c, bytes("x"), 0);
  yield* sys.pthread_join(tid);
});
agree("poll for nothing wakes for a reset; poll(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const tid = yield* asleepIn(sys, (t) => t.poll([{ fd: s, events: 0 }], 4000));
  yield* reset(sys, c);
  yield* sys.pthread_join(tid);
});
agree(
  "closing a socket under poll or select: it is woken by the socket, and finds no descriptor; poll(2)",
  function* (sys) {
    for (const call of [
      (t: Sys, fd: number) => t.poll([{ fd, events: POLLIN }], 4000),
      (t: Sys, fd: number) => t.select(fd + 1, new Set([fd]), null, null, { tv_sec: 4, tv_usec: 0 }),
    ]) {
      const [c, s] = yield* connected(sys);
      const tid = yield* asleepIn(sys, (t) => call(t, s));
      yield* sys.close(s);
      yield* moment(sys);
      yield* sys.send(c, bytes("x"), 0);
      yield* sys.pthread_join(tid);
    }
  },
);
agree("a number closed and taken again under poll: it asks the new file; poll(2)", function* (sys) {
  const [c, s] = yield* connected(sys);
  const tid = yield* asleepIn(sys, (t) => t.poll([{ fd: s, events: POLLIN }], 4000));
  yield* sys.close(s);
  const { fd, name } = yield* boundUdp(sys);
  yield* sys.sendto(fd, bytes("for itself"), 0, name);
  yield* moment(sys);
  yield* sys.send(c, bytes("x"), 0);
  yield* sys.pthread_join(tid);
  yield* sys.recv(fd, 20, 0);
});
agree("several poll one socket: all are woken; poll(2)", function* (sys) {
  const { listener, name } = yield* listening(sys);
  const first = yield* asleepIn(sys, (t) => t.poll([{ fd: listener, events: POLLIN }], 4000));
  const second = yield* asleepIn(sys, (t) => t.poll([{ fd: listener, events: POLLIN }], 4000));
  yield* sys.connect(yield* tcpSocket(sys), name);
  yield* sys.pthread_join(first);
  yield* sys.pthread_join(second);
});
export const blockedInPoll = suite;
