import {
  AF_UNIX,
  bytes,
  F_GETFD,
  F_GETFL,
  F_GETPIPE_SZ,
  F_SETFL,
  F_SETPIPE_SZ,
  FIONREAD,
  MSG_DONTWAIT,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  O_CREAT,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLPRI,
  POLLRDHUP,
  POLLRDNORM,
  POLLWRNORM,
  SA_NOCLDWAIT,
  SHUT_RD,
  SHUT_WR,
  SIG_BLOCK,
  SIG_DFL,
  SIG_IGN,
  SIG_SETMASK,
  SIGCHLD,
  SIGPIPE,
  SIGTERM,
  SIGUSR1,
  SIOCOUTQ,
  SO_ACCEPTCONN,
  SO_DOMAIN,
  SO_ERROR,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SO_SNDBUF,
  SO_TYPE,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  type Sys,
  WNOHANG,
} from "../../lib/sys";
import { agree, conformance } from "./agree";
import { attempt, LONG_ENOUGH } from "./attempt";

const all = POLLIN | POLLPRI | POLLOUT | POLLERR | POLLHUP | POLLRDHUP | POLLRDNORM | POLLWRNORM;

conformance("readiness in detail: model and Linux agree", () => {
  agree("every bit of poll through the life of a pipe; poll(2)", function* (sys) {
    const [r, w] = yield* sys.pipe2(O_NONBLOCK);
    const look = () =>
      sys.poll(
        [
          { fd: r, events: all },
          { fd: w, events: all },
        ],
        0,
      );
    yield* look();
    yield* sys.write(w, bytes("x"));
    yield* look();
    yield* sys.write(w, new Uint8Array(70_000));
    yield* look();
    yield* sys.read(r, 4095);
    yield* look();
    yield* sys.read(r, 5000);
    yield* look();
    yield* sys.close(w);
    yield* sys.poll(
      [
        { fd: r, events: 0 },
        { fd: w, events: all },
      ],
      0,
    );
    yield* sys.read(r, 100_000);
    yield* sys.poll([{ fd: r, events: all }], 0);
  });
  agree("every bit of poll on all kinds of socketpairs; poll(2), unix(7)", function* (sys) {
    for (const type of [SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET]) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, type);
      const look = () =>
        sys.poll(
          [
            { fd: a, events: all },
            { fd: b, events: all },
          ],
          0,
        );
      yield* look();
      yield* sys.write(a, bytes("data"));
      yield* look();
      yield* attempt(sys.shutdown(a, SHUT_WR));
      yield* look();
      yield* sys.read(b, 100);
      yield* look();
      yield* attempt(sys.shutdown(b, SHUT_RD));
      yield* look();
      yield* attempt(sys.shutdown(b, SHUT_WR));
      yield* look();
      yield* sys.close(b);
      yield* sys.poll([{ fd: a, events: all }], 0);
      yield* attempt(sys.recv(a, 10, MSG_DONTWAIT));
    }
  });
  agree("a listening socket and one that isn't connected; poll(2)", function* (sys) {
    const fresh = yield* sys.socket(AF_UNIX, SOCK_STREAM);
    const datagram = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
    yield* sys.poll(
      [
        { fd: fresh, events: all },
        { fd: datagram, events: all },
      ],
      0,
    );
    yield* attempt(sys.read(fresh, 1));
    yield* attempt(sys.write(fresh, bytes("x")));
    yield* attempt(sys.getpeername(fresh));
    yield* attempt(sys.getsockname(fresh));
    yield* attempt(sys.shutdown(fresh, SHUT_RD));
  });
  agree("select with descriptors in several sets; select(2)", function* (sys) {
    const [a] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
    yield* sys.select(a + 1, new Set([a]), new Set([a]), new Set([a]), { tv_sec: 0, tv_usec: 0 });
    yield* attempt(sys.select(a + 1, new Set([a, 20]), null, null, { tv_sec: 0, tv_usec: 0 }));
    yield* attempt(sys.select(30, new Set([a, 20]), null, null, { tv_sec: 0, tv_usec: 0 }));
    yield* attempt(sys.select(-1, null, null, null, { tv_sec: 0, tv_usec: 0 }));
    yield* attempt(sys.select(0, null, null, null, { tv_sec: -1, tv_usec: 0 }));
    yield* attempt(sys.select(0, null, null, null, { tv_sec: 0, tv_usec: 1_000_000 }));
    yield* attempt(sys.select(5000, new Set([a]), null, null, { tv_sec: 0, tv_usec: 0 }));
  });
  agree("ppoll: a blocked signal that is pending, and descriptors that are ready; ppoll(2)", function* (sys) {
    yield* sys.sigaction(SIGUSR1, {
      *handler() {
        yield* sys.write(1, bytes("handler\n"));
      },
    });
    yield* sys.sigprocmask(SIG_BLOCK, [SIGUSR1]);
    yield* sys.kill(yield* sys.getpid(), SIGUSR1);
    const [r, w] = yield* sys.pipe();
    yield* sys.write(w, bytes("x"));
    yield* attempt(sys.ppoll([{ fd: r, events: POLLIN }], null, []));
    yield* sys.write(1, bytes("after the ready one\n"));
    yield* attempt(sys.ppoll([], { tv_sec: 0, tv_nsec: 0 }, []));
    yield* sys.write(1, bytes("after the one without time\n"));
    yield* attempt(sys.ppoll([], null, []));
    yield* attempt(sys.ppoll([], { tv_sec: 0, tv_nsec: -1 }, null));
    yield* sys.sigprocmask(SIG_BLOCK, null);
  });
});

