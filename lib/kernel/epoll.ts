/**
 * epoll: a list of descriptors that the kernel keeps watching for you.
 *
 * poll hands over the whole list at every call and asks everybody. An epoll instance is told once whom to watch, stands in their
 * wait queues all the time, and keeps a **ready list**: whoever may have become ready is put there by the wake-up itself.
 * Waiting then costs what is ready, not what is watched. That is what lets one thread serve a hundred thousand sockets.
 *
 * The list says "may be ready": each entry is asked again before it is reported. A level-triggered entry goes back to the end
 * of the list when reported; an edge-triggered one only with the next wake-up; a one-shot one is then switched off.
 *
 * **Not modelled:** busy polling, EPOLLWAKEUP, a limit on how many instances watch one file. The real machine shows an instance's
 * list in /proc/<pid>/fdinfo/<fd>.
 *
 * Source: epoll(7), epoll_ctl(2), fs/eventpoll.c (ep_insert, ep_poll_callback, ep_send_events).
 */
import { EEXIST, EINVAL, ENOENT } from "../sys/errno";
import {
  EPOLLERR,
  EPOLLET,
  EPOLLEXCLUSIVE,
  EPOLLHUP,
  EPOLLONESHOT,
  type EpollEvent,
  POLLIN,
  POLLRDNORM,
} from "../sys/poll";
import type { Stat } from "../sys/stat";
import { Bag, type InBag } from "./bag";
import { readiness } from "./calls-poll";
import { Fifo } from "./fifo";
import type { Kernel } from "./kernel";
import type { OpenFile } from "./open-file";
import type { Pollable } from "./pollable";
import { ERESTARTNOHAND, type Sleeping, sleepOn } from "./sleep";
import type { Task } from "./task";
import { type Waiter, WaitQueue } from "./wait-queue";

/** The bits of `events` that aren't readiness. */
const BEHAVIOUR = (EPOLLET | EPOLLONESHOT | EPOLLEXCLUSIVE) >>> 0;

/** EP_MAX_NESTS: so many instances within one. */
const MAX_NESTS = 4;

/** One descriptor that is watched. It stands in the wait queues of its file and is woken like a sleeper. */
export class Interest implements Waiter, InBag {
  place = -1;
  /** Does it stand in the ready list? */
  listed = false;
  /** Another one for the same file: several instances may watch it, and one through several descriptors. */
  next: Interest | null = null;

  constructor(
    readonly epoll: Epoll,
    readonly fd: number,
    readonly file: OpenFile,
    public events: number,
    public data: number,
  ) {}

  get exclusive(): boolean {
    return (this.events & EPOLLEXCLUSIVE) !== 0;
  }

  /** Which of the awaited conditions hold now? */
  ready(): number {
    return readiness(this.file) & this.events & ~BEHAVIOUR;
  }

  /** Switched off by EPOLLONESHOT until it is set again. */
  get disabled(): boolean {
    return (this.events & ~BEHAVIOUR) === 0;
  }

  wake(events: number): boolean {
    if (this.disabled || (events !== 0 && (events & this.events) === 0)) return false;
    return this.epoll.mayBeReady(this);
  }

  /** Nobody asks for it any more, or its file is gone. */
  forget(): void {
    this.epoll.forget(this);
  }
}

export class Epoll implements Pollable {
  readonly kind = "epoll";
  readonly name: string;
  /** Where poll and other instances wait for this one (ep->poll_wait). */
  readonly waitQueues: readonly WaitQueue[];
  /** Its own open file description, by which other instances may watch it. */
  file: OpenFile | null = null;
  /** Where epoll_wait sleeps (ep->wq); it is woken before the others. */
  private readonly queue: WaitQueue;
  private readonly watchers: WaitQueue;
  /** Whom it watches; each open file knows as well who watches it. */
  private readonly interests = new Bag<Interest>();
  /** Who may be ready, first come first. */
  private readonly readyList = new Fifo<Interest>();

  constructor(
    private readonly kernel: Kernel,
    private readonly number: number,
  ) {
    this.name = `epoll ${number}`;
    this.queue = new WaitQueue(this, "ready list");
    this.watchers = new WaitQueue(this, "readiness");
    this.waitQueues = [this.watchers];
  }

  /** EPOLL_CTL_ADD. Throws EEXIST. */
  add(fd: number, file: OpenFile, event: EpollEvent): void {
    if (this.find(fd, file) !== undefined) throw EEXIST;
    const interest = new Interest(this, fd, file, (event.events | EPOLLERR | EPOLLHUP) >>> 0, event.data);
    this.interests.add(interest);
    file.addInterest(interest);
    for (const queue of queuesOf(file)) queue.add(interest);
    this.report(interest);
    if (interest.ready() !== 0) this.mayBeReady(interest);
  }

  /** EPOLL_CTL_MOD. Throws ENOENT, and EINVAL for one that was added with EPOLLEXCLUSIVE. */
  modify(fd: number, file: OpenFile, event: EpollEvent): void {
    const interest = this.existing(fd, file);
    if (interest.exclusive) throw EINVAL;
    interest.events = (event.events | EPOLLERR | EPOLLHUP) >>> 0;
    interest.data = event.data;
    this.report(interest);
    if (interest.ready() !== 0) this.mayBeReady(interest);
  }

  /** EPOLL_CTL_DEL. Throws ENOENT. */
  remove(fd: number, file: OpenFile): void {
    this.forget(this.existing(fd, file));
  }

