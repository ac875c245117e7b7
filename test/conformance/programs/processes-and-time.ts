/** Processes, threads and time in detail: fork(2), wait(2), pthreads(7), alarm(2), nanosleep(2), clock_gettime(2). */
import {
  AF_UNIX,
  bytes,
  CLOCK_MONOTONIC,
  CLOCK_REALTIME,
  F_GETFD,
  O_CLOEXEC,
  POLLIN,
  SA_NODEFER,
  SA_RESETHAND,
  SA_RESTART,
  SIG_BLOCK,
  SIG_DFL,
  SIG_IGN,
  SIG_SETMASK,
  SIG_UNBLOCK,
  SIGALRM,
  SIGCHLD,
  SIGCONT,
  SIGKILL,
  SIGPIPE,
  SIGTERM,
  SIGURG,
  SIGUSR1,
  SIGUSR2,
  SO_RCVTIMEO,
  SOCK_STREAM,
  SOL_SOCKET,
  type Sys,
  type Timespec,
  WNOHANG,
} from "fd3";
import { attempt, pause, type Suite, walks } from "./program";

const { suite, agree } = walks();

/** A handler that says that it ran. */
const telling = (sys: Sys) =>
  function* (signum: number) {
    yield* sys.write(1, bytes(`signal ${signum}\n`));
  };

const since = (before: Timespec, now: Timespec) => (now.tv_sec - before.tv_sec) * 1e9 + (now.tv_nsec - before.tv_nsec);

