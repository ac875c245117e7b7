/** Limits, and arguments out of range: RLIMIT_NOFILE, sizes, flags that don't exist. getrlimit(2), and each call's page. */
import {
  AF_UNIX,
  bytes,
  CLOCK_MONOTONIC,
  CLOCK_REALTIME,
  EPOLL_CTL_ADD,
  EPOLLIN,
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_SETPIPE_SZ,
  FIONREAD,
  O_APPEND,
  O_CREAT,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  type Program,
  RLIMIT_NOFILE,
  SA_RESTART,
  SEEK_CUR,
  SEEK_END,
  SEEK_SET,
  SIG_IGN,
  SIGPIPE,
  SOCK_DGRAM,
  SOCK_STREAM,
  type Sys,
} from "fd3";
import { attempt, pause, type Suite, walks } from "./program";

const { suite, agree } = walks();

const makers: Record<string, (sys: Sys) => Program> = {
  open: (sys: Sys) => sys.open("/dev/null", O_RDONLY),
  dup: (sys: Sys) => sys.dup(0),
  pipe: (sys: Sys) => sys.pipe(),
  pipe2: (sys: Sys) => sys.pipe2(O_NONBLOCK),
  socket: (sys: Sys) => sys.socket(AF_UNIX, SOCK_STREAM),
  socketpair: (sys: Sys) => sys.socketpair(AF_UNIX, SOCK_STREAM),
  epoll_create1: (sys: Sys) => sys.epoll_create1(0),
  fcntl: (sys: Sys) => sys.fcntl(0, F_DUPFD, 0),
};

for (const [call, make] of Object.entries(makers)) {
  agree(`${call} at the limit of descriptors, and with one to spare; ${call}(2)`, function* (sys) {
    yield* sys.setrlimit(RLIMIT_NOFILE, 4);
    yield* attempt(make(sys));
    yield* attempt(make(sys));
    yield* attempt(make(sys));
    yield* attempt(sys.close(3));
    yield* attempt(sys.dup(1));
  });
}

