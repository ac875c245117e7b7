import {
  AF_UNIX,
  bytes,
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EPOLLERR,
  EPOLLET,
  EPOLLHUP,
  EPOLLIN,
  EPOLLONESHOT,
  EPOLLOUT,
  EPOLLRDHUP,
  F_GETFD,
  F_GETFL,
  O_RDONLY,
  POLLIN,
  SHUT_WR,
  SOCK_STREAM,
  type Sys,
} from "fd3";
import { attempt, LONG_ENOUGH, walks } from "../program";

const { suite, agree } = walks();

agree("what epoll_ctl refuses; epoll_ctl(2)", function* (sys) {
  yield* attempt(sys.epoll_create1(1));
  const ep = yield* sys.epoll_create1(EPOLL_CLOEXEC);
  yield* sys.fcntl(ep, F_GETFD);
  const [r] = yield* sys.pipe();
  const event = { events: EPOLLIN, data: 1 };
  yield* attempt(sys.epoll_ctl(ep, EPOLL_CTL_ADD, 99, event));
  yield* attempt(sys.epoll_ctl(99, EPOLL_CTL_ADD, r, event));
  yield* attempt(sys.epoll_ctl(r, EPOLL_CTL_ADD, ep, event));
  yield* attempt(sys.epoll_ctl(ep, EPOLL_CTL_ADD, ep, event));
  yield* attempt(sys.epoll_ctl(ep, EPOLL_CTL_MOD, r, event));
  yield* attempt(sys.epoll_ctl(ep, EPOLL_CTL_DEL, r));
  yield* attempt(sys.epoll_ctl(ep, EPOLL_CTL_ADD, r, event));
  yield* attempt(sys.epoll_ctl(ep, EPOLL_CTL_ADD, r, event));
  yield* attempt(sys.epoll_ctl(ep, 9, r, event));
  yield* attempt(sys.epoll_ctl(ep, EPOLL_CTL_DEL, r));
  const file = yield* sys.open("/etc", O_RDONLY);
  yield* attempt(sys.epoll_ctl(ep, EPOLL_CTL_ADD, file, event));
  const nothing = yield* sys.open("/dev/null", O_RDONLY);
  yield* attempt(sys.epoll_ctl(ep, EPOLL_CTL_ADD, nothing, event));
  yield* attempt(sys.epoll_wait(ep, 0, 0));
  yield* attempt(sys.epoll_wait(ep, -1, 0));
  yield* attempt(sys.epoll_wait(r, 1, 0));
  yield* attempt(sys.epoll_wait(99, 1, 0));
  yield* attempt(sys.read(ep, 1));
  yield* attempt(sys.write(ep, bytes("x")));
  yield* attempt(sys.lseek(ep, 5, 0));
  yield* attempt(sys.lseek(ep, 0, 1));
  yield* attempt(sys.pread(ep, 1, 0));
  yield* attempt(sys.pwrite(ep, bytes("x"), 0));
  yield* sys.fcntl(ep, F_GETFL);
});
agree("level-triggered tells as long as it holds, edge-triggered once; epoll(7)", function* (sys) {
  const ep = yield* sys.epoll_create1(0);
  const [r, w] = yield* sys.pipe();
  const [r2, w2] = yield* sys.pipe();
  yield* sys.epoll_ctl(ep, EPOLL_CTL_ADD, r, { events: EPOLLIN, data: 1 });
  yield* sys.epoll_ctl(ep, EPOLL_CTL_ADD, r2, { events: EPOLLIN | EPOLLET, data: 2 });
  yield* sys.epoll_wait(ep, 8, 0);
  yield* sys.write(w, bytes("abc"));
  yield* sys.write(w2, bytes("abc"));
  yield* sys.epoll_wait(ep, 8, 0);
  yield* sys.epoll_wait(ep, 8, 0);
  yield* sys.read(r, 1);
  yield* sys.read(r2, 1);
  yield* sys.epoll_wait(ep, 8, 0);
  yield* sys.write(w2, bytes("d"));
  yield* sys.epoll_wait(ep, 8, 0);
  yield* sys.read(r, 10);
  yield* sys.epoll_wait(ep, 8, 0);
});
agree("EPOLLONESHOT is silent until it is armed again; epoll_ctl(2)", function* (sys) {
  const ep = yield* sys.epoll_create1(0);
  const [r, w] = yield* sys.pipe();
  yield* sys.epoll_ctl(ep, EPOLL_CTL_ADD, r, { events: EPOLLIN | EPOLLONESHOT, data: 1 });
  yield* sys.write(w, bytes("a"));
  yield* sys.epoll_wait(ep, 8, 0);
  yield* sys.write(w, bytes("b"));
  yield* sys.epoll_wait(ep, 8, 0);
  yield* sys.epoll_ctl(ep, EPOLL_CTL_MOD, r, { events: EPOLLIN | EPOLLONESHOT, data: 2 });
  yield* sys.epoll_wait(ep, 8, 0);
});
agree("ready ones take turns when there is no room for all; epoll(7)", function* (sys) {
  const ep = yield* sys.epoll_create1(0);
  for (let i = 0; i < 3; i++) {
    const [r, w] = yield* sys.pipe();
    yield* sys.epoll_ctl(ep, EPOLL_CTL_ADD, r, { events: EPOLLIN, data: i });
    yield* sys.write(w, bytes("x"));
  }
  for (let i = 0; i < 4; i++) yield* sys.epoll_wait(ep, 2, 0);
});
agree("a closed descriptor leaves the list, but not while a copy is open; epoll(7)", function* (sys) {
  const ep = yield* sys.epoll_create1(0);
  const [r, w] = yield* sys.pipe();
  yield* sys.write(w, bytes("x"));
  yield* sys.epoll_ctl(ep, EPOLL_CTL_ADD, r, { events: EPOLLIN, data: 7 });
  const copy = yield* sys.dup(r);
  yield* attempt(sys.epoll_ctl(ep, EPOLL_CTL_ADD, copy, { events: EPOLLIN, data: 8 }));
  yield* sys.epoll_ctl(ep, EPOLL_CTL_DEL, copy);
  yield* sys.close(r);
  yield* sys.epoll_wait(ep, 8, 0);
  yield* attempt(sys.epoll_ctl(ep, EPOLL_CTL_DEL, r));
  yield* sys.close(copy);
  yield* sys.epoll_wait(ep, 8, 0);
});
agree("HUP and ERR come unasked; epoll_ctl(2)", function* (sys) {
  const ep = yield* sys.epoll_create1(0);
  const [r, w] = yield* sys.pipe();
  yield* sys.epoll_ctl(ep, EPOLL_CTL_ADD, r, { events: 0, data: 1 });
  yield* sys.close(w);
  yield* sys.epoll_wait(ep, 8, 0);
  const [r2, w2] = yield* sys.pipe();
  yield* sys.epoll_ctl(ep, EPOLL_CTL_ADD, w2, { events: EPOLLOUT | EPOLLERR | EPOLLHUP, data: 2 });
  yield* sys.close(r2);
  yield* sys.epoll_wait(ep, 8, 0);
  const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
  yield* sys.epoll_ctl(ep, EPOLL_CTL_ADD, a, { events: EPOLLIN | EPOLLRDHUP, data: 3 });
  yield* sys.shutdown(b, SHUT_WR);
  yield* sys.epoll_wait(ep, 8, 0);
  yield* sys.close(b);
  yield* sys.epoll_wait(ep, 8, 0);
});
agree("an epoll instance can be polled, and be in another's list; epoll(7)", function* (sys) {
  const inner = yield* sys.epoll_create1(0);
  const outer = yield* sys.epoll_create1(0);
  const [r, w] = yield* sys.pipe();
  yield* sys.epoll_ctl(inner, EPOLL_CTL_ADD, r, { events: EPOLLIN, data: 1 });
  yield* sys.epoll_ctl(outer, EPOLL_CTL_ADD, inner, { events: EPOLLIN, data: 2 });
  yield* attempt(sys.epoll_ctl(inner, EPOLL_CTL_ADD, outer, { events: EPOLLIN, data: 3 }));
  yield* sys.poll([{ fd: inner, events: POLLIN }], 0);
  yield* sys.write(w, bytes("x"));
  yield* sys.poll([{ fd: inner, events: POLLIN }], 0);
  yield* sys.epoll_wait(outer, 8, -1);
  yield* sys.epoll_wait(inner, 8, -1);
});
agree("epoll_wait sleeps until something is ready, added even while it sleeps; epoll_wait(2)", function* (sys) {
  const ep = yield* sys.epoll_create1(0);
  const [r, w] = yield* sys.pipe();
  yield* sys.write(w, bytes("x"));
  const tid = yield* sys.pthread_create(function* waiter(sys: Sys) {
    return yield* sys.epoll_wait(ep, 8, -1);
  });
  yield* sys.nanosleep(LONG_ENOUGH);
  yield* sys.epoll_ctl(ep, EPOLL_CTL_ADD, r, { events: EPOLLIN, data: 5 });
  yield* sys.pthread_join(tid);
  yield* sys.read(r, 1);
  yield* sys.epoll_wait(ep, 8, 5);
});

export const epollWalks = suite;
