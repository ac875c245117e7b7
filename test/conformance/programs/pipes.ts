import {
  bytes,
  F_GETPIPE_SZ,
  F_SETPIPE_SZ,
  FIONREAD,
  O_NONBLOCK,
  S_IFIFO,
  S_IFMT,
  SIG_IGN,
  SIGPIPE,
  type Sys,
  text,
  WTERMSIG,
} from "fd3";
import { attempt, byResult, one, pause, type Suite } from "./program";

export const pipes: Suite = {
  "bytes come out in order, merged and cut as the reader likes": one("pipe(7)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.write(w, bytes("ab"));
    yield* sys.write(w, bytes("cd"));
    return [text(yield* sys.read(r, 3)), text(yield* sys.read(r, 3))];
  }),
  "the ends are one-way": one("pipe(7)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    return [yield* attempt(sys.write(r, bytes("x"))), yield* attempt(sys.read(w, 1))];
  }),
  "an empty pipe: EAGAIN while a writer is left, then end of file": one("pipe(7)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe2(O_NONBLOCK);
    const early = yield* attempt(sys.read(r, 1));
    yield* sys.close(w);
    return [early, (yield* sys.read(r, 1)).length, (yield* sys.read(r, 1)).length];
  }),
  "what was written before the end is read before the end": one("pipe(7)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.write(w, bytes("last words"));
    yield* sys.close(w);
    return [text(yield* sys.read(r, 100)), (yield* sys.read(r, 100)).length];
  }),
  "a copy of the writing end keeps the pipe open": one("pipe(7)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe2(O_NONBLOCK);
    const copy = yield* sys.dup(w);
    yield* sys.close(w);
    const held = yield* attempt(sys.read(r, 1));
    yield* sys.close(copy);
    return [held, (yield* sys.read(r, 1)).length];
  }),
  "a child's copy of the writing end keeps the pipe open": one("pipe(7), fork(2)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.fork(function* child(s) {
      yield* s.close(r);
      yield* pause(s);
      yield* s.write(w, bytes("from the child"));
    });
    yield* sys.close(w);
    return [text(yield* sys.read(r, 100)), (yield* sys.read(r, 100)).length];
  }),
  "write without a reader: SIGPIPE ends the process": one("pipe(7)", function* (sys: Sys) {
    const pid = yield* sys.fork(function* child(s) {
      const [r, w] = yield* s.pipe();
      yield* s.close(r);
      yield* s.write(w, bytes("x"));
    });
    return WTERMSIG((yield* sys.waitpid(pid, 0)).status);
  }),
  "write without a reader: EPIPE when SIGPIPE is ignored, but zero bytes are no write": one(
    "pipe(7)",
    function* (sys: Sys) {
      yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
      const [r, w] = yield* sys.pipe();
      yield* sys.close(r);
      return [yield* attempt(sys.write(w, bytes("x"))), yield* attempt(sys.write(w, new Uint8Array(0)))];
    },
  ),
  "a writer that sleeps for room is woken when the last reader goes": one("pipe(7)", function* (sys: Sys) {
    yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
    const [r, w] = yield* sys.pipe();
    yield* sys.write(w, new Uint8Array(65_536));
    yield* sys.fork(function* child(s) {
      yield* s.close(w);
      yield* pause(s);
      yield* s.close(r);
    });
    yield* sys.close(r);
    return yield* attempt(sys.write(w, bytes("x")));
  }),
  "a long write that loses its reader half-way tells how far it came": one("pipe(7)", function* (sys: Sys) {
    yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
    const [r, w] = yield* sys.pipe();
    yield* sys.fork(function* child(s) {
      yield* s.close(w);
      yield* pause(s);
      yield* s.close(r);
    });
    yield* sys.close(r);
    return yield* attempt(sys.write(w, new Uint8Array(100_000)));
  }),
  "a pipe holds 65,536 bytes": one("pipe(7)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe2(O_NONBLOCK);
    return [
      yield* sys.write(w, new Uint8Array(100_000)),
      yield* attempt(sys.write(w, bytes("x"))),
      yield* sys.ioctl(r, FIONREAD),
      yield* sys.ioctl(w, FIONREAD),
      yield* sys.fcntl(r, F_GETPIPE_SZ),
    ];
  }),
  "room comes back by whole pages": one("pipe(7)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe2(O_NONBLOCK);
    yield* sys.write(w, new Uint8Array(65_536));
    const tries: unknown[] = [];
    yield* sys.read(r, 4095);
    tries.push(yield* attempt(sys.write(w, bytes("x"))));
    yield* sys.read(r, 1);
    tries.push(yield* attempt(sys.write(w, new Uint8Array(5000))));
    tries.push(yield* attempt(sys.write(w, bytes("x"))));
    return tries;
  }),
  "small writes share pages while they fit whole": one("pipe(7)", function* (sys: Sys) {
    const [, w] = yield* sys.pipe2(O_NONBLOCK);
    let count = 0;
    while ((yield* attempt(sys.write(w, new Uint8Array(1500)))) !== "EAGAIN") count++;
    return count;
  }),
  "a nonblocking write of up to 4,096 bytes is all or nothing; a longer one is cut": one(
    "pipe(7)",
    function* (sys: Sys) {
      const [r, w] = yield* sys.pipe2(O_NONBLOCK);
      yield* sys.write(w, new Uint8Array(65_536 - 4096));
      yield* sys.write(w, new Uint8Array(100));
      const small = yield* attempt(sys.write(w, new Uint8Array(4096)));
      const fits = yield* attempt(sys.write(w, new Uint8Array(3996)));
      yield* sys.read(r, 8192);
      return [small, fits, yield* attempt(sys.write(w, new Uint8Array(20_000)))];
    },
  ),
  "F_SETPIPE_SZ: rounded up, refused when it wouldn't fit": one("fcntl(2)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe2(O_NONBLOCK);
    const sizes: unknown[] = [];
    for (const size of [1, 4097, 70_000, 65_536]) sizes.push(yield* attempt(sys.fcntl(r, F_SETPIPE_SZ, size)));
    yield* sys.write(w, new Uint8Array(10_000));
    sizes.push(yield* attempt(sys.fcntl(w, F_SETPIPE_SZ, 4096)), yield* attempt(sys.fcntl(w, F_SETPIPE_SZ, 16_384)));
    sizes.push(yield* attempt(sys.write(w, new Uint8Array(10_000))));
    return sizes;
  }),
  "a blocking write of more than fits goes on as the reader reads": byResult(
    one("pipe(7)", function* (sys: Sys) {
      const [r, w] = yield* sys.pipe();
      yield* sys.fork(function* writer(s) {
        yield* s.close(r);
        yield* s.exit((yield* s.write(w, new Uint8Array(200_000))) === 200_000 ? 0 : 1);
      });
      yield* sys.close(w);
      let total = 0;
      for (;;) {
        const data = yield* sys.read(r, 10_000);
        if (data.length === 0) break;
        total += data.length;
      }
      return [total, (yield* sys.waitpid(-1, 0)).status];
    }),
  ),
  "fstat says it is a pipe": one("pipe(7)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    const stat = yield* sys.fstat(r);
    return [(stat.mode & S_IFMT) === S_IFIFO, stat.size, stat.ino === (yield* sys.fstat(w)).ino];
  }),
  "three threads asleep in one read: each byte wakes one": one("pipe(7)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    const got: string[] = [];
    for (let i = 0; i < 3; i++) {
      yield* sys.pthread_create(function* reader(s) {
        got.push(text(yield* s.read(r, 1)));
      });
    }
    for (const letter of ["a", "b", "c"]) {
      yield* pause(sys);
      yield* sys.write(w, bytes(letter));
    }
    yield* pause(sys);
    return got;
  }),
  "three threads asleep in one read: the end wakes all": one("pipe(7)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    let ended = 0;
    for (let i = 0; i < 3; i++) {
      yield* sys.pthread_create(function* reader(s) {
        if ((yield* s.read(r, 1)).length === 0) ended++;
      });
    }
    yield* pause(sys);
    yield* sys.close(w);
    yield* pause(sys);
    return ended;
  }),
  "closing a descriptor under a sleeping reader doesn't wake it": one("close(2)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    const tid = yield* sys.pthread_create(function* reader(s) {
      return text(yield* s.read(r, 10));
    });
    yield* pause(sys);
    yield* sys.close(r);
    yield* pause(sys);
    yield* sys.write(w, bytes("still read"));
    return yield* sys.pthread_join(tid);
  }),
};
