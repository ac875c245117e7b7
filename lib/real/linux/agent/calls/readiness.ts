/** poll(2), select(2), epoll(7), and the calls that only pass time. */
import type { EpollEvent, PollFd } from "../../../../sys/poll";
import type { Timespec, Timeval } from "../../../../sys/time";
import { check, libc } from "../libc";

const POLLFD_SIZE = 8;
const FD_SET_SIZE = 128;
/** `struct epoll_event` is packed on x86-64 only (include/uapi/linux/eventpoll.h). */
const EPOLL_EVENT_SIZE = process.arch === "x64" ? 12 : 16;
const EPOLL_DATA_OFFSET = EPOLL_EVENT_SIZE - 8;

function pollSet(fds: readonly PollFd[]): Buffer {
  const buffer = Buffer.alloc(fds.length * POLLFD_SIZE);
  fds.forEach(({ fd, events }, index) => {
    buffer.writeInt32LE(fd, index * POLLFD_SIZE);
    buffer.writeUInt16LE(events & 0xffff, index * POLLFD_SIZE + 4);
  });
  return buffer;
}

function revents(buffer: Buffer): number[] {
  return Array.from({ length: buffer.length / POLLFD_SIZE }, (_, index) =>
    buffer.readUInt16LE(index * POLLFD_SIZE + 6),
  );
}

function pairOfLongs(first: number, second: number): Buffer {
  const buffer = Buffer.alloc(16);
  buffer.writeBigInt64LE(BigInt(first), 0);
  buffer.writeBigInt64LE(BigInt(second), 8);
  return buffer;
}

const timespec = (time: Timespec): Buffer => pairOfLongs(time.tv_sec, time.tv_nsec);

/** One bit for each descriptor. */
function fdSet(descriptors: readonly number[] | null, nfds: number): Buffer | null {
  if (descriptors === null) return null;
  const set = Buffer.alloc(Math.max(FD_SET_SIZE, Math.ceil(nfds / 64) * 8));
  for (const fd of descriptors) if (fd >= 0 && fd < set.length * 8) set[fd >> 3] |= 1 << (fd & 7);
  return set;
}

function members(set: Buffer | null, nfds: number): number[] | null {
  if (set === null) return null;
  return Array.from({ length: nfds }, (_, fd) => fd).filter((fd) => (set[fd >> 3] & (1 << (fd & 7))) !== 0);
}

/** `data` is eight bytes of the program's own: a JavaScript number fits into them as it is. */
function epollEvent(event: EpollEvent): Buffer {
  const buffer = Buffer.alloc(EPOLL_EVENT_SIZE);
  buffer.writeUInt32LE(event.events >>> 0, 0);
  buffer.writeDoubleLE(event.data, EPOLL_DATA_OFFSET);
  return buffer;
}

type Descriptors = readonly number[] | null;

export const readinessCalls = {
  poll(fds: PollFd[], timeout: number) {
    const set = pollSet(fds);
    const count = check(libc.poll(set, fds.length, timeout));
    return { count, revents: revents(set) };
  },
  /** The signal mask is the runner's business (signals are). */
  ppoll(fds: PollFd[], timeout: Timespec | null) {
    const set = pollSet(fds);
    const count = check(libc.ppoll(set, fds.length, timeout === null ? null : timespec(timeout), null));
    return { count, revents: revents(set) };
  },
  select(nfds: number, readfds: Descriptors, writefds: Descriptors, exceptfds: Descriptors, timeout: Timeval | null) {
    const sets = [readfds, writefds, exceptfds].map((descriptors) => fdSet(descriptors, nfds));
    const time = timeout === null ? null : pairOfLongs(timeout.tv_sec, timeout.tv_usec);
    const count = check(libc.select(nfds, sets[0], sets[1], sets[2], time));
    return { count, sets: sets.map((set) => members(set, nfds)) };
  },
  epoll_create1: (flags: number) => check(libc.epoll_create1(flags)),
  epoll_ctl: (epfd: number, op: number, fd: number, event?: EpollEvent) =>
    void check(libc.epoll_ctl(epfd, op, fd, event === undefined ? null : epollEvent(event))),
  epoll_wait(epfd: number, maxevents: number, timeout: number): EpollEvent[] {
    const buffer = Buffer.alloc(Math.max(1, maxevents) * EPOLL_EVENT_SIZE);
    const count = check(libc.epoll_wait(epfd, buffer, maxevents, timeout));
    return Array.from({ length: count }, (_, index) => ({
      events: buffer.readUInt32LE(index * EPOLL_EVENT_SIZE),
      data: buffer.readDoubleLE(index * EPOLL_EVENT_SIZE + EPOLL_DATA_OFFSET),
    }));
  },
  nanosleep: (time: Timespec) => void check(libc.nanosleep(timespec(time), null)),
  clock_gettime(clock: number): Timespec {
    const time = Buffer.alloc(16);
    check(libc.clock_gettime(clock, time));
    return { tv_sec: Number(time.readBigInt64LE(0)), tv_nsec: Number(time.readBigInt64LE(8)) };
  },
  pause: () => void check(libc.pause()),
  sched_yield: () => void check(libc.sched_yield()),
  getpid: () => libc.getpid(),
  gettid: () => libc.gettid(),
};
