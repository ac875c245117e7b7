/**
 * Programs that walk through many calls and errors, to be run on several kernels and compared. They wait for nothing that
 * only time would bring, so their traces are the same on every run.
 */
import * as s from "../../lib/sys";

const { bytes, AF_INET, AF_UNIX, SOCK_STREAM, SOCK_DGRAM } = s;
/** Port 0: the system chooses. */
const ANY = { address: "127.0.0.1", port: 0 };
/** Makes a call that may fail; the trace tells how. */
function* tried(call: s.Program): s.Program {
  try {
    return yield* call;
  } catch (error) {
    if (s.isSystemError(error)) return error.code;
    throw error;
  }
}

/** A handler that does nothing but interrupt. */
function* handler(): s.Program<void> {
  yield* s.sys.getpid();
}

export const scenarios: Record<string, s.ProgramFunction> = {
  *tcp(sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.setsockopt(fd, s.SOL_SOCKET, s.SO_REUSEADDR, 1);
    yield* sys.bind(fd, ANY);
    yield* sys.listen(fd, 5);
    const at = yield* sys.getsockname(fd);
    yield* sys.fork(function* (sys) {
      const conn = yield* sys.accept(fd);
      for (;;) {
        const d = yield* sys.read(conn, 100);
        if (!d.length) break;
        yield* sys.write(conn, d);
      }
      yield* sys.shutdown(conn, s.SHUT_WR);
      yield* sys.close(conn);
      yield* sys.exit(2);
    });
    const c = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.connect(c, at);
    yield* sys.getpeername(c);
    yield* tried(sys.connect(c, at));
    yield* sys.write(c, bytes("hello"));
    yield* sys.shutdown(c, s.SHUT_WR);
    yield* sys.recv(c, 10, s.MSG_WAITALL);
    yield* sys.read(c, 10);
    yield* tried(sys.send(c, bytes("x"), s.MSG_NOSIGNAL));
    yield* sys.poll([{ fd: c, events: s.POLLIN | s.POLLOUT | s.POLLRDHUP }], 0);
    yield* sys.waitpid(-1, 0);
    yield* sys.getsockopt(c, s.SOL_SOCKET, s.SO_ERROR);
    yield* sys.getsockopt(c, s.SOL_SOCKET, s.SO_TYPE);
    yield* sys.getsockopt(fd, s.SOL_SOCKET, s.SO_ACCEPTCONN);
  },
  *states(sys) {
    const a = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* tried(sys.read(a, 1));
    yield* tried(sys.send(a, bytes("x"), s.MSG_NOSIGNAL));
    yield* tried(sys.accept(a));
    yield* tried(sys.getpeername(a));
    yield* sys.getsockname(a);
    yield* tried(sys.shutdown(a, 1));
    yield* sys.poll([{ fd: a, events: s.POLLIN | s.POLLOUT }], 0);
    yield* tried(sys.connect(a, { address: "127.0.0.1", port: 1 }));
    yield* sys.poll([{ fd: a, events: s.POLLIN | s.POLLOUT }], 0);
    yield* tried(sys.listen(a, 1));
    yield* tried(sys.connect(a, ANY));
    yield* tried(sys.bind(a, ANY));
    yield* tried(sys.lseek(a, 0, 0));
    yield* tried(sys.pread(a, 1, 0));
    yield* tried(sys.ftruncate(a, 1));
    yield* tried(sys.getsockname(1));
    yield* tried(sys.socket(99, 1));
    yield* tried(sys.socket(AF_INET, 99));
    yield* tried(sys.socket(AF_INET, SOCK_STREAM, 17));
    yield* tried(sys.bind(a, { address: "8.8.8.8", port: 1 }));
    yield* tried(sys.bind(a, { path: "/x" }));
    const u = yield* sys.socket(AF_INET, SOCK_STREAM | s.SOCK_NONBLOCK);
    yield* tried(sys.connect(u, { address: "127.0.0.1", port: 1 }));
    yield* sys.poll([{ fd: u, events: s.POLLOUT }], -1);
    yield* sys.getsockopt(u, s.SOL_SOCKET, s.SO_ERROR);
    yield* sys.poll([{ fd: u, events: s.POLLOUT }], 0);
  },
  *udp(sys) {
    const a = yield* sys.socket(AF_INET, SOCK_DGRAM);
    yield* sys.bind(a, ANY);
    const b = yield* sys.socket(AF_INET, SOCK_DGRAM);
    const at = yield* sys.getsockname(a);
    yield* tried(sys.send(b, bytes("x"), 0));
    yield* tried(sys.listen(b, 1));
    yield* sys.sendto(b, bytes("abc"), 0, at);
    yield* sys.sendto(b, bytes(""), 0, at);
    yield* sys.recvfrom(a, 2, 0);
    yield* sys.recvfrom(a, 10, 0);
    yield* tried(sys.recv(a, 10, s.MSG_DONTWAIT));
    yield* sys.connect(b, at);
    yield* sys.getpeername(b);
    yield* sys.write(b, bytes("yo"));
    yield* sys.recv(a, 5, s.MSG_PEEK);
    yield* sys.ioctl(a, s.FIONREAD);
    yield* sys.recvmsg(a, [1], 0);
    yield* sys.poll([{ fd: b, events: s.POLLIN | s.POLLOUT }], 0);
    yield* tried(sys.write(b, new Uint8Array(70000)));
    yield* sys.close(a);
    yield* sys.write(b, bytes("z"));
    yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 5e6 });
    yield* tried(sys.write(b, bytes("z")));
  },
  *socketpairs(sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
    yield* sys.getsockname(a);
    yield* sys.getpeername(a);
    yield* sys.write(a, bytes("abc"));
    yield* sys.ioctl(b, s.FIONREAD);
    yield* sys.recv(b, 1, s.MSG_PEEK);
    yield* sys.readv(b, [1, 1]);
    yield* sys.poll(
      [
        { fd: b, events: s.POLLIN | s.POLLOUT },
        { fd: a, events: s.POLLIN },
        { fd: 99, events: 1 },
        { fd: -1, events: 1 },
      ],
      0,
    );
    yield* sys.shutdown(a, s.SHUT_RD);
    yield* tried(sys.send(b, bytes("q"), s.MSG_NOSIGNAL));
    yield* sys.read(a, 1);
    yield* sys.poll(
      [
        { fd: b, events: s.POLLIN | s.POLLOUT | s.POLLRDHUP },
        { fd: a, events: s.POLLIN | s.POLLOUT | s.POLLRDHUP },
      ],
      0,
    );
    yield* sys.close(b);
    yield* tried(sys.read(a, 1));
    yield* tried(sys.read(a, 1));
    yield* sys.poll([{ fd: a, events: s.POLLIN | s.POLLOUT | s.POLLRDHUP }], 0);
    yield* tried(sys.lseek(a, 0, 0));
    yield* tried(sys.connect(a, { path: "/x" }));
    yield* tried(sys.sendto(a, bytes("x"), s.MSG_NOSIGNAL, { path: "/x" }));
    const [c, d] = yield* sys.socketpair(AF_UNIX, SOCK_DGRAM);
    yield* sys.write(c, bytes("12345"));
    yield* sys.recvmsg(d, [2], 0);
    yield* sys.close(d);
    yield* tried(sys.write(c, bytes("x")));
    yield* sys.poll([{ fd: c, events: s.POLLIN | s.POLLOUT | s.POLLRDHUP }], 0);
    const [e, f] = yield* sys.socketpair(AF_UNIX, s.SOCK_SEQPACKET | s.SOCK_NONBLOCK);
    yield* sys.write(e, bytes("12345"));
    yield* sys.read(f, 2);
    yield* tried(sys.read(f, 2));
    yield* sys.close(e);
    yield* sys.read(f, 1);
    yield* tried(sys.socketpair(AF_INET, SOCK_STREAM));
    yield* tried(sys.accept(f));
    yield* tried(sys.listen(f, 1));
  },
  *files(sys) {
    const fd = yield* sys.open("/d/f", s.O_RDWR);
    yield* sys.writev(fd, [bytes("a"), bytes("bc")]);
    yield* sys.fcntl(fd, s.F_GETFL);
    yield* sys.fcntl(fd, s.F_SETFL, s.O_APPEND | s.O_NONBLOCK);
    yield* sys.fcntl(fd, s.F_GETFL);
    yield* sys.write(fd, bytes("!"));
    yield* sys.lseek(fd, 0, s.SEEK_CUR);
    yield* sys.pwrite(fd, bytes("#"), 0);
    yield* sys.lseek(fd, 100, s.SEEK_SET);
    yield* sys.read(fd, 1);
    yield* tried(sys.lseek(fd, -1, 0));
    yield* tried(sys.lseek(fd, 0, 9));
    yield* tried(sys.pread(fd, 1, -1));
    yield* sys.ftruncate(fd, 2);
    yield* sys.fstat(fd);
    yield* sys.unlink("/d/f");
    yield* sys.fstat(fd);
    yield* tried(sys.stat("/d/f"));
    const dir = yield* sys.open("/d", s.O_RDONLY | s.O_DIRECTORY);
    yield* tried(sys.read(dir, 1));
    yield* sys.close(dir);
    yield* tried(sys.open("/d", s.O_RDWR));
    yield* tried(sys.open("/q", s.O_RDONLY | s.O_DIRECTORY));
    yield* sys.mkdir("/e");
    yield* tried(sys.mkdir("/e"));
    yield* sys.rmdir("/e");
    yield* tried(sys.rmdir("/e"));
    yield* tried(sys.unlink("/d"));
    yield* sys.poll([{ fd, events: 0x1f }], 0);
    yield* tried(sys.ioctl(fd, s.FIONREAD));
    yield* sys.fcntl(fd, s.F_DUPFD, 30);
    yield* tried(sys.dup2(3, 5000));
    yield* tried(sys.dup3(3, 3, 0));
    yield* tried(sys.fcntl(3, 9999));
    yield* tried(sys.fcntl(3, s.F_GETPIPE_SZ));
    const n = yield* sys.open("/dev/null", s.O_RDWR);
    yield* sys.write(n, bytes("x"));
    yield* sys.read(n, 1);
    const r = yield* sys.open("/new", s.O_WRONLY | s.O_CREAT | s.O_EXCL, 0o640);
    yield* tried(sys.read(r, 1));
    yield* sys.fstat(r);
    yield* tried(sys.ftruncate(dir, 1));
    yield* tried(sys.ftruncate(r, -1));
  },
  *processes(sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.sigaction(s.SIGCHLD, { handler, flags: s.SA_RESTART });
    const pid = yield* sys.fork(function* (sys) {
      yield* sys.getppid();
      yield* sys.nanosleep(s.milliseconds(10));
      yield* sys.exit(300);
    });
    yield* tried(sys.nanosleep(s.milliseconds(500)));
    yield* sys.waitpid(pid, 0);
    yield* tried(sys.waitpid(pid, 0));
    yield* tried(sys.kill(pid, 0));
    yield* tried(sys.kill(1 << 30, 0));
    yield* tried(sys.kill(pid, 99));
    yield* sys.alarm(5);
    yield* sys.alarm(0);
    yield* sys.sigprocmask(s.SIG_BLOCK, [s.SIGUSR1, s.SIGKILL]);
    yield* sys.sigprocmask(s.SIG_SETMASK, []);
    yield* tried(sys.sigaction(s.SIGKILL, { handler: 1 }));
    yield* tried(sys.sigaction(99, null));
    yield* tried(sys.pthread_join(12345));
    yield* tried(sys.nanosleep({ tv_sec: -1, tv_nsec: 0 }));
    yield* tried(sys.clock_gettime(99));
    yield* tried(sys.write(w, new Uint8Array(0)));
    yield* tried(sys.read(r, 0));
    yield* tried(sys.read(w, 1));
    const t = yield* sys.pthread_create(function* (sys) {
      yield* sys.gettid();
      return yield* sys.read(r, 5);
    });
    yield* sys.write(w, bytes("x"));
    yield* sys.pthread_join(t);
    yield* tried(sys.pthread_join(t));
    yield* sys.sigaction(s.SIGPIPE, { handler });
    yield* sys.close(r);
    yield* tried(sys.write(w, bytes("x")));
    yield* sys.poll([{ fd: w, events: s.POLLOUT }], 0);
    yield* sys.fork(function* (sys) {
      yield* sys.kill(yield* sys.getpid(), s.SIGTERM);
      yield* sys.exit(0);
    });
    yield* sys.waitpid(-1, 0);
  },
};
