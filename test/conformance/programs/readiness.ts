import {
  bytes,
  O_CREAT,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  POLLPRI,
  POLLRDHUP,
  POLLRDNORM,
  POLLWRNORM,
  RLIMIT_NOFILE,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  type Sys,
} from "fd3";
import { attempt, one, pause, type Suite } from "./program";

const EVERYTHING = POLLIN | POLLPRI | POLLOUT | POLLRDNORM | POLLWRNORM | POLLRDHUP;

/** The bits that hold now for each descriptor, asked for everything. */
function* bits(sys: Sys, ...fds: number[]) {
  const entries = fds.map((fd) => ({ fd, events: EVERYTHING, revents: 0 }));
  yield* sys.poll(entries, 0);
  return entries.map(({ revents }) => revents);
}

export const readiness: Suite = {
  "poll on a pipe: empty, with data, full, and both ways of being alone": one("poll(2), pipe(7)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    const seen = [yield* bits(sys, r, w)];
    yield* sys.write(w, bytes("x"));
    seen.push(yield* bits(sys, r, w));
    yield* sys.write(w, new Uint8Array(65_536 - 4096));
    seen.push(yield* bits(sys, r, w));
    yield* sys.close(w);
    seen.push(yield* bits(sys, r));
    yield* sys.read(r, 100_000);
    seen.push(yield* bits(sys, r));
    const [r2, w2] = yield* sys.pipe();
    yield* sys.close(r2);
    seen.push(yield* bits(sys, w2));
    return seen;
  }),
  "poll on a full pipe without a reader": one("poll(2)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.write(w, new Uint8Array(65_536));
    yield* sys.close(r);
    return yield* bits(sys, w);
  }),
  "poll on files, directories and devices: always ready": one(
    "poll(2)",
    function* (sys: Sys) {
      const file = yield* sys.open("/tmp/x", O_RDWR | O_CREAT, 0o644);
      const writeOnly = yield* sys.open("/tmp/x", O_WRONLY);
      const directory = yield* sys.open("/tmp", O_RDONLY);
      const none = yield* sys.open("/dev/null", O_RDONLY);
      return yield* bits(sys, file, writeOnly, directory, none);
    },
    { files: { "/tmp/keep": "" } },
  ),
  "poll on a stream socketpair: fresh, with data, half closed, closed": one("poll(2), unix(7)", function* (sys: Sys) {
    const [a, b] = yield* sys.socketpair(1, 1);
    const seen = [yield* bits(sys, a, b)];
    yield* sys.write(a, bytes("x"));
    seen.push(yield* bits(sys, a, b));
    yield* sys.shutdown(a, SHUT_WR);
    seen.push(yield* bits(sys, a, b));
    yield* sys.read(b, 10);
    seen.push(yield* bits(sys, a, b));
    yield* sys.shutdown(b, SHUT_WR);
    seen.push(yield* bits(sys, a, b));
    yield* sys.close(b);
    seen.push(yield* bits(sys, a));
    return seen;
  }),
  "poll on a socketpair whose peer closed with unread data": one("unix(7)", function* (sys: Sys) {
    const [a, b] = yield* sys.socketpair(1, 1);
    yield* sys.write(a, bytes("never read"));
    yield* sys.close(b);
    const before = yield* bits(sys, a);
    const error = yield* attempt(sys.read(a, 1));
    return [before, error, yield* bits(sys, a), (yield* sys.read(a, 1)).length];
  }),
  "poll on a datagram socketpair": one("poll(2), unix(7)", function* (sys: Sys) {
    const [a, b] = yield* sys.socketpair(1, 2);
    const seen = [yield* bits(sys, a, b)];
    yield* sys.write(a, bytes("x"));
    seen.push(yield* bits(sys, a, b));
    yield* sys.shutdown(b, SHUT_RD);
    seen.push(yield* bits(sys, a, b));
    yield* sys.shutdown(b, SHUT_RDWR);
    seen.push(yield* bits(sys, a, b));
    return seen;
  }),
  "poll on an unconnected stream socket": one("unix(7)", function* (sys: Sys) {
    return yield* bits(sys, yield* sys.socket(1, 1), yield* sys.socket(1, 2));
  }),
  "poll: negative descriptors are passed over, closed ones are NVAL": one("poll(2)", function* (sys: Sys) {
    const entries = [
      { fd: -1, events: EVERYTHING, revents: 77 },
      { fd: 50, events: 0, revents: 77 },
    ];
    const count = yield* sys.poll(entries, -1);
    return [count, entries.map(({ revents }) => revents), POLLNVAL];
  }),
  "poll: the same descriptor twice counts twice": one("poll(2)", function* (sys: Sys) {
    const [, w] = yield* sys.pipe();
    const entries = [
      { fd: w, events: POLLOUT, revents: 0 },
      { fd: w, events: POLLIN, revents: 0 },
      { fd: w, events: POLLOUT, revents: 0 },
    ];
    return [yield* sys.poll(entries, 0), entries.map(({ revents }) => revents)];
  }),
  "poll: more entries than descriptors may be open is EINVAL": one("poll(2)", function* (sys: Sys) {
    yield* sys.setrlimit(RLIMIT_NOFILE, 4);
    const entries = Array.from({ length: 5 }, () => ({ fd: -1, events: 0 }));
    return yield* attempt(sys.poll(entries, 0));
  }),
  "poll sleeps until data comes": one("poll(2)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.fork(function* writer(s) {
      yield* pause(s);
      yield* s.write(w, bytes("x"));
    });
    const entries = [{ fd: r, events: POLLIN, revents: 0 }];
    return [yield* sys.poll(entries, 5000), entries[0].revents];
  }),
  "poll sleeps until the other end is closed, even if it asks for nothing": one("poll(2)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.fork(function* closer(s) {
      yield* pause(s);
    });
    yield* sys.close(w);
    const entries = [{ fd: r, events: 0, revents: 0 }];
    return [yield* sys.poll(entries, 5000), entries[0].revents === POLLHUP];
  }),
  "poll sleeps for room in a full pipe": one("poll(2)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.write(w, new Uint8Array(65_536));
    yield* sys.fork(function* reader(s) {
      yield* pause(s);
      yield* s.read(r, 4096);
    });
    const entries = [{ fd: w, events: POLLOUT, revents: 0 }];
    return [yield* sys.poll(entries, 5000), entries[0].revents];
  }),
  "poll with a time-out: 0 when nothing happened": one("poll(2)", function* (sys: Sys) {
    const [r] = yield* sys.pipe();
    return [yield* sys.poll([{ fd: r, events: POLLIN }], 20), yield* sys.poll([], 0)];
  }),
  "two threads poll one pipe: both are woken": one("poll(2)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    let woken = 0;
    for (let i = 0; i < 2; i++) {
      yield* sys.pthread_create(function* poller(t) {
        woken += yield* t.poll([{ fd: r, events: POLLIN }], 2000);
      });
    }
    yield* pause(sys);
    yield* sys.write(w, bytes("x"));
    yield* pause(sys);
    return woken;
  }),
  "ppoll: refused time-outs": one("ppoll(2)", function* (sys: Sys) {
    return [
      yield* attempt(sys.ppoll([], { tv_sec: -1, tv_nsec: 0 }, null)),
      yield* attempt(sys.ppoll([], { tv_sec: 0, tv_nsec: 1e9 }, null)),
      yield* sys.ppoll([], { tv_sec: 0, tv_nsec: 1000 }, null),
    ];
  }),
  "select: what stays in the sets": one("select(2)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    const [r2, w2] = yield* sys.pipe();
    yield* sys.write(w, bytes("x"));
    const reading = new Set([r, r2]);
    const writing = new Set([w, w2]);
    const failing = new Set([r, w]);
    const count = yield* sys.select(20, reading, writing, failing, { tv_sec: 0, tv_usec: 0 });
    return [count, [...reading], [...writing], [...failing]];
  }),
  "select looks only below nfds": one("select(2)", function* (sys: Sys) {
    const [, w] = yield* sys.pipe();
    const writing = new Set([w]);
    return [
      yield* sys.select(w, null, writing, null, { tv_sec: 0, tv_usec: 0 }),
      yield* sys.select(w + 1, null, new Set([w]), null, null),
    ];
  }),
  "select: end of file and a broken pipe count as ready": one("select(2)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    const [r2, w2] = yield* sys.pipe();
    yield* sys.close(w);
    yield* sys.close(r2);
    const reading = new Set([r]);
    const writing = new Set([w2]);
    return [yield* sys.select(10, reading, writing, null, null), [...reading], [...writing]];
  }),
  "select: what it refuses": one("select(2)", function* (sys: Sys) {
    return [
      yield* attempt(sys.select(60, new Set([50]), null, null, null)),
      yield* attempt(sys.select(-1, null, null, null, { tv_sec: 0, tv_usec: 0 })),
      yield* attempt(sys.select(0, null, null, null, { tv_sec: -1, tv_usec: 0 })),
      yield* sys.select(0, null, null, null, { tv_sec: 0, tv_usec: 1000 }),
    ];
  }),
  "select times out with empty sets": one("select(2)", function* (sys: Sys) {
    const [r] = yield* sys.pipe();
    const reading = new Set([r]);
    return [yield* sys.select(r + 1, reading, null, null, { tv_sec: 0, tv_usec: 20_000 }), [...reading]];
  }),
  "POLLERR is never asked for and always told": one("poll(2)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.close(r);
    const entries = [{ fd: w, events: 0, revents: 0 }];
    return [yield* sys.poll(entries, -1), entries[0].revents === POLLERR];
  }),
};
