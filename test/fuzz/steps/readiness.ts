/** Steps of poll, select and epoll, and those that make and end processes and threads. */
import {
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EPOLLERR,
  EPOLLET,
  EPOLLEXCLUSIVE,
  EPOLLIN,
  EPOLLONESHOT,
  EPOLLOUT,
  EPOLLRDHUP,
  POLLIN,
  POLLOUT,
  POLLRDHUP,
} from "../../../lib/sys";
import type { Maker } from "../choose";
import type { Draft } from "../draft";

const POLL_EVENTS = [0, POLLIN, POLLOUT, POLLIN | POLLOUT, POLLIN | POLLRDHUP, 0x145, 0x23c7];

function entries(draft: Draft) {
  const count = draft.pick([1, 1, 2, 4]);
  return Array.from({ length: count }, () => draft.anyFd())
    .filter((fd) => fd !== null)
    .map((fd) => ({ fd, events: draft.pick(POLL_EVENTS) }));
}

function fdSet(draft: Draft): Set<unknown> | null {
  const members = [draft.anyFd(), draft.anyFd()].filter((fd) => typeof fd === "object" && fd !== null);
  return draft.pick([new Set(members), new Set(members), new Set(members.slice(1)), null]);
}

function select(draft: Draft, time: object | null) {
  return { call: "select", args: [40, fdSet(draft), fdSet(draft), draft.pick([null, fdSet(draft)]), time] };
}

export const poll: readonly Maker[] = [
  { kind: "poll", weight: 4, make: (draft) => ({ call: "poll", args: [entries(draft), 0] }) },
  { kind: "poll", weight: 3, mayBlock: true, make: (draft) => ({ call: "poll", args: [entries(draft), -1] }) },
  { kind: "poll", weight: 2, make: (draft) => select(draft, { tv_sec: 0, tv_usec: 0 }) },
  { kind: "poll", weight: 1, mayBlock: true, make: (draft) => select(draft, null) },
];

const EVENTS = [
  EPOLLIN,
  EPOLLOUT,
  EPOLLIN | EPOLLOUT,
  EPOLLIN | EPOLLRDHUP,
  EPOLLIN | EPOLLOUT | EPOLLRDHUP,
  0,
  EPOLLERR,
];
const MODES = [0, 0, EPOLLET, EPOLLET, EPOLLONESHOT, EPOLLET | EPOLLONESHOT, EPOLLEXCLUSIVE];

const CREATION = { call: "epoll_create1", args: [0], opens: "epoll" as const };

function control(draft: Draft, operation: number) {
  const [epfd, fd] = [draft.fd("epoll"), draft.anyFd()];
  if (epfd === null) return CREATION;
  if (fd === null) return null;
  const event = { events: (draft.pick(EVENTS) | draft.pick(MODES)) >>> 0, data: draft.random.below(100) };
  return { call: "epoll_ctl", args: [epfd, operation, fd, ...(operation === EPOLL_CTL_DEL ? [] : [event])] };
}

function wait(draft: Draft, timeout: number) {
  const epfd = draft.fd("epoll");
  return epfd === null ? CREATION : { call: "epoll_wait", args: [epfd, draft.pick([1, 2, 10]), timeout] };
}

export const epoll: readonly Maker[] = [
  { kind: "epoll", weight: 1, make: () => CREATION },
  { kind: "epoll", weight: 6, make: (draft) => control(draft, EPOLL_CTL_ADD) },
  { kind: "epoll", weight: 2, make: (draft) => control(draft, EPOLL_CTL_MOD) },
  { kind: "epoll", weight: 1, make: (draft) => control(draft, EPOLL_CTL_DEL) },
  { kind: "epoll", weight: 6, make: (draft) => wait(draft, 0) },
  { kind: "epoll", weight: 4, mayBlock: true, make: (draft) => wait(draft, -1) },
];

export const processes: readonly Maker[] = [
  { kind: "processes", weight: 1, make: () => ({ call: "execve", args: [] }) },
  {
    kind: "processes",
    weight: 2,
    make: ({ freeActor }) => (freeActor === null ? null : { call: "fork", args: [freeActor] }),
  },
  {
    kind: "processes",
    weight: 1,
    make: (draft) =>
      draft.awake.some((name) => !draft.sameProcess(name, draft.actor)) ? { call: "exit", args: [0] } : null,
  },
];
