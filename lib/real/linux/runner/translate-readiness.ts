/** poll, select, epoll and nanosleep: results filled in place, and how much time is left after an interruption. */
import type { PollFd } from "../../../sys/poll";
import { milliseconds, type Timespec } from "../../../sys/time";
import { blockable } from "./signals";
import type { Translators } from "./translate";
import type { PartialTranslation } from "./translation";

interface Polled {
  readonly count: number;
  readonly revents: readonly number[];
}

interface Selected {
  readonly count: number;
  readonly sets: readonly (readonly number[] | null)[];
}

function fillRevents(fds: PollFd[], { count, revents }: Polled): number {
  fds.forEach((entry, index) => {
    entry.revents = revents[index];
  });
  return count;
}

function fillSet(set: Set<number> | null, members: readonly number[] | null): void {
  if (set === null || members === null) return;
  set.clear();
  for (const fd of members) set.add(fd);
}

const inMilliseconds = (time: Timespec): number => time.tv_sec * 1000 + time.tv_nsec / 1e6;

/** A translation whose last argument is the time that is left, in milliseconds; negative or null is for ever. */
function timed(
  time: number | null,
  rest: Omit<PartialTranslation, "args">,
  args: (left: number | null) => unknown[],
): PartialTranslation {
  let left = time;
  return {
    ...rest,
    args: args(left),
    forever: left === null || left < 0,
    shorten(elapsed: number) {
      if (left !== null && left >= 0) left = Math.max(0, left - elapsed);
      return args(left);
    },
  };
}

function checkEntries(fds: PollFd[]): PollFd[] {
  return fds.map(({ fd, events }) => ({ fd, events }));
}

export const readinessTranslators: Translators = {
  poll(_thread, fds, timeout) {
    const entries = checkEntries(fds);
    return timed(timeout, { finish: (value) => fillRevents(fds, value as Polled) }, (left) => [
      entries,
      Math.ceil(left ?? -1),
    ]);
  },
  ppoll(thread, fds, timeout, sigmask) {
    const entries = checkEntries(fds);
    if (sigmask !== null && thread.maskAfterCall === null) {
      thread.maskAfterCall = thread.blocked;
      thread.blocked = blockable(sigmask);
    }
    const whole = timeout === null ? null : inMilliseconds(timeout);
    return timed(whole, { finish: (value) => fillRevents(fds, value as Polled) }, (left) => [
      entries,
      left === null ? null : left === whole ? timeout : milliseconds(left),
    ]);
  },
  select(_thread, nfds, readfds, writefds, exceptfds, timeout) {
    const sets = [readfds, writefds, exceptfds];
    const lists = sets.map((set) => (set === null ? null : [...set]));
    const whole = timeout === null ? null : timeout.tv_sec * 1000 + timeout.tv_usec / 1000;
    const finish = (value: unknown): number => {
      const selected = value as Selected;
      for (const [index, set] of sets.entries()) fillSet(set, selected.sets[index]);
      return selected.count;
    };
    return timed(whole, { finish }, (left) => {
      if (left === null) return [nfds, ...lists, null];
      if (left === whole) return [nfds, ...lists, timeout];
      return [nfds, ...lists, { tv_sec: Math.floor(left / 1000), tv_usec: Math.ceil((left % 1000) * 1000) }];
    });
  },
  epoll_wait: (_thread, epfd, maxevents, timeout) =>
    timed(timeout, {}, (left) => [epfd, maxevents, Math.ceil(left ?? -1)]),
  nanosleep(_thread, time) {
    const whole = inMilliseconds(time);
    return timed(whole, { finish: () => undefined }, (left) => [
      left === whole || left === null ? time : milliseconds(left),
    ]);
  },
};
