/** Threads that sleep in connect: what ends it, and what goes on nevertheless. */
import { F_SETFL, O_NONBLOCK, SA_RESTART, SHUT_RDWR, SIGUSR1, type Sys } from "fd3";
import { attempt, walks } from "../program";
import { asleepIn, listening, moment, states, tcpSocket } from "./ends";

const { suite, agree } = walks();

/** A listener whose queue is full: the next connect sleeps. */
function* crowded(sys: Sys) {
  const { listener, name } = yield* listening(sys, 0);
  yield* sys.connect(yield* tcpSocket(sys), name);
  return { listener, name };
}

agree(
  "a connect that found the backlog full goes through when there is room: its SYN is sent again; RFC 9293 3.8.1",
  function* (sys) {
    const { listener, name } = yield* crowded(sys);
    const c = yield* tcpSocket(sys);
    const tid = yield* asleepIn(sys, (t) => t.connect(c, name));
    yield* sys.accept(listener);
    yield* sys.pthread_join(tid);
    yield* sys.accept(listener);
    yield* states(sys, c);
  },
);
agree("a signal ends a connect with EINTR, and the handshake goes on: EALREADY; connect(2)", function* (sys) {
  yield* sys.sigaction(SIGUSR1, { *handler() {} });
  const { name } = yield* crowded(sys);
  const c = yield* tcpSocket(sys);
  const tid = yield* asleepIn(sys, (t) => t.connect(c, name));
  yield* sys.pthread_kill(tid, SIGUSR1);
  yield* sys.pthread_join(tid);
  yield* sys.fcntl(c, F_SETFL, O_NONBLOCK);
  yield* attempt(sys.connect(c, name));
  yield* states(sys, c);
});
agree("with SA_RESTART it sleeps on; signal(7)", function* (sys) {
  yield* sys.sigaction(SIGUSR1, { *handler() {}, flags: SA_RESTART });
  const { name } = yield* crowded(sys);
  const c = yield* tcpSocket(sys);
  const tid = yield* asleepIn(sys, (t) => t.connect(c, name));
  yield* sys.pthread_kill(tid, SIGUSR1);
  yield* moment(sys);
  yield* attempt(sys.shutdown(c, SHUT_RDWR));
  yield* sys.pthread_join(tid);
});
agree("two asleep in connect on one socket wait for the same handshake; connect(2)", function* (sys) {
  const { listener, name } = yield* crowded(sys);
  const c = yield* tcpSocket(sys);
  const first = yield* asleepIn(sys, (t) => t.connect(c, name));
  const second = yield* asleepIn(sys, (t) => t.connect(c, name));
  yield* sys.accept(listener);
  yield* sys.pthread_join(first);
  yield* sys.pthread_join(second);
  yield* states(sys, c);
});
agree("a closed descriptor doesn't end a connect that sleeps; close(2)", function* (sys) {
  const { name } = yield* crowded(sys);
  const c = yield* tcpSocket(sys);
  const tid = yield* asleepIn(sys, (t) => t.connect(c, name));
  const copy = yield* sys.dup(c);
  yield* sys.close(c);
  yield* moment(sys);
  yield* states(sys, copy);
  yield* attempt(sys.shutdown(copy, SHUT_RDWR));
  yield* sys.pthread_join(tid);
});

export const blockedInConnect = suite;