  /** Does it watch this instance, directly or through others? */
  watches(other: Epoll): boolean {
    for (const { file } of this.interests) {
      if (file.object === other) return true;
      if (file.object.kind === "epoll" && file.object.watches(other)) return true;
    }
    return false;
  }

  /** Would watching `other` nest instances more than EP_MAX_NESTS deep? */
  wouldNestTooDeep(other: Epoll): boolean {
    return other.depthBelow() + 1 + this.depthAbove() > MAX_NESTS;
  }

  /** How many instances stand below this one, one within the other. */
  private depthBelow(): number {
    const nested = [...this.interests].map(({ file: { object } }) =>
      object.kind === "epoll" ? 1 + object.depthBelow() : 0,
    );
    return Math.max(0, ...nested);
  }

  private depthAbove(): number {
    return Math.max(0, ...(this.file?.interests() ?? []).map(({ epoll }) => 1 + epoll.depthAbove()));
  }

  /** A wake-up has come for this interest. Did it wake somebody? */
  mayBeReady(interest: Interest): boolean {
    if (!interest.listed) {
      this.list(interest);
      this.reportReady(interest, true);
    }
    // One that was woken before and hasn't run yet doesn't wait any more (ep_autoremove_wake_function).
    const woken = this.queue.wake(POLLIN | POLLRDNORM);
    this.watchers.wake(POLLIN | POLLRDNORM);
    return woken;
  }

  *wait(task: Task, maxevents: number, deadline: number | null): Sleeping<EpollEvent[]> {
    let events = this.collect(maxevents);
    if (events.length > 0 || (deadline !== null && deadline <= task.kernel.clock.now())) return events;
    const look = (): boolean => {
      events = this.collect(maxevents);
      return events.length > 0;
    };
    const place = { queue: this.queue, events: 0, newestFirst: true };
    const reason = yield* sleepOn(task, [place], look, deadline, "exclusive");
    if (reason === "signal") throw ERESTARTNOHAND;
    return events;
  }

  readiness(): number {
    for (let interest = this.firstListed(); interest !== null; interest = this.firstListed()) {
      if (interest.ready() !== 0) return POLLIN | POLLRDNORM;
      // What is no longer ready leaves the list, so that it will come back behind the others (__ep_eventpoll_poll).
      this.takeFirst(interest);
      this.reportReady(interest, false);
    }
    return 0;
  }

  stat(): Stat {
    return { ino: this.number, mode: 0o600, nlink: 1, size: 0 };
  }

  release(): void {
    for (const interest of this.interests) this.forget(interest);
  }

  /** Takes from the ready list what really is ready. */
  private collect(maxevents: number): EpollEvent[] {
    const events: EpollEvent[] = [];
    const again: Interest[] = [];
    while (events.length < maxevents) {
      const interest = this.firstListed();
      if (interest === null) break;
      this.takeFirst(interest);
      const ready = interest.ready();
      if (ready === 0) {
        this.reportReady(interest, false);
        continue;
      }
      events.push({ events: ready, data: interest.data });
      if ((interest.events & EPOLLONESHOT) !== 0) {
        interest.events = (interest.events & BEHAVIOUR) >>> 0;
        this.reportReady(interest, false);
      } else if ((interest.events & EPOLLET) === 0) {
        again.push(interest);
      } else {
        this.reportReady(interest, false);
      }
    }
    for (const interest of again) this.list(interest);
    // What is left in the list concerns the next sleeper as well.
    if (events.length > 0 && this.firstListed() !== null) this.queue.wake(POLLIN | POLLRDNORM);
    return events;
  }

  /** At the end of the ready list. */
  private list(interest: Interest): void {
    interest.listed = true;
    this.readyList.add(interest);
  }

  /** Who stands first in the ready list. Those that were forgotten meanwhile are passed over. */
  private firstListed(): Interest | null {
    for (let first = this.readyList.peek(); first !== undefined; first = this.readyList.peek()) {
      if (first.listed) return first;
      this.readyList.take();
    }
    return null;
  }

  private takeFirst(interest: Interest): void {
    interest.listed = false;
    this.readyList.take();
  }

  private find(fd: number, file: OpenFile): Interest | undefined {
    return file.interests().find((interest) => interest.epoll === this && interest.fd === fd);
  }

  private existing(fd: number, file: OpenFile): Interest {
    const interest = this.find(fd, file);
    if (interest === undefined) throw ENOENT;
    return interest;
  }

  /** Closing one of two descriptors of a file doesn't lead here: only the file's end does (eventpoll_release_file). */
  forget(interest: Interest): void {
    const { fd, file } = interest;
    for (const queue of queuesOf(file)) queue.remove(interest);
    interest.listed = false;
    this.interests.delete(interest);
    file.removeInterest(interest);
    this.kernel.emitIfTraced({ type: "epoll.forget", object: this.name, fd, file: file.id });
  }

  private report(interest: Interest): void {
    const { fd, file, events, data } = interest;
    this.kernel.emitIfTraced({ type: "epoll.interest", object: this.name, fd, file: file.id, events, data });
  }

  private reportReady(interest: Interest, ready: boolean): void {
    const { fd, file } = interest;
    this.kernel.emitIfTraced({ type: "epoll.ready", object: this.name, fd, file: file.id, ready });
  }
}

function queuesOf(file: OpenFile): readonly WaitQueue[] {
  const { object } = file;
  return object.kind === "pipe" || object.kind === "socket" || object.kind === "epoll" ? object.waitQueues : [];
}
