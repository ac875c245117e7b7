import {
  AF_UNIX,
  bytes,
  MSG_DONTWAIT,
  O_NONBLOCK,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLPRI,
  POLLRDHUP,
  POLLRDNORM,
  POLLWRNORM,
  SHUT_RD,
  SHUT_WR,
  SIG_BLOCK,
  SIGUSR1,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
} from "fd3";
import { attempt, walks } from "../program";

const { suite, agree } = walks();

const all = POLLIN | POLLPRI | POLLOUT | POLLERR | POLLHUP | POLLRDHUP | POLLRDNORM | POLLWRNORM;

agree("every bit of poll through the life of a pipe; poll(2)", function* (sys) {
  const [r, w] = yield* sys.pipe2(O_NONBLOCK);
  const look = () =>
    sys.poll(
      [
        { fd: r, events: all },
        { fd: w, events: all },
      ],
      0,
    );
  yield* look();
  yield* sys.write(w, bytes("x"));
  yield* look();
  yield* sys.write(w, new Uint8Array(70_000));
  yield* look();
  yield* sys.read(r, 4095);
  yield* look();
  yield* sys.read(r, 5000);
  yield* look();
  yield* sys.close(w);
  yield* sys.poll(
    [
      { fd: r, events: 0 },
      { fd: w, events: all },
    ],
    0,
  );
  yield* sys.read(r, 100_000);
  yield* sys.poll([{ fd: r, events: all }], 0);
});
agree("every bit of poll on all kinds of socketpairs; poll(2), unix(7)", function* (sys) {
  for (const type of [SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET]) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, type);
    const look = () =>
      sys.poll(
        [
          { fd: a, events: all },
          { fd: b, events: all },
        ],
        0,
      );
    yield* look();
    yield* sys.write(a, bytes("data"));
    yield* look();
    yield* attempt(sys.shutdown(a, SHUT_WR));
    yield* look();
    yield* sys.read(b, 100);
    yield* look();
    yield* attempt(sys.shutdown(b, SHUT_RD));
    yield* look();
    yield* attempt(sys.shutdown(b, SHUT_WR));
    yield* look();
    yield* sys.close(b);
    yield* sys.poll([{ fd: a, events: all }], 0);
    yield* attempt(sys.recv(a, 10, MSG_DONTWAIT));
  }
});
agree("a listening socket and one that isn't connected; poll(2)", function* (sys) {
  const fresh = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  const datagram = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
  yield* sys.poll(
    [
      { fd: fresh, events: all },
      { fd: datagram, events: all },
    ],
    0,
  );
  yield* attempt(sys.read(fresh, 1));
  yield* attempt(sys.write(fresh, bytes("x")));
  yield* attempt(sys.getpeername(fresh));
  yield* attempt(sys.getsockname(fresh));
  yield* attempt(sys.shutdown(fresh, SHUT_RD));
});
agree("select with descriptors in several sets; select(2)", function* (sys) {
  const [a] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
  yield* sys.select(a + 1, new Set([a]), new Set([a]), new Set([a]), { tv_sec: 0, tv_usec: 0 });
  yield* attempt(sys.select(a + 1, new Set([a, 20]), null, null, { tv_sec: 0, tv_usec: 0 }));
  yield* attempt(sys.select(30, new Set([a, 20]), null, null, { tv_sec: 0, tv_usec: 0 }));
  yield* attempt(sys.select(-1, null, null, null, { tv_sec: 0, tv_usec: 0 }));
  yield* attempt(sys.select(0, null, null, null, { tv_sec: -1, tv_usec: 0 }));
  yield* attempt(sys.select(0, null, null, null, { tv_sec: 0, tv_usec: 1_000_000 }));
  yield* attempt(sys.select(5000, new Set([a]), null, null, { tv_sec: 0, tv_usec: 0 }));
});
agree("ppoll: a blocked signal that is pending, and descriptors that are ready; ppoll(2)", function* (sys) {
  yield* sys.sigaction(SIGUSR1, {
    *handler() {
      yield* sys.write(1, bytes("handler\n"));
    },
  });
  yield* sys.sigprocmask(SIG_BLOCK, [SIGUSR1]);
  yield* sys.kill(yield* sys.getpid(), SIGUSR1);
  const [r, w] = yield* sys.pipe();
  yield* sys.write(w, bytes("x"));
  yield* attempt(sys.ppoll([{ fd: r, events: POLLIN }], null, []));
  yield* sys.write(1, bytes("after the ready one\n"));
  yield* attempt(sys.ppoll([], { tv_sec: 0, tv_nsec: 0 }, []));
  yield* sys.write(1, bytes("after the one without time\n"));
  yield* attempt(sys.ppoll([], null, []));
  yield* attempt(sys.ppoll([], { tv_sec: 0, tv_nsec: -1 }, null));
  yield* sys.sigprocmask(SIG_BLOCK, null);
});

export const readinessWalks = suite;
