import {
  bytes,
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_GETFD,
  F_GETFL,
  F_GETPIPE_SZ,
  F_SETFD,
  F_SETFL,
  F_SETPIPE_SZ,
  FD_CLOEXEC,
  FIONBIO,
  FIONREAD,
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  RLIMIT_NOFILE,
  SEEK_CUR,
  SEEK_END,
  SEEK_SET,
  type Sys,
} from "fd3";
import { attempt, walks } from "../program";

const { suite, agree } = walks();

const files = { "/etc/motd": "hello, world\n" };

agree("the lowest free number; dup(2)", function* (sys) {
  yield* sys.pipe();
  yield* sys.dup(0);
  yield* sys.close(3);
  yield* sys.dup(0);
  yield* sys.dup2(0, 9);
  yield* sys.dup(0);
  yield* sys.dup(9);
});
agree("bad descriptors fail everywhere with EBADF; errno(3)", function* (sys) {
  for (const fd of [7, -1, 5000]) {
    yield* attempt(sys.read(fd, 1));
    yield* attempt(sys.write(fd, bytes("x")));
    yield* attempt(sys.close(fd));
    yield* attempt(sys.dup(fd));
    yield* attempt(sys.dup2(fd, 5));
    yield* attempt(sys.dup3(fd, 5, 0));
    yield* attempt(sys.lseek(fd, 0, SEEK_SET));
    yield* attempt(sys.fcntl(fd, F_GETFD));
    yield* attempt(sys.ioctl(fd, FIONREAD));
    yield* attempt(sys.fstat(fd));
    yield* attempt(sys.ftruncate(fd, 0));
    yield* attempt(sys.pread(fd, 1, 0));
    yield* attempt(sys.readv(fd, [1]));
    yield* attempt(sys.writev(fd, [bytes("x")]));
  }
});
agree("dup2 and dup3 at their borders; dup(2)", function* (sys) {
  yield* attempt(sys.dup2(0, 0));
  yield* attempt(sys.dup3(0, 0, 0));
  yield* attempt(sys.dup2(0, 1023));
  yield* attempt(sys.dup2(0, 1024));
  yield* attempt(sys.dup2(0, -1));
  yield* attempt(sys.dup3(0, 10, O_CLOEXEC));
  yield* attempt(sys.fcntl(10, F_GETFD));
  yield* attempt(sys.dup3(0, 10, O_NONBLOCK));
  yield* attempt(sys.dup2(10, 11));
  yield* attempt(sys.fcntl(11, F_GETFD));
  yield* attempt(sys.dup3(50, 50, 0));
  yield* attempt(sys.dup3(50, 51, 1));
});
agree("fcntl's duplicates and flags; fcntl(2)", function* (sys) {
  const [r, w] = yield* sys.pipe2(O_CLOEXEC);
  yield* sys.fcntl(r, F_GETFD);
  yield* sys.fcntl(r, F_DUPFD, 10);
  yield* sys.fcntl(10, F_GETFD);
  yield* sys.fcntl(r, F_DUPFD_CLOEXEC, 10);
  yield* sys.fcntl(11, F_GETFD);
  yield* attempt(sys.fcntl(r, F_DUPFD, -1));
  yield* attempt(sys.fcntl(r, F_DUPFD, 1024));
  yield* sys.fcntl(r, F_SETFD, 0);
  yield* sys.fcntl(r, F_GETFD);
  yield* sys.fcntl(w, F_GETFL);
  yield* sys.fcntl(w, F_SETFL, O_NONBLOCK | O_RDWR);
  yield* sys.fcntl(w, F_GETFL);
  yield* sys.ioctl(w, FIONBIO, 0);
  yield* sys.fcntl(w, F_GETFL);
  yield* attempt(sys.fcntl(w, 999));
  yield* sys.fcntl(r, F_GETPIPE_SZ);
  yield* sys.fcntl(r, F_SETPIPE_SZ, 5000);
  yield* attempt(sys.fcntl(0, F_SETFD, FD_CLOEXEC));
});
agree(
  "flags of open files in F_GETFL; open(2)",
  function* (sys) {
    for (const flags of [O_RDONLY, O_WRONLY, O_RDWR, O_RDWR | O_APPEND | O_NONBLOCK | O_CLOEXEC, O_RDWR | O_TRUNC]) {
      const fd = yield* sys.open("/etc/motd", flags);
      yield* sys.fcntl(fd, F_GETFL);
      yield* sys.fcntl(fd, F_GETFD);
    }
    const neither = yield* attempt(sys.open("/etc/motd", 3));
    if (typeof neither === "number") {
      yield* sys.fcntl(neither, F_GETFL);
      yield* attempt(sys.read(neither, 1));
      yield* attempt(sys.write(neither, bytes("x")));
    }
    yield* sys.fcntl(yield* sys.open("/tmp", O_RDONLY | O_DIRECTORY), F_GETFL);
    yield* sys.fcntl(yield* sys.open("/tmp/new", O_WRONLY | O_CREAT | O_EXCL, 0o600), F_GETFL);
  },
  { files },
);
agree("EMFILE at the limit; setrlimit(2)", function* (sys) {
  yield* sys.setrlimit(RLIMIT_NOFILE, 5);
  yield* attempt(sys.dup(0));
  yield* attempt(sys.pipe());
  yield* attempt(sys.dup(0));
  yield* attempt(sys.dup(0));
  yield* attempt(sys.open("/dev/null", O_RDWR));
  yield* attempt(sys.open("/nowhere", O_RDWR));
  yield* attempt(sys.pipe());
  yield* attempt(sys.dup2(0, 5));
  yield* attempt(sys.dup2(0, 4));
  yield* attempt(sys.fcntl(0, F_DUPFD, 5));
  yield* attempt(sys.fcntl(0, F_DUPFD, 4));
  yield* sys.setrlimit(RLIMIT_NOFILE, 3);
  yield* attempt(sys.fcntl(4, F_GETFD));
  yield* attempt(sys.dup2(0, 4));
  yield* attempt(
    sys.poll(
      [
        { fd: 0, events: 0 },
        { fd: -1, events: 0 },
        { fd: -1, events: 0 },
        { fd: -1, events: 0 },
      ],
      0,
    ),
  );
});
agree(
  "offsets: shared by dup and fork, not by a second open; open(2)",
  function* (sys) {
    const a = yield* sys.open("/etc/motd", O_RDONLY);
    const b = yield* sys.open("/etc/motd", O_RDONLY);
    const c = yield* sys.dup(a);
    yield* sys.read(a, 3);
    yield* sys.read(b, 1);
    yield* sys.read(c, 2);
    yield* sys.fork(function* child(sys: Sys) {
      yield* sys.read(a, 2);
      yield* sys.close(a);
    });
    yield* sys.waitpid(-1, 0);
    yield* sys.read(a, 100);
    yield* sys.read(a, 100);
    yield* sys.lseek(b, 0, SEEK_CUR);
  },
  { files },
);
agree(
  "lseek, pread, pwrite, holes and O_APPEND; lseek(2), pread(2)",
  function* (sys) {
    const fd = yield* sys.open("/etc/motd", O_RDWR);
    yield* sys.lseek(fd, 3, SEEK_END);
    yield* sys.write(fd, bytes("!"));
    yield* sys.pread(fd, 20, 0);
    yield* sys.lseek(fd, -4, SEEK_CUR);
    yield* attempt(sys.lseek(fd, -100, SEEK_CUR));
    yield* attempt(sys.lseek(fd, 0, 9));
    yield* sys.read(fd, 0);
    yield* attempt(sys.pread(fd, 1, -1));
    yield* attempt(sys.pwrite(fd, bytes("x"), -1));
    const append = yield* sys.open("/etc/motd", O_WRONLY | O_APPEND);
    yield* sys.lseek(append, 0, SEEK_CUR);
    yield* sys.write(append, bytes("end"));
    yield* sys.lseek(append, 0, SEEK_CUR);
    yield* sys.pwrite(append, bytes("pw"), 0);
    yield* attempt(sys.read(append, 1));
    yield* sys.fstat(fd);
    yield* sys.ftruncate(fd, 4);
    yield* sys.fstat(append);
    yield* sys.lseek(fd, 10, SEEK_SET);
    yield* sys.read(fd, 5);
    const readOnly = yield* sys.open("/etc/motd", O_RDONLY);
    yield* attempt(sys.write(readOnly, bytes("x")));
    yield* attempt(sys.ftruncate(readOnly, 0));
    yield* attempt(sys.ftruncate(fd, -1));
  },
  { files },
);
agree(
  "paths and their errors; path_resolution(7), open(2), mkdir(2), rmdir(2), unlink(2)",
  function* (sys) {
    yield* attempt(sys.open("", O_RDONLY));
    yield* attempt(sys.open("/etc/none", O_RDONLY));
    yield* attempt(sys.open("/etc/motd/x", O_RDONLY));
    yield* attempt(sys.open("/etc/motd/", O_RDONLY));
    yield* attempt(sys.open("/none/x", O_RDWR | O_CREAT, 0o644));
    yield* attempt(sys.open("/etc", O_RDWR));
    yield* attempt(sys.open("/etc", O_RDWR | O_CREAT, 0o644));
    yield* attempt(sys.open("/tmp/n/", O_RDWR | O_CREAT, 0o644));
    yield* attempt(sys.open("/etc/motd", O_RDWR | O_CREAT | O_EXCL, 0o644));
    yield* attempt(sys.open("/etc/motd", O_RDONLY | O_DIRECTORY));
    yield* attempt(sys.open(`/tmp/${"x".repeat(256)}`, O_RDWR | O_CREAT, 0o644));
    const directory = yield* sys.open("/etc", O_RDONLY);
    yield* attempt(sys.read(directory, 10));
    yield* attempt(sys.write(directory, bytes("x")));
    yield* attempt(sys.lseek(directory, 0, SEEK_SET));
    yield* attempt(sys.mkdir("/tmp/d", 0o755));
    yield* attempt(sys.mkdir("/tmp/d", 0o755));
    yield* attempt(sys.mkdir("/none/d", 0o755));
    yield* attempt(sys.rmdir("/etc/motd"));
    yield* attempt(sys.rmdir("/etc"));
    yield* attempt(sys.rmdir("/tmp/d/"));
    yield* attempt(sys.rmdir("/tmp/d"));
    yield* attempt(sys.rmdir("/tmp/."));
    yield* attempt(sys.unlink("/etc"));
    yield* attempt(sys.unlink("/tmp/none"));
    yield* attempt(sys.stat("/etc/motd"));
    yield* attempt(sys.stat("etc/../etc/./motd"));
    yield* attempt(sys.stat("/etc/motd/.."));
    yield* attempt(sys.stat("/tmp"));
  },
  { files },
);
agree("a file without a name lives while it is open; unlink(2)", function* (sys) {
  const fd = yield* sys.open("/tmp/f", O_RDWR | O_CREAT, 0o644);
  yield* sys.write(fd, bytes("still here"));
  yield* sys.unlink("/tmp/f");
  yield* attempt(sys.open("/tmp/f", O_RDONLY));
  yield* sys.fstat(fd);
  yield* sys.pread(fd, 20, 0);
});
agree("/dev/null and /dev/zero; null(4)", function* (sys) {
  const nothing = yield* sys.open("/dev/null", O_RDWR);
  yield* sys.write(nothing, bytes("away"));
  yield* sys.read(nothing, 10);
  yield* attempt(sys.lseek(nothing, 5, SEEK_SET));
  yield* attempt(sys.pread(nothing, 5, 5));
  yield* attempt(sys.ioctl(nothing, FIONREAD));
  yield* attempt(sys.ftruncate(nothing, 0));
  const zero = yield* sys.open("/dev/zero", O_RDWR);
  yield* sys.read(zero, 3);
  yield* sys.readv(zero, [2, 3]);
  yield* sys.write(zero, bytes("away"));
  yield* attempt(sys.lseek(zero, 5, SEEK_SET));
  yield* sys.fcntl(zero, F_GETFL);
});
agree(
  "several buffers in one call; readv(2)",
  function* (sys) {
    const fd = yield* sys.open("/etc/motd", O_RDWR);
    yield* sys.readv(fd, [3, 0, 4]);
    yield* sys.readv(fd, [3, 100, 5]);
    yield* sys.readv(fd, [5]);
    yield* sys.writev(fd, [bytes("a"), bytes(""), bytes("bc")]);
    yield* sys.readv(fd, []);
    yield* sys.writev(fd, []);
  },
  { files },
);
agree("close-on-exec; execve(2)", function* before(sys) {
  yield* sys.open("/dev/null", O_RDWR | O_CLOEXEC);
  yield* sys.open("/dev/null", O_RDWR);
  yield* sys.pipe2(O_CLOEXEC);
  yield* sys.execve(function* after(sys: Sys) {
    for (let fd = 0; fd < 8; fd++) yield* attempt(sys.fcntl(fd, F_GETFD));
    yield* sys.dup(0);
  });
});
agree(
  "FIONREAD on a file and a pipe; ioctl_tty(2)",
  function* (sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.write(w, bytes("12345"));
    yield* sys.ioctl(r, FIONREAD);
    yield* sys.ioctl(w, FIONREAD);
    const fd = yield* sys.open("/etc/motd", O_RDONLY);
    yield* sys.read(fd, 5);
    yield* attempt(sys.ioctl(fd, FIONREAD));
    yield* attempt(sys.ioctl(fd, 0x9999));
    yield* attempt(sys.lseek(r, 0, SEEK_CUR));
    yield* attempt(sys.pread(r, 1, 0));
  },
  { files },
);

export const descriptorWalks = suite;
