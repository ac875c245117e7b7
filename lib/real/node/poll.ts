/**
 * poll, ppoll and select: one thread, many descriptors.
 *
 * This is what Node's event loop does underneath (through epoll, kqueue or IOCP) and why a Node program never calls it: the
 * loop sleeps in one such call for all sockets together, and an event handler is what runs when it returns. Here the
 * road leads back: the handlers have told each file what it has, and poll asks the files.
 *
 * Source: poll(2), select(2), select's correspondence to POLL* bits in select(2).
 */
import {
  EBADF,
  EINVAL,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  POLLPRI,
  POLLRDBAND,
  POLLRDNORM,
  POLLWRNORM,
  type PollFd,
  type Timespec,
  type Timeval,
} from "../../sys";
import type { OpenFile } from "./open-file";
import type { Thread } from "./thread";

/** What counts as readable, writable and exceptional for select(2). */
const SELECT_READ = POLLIN | POLLHUP | POLLERR;
const SELECT_WRITE = POLLOUT | POLLERR;
const SELECT_EXCEPT = POLLPRI;

/** The bits a file reports, with the synonyms that Linux sets beside them. */
function readiness(file: OpenFile): number {
  const bits = file.ready();
  return bits | (bits & POLLIN ? POLLRDNORM : 0) | (bits & POLLOUT ? POLLWRNORM : 0);
}

/** Sleeps until `look` finds something or the time is up. `milliseconds` null: for ever. */
async function until(
  thread: Thread,
  files: readonly OpenFile[],
  waitsFor: string,
  milliseconds: number | null,
  look: () => number,
): Promise<number> {
  const deadline = milliseconds === null ? Number.POSITIVE_INFINITY : performance.now() + milliseconds;
  for (const file of files) file.hold();
  try {
    for (;;) {
      const found = look();
      if (found > 0 || performance.now() >= deadline) return found;
      await thread.sleep(
        files.map((file) => file.queue),
        waitsFor,
        deadline,
      );
    }
  } finally {
    for (const file of files) file.drop();
  }
}

async function pollFor(thread: Thread, fds: PollFd[], milliseconds: number | null): Promise<number> {
  const { table } = thread.process;
  const files = fds.map(({ fd }) => (fd < 0 ? undefined : table.find(fd)));
  const open = files.filter((file) => file !== undefined);
  const names = open.map((file) => file.name).join(", ");
  return until(thread, open, `any of: ${names || "nothing"}`, milliseconds, () => {
    fds.forEach((entry, i) => {
      const file = files[i];
      if (entry.fd < 0) entry.revents = 0;
      else if (!file) entry.revents = POLLNVAL;
      else entry.revents = readiness(file) & (entry.events | POLLERR | POLLHUP) & ~POLLRDBAND;
    });
    return fds.filter((entry) => entry.revents !== 0).length;
  });
}

export function poll(thread: Thread, fds: PollFd[], timeout: number): Promise<number> {
  return pollFor(thread, fds, timeout < 0 ? null : timeout);
}

export function ppoll(
  thread: Thread,
  fds: PollFd[],
  timeout: Timespec | null,
  sigmask: readonly number[] | null,
): Promise<number> {
  if (sigmask) {
    thread.maskAfterCall = thread.mask;
    thread.mask = new Set(sigmask);
  }
  return pollFor(thread, fds, timeout && timeout.tv_sec * 1000 + timeout.tv_nsec / 1e6);
}

export async function select(
  thread: Thread,
  nfds: number,
  readfds: Set<number> | null,
  writefds: Set<number> | null,
  exceptfds: Set<number> | null,
  timeout: Timeval | null,
): Promise<number> {
  if (nfds < 0) throw EINVAL;
  const { table } = thread.process;
  const asked: Array<{ set: Set<number>; fds: number[]; bits: number }> = [];
  for (const [set, bits] of [
    [readfds, SELECT_READ],
    [writefds, SELECT_WRITE],
    [exceptfds, SELECT_EXCEPT],
  ] as const) {
    if (set) asked.push({ set, fds: [...set].filter((fd) => fd < nfds), bits });
  }
  const numbers = [...new Set(asked.flatMap(({ fds }) => fds))];
  if (numbers.some((fd) => !table.find(fd))) throw EBADF;
  const files = new Map(numbers.map((fd) => [fd, table.file(fd)]));
  const names = [...files.values()].map((file) => file.name).join(", ");
  const milliseconds = timeout && timeout.tv_sec * 1000 + timeout.tv_usec / 1000;
  return until(thread, [...files.values()], `any of: ${names || "nothing"}`, milliseconds, () => {
    let found = 0;
    for (const { set, fds, bits } of asked) {
      set.clear();
      for (const fd of fds) if ((files.get(fd)?.ready() ?? 0) & bits) set.add(fd);
      found += set.size;
    }
    return found;
  });
}
