/**
 * A pipe: a small ring of pages between those who write and those who read.
 *
 * Bytes come out in the order in which they went in. A reader of an empty pipe sleeps until there is a byte, or until the last
 * writer is gone: then it gets nothing, which means end of file. A writer of a full pipe sleeps until there is room, or until
 * the last reader is gone: then it gets SIGPIPE and EPIPE.
 *
 * The ring has 16 slots of one page, as in Linux, and that shows: a slot that holds one byte counts as used, so a pipe can be
 * "full" with fewer than 65,536 bytes in it. A small write is appended to the last page where it fits whole, never split:
 * that is how writes up to PIPE_BUF stay in one piece.
 *
 * **Not modelled:** pipes of packets (O_DIRECT), notification pipes, pipes with a name (FIFOs), splice. The real machine shows its
 * pipes with `ls -l /proc/<pid>/fd`.
 *
 * Source: pipe(7), fs/pipe.c (pipe_read, pipe_write, pipe_poll).
 */
import { EAGAIN, EBUSY, EINVAL, EPIPE } from "../sys/errno";
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from "../sys/poll";
import { SIGPIPE } from "../sys/signal";
import { S_IFIFO, type Stat } from "../sys/stat";
import type { Kernel } from "./kernel";
import type { OpenFile } from "./open-file";
import type { Pollable } from "./pollable";
import { sendSignalToTask } from "./signals";
import { ERESTARTSYS, type Sleeping, sleepOn, waitFor } from "./sleep";
import type { Task } from "./task";
import { WaitQueue } from "./wait-queue";

/** In bytes. */
const PAGE_SIZE = 4096;
/** PIPE_DEF_BUFFERS: 64 KiB in all; pipe(7). */
const DEFAULT_SLOTS = 16;
/** /proc/sys/fs/pipe-max-size. */
const MAX_SIZE = 1 << 20;
const EMPTY = new Uint8Array(0);

/** One page of the ring. Invariant: the bytes from `start` to `end` wait to be read, and there is at least one. */
interface Slot {
  page: Uint8Array;
  start: number;
  end: number;
}

export class Pipe {
  readonly name: string;
  /** Bytes in the pipe, first to be read first. */
  private readonly slots: Slot[] = [];
  private maxSlots = DEFAULT_SLOTS;
  private bytesInside = 0;
  /** A page that was emptied last, to be filled next (Linux keeps two: tmp_page). */
  private sparePage: Uint8Array | null = null;
  /** Open file descriptions that can read, and that can write. */
  readers = 1;
  writers = 1;
  /** Has anybody asked whether it is ready? Linux: poll_usage. */
  polled = false;
  readonly data: WaitQueue;
  readonly room: WaitQueue;

  constructor(
    private readonly kernel: Kernel,
    readonly number: number,
  ) {
    this.name = `pipe ${number}`;
    this.data = new WaitQueue(this, "data");
    this.room = new WaitQueue(this, "room");
    if (kernel.trace !== null) kernel.emit({ type: "pipe.create", object: this.name, capacity: this.capacity });
    this.report();
  }

  /** Bytes that wait to be read. */
  get used(): number {
    return this.bytesInside;
  }

  /** Size of the whole ring, in bytes. */
  get capacity(): number {
    return this.maxSlots * PAGE_SIZE;
  }

  get empty(): boolean {
    return this.slots.length === 0;
  }

  get full(): boolean {
    return this.slots.length >= this.maxSlots;
  }

  *read(task: Task, file: OpenFile, size: number, into: Uint8Array | null): Sleeping<Uint8Array> {
    if (size === 0) return EMPTY;
    let wakeNextReader = false;
    while (this.empty) {
      if (this.writers === 0) return EMPTY;
      if (file.nonblocking) throw EAGAIN;
      yield* waitFor(task, this.data, () => !this.empty || this.writers === 0, "exclusive");
      wakeNextReader = true;
    }
    const wasFull = this.full;
    const taken = this.take(size, into);
    if (wasFull && !this.full) this.room.wake(POLLOUT | POLLWRNORM);
    // One reader was woken for the data; what it left is for the next one.
    if (wakeNextReader && !this.empty) this.data.wake(POLLIN | POLLRDNORM);
    return taken;
  }

  *write(task: Task, file: OpenFile, bytes: Uint8Array): Sleeping<number> {
    if (bytes.length === 0) return 0;
    if (this.readers === 0) throw this.broken(task);
    let written = 0;
    let wasEmpty = this.empty;
    let wakeNextWriter = false;
    const odd = bytes.length % PAGE_SIZE;
    if (odd > 0 && !wasEmpty && this.append(bytes.subarray(0, odd))) written = odd;
    while (written < bytes.length) {
      if (this.readers === 0) {
        if (written === 0) throw this.broken(task);
        sendSignalToTask(task, SIGPIPE, "kernel");
        break;
      }
      if (!this.full) {
        written += this.addPage(bytes, written);
        continue;
      }
      if (file.nonblocking) {
        if (written > 0) break;
        this.wakeReaders(wasEmpty);
        throw EAGAIN;
      }
      if (wasEmpty) this.data.wake(POLLIN | POLLRDNORM);
      const room = { queue: this.room, events: 0 };
      const reason = yield* sleepOn(task, [room], () => !this.full || this.readers === 0, null, "exclusive");
      if (reason === "signal") {
        if (written === 0) throw ERESTARTSYS;
        break;
      }
      wasEmpty = this.empty;
      wakeNextWriter = true;
    }
    this.wakeReaders(wasEmpty);
    if (wakeNextWriter && !this.full) this.room.wake(POLLOUT | POLLWRNORM);
    return written;
  }

