/** Descriptors, continued: who shares an open file, and what only one kind of file can do. */
import {
  AF_UNIX,
  bytes,
  F_GETPIPE_SZ,
  FIONREAD,
  O_APPEND,
  O_CLOEXEC,
  O_RDONLY,
  RLIMIT_NOFILE,
  SEEK_CUR,
  SEEK_SET,
  SOCK_STREAM,
  type Sys,
  text,
  WEXITSTATUS,
} from "fd3";
import { options, path } from "./descriptors";
import { attempt, one, pause, type Suite } from "./program";

export const descriptorCopies: Suite = {
  "fork shares offsets: the child reads on, and the parent after it": one(
    "fork(2)",
    function* (sys: Sys) {
      const a = yield* sys.open(path, O_RDONLY);
      const first = text(yield* sys.read(a, 2));
      yield* sys.fork(function* child(s) {
        yield* s.read(a, 3);
      });
      yield* sys.waitpid(-1, 0);
      return [first, text(yield* sys.read(a, 3)), yield* sys.lseek(a, 0, SEEK_CUR)];
    },
    options,
  ),
  "a descriptor opened after fork is the other's affair": one(
    "fork(2)",
    function* (sys: Sys) {
      const [r, w] = yield* sys.pipe();
      yield* sys.fork(function* child(s) {
        const fd = yield* s.open(path, O_RDONLY);
        yield* s.write(w, bytes(String(fd)));
      });
      yield* sys.waitpid(-1, 0);
      return [text(yield* sys.read(r, 10)), yield* attempt(sys.read(5, 1))];
    },
    options,
  ),
  "execve keeps descriptors, but not those marked close-on-exec": one(
    "execve(2)",
    function* (sys: Sys) {
      const kept = yield* sys.open(path, O_RDONLY);
      const gone = yield* sys.open(path, O_RDONLY | O_CLOEXEC);
      yield* sys.read(kept, 7);
      yield* sys.execve(function* next(s) {
        return [text(yield* s.read(kept, 5)), yield* attempt(s.read(gone, 5)), yield* s.open(path, O_RDONLY)];
      });
    },
    options,
  ),
  "pipe2 and socketpair refuse unknown flags": one("pipe(2)", function* (sys: Sys) {
    return [
      yield* attempt(sys.pipe2(O_APPEND)),
      yield* attempt(sys.socketpair(1, 1 | O_APPEND)),
      yield* attempt(sys.socketpair(1, 99)),
      yield* attempt(sys.socketpair(2, 1)),
      yield* attempt(sys.socketpair(1, 1, 6)),
      yield* attempt(sys.socketpair(77, 1)),
    ];
  }),
  "what only a pipe or only a socket can do": one(
    "fcntl(2), socket(7)",
    function* (sys: Sys) {
      const file = yield* sys.open(path, O_RDONLY);
      const [r] = yield* sys.pipe();
      return [
        yield* attempt(sys.fcntl(file, F_GETPIPE_SZ)),
        yield* sys.fcntl(r, F_GETPIPE_SZ),
        yield* attempt(sys.recv(r, 1, 0)),
        yield* attempt(sys.send(file, bytes("x"), 0)),
        yield* attempt(sys.shutdown(r, 1)),
        yield* attempt(sys.getsockname(file)),
        yield* attempt(sys.listen(r, 1)),
        yield* attempt(sys.accept(99)),
        yield* attempt(sys.ioctl(r, FIONREAD)),
        yield* attempt(sys.ioctl(r, 0x1234)),
      ];
    },
    options,
  ),
  "lseek on one copy moves all": one(
    "dup(2)",
    function* (sys: Sys) {
      const a = yield* sys.open(path, O_RDONLY);
      const copy = yield* sys.dup(a);
      yield* sys.lseek(copy, 7, SEEK_SET);
      return text(yield* sys.read(a, 5));
    },
    options,
  ),
  "a thread asleep in accept has taken its descriptor's number already": one(
    "accept(2)",
    function* (sys: Sys) {
      const listening = yield* sys.socket(AF_UNIX, SOCK_STREAM);
      yield* sys.bind(listening, { path: "/tmp/door" });
      yield* sys.listen(listening, 1);
      const tid = yield* sys.pthread_create(function* server(t) {
        return yield* t.accept(listening);
      });
      yield* pause(sys);
      const client = yield* sys.socket(AF_UNIX, SOCK_STREAM);
      const busy = yield* attempt(sys.dup2(client, 4));
      yield* sys.fork(function* child(s) {
        yield* s.exit(yield* s.dup(1));
      });
      const { status } = yield* sys.waitpid(-1, 0);
      yield* sys.connect(client, { path: "/tmp/door" });
      return [client, busy, WEXITSTATUS(status), yield* sys.pthread_join(tid)];
    },
    { files: { "/tmp/keep": "" } },
  ),
  "accept at the limit: EMFILE comes before any waiting, and before ENOTSOCK": one(
    "accept(2)",
    function* (sys: Sys) {
      const listening = yield* sys.socket(AF_UNIX, SOCK_STREAM);
      yield* sys.bind(listening, { path: "/tmp/door" });
      yield* sys.listen(listening, 1);
      yield* sys.setrlimit(RLIMIT_NOFILE, 4);
      return [
        yield* attempt(sys.accept(listening)),
        yield* attempt(sys.accept(1)),
        yield* attempt(sys.accept4(listening, 1)),
        yield* attempt(sys.accept(99)),
      ];
    },
    { files: { "/tmp/keep": "" } },
  ),
};
