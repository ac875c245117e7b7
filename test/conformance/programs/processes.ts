import {
  bytes,
  SIG_IGN,
  SIGCHLD,
  SIGKILL,
  SIGTERM,
  type Sys,
  text,
  WEXITSTATUS,
  WIFEXITED,
  WIFSIGNALED,
  WNOHANG,
  WTERMSIG,
} from "fd3";
import { attempt, byResult, one, pause, type Suite } from "./program";

export const processes: Suite = {
  "fork: the parent gets the child's pid, the child knows its parent": byResult(
    one("fork(2)", function* (sys: Sys) {
      const [r, w] = yield* sys.pipe();
      const self = yield* sys.getpid();
      const pid = yield* sys.fork(function* child(s) {
        const facts = [yield* s.getpid(), yield* s.getppid(), yield* s.gettid()];
        yield* s.write(w, bytes(JSON.stringify(facts)));
      });
      yield* sys.waitpid(pid, 0);
      const [childPid, parent, tid] = JSON.parse(text(yield* sys.read(r, 100)));
      return [childPid === pid, parent === self, tid === pid, (yield* sys.gettid()) === self];
    }),
  ),
  "exit: the low 8 bits reach the parent": one("exit(3)", function* (sys: Sys) {
    const seen: unknown[] = [];
    for (const status of [0, 1, 255, 256, 300, -1]) {
      yield* sys.fork(function* child(s) {
        yield* s.exit(status);
      });
      const result = yield* sys.waitpid(-1, 0);
      seen.push([WIFEXITED(result.status), WEXITSTATUS(result.status)]);
    }
    return seen;
  }),
  "waitpid: no children, someone else's, twice": one("waitpid(2)", function* (sys: Sys) {
    const none = yield* attempt(sys.waitpid(-1, 0));
    const pid = yield* sys.fork(function* child() {});
    return [
      none,
      yield* attempt(sys.waitpid(1, 0)),
      (yield* sys.waitpid(pid, 0)).pid === pid,
      yield* attempt(sys.waitpid(pid, 0)),
      yield* attempt(sys.waitpid(-1, 12345678)),
    ];
  }),
  "waitpid with WNOHANG doesn't wait": one("waitpid(2)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    const pid = yield* sys.fork(function* child(s) {
      yield* s.read(r, 1);
    });
    const early = (yield* sys.waitpid(pid, WNOHANG)).pid;
    yield* sys.write(w, bytes("x"));
    return [early, (yield* sys.waitpid(-1, 0)).pid === pid];
  }),
  "waitpid for one child leaves the others": one("waitpid(2)", function* (sys: Sys) {
    const first = yield* sys.fork(function* child(s) {
      yield* s.exit(1);
    });
    const second = yield* sys.fork(function* child(s) {
      yield* pause(s);
      yield* s.exit(2);
    });
    const a = yield* sys.waitpid(second, 0);
    const b = yield* sys.waitpid(-1, 0);
    return [a.pid === second, WEXITSTATUS(a.status), b.pid === first, WEXITSTATUS(b.status)];
  }),
  "a signal that ends a child is in its status": one("waitpid(2)", function* (sys: Sys) {
    const ends: unknown[] = [];
    for (const signal of [SIGTERM, SIGKILL]) {
      const pid = yield* sys.fork(function* child(s) {
        yield* s.pause();
      });
      yield* pause(sys);
      yield* sys.kill(pid, signal);
      const { status } = yield* sys.waitpid(pid, 0);
      ends.push([WIFEXITED(status), WIFSIGNALED(status), WTERMSIG(status)]);
    }
    return ends;
  }),
  "ignored SIGCHLD: children leave no zombie, waitpid waits and finds nobody": one("waitpid(2)", function* (sys: Sys) {
    yield* sys.sigaction(SIGCHLD, { handler: SIG_IGN });
    yield* sys.fork(function* child(s) {
      yield* pause(s);
    });
    return yield* attempt(sys.waitpid(-1, 0));
  }),
  "a zombie can still be sent signals, a reaped process can't": one("kill(2)", function* (sys: Sys) {
    const pid = yield* sys.fork(function* child() {});
    yield* pause(sys);
    const zombie = yield* attempt(sys.kill(pid, SIGTERM));
    yield* sys.waitpid(pid, 0);
    return [zombie, yield* attempt(sys.kill(pid, 0)), yield* attempt(sys.kill(pid, SIGTERM))];
  }),
  "main returning ends the other threads": one("pthreads(7)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.fork(function* child(s) {
      yield* s.close(r);
      yield* s.pthread_create(function* stuck(t) {
        yield* t.pause();
      });
      yield* pause(s);
    });
    yield* sys.close(w);
    return [(yield* sys.read(r, 1)).length, (yield* sys.waitpid(-1, 0)).status];
  }),
  "exit in a thread ends the whole process": one("exit(3)", function* (sys: Sys) {
    yield* sys.fork(function* child(s) {
      yield* s.pthread_create(function* quitter(t) {
        yield* pause(t);
        yield* t.exit(9);
      });
      yield* s.pause();
    });
    return WEXITSTATUS((yield* sys.waitpid(-1, 0)).status);
  }),
  "threads share descriptors, and join brings what one returned": one("pthread_create(3)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    const self = yield* sys.getpid();
    const tid = yield* sys.pthread_create(function* thread(t) {
      yield* t.close(w);
      return [(yield* t.getpid()) === self, (yield* t.gettid()) === self];
    });
    return [yield* sys.pthread_join(tid), (yield* sys.read(r, 1)).length, yield* attempt(sys.write(w, bytes("x")))];
  }),
  "a grandchild's end is no concern of the grandparent": one("waitpid(2)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    const pid = yield* sys.fork(function* child(s) {
      yield* s.fork(function* grandchild(g) {
        yield* pause(g, 60);
        yield* g.write(w, bytes("bye"));
      });
    });
    yield* sys.close(w);
    const ended = yield* sys.waitpid(-1, 0);
    return [ended.pid === pid, yield* attempt(sys.waitpid(-1, WNOHANG)), text(yield* sys.read(r, 10))];
  }),
  "nanosleep and clock_gettime: refused arguments, and time that passes": one("nanosleep(2)", function* (sys: Sys) {
    const before = yield* sys.clock_gettime(1);
    yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 20_000_000 });
    const after = yield* sys.clock_gettime(1);
    const passed = (after.tv_sec - before.tv_sec) * 1e9 + after.tv_nsec - before.tv_nsec;
    return [
      passed >= 20_000_000,
      yield* attempt(sys.nanosleep({ tv_sec: -1, tv_nsec: 0 })),
      yield* attempt(sys.nanosleep({ tv_sec: 0, tv_nsec: 1_000_000_000 })),
      yield* attempt(sys.clock_gettime(999)),
    ];
  }),
};