agree("the status of every kind of end; wait(2)", function* (sys) {
  const ends: ((own: Sys) => Generator)[] = [
    (own) => own.exit(7),
    (own) => own.exit(256 + 3),
    function* (own) {
      yield* own.kill(yield* own.getpid(), SIGKILL);
    },
    function* (own) {
      const [r, w] = yield* own.pipe();
      yield* own.close(r);
      yield* own.write(w, bytes("x"));
    },
    function* (own) {
      yield* own.getpid();
    },
  ];
  for (const end of ends) {
    const pid = yield* sys.fork(end as never);
    yield* sys.waitpid(pid, 0);
  }
});
agree("children are found by their pid, in any order; wait(2)", function* (sys) {
  const pids: number[] = [];
  for (let i = 1; i <= 3; i++) pids.push(yield* sys.fork((own) => own.exit(i)));
  for (const pid of pids.reverse()) yield* sys.waitpid(pid, 0);
  yield* attempt(sys.waitpid(-1, WNOHANG));
});
agree("who isn't the parent can't wait; wait(2)", function* (sys) {
  const first = yield* sys.fork(function* (own) {
    yield* pause(own);
  });
  const second = yield* sys.fork(function* (own) {
    yield* attempt(own.waitpid(first, 0));
    yield* attempt(own.waitpid(-1, 0));
  });
  yield* sys.waitpid(second, 0);
  yield* sys.waitpid(first, 0);
});
agree("another thread may wait for the child that one has forked; pthreads(7)", function* (sys) {
  const pid = yield* sys.fork(function* (own) {
    yield* pause(own);
    yield* own.exit(4);
  });
  const thread = yield* sys.pthread_create(function* (own) {
    return (yield* own.waitpid(pid, 0)).status;
  });
  yield* sys.pthread_join(thread);
});
agree("a child has copies of the descriptors, and what it closes stays open here; fork(2)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  const pid = yield* sys.fork(function* (own) {
    yield* own.close(r);
    yield* own.close(w);
    yield* own.dup2(1, 9);
  });
  yield* sys.waitpid(pid, 0);
  yield* sys.write(w, bytes("x"));
  yield* sys.read(r, 1);
  yield* attempt(sys.fcntl(9, F_GETFD));
});
agree("close-on-exec belongs to the descriptor, and a child inherits it; fcntl(2), fork(2)", function* (sys) {
  const [r] = yield* sys.pipe2(O_CLOEXEC);
  const copy = yield* sys.dup(r);
  const pid = yield* sys.fork(function* (own) {
    yield* own.fcntl(r, F_GETFD);
    yield* own.execve(function* (after: Sys) {
      yield* attempt(after.fcntl(r, F_GETFD));
      yield* attempt(after.fcntl(copy, F_GETFD));
    });
  });
  yield* sys.waitpid(pid, 0);
});
agree("an orphan's parent is another one; fork(2)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  const self = yield* sys.fork(function* (own) {
    const middle = yield* own.getpid();
    yield* own.fork(function* (grandchild) {
      yield* pause(grandchild);
      const adopted = (yield* grandchild.getppid()) !== middle;
      yield* grandchild.write(w, bytes(String(adopted)));
    });
  });
  yield* sys.waitpid(self, 0);
  yield* sys.read(r, 9);
});
agree("handlers and what is ignored go on to a child, pending signals don't; fork(2)", function* (sys) {
  yield* sys.sigaction(SIGUSR1, { handler: telling(sys), flags: SA_RESTART });
  yield* sys.sigaction(SIGUSR2, { handler: SIG_IGN });
  yield* sys.sigprocmask(SIG_BLOCK, [SIGUSR1]);
  yield* sys.kill(yield* sys.getpid(), SIGUSR1);
  const pid = yield* sys.fork(function* (own) {
    yield* own.sigprocmask(SIG_UNBLOCK, [SIGUSR1]);
    yield* own.kill(yield* own.getpid(), SIGUSR2);
    yield* own.kill(yield* own.getpid(), SIGUSR1);
  });
  yield* sys.waitpid(pid, 0);
  yield* sys.sigprocmask(SIG_SETMASK, []);
});
agree("ignored by default: SIGCHLD, SIGURG, SIGCONT; signal(7)", function* (sys) {
  const pid = yield* sys.getpid();
  for (const signum of [SIGCHLD, SIGURG, SIGCONT]) yield* sys.kill(pid, signum);
  yield* sys.write(1, bytes("still here\n"));
});
agree("a blocked signal is kept once, however often it comes; signal(7)", function* (sys) {
  yield* sys.sigaction(SIGUSR1, { handler: telling(sys) });
  yield* sys.sigprocmask(SIG_BLOCK, [SIGUSR1]);
  const pid = yield* sys.getpid();
  for (let i = 0; i < 3; i++) yield* sys.kill(pid, SIGUSR1);
  yield* sys.sigprocmask(SIG_UNBLOCK, [SIGUSR1]);
  yield* sys.write(1, bytes("once\n"));
});
agree("a pending signal that becomes ignored is gone; sigaction(2)", function* (sys) {
  yield* sys.sigprocmask(SIG_BLOCK, [SIGTERM]);
  yield* sys.kill(yield* sys.getpid(), SIGTERM);
  yield* sys.sigaction(SIGTERM, { handler: SIG_IGN });
  yield* sys.sigaction(SIGTERM, { handler: SIG_DFL });
  yield* sys.sigprocmask(SIG_UNBLOCK, [SIGTERM]);
  yield* sys.write(1, bytes("alive\n"));
});
agree("SA_RESETHAND: once, then the default; sigaction(2)", function* (sys) {
  const pid = yield* sys.fork(function* (own) {
    yield* own.sigaction(SIGUSR1, { handler: telling(own), flags: SA_RESETHAND });
    const self = yield* own.getpid();
    yield* own.kill(self, SIGUSR1);
    yield* own.sigaction(SIGUSR1, null);
    yield* own.kill(self, SIGUSR1);
  });
  yield* sys.waitpid(pid, 0);
});
agree("SA_NODEFER: a handler within itself; sigaction(2)", function* (sys) {
  let depth = 0;
  const self = yield* sys.getpid();
  yield* sys.sigaction(SIGUSR1, {
    flags: SA_NODEFER,
    *handler() {
      depth++;
      yield* sys.write(1, bytes(`in ${depth}\n`));
      if (depth < 3) yield* sys.kill(self, SIGUSR1);
      yield* sys.write(1, bytes("out\n"));
    },
  });
  yield* sys.kill(self, SIGUSR1);
});
agree("the mask of a handler holds while it runs; sigaction(2)", function* (sys) {
  const self = yield* sys.getpid();
  yield* sys.sigaction(SIGUSR2, { handler: telling(sys) });
  yield* sys.sigaction(SIGUSR1, {
    mask: [SIGUSR2],
    *handler() {
      yield* sys.kill(self, SIGUSR2);
      yield* sys.sigprocmask(SIG_BLOCK, null);
      yield* sys.write(1, bytes("first ends\n"));
    },
  });
  yield* sys.kill(self, SIGUSR1);
  yield* sys.sigprocmask(SIG_BLOCK, null);
});
agree("each thread has its own mask; pthreads(7)", function* (sys) {
  yield* sys.sigprocmask(SIG_BLOCK, [SIGUSR1]);
  const thread = yield* sys.pthread_create(function* (own) {
    yield* own.sigprocmask(SIG_BLOCK, [SIGUSR2]);
    yield* own.sigprocmask(SIG_BLOCK, null);
  });
  yield* sys.pthread_join(thread);
  yield* sys.sigprocmask(SIG_BLOCK, null);
});
agree("kill: signal 0 only asks, and a zombie is there; kill(2)", function* (sys) {
  const pid = yield* sys.fork(function* (own) {
    yield* own.getpid();
  });
  yield* pause(sys);
  yield* attempt(sys.kill(pid, 0));
  yield* attempt(sys.kill(pid, SIGKILL));
  yield* sys.waitpid(pid, 0);
  yield* attempt(sys.kill(pid, 0));
});
agree("sched_yield and gettid; sched_yield(2), gettid(2)", function* (sys) {
  yield* sys.sched_yield();
  const main = (yield* sys.gettid()) === (yield* sys.getpid());
  const thread = yield* sys.pthread_create(function* (own) {
    yield* own.sched_yield();
    return (yield* own.gettid()) === (yield* own.getpid());
  });
  return [main, yield* sys.pthread_join(thread)];
});
agree("alarm: set anew, taken back, and what was left; alarm(2)", function* (sys) {
  yield* sys.alarm(100);
  yield* sys.alarm(50);
  yield* sys.alarm(0);
  yield* sys.alarm(0);
});
agree("alarm ends a sleep, with a handler; alarm(2), pause(2)", function* (sys) {
  yield* sys.sigaction(SIGALRM, { handler: telling(sys) });
  yield* sys.alarm(1);
  yield* attempt(sys.pause());
  yield* sys.alarm(0);
});
agree("alarm isn't inherited by a child; alarm(2)", function* (sys) {
  yield* sys.alarm(100);
  const pid = yield* sys.fork(function* (own) {
    yield* own.alarm(0);
  });
  yield* sys.waitpid(pid, 0);
  yield* sys.alarm(0);
});
agree("alarm is kept by execve; alarm(2)", function* (sys) {
  yield* sys.alarm(100);
  yield* sys.execve(function* (after: Sys) {
    yield* after.alarm(0);
  });
});
agree("nothing sleeps for less than it was asked to; nanosleep(2), poll(2), select(2)", function* (sys) {
  const [r] = yield* sys.pipe();
  const [a] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
  const epfd = yield* sys.epoll_create1(0);
  yield* sys.setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, { tv_sec: 0, tv_usec: 20_000 });
  const long: boolean[] = [];
  for (const sleep of [
    () => sys.nanosleep({ tv_sec: 0, tv_nsec: 20_000_000 }),
    () => sys.poll([{ fd: r, events: POLLIN }], 20),
    () => sys.ppoll([], { tv_sec: 0, tv_nsec: 20_000_000 }, null),
    () => sys.select(0, null, null, null, { tv_sec: 0, tv_usec: 20_000 }),
    () => sys.epoll_wait(epfd, 1, 20),
    () => sys.recv(a, 1, 0),
  ]) {
    const before = yield* sys.clock_gettime(CLOCK_MONOTONIC);
    yield* attempt<unknown>(sleep());
    long.push(since(before, yield* sys.clock_gettime(CLOCK_MONOTONIC)) >= 20_000_000);
  }
  return long;
});
agree("the clocks: one never goes back, the other knows the year; clock_gettime(2)", function* (sys) {
  const before = yield* sys.clock_gettime(CLOCK_MONOTONIC);
  const after = yield* sys.clock_gettime(CLOCK_MONOTONIC);
  const { tv_sec, tv_nsec } = yield* sys.clock_gettime(CLOCK_REALTIME);
  return [since(before, after) >= 0, tv_sec > 1_700_000_000, tv_nsec >= 0 && tv_nsec < 1_000_000_000];
});
agree("a SIGPIPE that is blocked stays pending, and write fails with EPIPE; pipe(7)", function* (sys) {
  yield* sys.sigaction(SIGPIPE, { handler: telling(sys) });
  yield* sys.sigprocmask(SIG_BLOCK, [SIGPIPE]);
  const [r, w] = yield* sys.pipe();
  yield* sys.close(r);
  yield* attempt(sys.write(w, bytes("x")));
  yield* sys.write(1, bytes("before\n"));
  yield* sys.sigprocmask(SIG_SETMASK, []);
});

export const processesAndTime: Suite = suite;
