import {
  bytes,
  F_GETFL,
  F_SETFL,
  O_CREAT,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  SA_NOCLDWAIT,
  SIG_BLOCK,
  SIG_DFL,
  SIG_IGN,
  SIG_SETMASK,
  SIGCHLD,
  SIGPIPE,
  SIGTERM,
  SIGUSR1,
  type Sys,
  WNOHANG,
} from "fd3";
import { attempt, LONG_ENOUGH, walks } from "../program";

const { suite, agree } = walks();

agree("waitpid's arguments, and children of children; waitpid(2)", function* (sys) {
  yield* attempt(sys.waitpid(-1, 0));
  yield* attempt(sys.waitpid(-1, 64));
  const pid = yield* sys.fork(function* child(sys: Sys) {
    yield* sys.fork(function* grandchild(sys: Sys) {
      yield* sys.exit(3);
    });
    const { status } = yield* sys.waitpid(-1, 0);
    yield* sys.exit((status >> 8) + 1);
  });
  yield* sys.waitpid(pid, 0);
  yield* attempt(sys.waitpid(pid, WNOHANG));
});
agree("SA_NOCLDWAIT leaves no zombie, but the handler runs; sigaction(2)", function* (sys) {
  yield* sys.sigaction(SIGCHLD, {
    flags: SA_NOCLDWAIT,
    *handler(signum) {
      yield* sys.write(1, bytes(`signal ${signum}\n`));
    },
  });
  yield* sys.fork(function* child(sys: Sys) {
    yield* sys.nanosleep(LONG_ENOUGH);
  });
  yield* attempt(sys.pause());
  yield* attempt(sys.waitpid(-1, WNOHANG));
});
agree("sigaction, sigprocmask and kill refuse; sigaction(2), kill(2)", function* (sys) {
  for (const signum of [0, 65, -1, 9, 19]) {
    yield* attempt(sys.sigaction(signum, { handler: SIG_IGN }));
    yield* attempt(sys.sigaction(signum, null));
  }
  yield* attempt(sys.sigprocmask(7, []));
  yield* attempt(sys.sigprocmask(7, null));
  yield* sys.sigprocmask(SIG_SETMASK, [9, 19, SIGTERM]);
  yield* sys.sigprocmask(SIG_BLOCK, null);
  const pid = yield* sys.getpid();
  yield* attempt(sys.kill(pid, 65));
  yield* attempt(sys.kill(pid, -1));
  yield* attempt(sys.kill(pid, 0));
  yield* attempt(sys.kill(4_000_000, 0));
  yield* attempt(sys.pthread_kill(yield* sys.gettid(), 65));
});
agree("SIGPIPE with a handler: it runs, then write fails; pipe(7)", function* (sys) {
  yield* sys.sigaction(SIGPIPE, {
    *handler() {
      yield* sys.write(1, bytes("handler\n"));
    },
  });
  const [r, w] = yield* sys.pipe();
  yield* sys.close(r);
  yield* attempt(sys.write(w, bytes("x")));
  yield* sys.sigprocmask(SIG_BLOCK, [SIGPIPE]);
  yield* attempt(sys.writev(w, [bytes("x")]));
  yield* sys.write(1, bytes("blocked\n"));
  yield* sys.sigprocmask(SIG_SETMASK, []);
  yield* sys.sigaction(SIGPIPE, { handler: SIG_DFL });
  yield* attempt(sys.write(w, bytes("x")));
});
agree("a forked child has the parent's limit and its handlers; fork(2)", function* (sys) {
  yield* sys.setrlimit(7, 5);
  yield* sys.sigaction(SIGUSR1, {
    *handler() {
      yield* sys.write(1, bytes("in the child\n"));
    },
  });
  yield* sys.fork(function* child(sys: Sys) {
    yield* attempt(sys.pipe());
    yield* attempt(sys.dup(0));
    yield* sys.kill(yield* sys.getpid(), SIGUSR1);
  });
  yield* sys.waitpid(-1, 0);
  yield* sys.dup(0);
});
agree("exec keeps the alarm's signal ignored, the mask, and pending signals; execve(2)", function* (sys) {
  yield* sys.sigaction(SIGUSR1, { *handler() {} });
  yield* sys.sigprocmask(SIG_BLOCK, [SIGUSR1]);
  yield* sys.kill(yield* sys.getpid(), SIGUSR1);
  yield* sys.execve(function* next(sys: Sys) {
    yield* sys.sigprocmask(SIG_BLOCK, null);
    yield* sys.sigaction(SIGUSR1, null);
    yield* sys.sigprocmask(SIG_SETMASK, []);
    yield* sys.write(1, bytes("not reached\n"));
  });
});
agree("two processes append to one file through one open file; open(2)", function* (sys) {
  const fd = yield* sys.open("/tmp/log", O_RDWR | O_CREAT, 0o644);
  yield* sys.fork(function* child(sys: Sys) {
    yield* sys.write(fd, bytes("child "));
  });
  yield* sys.waitpid(-1, 0);
  yield* sys.write(fd, bytes("parent"));
  yield* sys.pread(fd, 100, 0);
  const again = yield* sys.open("/tmp/log", O_RDONLY);
  yield* sys.read(again, 100);
  yield* sys.fcntl(fd, F_SETFL, O_NONBLOCK);
  yield* sys.fcntl(again, F_GETFL);
});
agree("descriptors 0, 1 and 2 can be closed and taken; open(2)", function* (sys) {
  yield* sys.close(0);
  yield* sys.pipe();
  yield* sys.dup2(1, 7);
  yield* sys.close(1);
  yield* sys.dup(7);
  yield* sys.write(1, bytes("still the console\n"));
  yield* sys.close(2);
  yield* attempt(sys.write(2, bytes("x")));
});

export const processWalks = suite;
