/**
 * What a signal does to a call that sleeps: without SA_RESTART every one fails with EINTR; with it some are made again and the
 * program notices nothing, and others fail all the same. signal(7), "Interruption of system calls and library functions by
 * signal handlers", has the two lists.
 */
import {
  AF_UNIX,
  bytes,
  EPOLL_CTL_ADD,
  EPOLLIN,
  MSG_DONTWAIT,
  POLLIN,
  type Program,
  SA_RESTART,
  SIGUSR1,
  SO_RCVTIMEO,
  SO_SNDTIMEO,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  type Sys,
} from "fd3";
import { attempt, pause, type Suite, walks } from "./program";

const { suite, agree } = walks();

/** A call that is about to sleep, and what ends its sleep: done by a child, so with descriptors of its own. */
interface Situation {
  sleep(): Program;
  end(child: Sys): Program;
}

type Prepare = (sys: Sys) => Program<Situation>;

/** The main program sleeps; a child sends a signal, later ends what it sleeps for, and is waited for. */
function interrupting(prepare: Prepare, flags: number) {
  return function* (sys: Sys) {
    const { sleep, end } = yield* prepare(sys);
    yield* sys.sigaction(SIGUSR1, {
      flags,
      *handler(signum) {
        yield* sys.write(1, bytes(`handler ${signum}\n`));
      },
    });
    const self = yield* sys.getpid();
    const pid = yield* sys.fork(function* child(own: Sys) {
      yield* pause(own);
      yield* own.kill(self, SIGUSR1);
      yield* pause(own);
      if (flags === SA_RESTART) yield* attempt(end(own));
    });
    yield* attempt(sleep());
    yield* attempt(sys.waitpid(pid, 0));
  };
}

const LATER = { tv_sec: 20, tv_nsec: 0 };
const TIME_LIMIT = { tv_sec: 20, tv_usec: 0 };

function* emptyPipe(sys: Sys) {
  const [r, w] = yield* sys.pipe();
  return { r, w, end: (child: Sys) => child.write(w, bytes("x")) };
}

function* fullPipe(sys: Sys) {
  const [r, w] = yield* sys.pipe();
  yield* sys.write(w, new Uint8Array(65_536));
  return { w, end: (child: Sys) => child.read(r, 65_536) };
}

function* quietPair(sys: Sys, type = SOCK_STREAM) {
  const [a, b] = yield* sys.socketpair(AF_UNIX, type);
  return { a, end: (child: Sys) => child.write(b, bytes("x")) };
}

function* fullPair(sys: Sys, type = SOCK_STREAM) {
  const [a, b] = yield* sys.socketpair(AF_UNIX, type);
  let sent = 0;
  while ((yield* attempt(sys.send(a, new Uint8Array(4096), MSG_DONTWAIT))) !== "EAGAIN") sent++;
  const end = function* (child: Sys) {
    for (let i = 0; i < sent; i++) yield* child.recv(b, 4096, 0);
  };
  return { a, end };
}

function* door(sys: Sys) {
  const listener = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.bind(listener, { path: "\0door" });
  yield* sys.listen(listener, 0);
  const knock = function* (child: Sys) {
    const fd = yield* child.socket(AF_UNIX, SOCK_STREAM);
    yield* child.connect(fd, { path: "\0door" });
  };
  return { listener, knock };
}

/** Made again with SA_RESTART. */
const restarted: Record<string, Prepare> = {
  *"read from an empty pipe"(sys) {
    const { r, end } = yield* emptyPipe(sys);
    return { sleep: () => sys.read(r, 1), end };
  },
  *"readv from an empty pipe"(sys) {
    const { r, end } = yield* emptyPipe(sys);
    return { sleep: () => sys.readv(r, [1, 1]), end };
  },
  *"write to a full pipe"(sys) {
    const { w, end } = yield* fullPipe(sys);
    return { sleep: () => sys.write(w, bytes("y")), end };
  },
  *"writev to a full pipe"(sys) {
    const { w, end } = yield* fullPipe(sys);
    return { sleep: () => sys.writev(w, [bytes("y"), bytes("z")]), end };
  },
  *"read from a stream socket"(sys) {
    const { a, end } = yield* quietPair(sys);
    return { sleep: () => sys.read(a, 1), end };
  },
  *"recv from a stream socket"(sys) {
    const { a, end } = yield* quietPair(sys);
    return { sleep: () => sys.recv(a, 1, 0), end };
  },
  *"recvfrom a datagram socket"(sys) {
    const { a, end } = yield* quietPair(sys, SOCK_DGRAM);
    return { sleep: () => sys.recvfrom(a, 1, 0), end };
  },
  *"recvmsg from a datagram socket"(sys) {
    const { a, end } = yield* quietPair(sys, SOCK_DGRAM);
    return { sleep: () => sys.recvmsg(a, [1], 0), end };
  },
  *"write to a full stream socket"(sys) {
    const { a, end } = yield* fullPair(sys);
    return { sleep: () => sys.write(a, bytes("y")), end };
  },
  *"send on a full stream socket"(sys) {
    const { a, end } = yield* fullPair(sys);
    return { sleep: () => sys.send(a, bytes("y"), 0), end };
  },
  *"sendto on a full datagram socket"(sys) {
    const { a, end } = yield* fullPair(sys, SOCK_DGRAM);
    return { sleep: () => sys.sendto(a, bytes("y"), 0, null), end };
  },
  *"sendmsg on a full datagram socket"(sys) {
    const { a, end } = yield* fullPair(sys, SOCK_DGRAM);
    return { sleep: () => sys.sendmsg(a, { iov: [bytes("y")] }, 0), end };
  },
  *"accept with nobody at the door"(sys) {
    const { listener, knock } = yield* door(sys);
    return { sleep: () => sys.accept(listener), end: knock };
  },
  *"accept4 with nobody at the door"(sys) {
    const { listener, knock } = yield* door(sys);
    return { sleep: () => sys.accept4(listener, 0), end: knock };
  },
  *"connect to a full backlog"(sys) {
    const { listener, knock } = yield* door(sys);
    yield* knock(sys);
    return { sleep: () => knock(sys), end: (child) => child.accept(listener) };
  },
  *"waitpid for a child that lives"(sys) {
    const [r, w] = yield* sys.pipe();
    const pid = yield* sys.fork(function* sleeper(own: Sys) {
      yield* own.close(w);
      yield* own.read(r, 1);
    });
    return { sleep: () => sys.waitpid(pid, 0), end: (child) => child.write(w, bytes("x")) };
  },
};