  /** One of the ends is closed for good. */
  closeEnd(writing: boolean): void {
    if (writing) this.writers--;
    else this.readers--;
    this.report();
    if (this.readers === 0 && this.writers === 0) {
      if (this.kernel.trace !== null) this.kernel.emit({ type: "pipe.free", object: this.name });
      return;
    }
    // End of file can't be used up by one: everybody must see it.
    if (this.writers === 0) this.data.wakeAll();
    if (this.readers === 0) this.room.wakeAll();
  }

  /** F_SETPIPE_SZ: whole pages, a power of two of them. Throws EBUSY when what is inside wouldn't fit. Returns the new size in bytes. */
  resize(size: number): number {
    if (size < 0 || size > MAX_SIZE * 2048) throw EINVAL;
    let slots = 1;
    while (slots * PAGE_SIZE < size) slots *= 2;
    if (slots < this.slots.length) throw EBUSY;
    this.maxSlots = slots;
    this.report();
    // There may be more room; nobody checks whether there is (pipe_resize_ring in fs/pipe.c).
    this.room.wake();
    return this.capacity;
  }

  private take(size: number, into: Uint8Array | null): Uint8Array {
    const count = Math.min(size, this.bytesInside);
    const target = into ?? new Uint8Array(count);
    let done = 0;
    while (done < count) {
      const slot = this.slots[0];
      const part = Math.min(slot.end - slot.start, count - done);
      target.set(slot.page.subarray(slot.start, slot.start + part), done);
      slot.start += part;
      done += part;
      if (slot.start === slot.end) {
        this.slots.shift();
        this.sparePage = slot.page;
      }
    }
    this.bytesInside -= count;
    this.report();
    return into === null ? target : target.subarray(0, count);
  }

  /** Puts all of it behind what the last page holds, or does nothing when it doesn't fit whole. */
  private append(bytes: Uint8Array): boolean {
    const last = this.slots[this.slots.length - 1];
    if (last.end + bytes.length > PAGE_SIZE) return false;
    last.page.set(bytes, last.end);
    last.end += bytes.length;
    this.bytesInside += bytes.length;
    this.report();
    return true;
  }

  /** Fills one more page from `bytes`, and returns how many it took. */
  private addPage(bytes: Uint8Array, from: number): number {
    const count = Math.min(PAGE_SIZE, bytes.length - from);
    const page = this.sparePage ?? new Uint8Array(PAGE_SIZE);
    this.sparePage = null;
    page.set(bytes.subarray(from, from + count));
    this.slots.push({ page, start: 0, end: count });
    this.bytesInside += count;
    this.report();
    return count;
  }

  /**
   * A pipe that had something inside has no sleeping reader to wake. But once somebody has polled it, every write wakes: an
   * edge-triggered epoll counts on it (pipe_write in fs/pipe.c: "Epoll nonsensically wants a wakeup").
   */
  private wakeReaders(wasEmpty: boolean): void {
    if ((wasEmpty || this.polled) && !this.empty) this.data.wake(POLLIN | POLLRDNORM);
  }

  /** Nobody will ever read this: SIGPIPE for the thread that writes, and EPIPE in case it survives. */
  private broken(task: Task): typeof EPIPE {
    sendSignalToTask(task, SIGPIPE, "kernel");
    return EPIPE;
  }

  private report(): void {
    if (this.kernel.trace === null) return;
    const { name: object, used, capacity, readers, writers } = this;
    this.kernel.emit({ type: "pipe.buffer", object, used, capacity, readers, writers });
  }
}

/** One end of a pipe, as a descriptor leads to it. */
export class PipeEnd implements Pollable {
  readonly kind = "pipe";
  readonly waitQueues: readonly WaitQueue[];

  constructor(
    readonly pipe: Pipe,
    readonly writing: boolean,
  ) {
    this.waitQueues = [writing ? pipe.room : pipe.data];
  }

  get name(): string {
    return this.pipe.name;
  }

  readiness(): number {
    const { pipe } = this;
    pipe.polled = true;
    if (this.writing) return (pipe.full ? 0 : POLLOUT | POLLWRNORM) | (pipe.readers === 0 ? POLLERR : 0);
    return (pipe.empty ? 0 : POLLIN | POLLRDNORM) | (pipe.writers === 0 ? POLLHUP : 0);
  }

  stat(): Stat {
    return { ino: this.pipe.number, mode: S_IFIFO | 0o600, nlink: 1, size: 0 };
  }
}
