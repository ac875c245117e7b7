/**
 * An open file description: what descriptors lead to. Flags and offset live here, so dup and fork share them.
 *
 * Every kind of file answers the same few questions, each without waiting: give me bytes, take these bytes, are you ready?
 * "Not now" is EAGAIN. Blocking is made out of that in one place, `blocking` below: try; on EAGAIN sleep on the file's wait
 * queue; try again. This is the way round that Node took out: it never lets a thread sleep in `read`, it calls you back.
 *
 * Source: open(2), "open file description"; the pattern is that of every sleeping call in Linux (wait_event).
 */
import { EAGAIN, EINVAL, ENOTTY, ESPIPE, O_ACCMODE, O_NONBLOCK, O_RDONLY, O_WRONLY, type Stat } from "../../sys";
import type { Machine } from "./machine";
import type { Thread } from "./thread";
import { WaitQueue } from "./wait-queue";

export abstract class OpenFile {
  /** Descriptors that lead here, plus calls that are under way. The file is released when none is left. */
  references = 0;
  private released = false;
  readonly queue: WaitQueue;

  constructor(
    protected readonly machine: Machine,
    /** O_RDONLY and so on, O_NONBLOCK, O_APPEND: what F_GETFL returns. */
    public flags: number,
    outside = false,
  ) {
    this.queue = new WaitQueue(outside);
  }

  /** What a sleeper waits for, for people: "pipe 1". */
  abstract readonly name: string;
  /** POLL* bits that hold now. */
  abstract ready(): number;
  abstract stat(): Stat;
  /** The last reference is gone: give the Node object back. */
  protected abstract release(): void;

  /** Bytes, none at end of file, or EAGAIN. */
  abstract tryRead(size: number): Uint8Array;
  /** How many bytes were taken, or EAGAIN. */
  abstract tryWrite(data: Uint8Array): number;

  get nonblocking(): boolean {
    return (this.flags & O_NONBLOCK) !== 0;
  }

  get readable(): boolean {
    return (this.flags & O_ACCMODE) !== O_WRONLY;
  }

  get writable(): boolean {
    return (this.flags & O_ACCMODE) !== O_RDONLY;
  }

  async read(thread: Thread, size: number): Promise<Uint8Array> {
    return blocking(thread, this, "data", () => this.tryRead(size));
  }

  /** A blocking write returns when all is taken; interrupted half-way, it returns how much was. */
  async write(thread: Thread, data: Uint8Array, nonblocking = this.nonblocking): Promise<number> {
    let taken = 0;
    do {
      try {
        taken += await blocking(thread, this, "room", () => this.tryWrite(data.subarray(taken)), nonblocking);
      } catch (error) {
        if (taken > 0) return taken;
        throw error;
      }
    } while (taken < data.length && !nonblocking);
    return taken;
  }

  /** pread and pwrite: only files with an offset can. */
  readAt(_size: number, _offset: number): Uint8Array {
    throw ESPIPE;
  }

  writeAt(_data: Uint8Array, _offset: number): number {
    throw ESPIPE;
  }

  seek(_offset: number, _whence: number): number {
    throw ESPIPE;
  }

  truncate(_length: number): void {
    throw EINVAL;
  }

  /** FIONREAD: how many bytes wait. */
  available(): number {
    throw ENOTTY;
  }

  hold(): void {
    this.references++;
    this.machine.openFiles.add(this);
  }

  drop(): void {
    this.references--;
    if (this.references > 0 || this.released) return;
    this.released = true;
    this.machine.openFiles.delete(this);
    this.release();
  }
}

/** Makes a blocking call out of one that says EAGAIN. The file can't go away while a call sleeps in it. */
export async function blocking<T>(
  thread: Thread,
  file: OpenFile,
  waitsFor: string,
  attempt: () => T,
  nonblocking = file.nonblocking,
): Promise<T> {
  file.hold();
  try {
    for (;;) {
      try {
        return attempt();
      } catch (error) {
        if (error !== EAGAIN || nonblocking) throw error;
      }
      await thread.sleep([file.queue], `${file.name}: ${waitsFor}`);
    }
  } finally {
    file.drop();
  }
}