/** Fail with EINTR whatever the flags. */
const neverRestarted: Record<string, Prepare> = {
  *poll(sys) {
    const { r, end } = yield* emptyPipe(sys);
    return { sleep: () => sys.poll([{ fd: r, events: POLLIN }], -1), end };
  },
  *ppoll(sys) {
    const { r, end } = yield* emptyPipe(sys);
    return { sleep: () => sys.ppoll([{ fd: r, events: POLLIN }], LATER, null), end };
  },
  *select(sys) {
    const { r, end } = yield* emptyPipe(sys);
    return { sleep: () => sys.select(r + 1, new Set([r]), null, null, null), end };
  },
  *epoll_wait(sys) {
    const { r, end } = yield* emptyPipe(sys);
    const epfd = yield* sys.epoll_create1(0);
    yield* sys.epoll_ctl(epfd, EPOLL_CTL_ADD, r, { events: EPOLLIN, data: 1 });
    return { sleep: () => sys.epoll_wait(epfd, 1, -1), end };
  },
  *nanosleep(sys) {
    return { sleep: () => sys.nanosleep(LATER), end: (child) => child.getpid() };
  },
  *pause(sys) {
    return { sleep: () => sys.pause(), end: (child) => child.getpid() };
  },
  *"recv with SO_RCVTIMEO"(sys) {
    const { a, end } = yield* quietPair(sys);
    yield* sys.setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, TIME_LIMIT);
    return { sleep: () => sys.recv(a, 1, 0), end };
  },
  *"read with SO_RCVTIMEO"(sys) {
    const { a, end } = yield* quietPair(sys);
    yield* sys.setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, TIME_LIMIT);
    return { sleep: () => sys.read(a, 1), end };
  },
  *"accept with SO_RCVTIMEO"(sys) {
    const { listener, knock } = yield* door(sys);
    yield* sys.setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, TIME_LIMIT);
    return { sleep: () => sys.accept(listener), end: knock };
  },
  *"send with SO_SNDTIMEO"(sys) {
    const { a, end } = yield* fullPair(sys);
    yield* sys.setsockopt(a, SOL_SOCKET, SO_SNDTIMEO, TIME_LIMIT);
    return { sleep: () => sys.send(a, bytes("y"), 0), end };
  },
};

for (const [situation, prepare] of Object.entries(restarted)) {
  agree(`${situation}: EINTR after a handler; signal(7)`, interrupting(prepare, 0));
  agree(`${situation}: made again with SA_RESTART; signal(7)`, interrupting(prepare, SA_RESTART));
}
for (const [situation, prepare] of Object.entries(neverRestarted)) {
  agree(`${situation}: EINTR after a handler; signal(7)`, interrupting(prepare, 0));
  agree(`${situation}: EINTR even with SA_RESTART; signal(7)`, interrupting(prepare, SA_RESTART));
}

for (const flags of [0, SA_RESTART]) {
  const how = flags === 0 ? "without" : "with";
  agree(
    `a long write that was interrupted half-way tells how much it wrote, ${how} SA_RESTART; signal(7)`,
    interrupting(function* (sys) {
      const [r, w] = yield* sys.pipe();
      return { sleep: () => sys.write(w, new Uint8Array(100_000)), end: (child) => child.read(r, 1) };
    }, flags),
  );
}

agree("pthread_join is never interrupted; pthread_join(3)", function* (sys) {
  yield* sys.sigaction(SIGUSR1, { *handler() {} });
  const main = yield* sys.gettid();
  const thread = yield* sys.pthread_create(function* sleeper(own: Sys) {
    yield* pause(own);
    yield* own.pthread_kill(main, SIGUSR1);
    yield* pause(own);
    return "joined";
  });
  yield* sys.pthread_join(thread);
});

export const interrupted: Suite = suite;