conformance("pipes and socketpairs in detail: model and Linux agree", () => {
  agree("sizes of a pipe and what it holds; fcntl(2), pipe(7)", function* (sys) {
    const [r, w] = yield* sys.pipe2(O_NONBLOCK);
    for (const size of [1, 4096, 4097, 65_536, 100_000]) {
      yield* attempt(sys.fcntl(w, F_SETPIPE_SZ, size));
      yield* sys.fcntl(r, F_GETPIPE_SZ);
    }
    yield* sys.fcntl(w, F_SETPIPE_SZ, 8192);
    yield* attempt(sys.write(w, new Uint8Array(4000)));
    yield* attempt(sys.write(w, new Uint8Array(200)));
    yield* attempt(sys.write(w, new Uint8Array(4000)));
    yield* attempt(sys.write(w, new Uint8Array(3896)));
    yield* attempt(sys.write(w, new Uint8Array(1)));
    yield* attempt(sys.fcntl(w, F_SETPIPE_SZ, 4096));
    yield* sys.ioctl(r, FIONREAD);
    yield* sys.read(r, 4000);
    yield* attempt(sys.write(w, new Uint8Array(5000)));
    yield* sys.ioctl(r, FIONREAD);
  });
  agree("what a socketpair refuses, and flags it is born with; socketpair(2)", function* (sys) {
    yield* attempt(sys.socketpair(AF_UNIX, 9));
    yield* attempt(sys.socketpair(AF_UNIX, SOCK_STREAM, 5));
    yield* attempt(sys.socketpair(AF_UNIX, SOCK_STREAM, 1));
    yield* attempt(sys.socketpair(77, SOCK_STREAM));
    const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK);
    yield* sys.fcntl(a, F_GETFD);
    yield* sys.fcntl(b, F_GETFL);
    yield* attempt(sys.read(a, 1));
    yield* attempt(sys.lseek(a, 0, 0));
    yield* attempt(sys.pread(a, 1, 0));
    yield* attempt(sys.ftruncate(a, 0));
    yield* sys.fstat(a);
    for (const option of [SO_TYPE, SO_DOMAIN, SO_PROTOCOL, SO_ERROR, SO_ACCEPTCONN, SO_RCVTIMEO]) {
      yield* sys.getsockopt(a, SOL_SOCKET, option);
    }
    yield* attempt(sys.getsockopt(a, SOL_SOCKET, 9999));
    yield* attempt(sys.getsockopt(0, SOL_SOCKET, SO_TYPE));
    yield* attempt(sys.listen(a, 1));
    yield* attempt(sys.accept(a));
    yield* attempt(sys.connect(a, { path: "/tmp/none" }));
    yield* sys.getsockname(a);
    yield* sys.getpeername(a);
  });
  agree("buffer sizes are doubled, and have bounds; socket(7)", function* (sys) {
    const [a] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
    yield* sys.setsockopt(a, SOL_SOCKET, SO_SNDBUF, 10_000);
    yield* sys.getsockopt(a, SOL_SOCKET, SO_SNDBUF);
    yield* sys.setsockopt(a, SOL_SOCKET, SO_RCVBUF, 10_000);
    yield* sys.getsockopt(a, SOL_SOCKET, SO_RCVBUF);
    yield* sys.setsockopt(a, SOL_SOCKET, SO_SNDBUF, 1);
    yield* sys.getsockopt(a, SOL_SOCKET, SO_SNDBUF);
    yield* sys.setsockopt(a, SOL_SOCKET, SO_RCVBUF, 1);
    yield* sys.getsockopt(a, SOL_SOCKET, SO_RCVBUF);
  });
  agree("messages: parts, peeking, cutting; recvmsg(2)", function* (sys) {
    for (const type of [SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET]) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, type);
      yield* sys.sendmsg(a, { iov: [bytes("ab"), bytes(""), bytes("cde")] }, 0);
      yield* sys.send(a, bytes("second"), 0);
      yield* sys.ioctl(b, FIONREAD);
      yield* attempt(sys.ioctl(a, SIOCOUTQ));
      yield* sys.recvmsg(b, [2, 1], MSG_PEEK);
      yield* sys.recvmsg(b, [1, 2], 0);
      yield* sys.recvfrom(b, 3, MSG_TRUNC);
      yield* attempt(sys.recv(b, 100, MSG_DONTWAIT));
      yield* attempt(sys.recv(b, 100, MSG_DONTWAIT));
      yield* sys.send(a, bytes("12345"), 0);
      yield* sys.recv(b, 0, 0);
      yield* attempt(sys.recv(b, 5, MSG_WAITALL));
      yield* attempt(sys.recv(b, 5, MSG_DONTWAIT));
      yield* sys.close(a);
      yield* attempt(sys.recv(b, 5, MSG_DONTWAIT));
      yield* attempt(sys.send(b, bytes("x"), 0x4000));
    }
  });
  agree("SO_RCVTIMEO ends a recv with EAGAIN; socket(7)", function* (sys) {
    const [a] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
    yield* sys.setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, { tv_sec: 0, tv_usec: 20_000 });
    yield* attempt(sys.recv(a, 1, 0));
    yield* attempt(sys.read(a, 1));
  });
  agree("socket calls on what is no socket; ENOTSOCK", function* (sys) {
    const [r] = yield* sys.pipe();
    yield* attempt(sys.send(r, bytes("x"), 0));
    yield* attempt(sys.recv(r, 1, 0));
    yield* attempt(sys.bind(r, { path: "/tmp/x" }));
    yield* attempt(sys.listen(r, 1));
    yield* attempt(sys.accept(r));
    yield* attempt(sys.connect(r, { path: "/tmp/x" }));
    yield* attempt(sys.shutdown(r, 0));
    yield* attempt(sys.getsockname(r));
    yield* attempt(sys.getpeername(r));
    yield* attempt(sys.setsockopt(r, SOL_SOCKET, SO_SNDBUF, 1));
    yield* attempt(sys.recvmsg(r, [1], 0));
    yield* attempt(sys.sendmsg(r, { iov: [bytes("x")] }, 0));
    yield* attempt(sys.send(77, bytes("x"), 0));
  });
});

conformance("processes and signals in detail: model and Linux agree", () => {
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
});
