/**
 * poll, ppoll and select: sleep on many descriptors at once.
 *
 * All three are one loop: ask every descriptor whether it is ready; if none is, sleep on the queues of all of them; ask again.
 * They say only what is true at that moment. Whether a read that follows sleeps or not is decided when it is made. Each time they
 * ask, they look the descriptor up anew: one that another thread has closed meanwhile is POLLNVAL, though a sleeper keeps its
 * file alive and is woken by it.
 *
 * Source: poll(2), select(2), fs/select.c.
 */
import { EBADF, EINVAL } from "../sys/errno";
import {
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  POLLPRI,
  POLLRDBAND,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
  type PollFd,
} from "../sys/poll";
import type { Timespec, Timeval } from "../sys/time";
import { MILLISECOND, type Nanoseconds, SECOND } from "../world/clock";
import type { OpenFile } from "./open-file";
import { blockable } from "./signals";
import { ERESTARTNOHAND, type Sleeping, sleepOn, type WaitPlace } from "./sleep";
import type { Task } from "./task";

/** What a file that never makes anybody wait is ready for. */
const ALWAYS_READY = POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
/** What counts for each of select's sets; fs/select.c. */
const SELECT_READ = POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR;
const SELECT_WRITE = POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR;
const SELECT_EXCEPT = POLLPRI;

/** One descriptor that somebody waits for, and what for. */
interface Watched {
  readonly file: OpenFile;
  readonly events: number;
}

/** What is true of this open file now, as POLL* bits. */
export function readiness(file: OpenFile): number {
  const { object } = file;
  return object.kind === "pipe" || object.kind === "socket" || object.kind === "epoll"
    ? object.readiness()
    : ALWAYS_READY;
}

export function* poll(task: Task, fds: PollFd[], timeout: number): Sleeping<number> {
  return yield* pollUntil(task, fds, timeout < 0 ? null : timeout * MILLISECOND);
}

export function* ppoll(
  task: Task,
  fds: PollFd[],
  timeout: Timespec | null,
  sigmask: readonly number[] | null,
): Sleeping<number> {
  const span = timeout === null ? null : timespan(timeout.tv_sec, timeout.tv_nsec);
  if (sigmask !== null) {
    // For the duration of this call only; what was blocked comes back after a handler has run.
    task.maskAfterCall = task.blocked;
    task.blocked = blockable(sigmask);
  }
  return yield* pollUntil(task, fds, span);
}

function* pollUntil(task: Task, fds: PollFd[], span: Nanoseconds | null): Sleeping<number> {
  if (fds.length > task.process.fdLimit) throw EINVAL;
  const fileAt = (fd: number) => (fd >= 0 && task.process.fds.has(fd) ? task.process.fds.get(fd) : null);
  let ready = 0;
  const look = (): boolean => {
    ready = 0;
    for (const entry of fds) {
      entry.revents = readyFor(entry, fileAt(entry.fd));
      if (entry.revents !== 0) ready++;
    }
    return ready > 0;
  };
  const watched = fds.flatMap((entry) => {
    const file = fileAt(entry.fd);
    return file === null ? [] : [{ file, events: entry.events | POLLERR | POLLHUP }];
  });
  yield* sleepUntilReady(task, watched, look, span);
  return ready;
}

function readyFor(entry: PollFd, file: OpenFile | null): number {
  if (entry.fd < 0) return 0;
  if (file === null) return POLLNVAL;
  return readiness(file) & (entry.events | POLLERR | POLLHUP);
}

export function* select(
  task: Task,
  nfds: number,
  readfds: Set<number> | null,
  writefds: Set<number> | null,
  exceptfds: Set<number> | null,
  timeout: Timeval | null,
): Sleeping<number> {
  const span = timeout === null ? null : timevalSpan(timeout);
  if (!Number.isInteger(nfds) || nfds < 0) throw EINVAL;
  const { fds } = task.process;
  const sets = [
    { set: readfds, mask: SELECT_READ },
    { set: writefds, mask: SELECT_WRITE },
    { set: exceptfds, mask: SELECT_EXCEPT },
  ].map(({ set, mask }) => ({ set, mask, asked: [...(set ?? [])].filter((fd) => fd < nfds).sort((a, b) => a - b) }));
  for (const { asked } of sets) for (const fd of asked) if (!fds.has(fd)) throw EBADF;
  const watched = sets.flatMap(({ asked, mask }) => asked.map((fd) => ({ file: fds.get(fd), events: mask })));
  // One that was closed meanwhile counts as ready in every set (POLLIN_SET in fs/select.c).
  const isReady = (fd: number, mask: number): boolean => !fds.has(fd) || (readiness(fds.get(fd)) & mask) !== 0;
  let found: number[][] = [];
  const look = (): boolean => {
    found = sets.map(({ asked, mask }) => asked.filter((fd) => isReady(fd, mask)));
    return found.some((list) => list.length > 0);
  };
  yield* sleepUntilReady(task, watched, look, span);
  let ready = 0;
  sets.forEach(({ set }, i) => {
    set?.clear();
    for (const fd of found[i]) set?.add(fd);
    ready += found[i].length;
  });
  return ready;
}

function* sleepUntilReady(
  task: Task,
  watched: readonly Watched[],
  look: () => boolean,
  span: Nanoseconds | null,
): Sleeping<void> {
  // Nothing that is watched may go away under a sleeper.
  for (const { file } of watched) file.hold();
  try {
    if (look()) return;
    if (span === 0) {
      // A signal that ppoll's mask lets in comes before "no time left" (do_poll in fs/select.c).
      if (task.signalPending()) throw ERESTARTNOHAND;
      return;
    }
    const places: WaitPlace[] = watched.flatMap(({ file, events }) =>
      waitQueuesOf(file).map((queue) => ({ queue, events: events | POLLERR | POLLHUP })),
    );
    const deadline = span === null ? null : task.kernel.clock.now() + span;
    const reason = yield* sleepOn(task, places, look, deadline, "shared");
    if (reason === "signal") throw ERESTARTNOHAND;
  } finally {
    for (const { file } of watched) file.release();
  }
}

function waitQueuesOf(file: OpenFile) {
  const { object } = file;
  return object.kind === "pipe" || object.kind === "socket" || object.kind === "epoll" ? object.waitQueues : [];
}

/** Any number of microseconds is taken, not only less than a second (kern_select in fs/select.c); neither field may be negative. */
function timevalSpan({ tv_sec, tv_usec }: Timeval): Nanoseconds {
  if (tv_usec < 0 || tv_sec < 0) throw EINVAL;
  return timespan(tv_sec + Math.floor(tv_usec / 1e6), (tv_usec % 1e6) * 1000);
}

/** A timeout from its two fields, in nanoseconds. Throws EINVAL when they are out of range. */
function timespan(seconds: number, nanoseconds: number): Nanoseconds {
  if (seconds < 0 || nanoseconds < 0 || nanoseconds >= SECOND) throw EINVAL;
  return seconds * SECOND + nanoseconds;
}
