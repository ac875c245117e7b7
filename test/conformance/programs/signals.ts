import {
  bytes,
  sys as calls,
  O_NONBLOCK,
  type Program,
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
  SIGKILL,
  SIGSTOP,
  SIGTERM,
  SIGUSR1,
  SIGUSR2,
  type Sys,
  text,
  WTERMSIG,
} from "fd3";
import { attempt, one, pause, type Suite } from "./program";

/** A handler that only notes that it ran. */
function noting(notes: unknown[]) {
  return function* (signum: number) {
    notes.push(signum);
  };
}

/** Sends a signal to the calling process's main thread after a while, from a child. */
function* signalLater(sys: Sys, signal: number) {
  const self = yield* sys.getpid();
  return yield* sys.fork(function* sender(s) {
    yield* pause(s);
    yield* s.kill(self, signal);
  });
}

export const signals: Suite = {
  "a handler runs before kill to oneself returns": one("signal(7)", function* (sys: Sys) {
    const notes: unknown[] = [];
    yield* sys.sigaction(SIGUSR1, { handler: noting(notes) });
    yield* sys.kill(yield* sys.getpid(), SIGUSR1);
    return [...notes, "after"];
  }),
  "sigaction returns what was set before; KILL and STOP can't be set": one("sigaction(2)", function* (sys: Sys) {
    const before = (yield* sys.sigaction(SIGUSR1, { handler: SIG_IGN })).handler;
    const then = (yield* sys.sigaction(SIGUSR1, null)).handler;
    return [
      before === SIG_DFL,
      then === SIG_IGN,
      yield* attempt(sys.sigaction(SIGKILL, { handler: SIG_IGN })),
      yield* attempt(sys.sigaction(SIGSTOP, { handler: SIG_DFL })),
      yield* attempt(sys.sigaction(0, null)),
      yield* attempt(sys.sigaction(65, null)),
    ];
  }),
  "kill: nobody there, no such signal": one("kill(2)", function* (sys: Sys) {
    const self = yield* sys.getpid();
    return [
      yield* attempt(sys.kill(4_000_000, SIGTERM)),
      yield* attempt(sys.kill(self, 65)),
      yield* attempt(sys.kill(self, -1)),
      yield* attempt(sys.kill(self, 0)),
    ];
  }),
  "a blocked signal waits; two of a kind are one": one("signal(7)", function* (sys: Sys) {
    const notes: unknown[] = [];
    yield* sys.sigaction(SIGUSR1, { handler: noting(notes) });
    const before = yield* sys.sigprocmask(SIG_BLOCK, [SIGUSR1]);
    const self = yield* sys.getpid();
    yield* sys.kill(self, SIGUSR1);
    yield* sys.kill(self, SIGUSR1);
    notes.push("blocked");
    yield* sys.sigprocmask(SIG_UNBLOCK, [SIGUSR1]);
    return [before, notes];
  }),
  "sigprocmask: what it returns, and what can't be blocked": one("sigprocmask(2)", function* (sys: Sys) {
    yield* sys.sigprocmask(SIG_SETMASK, [SIGUSR1, SIGKILL, SIGTERM]);
    const set = yield* sys.sigprocmask(SIG_BLOCK, [SIGUSR2]);
    const more = yield* sys.sigprocmask(SIG_UNBLOCK, [SIGUSR1]);
    return [set, more, yield* sys.sigprocmask(0, null), yield* attempt(sys.sigprocmask(9, [SIGUSR1]))];
  }),
  "a blocked signal that gets ignored is dropped": one("signal(7)", function* (sys: Sys) {
    const notes: unknown[] = [];
    yield* sys.sigprocmask(SIG_BLOCK, [SIGUSR1]);
    yield* sys.kill(yield* sys.getpid(), SIGUSR1);
    yield* sys.sigaction(SIGUSR1, { handler: SIG_IGN });
    yield* sys.sigaction(SIGUSR1, { handler: noting(notes) });
    yield* sys.sigprocmask(SIG_UNBLOCK, [SIGUSR1]);
    return notes;
  }),
  "a signal is blocked while its handler runs, unless SA_NODEFER": one("sigaction(2)", function* (sys: Sys) {
    const orders: string[][] = [];
    for (const flags of [0, SA_NODEFER]) {
      const order: string[] = [];
      yield* sys.sigaction(SIGUSR1, {
        flags,
        *handler() {
          order.push("in");
          if (order.length === 1) yield* calls.kill(yield* calls.getpid(), SIGUSR1);
          order.push("out");
        },
      });
      yield* sys.kill(yield* sys.getpid(), SIGUSR1);
      orders.push(order);
    }
    return orders;
  }),
  "the mask of an action is blocked too while its handler runs": one("sigaction(2)", function* (sys: Sys) {
    const order: unknown[] = [];
    yield* sys.sigaction(SIGUSR2, { handler: noting(order) });
    yield* sys.sigaction(SIGUSR1, {
      mask: [SIGUSR2],
      *handler() {
        yield* calls.kill(yield* calls.getpid(), SIGUSR2);
        order.push("end of the first");
      },
    });
    yield* sys.kill(yield* sys.getpid(), SIGUSR1);
    return order;
  }),
  "SA_RESETHAND: once, then the default": one("sigaction(2)", function* (sys: Sys) {
    const pid = yield* sys.fork(function* child(s) {
      yield* s.sigaction(SIGUSR1, { *handler() {}, flags: SA_RESETHAND });
      yield* s.kill(yield* s.getpid(), SIGUSR1);
      yield* s.kill(yield* s.getpid(), SIGUSR1);
      yield* s.exit(0);
    });
    return WTERMSIG((yield* sys.waitpid(pid, 0)).status);
  }),
  "a handler interrupts read: EINTR, or not with SA_RESTART": one("signal(7)", function* (sys: Sys) {
    const notes: unknown[] = [];
    const [r, w] = yield* sys.pipe();
    yield* sys.sigaction(SIGUSR1, { handler: noting(notes) });
    yield* signalLater(sys, SIGUSR1);
    const interrupted = yield* attempt(sys.read(r, 1));
    yield* sys.sigaction(SIGUSR1, {
      flags: SA_RESTART,
      *handler() {
        yield* calls.write(w, bytes("h"));
      },
    });
    yield* signalLater(sys, SIGUSR1);
    const restarted = yield* sys.read(r, 1);
    return [interrupted, text(restarted), notes];
  }),
  "a handler interrupts a write that waits for room": one("signal(7)", function* (sys: Sys) {
    const [, w] = yield* sys.pipe();
    yield* sys.write(w, new Uint8Array(65_536));
    yield* sys.sigaction(SIGUSR1, { *handler() {} });
    yield* signalLater(sys, SIGUSR1);
    return yield* attempt(sys.write(w, bytes("x")));
  }),
  "a write that is interrupted half-way tells how far it came": one("signal(7)", function* (sys: Sys) {
    const [, w] = yield* sys.pipe();
    yield* sys.sigaction(SIGUSR1, { *handler() {} });
    yield* signalLater(sys, SIGUSR1);
    return yield* attempt(sys.write(w, new Uint8Array(100_000)));
  }),
  "waitpid is interrupted, or goes on with SA_RESTART": one("signal(7)", function* (sys: Sys) {
    const outcomes: unknown[] = [];
    for (const flags of [0, SA_RESTART]) {
      yield* sys.sigaction(SIGALRM, { *handler() {}, flags });
      const [r, w] = yield* sys.pipe();
      const pid = yield* sys.fork(function* child(s) {
        yield* s.close(w);
        yield* s.read(r, 1);
      });
      const closer = yield* sys.pthread_create(function* closer(t) {
        yield* pause(t, 900);
        yield* t.close(w);
      });
      // The last to start, so that its signal comes while the parent waits.
      yield* sys.fork(function* sender(s) {
        yield* s.close(w);
        yield* pause(s, 300);
        yield* s.kill(yield* s.getppid(), SIGALRM);
        yield* pause(s, 900);
      });
      const outcome = yield* attempt(sys.waitpid(pid, 0));
      outcomes.push(typeof outcome === "string" ? outcome : "waited");
      yield* sys.pthread_join(closer);
      if (typeof outcome === "string") yield* sys.waitpid(pid, 0);
      yield* sys.waitpid(-1, 0);
    }
    return outcomes;
  }),
  "poll, select, nanosleep and pause are interrupted even with SA_RESTART": one("signal(7)", function* (sys: Sys) {
    const outcomes: unknown[] = [];
    yield* sys.sigaction(SIGUSR1, { *handler() {}, flags: SA_RESTART });
    const interruptible: (() => Program)[] = [
      () => sys.poll([], -1),
      () => sys.select(0, null, null, null, null),
      () => sys.nanosleep({ tv_sec: 5, tv_nsec: 0 }),
      () => sys.pause(),
    ];
    for (const call of interruptible) {
      const sender = yield* signalLater(sys, SIGUSR1);
      outcomes.push(yield* attempt(call()));
      yield* sys.waitpid(sender, 0);
    }
    return outcomes;
  }),
  "an ignored signal interrupts nothing": one("signal(7)", function* (sys: Sys) {
    yield* sys.sigaction(SIGUSR1, { handler: SIG_IGN });
    yield* signalLater(sys, SIGUSR1);
    return yield* sys.poll([], 300);
  }),
  "SIGCHLD by default interrupts nothing": one("signal(7)", function* (sys: Sys) {
    yield* sys.fork(function* child(s) {
      yield* pause(s);
    });
    return yield* sys.poll([], 80);
  }),
  "SIGCHLD with a handler interrupts": one("signal(7)", function* (sys: Sys) {
    const notes: unknown[] = [];
    yield* sys.sigaction(SIGCHLD, { handler: noting(notes) });
    yield* sys.fork(function* child(s) {
      yield* pause(s);
    });
    return [yield* attempt(sys.poll([], 2000)), notes];
  }),
  "ppoll's mask holds only while it sleeps": one("ppoll(2)", function* (sys: Sys) {
    const notes: unknown[] = [];
    yield* sys.sigaction(SIGUSR1, { handler: noting(notes) });
    yield* sys.sigprocmask(SIG_BLOCK, [SIGUSR1]);
    yield* sys.kill(yield* sys.getpid(), SIGUSR1);
    const plain = yield* sys.poll([], 0);
    const before = [...notes];
    const interrupted = yield* attempt(sys.ppoll([], null, []));
    return [plain, before, interrupted, notes, yield* sys.sigprocmask(0, null)];
  }),
  "alarm: what was left of the last one, and none with 0": one("alarm(2)", function* (sys: Sys) {
    return [yield* sys.alarm(10), yield* sys.alarm(20), yield* sys.alarm(0), yield* sys.alarm(0)];
  }),
  "alarm ends a process that has no handler": one("alarm(2)", function* (sys: Sys) {
    const pid = yield* sys.fork(function* child(s) {
      yield* s.alarm(1);
      yield* s.pause();
    });
    return WTERMSIG((yield* sys.waitpid(pid, 0)).status);
  }),
  "fork: the child has the handlers and the mask, but not the pending signals": one("fork(2)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.sigaction(SIGUSR1, { *handler() {} });
    yield* sys.sigprocmask(SIG_BLOCK, [SIGUSR1]);
    yield* sys.kill(yield* sys.getpid(), SIGUSR1);
    yield* sys.fork(function* child(s) {
      const mask = yield* s.sigprocmask(SIG_UNBLOCK, [SIGUSR1]);
      const { handler } = yield* s.sigaction(SIGUSR1, null);
      yield* s.write(w, bytes(JSON.stringify([mask, typeof handler])));
    });
    yield* sys.waitpid(-1, 0);
    return text(yield* sys.read(r, 100));
  }),
  "execve: handlers are gone, ignored stays ignored": one("execve(2)", function* (sys: Sys) {
    yield* sys.sigaction(SIGUSR1, { *handler() {} });
    yield* sys.sigaction(SIGUSR2, { handler: SIG_IGN });
    yield* sys.execve(function* next(s) {
      return [(yield* s.sigaction(SIGUSR1, null)).handler, (yield* s.sigaction(SIGUSR2, null)).handler];
    });
  }),
  "pthread_kill reaches one thread: only its call is interrupted": one("pthread_kill(3)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe2(0);
    yield* sys.sigaction(SIGUSR1, { *handler() {} });
    const a = yield* sys.pthread_create(function* first(t) {
      return yield* attempt(t.read(r, 1));
    });
    const b = yield* sys.pthread_create(function* second(t) {
      return text(yield* t.read(r, 1));
    });
    yield* pause(sys);
    yield* sys.pthread_kill(a, SIGUSR1);
    const interrupted = yield* sys.pthread_join(a);
    yield* sys.write(w, bytes("x"));
    return [interrupted, yield* sys.pthread_join(b)];
  }),
  "EAGAIN comes before any waiting, so no signal is needed": one("signal(7)", function* (sys: Sys) {
    const [r] = yield* sys.pipe2(O_NONBLOCK);
    return yield* attempt(sys.read(r, 1));
  }),
};
