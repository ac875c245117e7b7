/**
 * Pipes, made inside this process.
 *
 * Node gives a program no pipe between its own parts (`pipe(2)` has no line in Node), so this one is an emulation: a queue
 * of bytes with Linux's capacity. In Node the nearest thing is a `PassThrough` stream, whose `highWaterMark` is the capacity
 * and whose `write() === false` means "a blocking write would sleep now".
 *
 * Source: pipe(7).
 */
import {
  EAGAIN,
  EBADF,
  EPIPE,
  O_RDONLY,
  O_WRONLY,
  PIPE_BUF,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  S_IFIFO,
  type Stat,
} from "../../sys";
import { ByteQueue } from "./byte-queue";
import { nodeLimits } from "./limits";
import type { Machine } from "./machine";
import { OpenFile } from "./open-file";

const CAPACITY = 65_536;

/** The queue and who can still use it. */
class Pipe {
  readonly bytes = new ByteQueue(CAPACITY);
  readEnd: PipeReadEnd | null = null;
  writeEnd: PipeWriteEnd | null = null;
}

abstract class PipeEnd extends OpenFile {
  readonly name: string;

  constructor(
    machine: Machine,
    flags: number,
    protected readonly pipe: Pipe,
    number: number,
  ) {
    super(machine, flags);
    this.name = `pipe ${number}`;
  }

  get capacity(): number {
    return this.pipe.bytes.capacity;
  }

  override available(): number {
    return this.pipe.bytes.length;
  }

  stat(): Stat {
    return { ino: 0, mode: S_IFIFO | 0o600, nlink: 1, size: 0 };
  }
}

export class PipeReadEnd extends PipeEnd {
  tryRead(size: number): Uint8Array {
    if (size === 0) return new Uint8Array(0);
    const data = this.pipe.bytes.take(size);
    if (data.length > 0) {
      this.pipe.writeEnd?.queue.wakeAll();
      return data;
    }
    if (!this.pipe.writeEnd) return data; // nobody can write any more: end of file
    throw EAGAIN;
  }

  tryWrite(): number {
    throw EBADF;
  }

  ready(): number {
    return (this.pipe.bytes.length > 0 ? POLLIN : 0) | (this.pipe.writeEnd ? 0 : POLLHUP);
  }

  protected release(): void {
    this.pipe.readEnd = null;
    this.pipe.writeEnd?.queue.wakeAll();
  }
}

export class PipeWriteEnd extends PipeEnd {
  tryRead(): Uint8Array {
    throw EBADF;
  }

  /** Up to PIPE_BUF bytes go in whole or not at all; a larger write may go in by parts. */
  tryWrite(data: Uint8Array): number {
    if (!this.pipe.readEnd) throw EPIPE;
    const { bytes } = this.pipe;
    if (data.length > bytes.room && (data.length <= PIPE_BUF || bytes.room === 0)) throw EAGAIN;
    const taken = bytes.put(data);
    if (taken > 0) this.pipe.readEnd.queue.wakeAll();
    return taken;
  }

  ready(): number {
    return (this.pipe.bytes.room >= PIPE_BUF ? POLLOUT : 0) | (this.pipe.readEnd ? 0 : POLLERR);
  }

  protected release(): void {
    this.pipe.writeEnd = null;
    this.pipe.readEnd?.queue.wakeAll();
  }
}

export { PipeEnd };

/** Both ends of a new pipe; `flags` may hold O_NONBLOCK. */
export function makePipe(machine: Machine, flags: number): [PipeReadEnd, PipeWriteEnd] {
  machine.note(nodeLimits.pipe.note);
  const pipe = new Pipe();
  const number = machine.nextNumber("pipe");
  pipe.readEnd = new PipeReadEnd(machine, O_RDONLY | flags, pipe, number);
  pipe.writeEnd = new PipeWriteEnd(machine, O_WRONLY | flags, pipe, number);
  return [pipe.readEnd, pipe.writeEnd];
}