agree("accept4 at the limit takes nothing out of the queue; accept4(2)", function* (sys) {
  const listener = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.bind(listener, { path: "\0full" });
  yield* sys.listen(listener, 4);
  const client = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.connect(client, { path: "\0full" });
  yield* sys.setrlimit(RLIMIT_NOFILE, 5);
  yield* attempt(sys.accept4(listener, 0));
  yield* attempt(sys.accept4(1, 0));
  yield* attempt(sys.accept4(77, 0));
  yield* sys.setrlimit(RLIMIT_NOFILE, 6);
  yield* attempt(sys.accept4(listener, 0));
});
agree("setrlimit: below what is open nothing is closed; getrlimit(2)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  yield* sys.setrlimit(RLIMIT_NOFILE, 2);
  yield* sys.write(w, bytes("x"));
  yield* sys.read(r, 1);
  yield* attempt(sys.dup(r));
  yield* sys.close(r);
  yield* attempt(sys.dup(w));
  yield* sys.close(0);
  yield* attempt(sys.dup(w));
});
agree("setrlimit of a resource that doesn't exist; getrlimit(2)", function* (sys) {
  yield* attempt(sys.setrlimit(99, 5));
  yield* attempt(sys.setrlimit(-1, 5));
});
agree("F_DUPFD from a number on: the lowest free one from there; fcntl(2)", function* (sys) {
  yield* sys.fcntl(0, F_DUPFD, 10);
  yield* sys.fcntl(0, F_DUPFD, 10);
  yield* sys.fcntl(0, F_DUPFD_CLOEXEC, 5);
  yield* sys.fcntl(0, F_DUPFD, 0);
  yield* attempt(sys.fcntl(0, F_DUPFD, 1 << 20));
});
agree("F_SETPIPE_SZ: smaller than what is in it is EBUSY; fcntl(2)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  yield* sys.write(w, new Uint8Array(20_000));
  yield* attempt(sys.fcntl(w, F_SETPIPE_SZ, 4096));
  yield* sys.read(r, 20_000);
  yield* attempt(sys.fcntl(w, F_SETPIPE_SZ, 4096));
  yield* attempt(sys.fcntl(w, F_SETPIPE_SZ, -1));
});
agree("ioctl: a request that nobody knows; ioctl(2)", function* (sys) {
  const [a] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
  const [r] = yield* sys.pipe();
  const epfd = yield* sys.epoll_create1(0);
  for (const fd of [a, r, epfd]) yield* attempt(sys.ioctl(fd, 0xabcd));
  yield* attempt(sys.ioctl(epfd, FIONREAD));
  yield* attempt(sys.ioctl(77, FIONREAD));
});
agree("lseek: places beyond the end, before the start, and no such whence; lseek(2)", function* (sys) {
  const fd = yield* sys.open("/tmp/f", O_RDWR | O_CREAT, 0o644);
  yield* sys.write(fd, bytes("0123456789"));
  yield* attempt(sys.lseek(fd, -11, SEEK_END));
  yield* attempt(sys.lseek(fd, -10, SEEK_END));
  yield* attempt(sys.lseek(fd, -1, SEEK_CUR));
  yield* attempt(sys.lseek(fd, 1 << 30, SEEK_SET));
  yield* attempt(sys.read(fd, 1));
  yield* attempt(sys.lseek(fd, 0, 5));
  yield* attempt(sys.lseek(fd, 0, -1));
  yield* attempt(sys.lseek(77, 0, SEEK_SET));
});
agree("ftruncate: what it refuses; ftruncate(2)", function* (sys) {
  const fd = yield* sys.open("/tmp/f", O_RDWR | O_CREAT, 0o644);
  const reading = yield* sys.open("/tmp/f", O_RDONLY);
  const folder = yield* sys.open("/tmp", O_RDONLY);
  const [r] = yield* sys.pipe();
  const [a] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
  yield* attempt(sys.ftruncate(fd, -1));
  for (const wrong of [reading, folder, r, a, 77]) yield* attempt(sys.ftruncate(wrong, 0));
});
agree("pread and pwrite: no place before the start, none in a pipe, and the access mode; pread(2)", function* (sys) {
  const reading = yield* sys.open("/dev/zero", O_RDONLY);
  const file = yield* sys.open("/tmp/f", O_WRONLY | O_CREAT, 0o644);
  const [r, w] = yield* sys.pipe();
  yield* attempt(sys.pread(reading, 1, -1));
  yield* attempt(sys.pwrite(file, bytes("x"), -5));
  yield* attempt(sys.pread(r, 1, 0));
  yield* attempt(sys.pwrite(w, bytes("x"), 0));
  yield* attempt(sys.pread(file, 1, 0));
  yield* attempt(sys.pwrite(reading, bytes("x"), 0));
  yield* attempt(sys.pread(77, 1, 0));
  yield* attempt(sys.pwrite(77, bytes("x"), 0));
});
agree("pread, readv on a directory; read(2)", function* (sys) {
  const folder = yield* sys.open("/tmp", O_RDONLY);
  yield* attempt(sys.read(folder, 1));
  yield* attempt(sys.readv(folder, [1, 1]));
  yield* attempt(sys.pread(folder, 1, 0));
});
agree("readv and writev with more than 1,024 parts; readv(2)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  yield* attempt(sys.writev(w, new Array(1024).fill(bytes("x"))));
  yield* attempt(sys.writev(w, new Array(1025).fill(bytes("x"))));
  yield* attempt(sys.readv(r, new Array(1025).fill(1)));
  yield* attempt(sys.readv(r, new Array(3).fill(1)));
});
agree("sendmsg and recvmsg with more than 1,024 parts; sendmsg(2)", function* (sys) {
  const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_DGRAM);
  yield* attempt(sys.sendmsg(a, { iov: new Array(1025).fill(bytes("x")) }, 0));
  yield* attempt(sys.sendmsg(a, { iov: new Array(1024).fill(bytes("x")) }, 0));
  yield* attempt(sys.recvmsg(b, new Array(1025).fill(1), 0));
  // What the descriptor is comes first.
  for (const fd of [...(yield* sys.pipe()), 99]) {
    yield* attempt(sys.sendmsg(fd, { iov: new Array(1025).fill(bytes("x")) }, 0));
    yield* attempt(sys.recvmsg(fd, new Array(1025).fill(1), 0));
    yield* attempt(sys.readv(fd, new Array(1025).fill(1)));
    yield* attempt(sys.writev(fd, new Array(1025).fill(bytes("x"))));
  }
  yield* attempt(sys.recvmsg(b, new Array(1024).fill(1), 0));
});
agree("readv and writev: nonblocking, on a pipe that is empty, full, and without a reader; readv(2)", function* (sys) {
  yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
  const [r, w] = yield* sys.pipe2(O_NONBLOCK);
  yield* attempt(sys.readv(r, [1, 2]));
  yield* attempt(sys.writev(w, [new Uint8Array(40_000), new Uint8Array(40_000)]));
  yield* attempt(sys.writev(w, [bytes("x")]));
  yield* sys.close(r);
  yield* attempt(sys.writev(w, [bytes("x")]));
  yield* attempt(sys.readv(w, [1]));
});
agree("dup2 and dup3 onto a number that an accept in progress has taken: EBUSY; dup(2)", function* (sys) {
  const listener = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.bind(listener, { path: "\0busy" });
  yield* sys.listen(listener, 1);
  const thread = yield* sys.pthread_create(function* waiting(own) {
    yield* own.accept(listener);
  });
  yield* pause(sys);
  yield* attempt(sys.dup2(0, 4));
  yield* attempt(sys.dup3(0, 4, 0));
  yield* attempt(sys.close(4));
  yield* attempt(sys.dup(0));
  const client = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.connect(client, { path: "\0busy" });
  yield* sys.pthread_join(thread);
});
agree("epoll_create1: flags; epoll_create1(2)", function* (sys) {
  yield* attempt(sys.epoll_create1(O_APPEND));
  yield* attempt(sys.epoll_create1(-1));
});
agree("epoll_wait: room for none, for a negative number, in no instance; epoll_wait(2)", function* (sys) {
  const epfd = yield* sys.epoll_create1(0);
  const [r, w] = yield* sys.pipe();
  yield* sys.epoll_ctl(epfd, EPOLL_CTL_ADD, r, { events: EPOLLIN, data: 1 });
  yield* sys.write(w, bytes("x"));
  yield* attempt(sys.epoll_wait(epfd, 0, 0));
  yield* attempt(sys.epoll_wait(epfd, -1, 0));
  yield* attempt(sys.epoll_wait(epfd, 1 << 30, 0));
  yield* attempt(sys.epoll_wait(r, 1, 0));
  yield* attempt(sys.epoll_wait(77, 1, 0));
});
agree("poll: more entries than there may be descriptors; poll(2)", function* (sys) {
  yield* sys.setrlimit(RLIMIT_NOFILE, 3);
  const entry = () => ({ fd: -1, events: 0 });
  yield* attempt(sys.poll([entry(), entry(), entry()], 0));
  yield* attempt(sys.poll([entry(), entry(), entry(), entry()], 0));
  yield* attempt(sys.ppoll([entry(), entry(), entry(), entry()], { tv_sec: 0, tv_nsec: 0 }, null));
});
agree("nanosleep and ppoll: nanoseconds out of range; nanosleep(2)", function* (sys) {
  for (const time of [
    { tv_sec: 0, tv_nsec: 1_000_000_000 },
    { tv_sec: 0, tv_nsec: -1 },
    { tv_sec: -1, tv_nsec: 0 },
  ]) {
    yield* attempt(sys.nanosleep(time));
    yield* attempt(sys.ppoll([], time, null));
  }
  yield* attempt(sys.nanosleep({ tv_sec: 0, tv_nsec: 0 }));
});
agree("clock_gettime: a clock that doesn't exist; clock_gettime(2)", function* (sys) {
  yield* sys.clock_gettime(CLOCK_MONOTONIC);
  yield* sys.clock_gettime(CLOCK_REALTIME);
  yield* attempt(sys.clock_gettime(77));
});
agree("waitpid: options that don't exist, a pid that can't be; waitpid(2)", function* (sys) {
  yield* attempt(sys.waitpid(-1, 0x100));
  yield* attempt(sys.waitpid(1 << 29, 0));
  yield* attempt(sys.waitpid(-0x8000_0000, 0));
});
agree("signal numbers out of range; sigaction(2), kill(2), sigprocmask(2)", function* (sys) {
  const pid = yield* sys.getpid();
  for (const signum of [-1, 65, 1000]) {
    yield* attempt(sys.kill(pid, signum));
    yield* attempt(sys.sigaction(signum, null));
    yield* attempt(sys.pthread_kill(yield* sys.gettid(), signum));
  }
  yield* attempt(sys.sigaction(0, { handler: SIG_IGN, flags: SA_RESTART }));
  yield* attempt(sys.sigprocmask(3, [10]));
});

export const limits: Suite = suite;
