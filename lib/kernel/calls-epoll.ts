/**
 * The calls on epoll instances: make one, change what it watches, wait. The instance itself is in epoll.ts.
 *
 * Source: epoll(7), epoll_ctl(2), epoll_wait(2); fs/eventpoll.c.
 */
import { EFAULT, EINVAL, ELOOP, EPERM } from "../sys/errno";
import { O_RDWR } from "../sys/fcntl";
import {
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EPOLLERR,
  EPOLLET,
  EPOLLEXCLUSIVE,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  type EpollEvent,
} from "../sys/poll";
import { MILLISECOND } from "../world/clock";
import { installOrRelease } from "./calls-files";
import { Epoll } from "./epoll";
import type { OpenFile } from "./open-file";
import type { Sleeping } from "./sleep";
import type { Task } from "./task";

/** EP_MAX_EVENTS: as many events of 12 bytes as an int can count bytes. */
const MAX_EVENTS = Math.floor(0x7fff_ffff / 12);
/** What may stand beside EPOLLEXCLUSIVE; epoll_ctl(2). */
const EXCLUSIVE_ALLOWED = (EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLET | EPOLLEXCLUSIVE) >>> 0;

export function epoll_create1(task: Task, flags: number): number {
  if ((flags & ~EPOLL_CLOEXEC) !== 0) throw EINVAL;
  const { kernel, process } = task;
  const epoll = new Epoll(kernel, kernel.nextNumber("epoll"));
  epoll.file = kernel.openFile(epoll, O_RDWR);
  return installOrRelease(task, epoll.file, (flags & EPOLL_CLOEXEC) !== 0, process.fdLimit);
}

export function epoll_ctl(task: Task, epfd: number, op: number, fd: number, event?: EpollEvent): void {
  // The event is copied from the program before anything is looked up (ep_op_has_event in fs/eventpoll.c).
  if (op !== EPOLL_CTL_DEL && event === undefined) throw EFAULT;
  const { fds } = task.process;
  const file = fds.get(epfd);
  const target = fds.get(fd);
  if (!canBeWatched(target)) throw EPERM;
  const epoll = file.object;
  if (epoll.kind !== "epoll" || target === file) throw EINVAL;
  if (op === EPOLL_CTL_DEL || event === undefined) {
    epoll.remove(fd, target);
    return;
  }
  const exclusive = (event.events & EPOLLEXCLUSIVE) !== 0;
  if (op === EPOLL_CTL_MOD) {
    if (exclusive) throw EINVAL;
    epoll.modify(fd, target, event);
    return;
  }
  if (op !== EPOLL_CTL_ADD) throw EINVAL;
  if (exclusive && ((event.events & ~EXCLUSIVE_ALLOWED) !== 0 || target.object.kind === "epoll")) throw EINVAL;
  const { object } = target;
  if (object.kind === "epoll" && (object.watches(epoll) || epoll.wouldNestTooDeep(object))) throw ELOOP;
  epoll.add(fd, target, event);
}

/** A regular file is always ready, so there is nothing to watch; epoll_ctl(2), EPERM. */
function canBeWatched(file: OpenFile): boolean {
  const { object } = file;
  if (object.kind === "device") return object.name === "tty";
  return object.kind !== "regular" && object.kind !== "directory";
}

export function* epoll_wait(task: Task, epfd: number, maxevents: number, timeout: number): Sleeping<EpollEvent[]> {
  const file = task.process.fds.get(epfd);
  if (maxevents <= 0 || maxevents > MAX_EVENTS) throw EINVAL;
  if (file.object.kind !== "epoll") throw EINVAL;
  const deadline = timeout < 0 ? null : task.kernel.clock.now() + timeout * MILLISECOND;
  file.hold();
  try {
    return yield* file.object.wait(task, maxevents, deadline);
  } finally {
    file.release();
  }
}
