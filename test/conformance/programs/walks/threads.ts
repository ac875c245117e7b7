import {
  AF_UNIX,
  bytes,
  F_SETFL,
  O_CREAT,
  O_NONBLOCK,
  O_RDWR,
  POLLIN,
  POLLOUT,
  SHUT_RDWR,
  SIG_BLOCK,
  SIGKILL,
  SIGUSR1,
  SIGUSR2,
  SOCK_DGRAM,
  SOCK_STREAM,
  type Sys,
} from "fd3";
import { attempt, LONG_ENOUGH, walks } from "../program";

const { suite, agree } = walks();

agree("closing and reusing a number under a sleeping reader; close(2)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  const tid = yield* sys.pthread_create(function* reader(sys: Sys) {
    yield* sys.read(r, 10);
    yield* attempt(sys.read(r, 10));
  });
  yield* sys.nanosleep(LONG_ENOUGH);
  yield* sys.close(r);
  yield* sys.open("/tmp/f", O_RDWR | O_CREAT, 0o644);
  yield* attempt(sys.write(w, bytes("for the old one")));
  yield* sys.pthread_join(tid);
});
agree("dup2 over the descriptor of a sleeping reader; dup(2)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  const [r2, w2] = yield* sys.pipe();
  const tid = yield* sys.pthread_create(function* reader(sys: Sys) {
    yield* sys.read(r, 10);
    yield* sys.read(r, 10);
  });
  yield* sys.nanosleep(LONG_ENOUGH);
  yield* sys.dup2(r2, r);
  yield* sys.write(w2, bytes("new"));
  yield* sys.nanosleep(LONG_ENOUGH);
  yield* sys.write(w, bytes("old"));
  yield* sys.pthread_join(tid);
});
agree("a reader asleep keeps the reading end alive: no SIGPIPE yet; close(2)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  const tid = yield* sys.pthread_create(function* reader(sys: Sys) {
    yield* sys.read(r, 10);
  });
  yield* sys.nanosleep(LONG_ENOUGH);
  yield* sys.close(r);
  yield* sys.write(w, bytes("x"));
  yield* sys.pthread_join(tid);
  yield* sys.poll([{ fd: w, events: POLLOUT }], 0);
});
agree("O_NONBLOCK set while another sleeps: only the next read sees it; fcntl(2)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  const tid = yield* sys.pthread_create(function* reader(sys: Sys) {
    yield* sys.read(r, 1);
    yield* attempt(sys.read(r, 1));
  });
  yield* sys.nanosleep(LONG_ENOUGH);
  yield* sys.fcntl(r, F_SETFL, O_NONBLOCK);
  yield* sys.nanosleep(LONG_ENOUGH);
  yield* sys.write(w, bytes("x"));
  yield* sys.pthread_join(tid);
});
agree(
  "closing the last descriptor of a socket under its reader doesn't wake it, shutdown does; shutdown(2)",
  function* (sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
    const copy = yield* sys.dup(a);
    const tid = yield* sys.pthread_create(function* reader(sys: Sys) {
      yield* sys.recv(a, 10, 0);
    });
    yield* sys.nanosleep(LONG_ENOUGH);
    yield* sys.close(a);
    yield* sys.nanosleep(LONG_ENOUGH);
    yield* sys.shutdown(copy, SHUT_RDWR);
    yield* sys.pthread_join(tid);
    yield* attempt(sys.send(b, bytes("x"), 0x4000));
  },
);
agree("a child that inherits a pipe keeps its parent's reader asleep; pipe(7)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  yield* sys.fork(function* child(sys: Sys) {
    yield* sys.nanosleep(LONG_ENOUGH);
    yield* sys.write(w, bytes("late"));
    yield* sys.close(w);
    yield* sys.nanosleep(LONG_ENOUGH);
  });
  yield* sys.close(w);
  yield* sys.read(r, 10);
  yield* sys.read(r, 10);
  yield* sys.waitpid(-1, 0);
});
agree("SIGKILL ends a process with all its sleeping threads; signal(7)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  const pid = yield* sys.fork(function* child(sys: Sys) {
    yield* sys.close(r);
    yield* sys.pthread_create(function* sleeper(sys: Sys) {
      yield* sys.pause();
    });
    yield* sys.pause();
  });
  yield* sys.close(w);
  yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 200_000_000 });
  yield* sys.kill(pid, SIGKILL);
  yield* sys.read(r, 1);
  yield* sys.waitpid(pid, 0);
  yield* attempt(sys.kill(pid, 0));
});
agree("a signal to the process goes to a thread that doesn't block it; signal(7)", function* (sys) {
  yield* sys.sigaction(SIGUSR1, {
    *handler() {
      yield* sys.sigprocmask(SIG_BLOCK, null);
    },
  });
  const [r] = yield* sys.pipe();
  const tid = yield* sys.pthread_create(function* open(sys: Sys) {
    yield* attempt(sys.read(r, 1));
  });
  yield* sys.sigprocmask(SIG_BLOCK, [SIGUSR1]);
  yield* sys.nanosleep(LONG_ENOUGH);
  yield* sys.kill(yield* sys.getpid(), SIGUSR1);
  yield* sys.pthread_join(tid);
});
agree("handlers run in the order of their numbers, the higher inside the lower; signal(7)", function* (sys) {
  const log: number[] = [];
  for (const signum of [SIGUSR2, SIGUSR1]) {
    yield* sys.sigaction(signum, {
      *handler(got) {
        log.push(got);
        yield* sys.write(1, bytes(`enter ${got}\n`));
        yield* sys.getpid();
        yield* sys.write(1, bytes(`leave ${got}\n`));
      },
    });
  }
  const before = yield* sys.sigprocmask(SIG_BLOCK, [SIGUSR1, SIGUSR2]);
  const pid = yield* sys.getpid();
  yield* sys.kill(pid, SIGUSR2);
  yield* sys.kill(pid, SIGUSR1);
  yield* sys.sigprocmask(2, before);
});
agree("execve in a process with threads leaves one; execve(2)", function* (sys) {
  const [r] = yield* sys.pipe();
  yield* sys.pthread_create(function* sleeper(sys: Sys) {
    yield* sys.read(r, 1);
  });
  yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 100_000_000 });
  yield* sys.execve(function* alone(sys: Sys) {
    yield* sys.poll([{ fd: r, events: POLLIN }], 0);
    yield* sys.dup(r);
  });
});
agree("datagram readers: each message wakes one; unix(7)", function* (sys) {
  const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_DGRAM);
  const reader = function* reader(sys: Sys) {
    yield* sys.recv(b, 10, 0);
  };
  const one = yield* sys.pthread_create(reader);
  yield* sys.nanosleep(LONG_ENOUGH);
  yield* sys.send(a, bytes("1"), 0);
  yield* sys.pthread_join(one);
  const two = yield* sys.pthread_create(reader);
  yield* sys.nanosleep(LONG_ENOUGH);
  yield* sys.send(a, bytes(""), 0);
  yield* sys.pthread_join(two);
});
agree("everybody asleep for ever, who and where; read(2)", {
  *one(sys) {
    const [r] = yield* sys.pipe();
    yield* sys.pthread_create(function* other(sys: Sys) {
      yield* sys.pause();
    });
    yield* sys.read(r, 1);
  },
  *two(sys) {
    yield* sys.poll([], -1);
  },
});
agree("pthread_join: nobody, oneself, twice; pthread_join(3)", function* (sys) {
  yield* attempt(sys.pthread_join(1));
  yield* attempt(sys.pthread_join(yield* sys.gettid()));
  const tid = yield* sys.pthread_create(function* short() {
    return 5;
  });
  yield* sys.pthread_join(tid);
  yield* attempt(sys.pthread_join(tid));
  yield* attempt(sys.pthread_kill(tid, 0));
});

export const threadWalks = suite;
