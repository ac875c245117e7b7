/**
 * What C calls a bad address: an argument that leads to no memory of the program's. errno(3), EFAULT.
 *
 * TypeScript has no pointers to nowhere; what takes their place is a value of another kind, which plain JavaScript lets
 * through. The kernel must refuse it by itself.
 */
import {
  AF_UNIX,
  bytes,
  EPOLL_CTL_ADD,
  O_CREAT,
  O_RDWR,
  SIG_BLOCK,
  SIGUSR1,
  SO_SNDBUF,
  SOCK_DGRAM,
  SOL_SOCKET,
  type Sys,
} from "fd3";
import { attempt, type Suite, walks } from "./program";

const { suite, agree } = walks();

/** Stands for a pointer to nowhere, whatever type is wanted. */
const NOWHERE = null as never;
const TEXT = "text" as never;

agree("open: no path; open(2)", function* (sys) {
  yield* attempt(sys.open(NOWHERE, O_RDWR));
});
agree("stat: no path; stat(2)", function* (sys) {
  yield* attempt(sys.stat(NOWHERE));
});
agree("mkdir: no path; mkdir(2)", function* (sys) {
  yield* attempt(sys.mkdir(NOWHERE, 0o755));
});
agree("rmdir: no path; rmdir(2)", function* (sys) {
  yield* attempt(sys.rmdir(NOWHERE));
});
agree("unlink: no path; unlink(2)", function* (sys) {
  yield* attempt(sys.unlink(NOWHERE));
});
agree("read and readv: nowhere to put the bytes, and none are lost; read(2)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  yield* sys.write(w, bytes("kept"));
  yield* attempt(sys.read(r, NOWHERE));
  yield* attempt(sys.read(r, TEXT));
  yield* attempt(sys.readv(r, NOWHERE));
  yield* attempt(sys.readv(r, [NOWHERE]));
  yield* sys.read(r, 10);
});
agree("write and writev: no bytes, and none are written; write(2)", function* (sys) {
  const [r, w] = yield* sys.pipe();
  yield* attempt(sys.write(w, NOWHERE));
  yield* attempt(sys.write(w, TEXT));
  yield* attempt(sys.writev(w, NOWHERE));
  yield* attempt(sys.writev(w, [bytes("x"), TEXT]));
  yield* sys.close(w);
  yield* sys.read(r, 10);
});
agree("pread and pwrite: no buffer, and the offset stays; pread(2)", function* (sys) {
  const fd = yield* sys.open("/tmp/f", O_RDWR | O_CREAT, 0o644);
  yield* sys.write(fd, bytes("abc"));
  yield* attempt(sys.pread(fd, NOWHERE, 0));
  yield* attempt(sys.pwrite(fd, TEXT, 0));
  yield* sys.lseek(fd, 0, 1);
  yield* sys.pread(fd, 10, 0);
});
agree("poll and ppoll: no list; poll(2)", function* (sys) {
  yield* attempt(sys.poll(NOWHERE, 0));
  yield* attempt(sys.ppoll(NOWHERE, { tv_sec: 0, tv_nsec: 0 }, null));
});
agree("ppoll: no time and no mask where there should be some; ppoll(2)", function* (sys) {
  yield* attempt(sys.ppoll([], TEXT, null));
  yield* attempt(sys.ppoll([], { tv_sec: 0, tv_nsec: 0 }, TEXT));
});
agree("select: no sets; select(2)", function* (sys) {
  yield* attempt(sys.select(1, TEXT, null, null, { tv_sec: 0, tv_usec: 0 }));
  yield* attempt(sys.select(1, null, null, null, TEXT));
});
agree("epoll_ctl: no event, unless one is removed; epoll_ctl(2)", function* (sys) {
  const epfd = yield* sys.epoll_create1(0);
  const [r] = yield* sys.pipe();
  yield* attempt(sys.epoll_ctl(epfd, EPOLL_CTL_ADD, r, NOWHERE));
  yield* attempt(sys.epoll_ctl(epfd, EPOLL_CTL_ADD, r));
  yield* attempt(sys.epoll_ctl(99, EPOLL_CTL_ADD, r));
  yield* attempt(sys.epoll_ctl(epfd, 2, r));
});
agree("nanosleep: no time; nanosleep(2)", function* (sys) {
  yield* attempt(sys.nanosleep(NOWHERE));
});
agree("sigaction: no action; sigaction(2)", function* (sys) {
  yield* attempt(sys.sigaction(SIGUSR1, TEXT));
});
agree("sigprocmask: no set; sigprocmask(2)", function* (sys) {
  yield* attempt(sys.sigprocmask(SIG_BLOCK, TEXT));
});
agree("fork, execve, pthread_create: no program; execve(2)", function* (sys) {
  yield* attempt(sys.fork(NOWHERE));
  yield* attempt(sys.execve(NOWHERE));
  yield* attempt(sys.pthread_create(TEXT));
});
agree("bind and connect: no address; bind(2), connect(2)", function* (sys) {
  const fd = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
  yield* attempt(sys.bind(fd, NOWHERE));
  yield* attempt(sys.connect(fd, NOWHERE));
  yield* attempt(sys.getsockname(fd));
});
agree("setsockopt: no value; setsockopt(2)", function* (sys) {
  const fd = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
  yield* attempt(sys.setsockopt(fd, SOL_SOCKET, SO_SNDBUF, NOWHERE));
});
agree("send, sendto, sendmsg: no bytes; send(2)", function* (sys: Sys) {
  const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_DGRAM);
  yield* attempt(sys.send(a, TEXT, 0));
  yield* attempt(sys.sendto(a, NOWHERE, 0, null));
  yield* attempt(sys.sendto(a, bytes("x"), 0, TEXT));
  yield* attempt(sys.sendmsg(a, NOWHERE, 0));
  yield* attempt(sys.sendmsg(a, { iov: [TEXT] }, 0));
  yield* sys.poll([{ fd: b, events: 1 }], 0);
});
agree("recv, recvfrom, recvmsg: nowhere to put the bytes, and no message is lost; recv(2)", function* (sys: Sys) {
  const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_DGRAM);
  yield* sys.send(a, bytes("kept"), 0);
  yield* attempt(sys.recv(b, NOWHERE, 0));
  yield* attempt(sys.recvfrom(b, TEXT, 0));
  yield* attempt(sys.recvmsg(b, NOWHERE, 0));
  yield* sys.recv(b, 10, 0);
});
agree("a descriptor that is no number is a bad descriptor; read(2)", function* (sys: Sys) {
  yield* attempt(sys.read("3" as never, 1));
  yield* attempt(sys.close(NOWHERE));
  yield* attempt(sys.dup(1.5));
});
agree("a flag that is no number is an invalid argument; open(2)", function* (sys: Sys) {
  yield* attempt(sys.open("/tmp", TEXT));
  yield* attempt(sys.socket(AF_UNIX, TEXT));
  yield* attempt(sys.lseek(0, TEXT, 0));
});

export const faults: Suite = suite;
