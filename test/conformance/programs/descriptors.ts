import {
  bytes,
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_GETFD,
  F_GETFL,
  F_SETFD,
  F_SETFL,
  FD_CLOEXEC,
  FIONBIO,
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  RLIMIT_NOFILE,
  SEEK_CUR,
  type Sys,
  text,
} from "fd3";
import { attempt, one, type Suite } from "./program";

export const options = { files: { "/data/hello": "hello, world\n" } };
export const path = "/data/hello";

export const descriptors: Suite = {
  "the lowest free number comes first": one(
    "open(2)",
    function* (sys: Sys) {
      const a = yield* sys.open(path, O_RDONLY);
      const b = yield* sys.open(path, O_RDONLY);
      const c = yield* sys.open(path, O_RDONLY);
      yield* sys.close(b);
      yield* sys.close(a);
      return [a, b, c, yield* sys.open(path, O_RDONLY), yield* sys.dup(c), yield* sys.dup(c)];
    },
    options,
  ),
  "pipe takes the two lowest, the reading end first": one(
    "pipe(2)",
    function* (sys: Sys) {
      const a = yield* sys.open(path, O_RDONLY);
      const b = yield* sys.open(path, O_RDONLY);
      yield* sys.close(a);
      return [b, yield* sys.pipe()];
    },
    options,
  ),
  "0 is free once it is closed": one(
    "open(2)",
    function* (sys: Sys) {
      yield* sys.close(0);
      return yield* sys.open(path, O_RDONLY);
    },
    options,
  ),
  "dup shares the offset, a second open doesn't": one(
    "dup(2)",
    function* (sys: Sys) {
      const a = yield* sys.open(path, O_RDONLY);
      const copy = yield* sys.dup(a);
      const own = yield* sys.open(path, O_RDONLY);
      yield* sys.read(a, 5);
      return [yield* sys.lseek(copy, 0, SEEK_CUR), yield* sys.lseek(own, 0, SEEK_CUR)];
    },
    options,
  ),
  "an open file lives until its last descriptor is closed": one(
    "close(2)",
    function* (sys: Sys) {
      const a = yield* sys.open(path, O_RDONLY);
      const copy = yield* sys.dup(a);
      yield* sys.close(a);
      return [text(yield* sys.read(copy, 5)), yield* attempt(sys.read(a, 5)), yield* attempt(sys.close(a))];
    },
    options,
  ),
  "dup, dup2 and dup3 with a descriptor that isn't open": one("dup(2)", function* (sys: Sys) {
    return [
      yield* attempt(sys.dup(50)),
      yield* attempt(sys.dup2(50, 60)),
      yield* attempt(sys.dup2(50, 50)),
      yield* attempt(sys.dup2(1, -1)),
      yield* attempt(sys.dup3(50, 60, 0)),
      yield* attempt(sys.dup3(50, 50, 0)),
      yield* attempt(sys.dup3(1, 60, O_NONBLOCK)),
      yield* attempt(sys.dup2(1, 1)),
    ];
  }),
  "dup2 replaces what was there and drops close-on-exec": one(
    "dup(2)",
    function* (sys: Sys) {
      const a = yield* sys.open(path, O_RDONLY | O_CLOEXEC);
      const [r, w] = yield* sys.pipe2(O_CLOEXEC);
      const same = yield* sys.dup2(a, w);
      return [
        same,
        yield* sys.fcntl(a, F_GETFD),
        yield* sys.fcntl(w, F_GETFD),
        text(yield* sys.read(w, 5)),
        (yield* sys.read(r, 1)).length,
      ];
    },
    options,
  ),
  "dup3 can set close-on-exec": one("dup(2)", function* (sys: Sys) {
    return [yield* sys.dup3(1, 20, O_CLOEXEC), yield* sys.fcntl(20, F_GETFD)];
  }),
  "F_DUPFD takes the lowest from a number on": one("fcntl(2)", function* (sys: Sys) {
    const a = yield* sys.fcntl(1, F_DUPFD, 10);
    const b = yield* sys.fcntl(1, F_DUPFD_CLOEXEC, 10);
    return [
      a,
      b,
      yield* sys.fcntl(a, F_GETFD),
      yield* sys.fcntl(b, F_GETFD),
      yield* attempt(sys.fcntl(1, F_DUPFD, -1)),
      yield* attempt(sys.fcntl(1, F_DUPFD, 100_000_000)),
      yield* attempt(sys.fcntl(99, F_DUPFD, 0)),
      yield* attempt(sys.fcntl(1, 9999, 0)),
    ];
  }),
  "F_GETFL tells how it was opened, without what concerned only opening": one(
    "fcntl(2)",
    function* (sys: Sys) {
      const [r, w] = yield* sys.pipe2(O_NONBLOCK);
      const [s] = yield* sys.socketpair(1, 1);
      const a = yield* sys.open("/data/new", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644);
      return [
        yield* sys.fcntl(a, F_GETFL),
        yield* sys.fcntl(r, F_GETFL),
        yield* sys.fcntl(w, F_GETFL),
        yield* sys.fcntl(s, F_GETFL),
      ];
    },
    options,
  ),
  "F_SETFL changes status flags for all copies, never the access mode": one(
    "fcntl(2)",
    function* (sys: Sys) {
      const a = yield* sys.open(path, O_RDONLY);
      const copy = yield* sys.dup(a);
      yield* sys.fcntl(a, F_SETFL, O_NONBLOCK | O_APPEND | O_RDWR);
      const set = yield* sys.fcntl(copy, F_GETFL);
      yield* sys.fcntl(a, F_SETFL, 0);
      return [set, yield* sys.fcntl(copy, F_GETFL), yield* attempt(sys.write(a, bytes("x")))];
    },
    options,
  ),
  "close-on-exec belongs to the descriptor, not to the open file": one(
    "fcntl(2)",
    function* (sys: Sys) {
      const a = yield* sys.open(path, O_RDONLY);
      const copy = yield* sys.dup(a);
      yield* sys.fcntl(a, F_SETFD, FD_CLOEXEC);
      return [yield* sys.fcntl(a, F_GETFD), yield* sys.fcntl(copy, F_GETFD)];
    },
    options,
  ),
  "FIONBIO is O_NONBLOCK by another name": one("ioctl(2)", function* (sys: Sys) {
    const [r] = yield* sys.pipe();
    yield* sys.ioctl(r, FIONBIO, 1);
    const error = yield* attempt(sys.read(r, 1));
    yield* sys.ioctl(r, FIONBIO, 0);
    return [error, yield* sys.fcntl(r, F_GETFL)];
  }),
  "EMFILE at the limit, for open, dup, pipe and socketpair": one(
    "getrlimit(2)",
    function* (sys: Sys) {
      yield* sys.setrlimit(RLIMIT_NOFILE, 5);
      const a = yield* sys.open(path, O_RDONLY);
      const tries = [
        yield* attempt(sys.pipe()),
        yield* attempt(sys.socketpair(1, 1)),
        yield* sys.dup(a),
        yield* attempt(sys.open(path, O_RDONLY)),
        yield* attempt(sys.dup(a)),
        yield* attempt(sys.dup2(a, 5)),
        yield* attempt(sys.dup2(a, 4)),
        yield* attempt(sys.fcntl(a, F_DUPFD, 5)),
        yield* attempt(sys.fcntl(a, F_DUPFD, 4)),
      ];
      yield* sys.close(a);
      return [...tries, yield* sys.open(path, O_RDONLY)];
    },
    options,
  ),
  "fork copies the table: closing in the child closes nothing in the parent": one(
    "fork(2)",
    function* (sys: Sys) {
      const a = yield* sys.open(path, O_RDONLY);
      yield* sys.fork(function* child(s) {
        yield* s.close(a);
      });
      yield* sys.waitpid(-1, 0);
      return text(yield* sys.read(a, 5));
    },
    options,
  ),
};
