/**
 * epoll: an interest list that stays in the kernel, so that a program needn't hand it over on every call.
 *
 * It is the call under Node's event loop on Linux. An entry is *fresh* from when its file's wait queue was woken until it
 * has been reported: edge-triggered entries (EPOLLET) are reported only when fresh. Source: epoll(7).
 */
import {
  EEXIST,
  EINVAL,
  ENOENT,
  EPERM,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EPOLLET,
  EPOLLONESHOT,
  type EpollEvent,
  O_RDWR,
  POLLERR,
  POLLHUP,
  POLLIN,
  type Stat,
} from "../../sys";
import type { Machine } from "./machine";
import { OpenFile } from "./open-file";
import { RegularFile } from "./regular-file";
import type { Thread } from "./thread";

interface Interest {
  readonly file: OpenFile;
  events: number;
  data: number;
  fresh: boolean;
  armed: boolean;
  readonly wake: () => void;
}

export class Epoll extends OpenFile {
  readonly name: string;
  private readonly interests = new Map<string, Interest>();

  constructor(machine: Machine) {
    super(machine, O_RDWR, true);
    this.name = `epoll ${machine.nextNumber("epoll")}`;
  }

  control(op: number, fd: number, file: OpenFile, event: EpollEvent | undefined): void {
    if (file === this) throw EINVAL;
    if (file instanceof RegularFile) throw EPERM;
    const key = `${fd} ${file.name}`;
    const interest = this.interests.get(key);
    if (op === EPOLL_CTL_DEL) {
      if (!interest) throw ENOENT;
      this.forget(key, interest);
      return;
    }
    if (op !== EPOLL_CTL_ADD && op !== EPOLL_CTL_MOD) throw EINVAL;
    if (op === EPOLL_CTL_ADD && interest) throw EEXIST;
    if (op === EPOLL_CTL_MOD && !interest) throw ENOENT;
    const { events = 0, data = 0 } = event ?? {};
    if (interest) Object.assign(interest, { events, data, fresh: true, armed: true });
    else this.interests.set(key, this.watch(file, events, data));
    this.queue.wakeAll();
  }

  private watch(file: OpenFile, events: number, data: number): Interest {
    const wake = () => {
      interest.fresh = true;
      this.queue.wakeAll();
    };
    const interest: Interest = { file, events, data, fresh: true, armed: true, wake };
    file.queue.add(wake);
    return interest;
  }

  private forget(key: string, interest: Interest): void {
    interest.file.queue.remove(interest.wake);
    this.interests.delete(key);
  }

  /** What there is to report, and marks it as reported. */
  private take(maxevents: number): EpollEvent[] {
    const found: EpollEvent[] = [];
    for (const [key, interest] of this.interests) {
      if (interest.file.references === 0) this.forget(key, interest);
      const bits = this.bits(interest);
      if (bits === 0 || found.length === maxevents) continue;
      interest.fresh = false;
      if (interest.events & EPOLLONESHOT) interest.armed = false;
      found.push({ events: bits, data: interest.data });
    }
    return found;
  }

  private bits({ file, events, fresh, armed }: Interest): number {
    if (!armed || (events & EPOLLET && !fresh) || file.references === 0) return 0;
    return file.ready() & (events | POLLERR | POLLHUP);
  }

  async wait(thread: Thread, maxevents: number, timeout: number): Promise<EpollEvent[]> {
    if (maxevents <= 0) throw EINVAL;
    const deadline = timeout < 0 ? Number.POSITIVE_INFINITY : performance.now() + timeout;
    this.hold();
    try {
      for (;;) {
        const found = this.take(maxevents);
        if (found.length > 0 || performance.now() >= deadline) return found;
        const names = [...this.interests.values()].map(({ file }) => file.name).join(", ");
        await thread.sleep([this.queue], `${this.name}: any of ${names || "nothing"}`, deadline);
      }
    } finally {
      this.drop();
    }
  }

  ready(): number {
    return [...this.interests.values()].some((interest) => this.bits(interest) !== 0) ? POLLIN : 0;
  }

  tryRead(): Uint8Array {
    throw EINVAL;
  }

  tryWrite(): number {
    throw EINVAL;
  }

  stat(): Stat {
    return { ino: 0, mode: 0o600, nlink: 1, size: 0 };
  }

  protected release(): void {
    for (const [key, interest] of this.interests) this.forget(key, interest);
  }
}
