/**
 * An open file description: what a descriptor points to.
 *
 * Three tables stand behind every descriptor, and this is the middle one:
 *
 *     descriptor (per process)  →  open file description (shared)  →  object (inode, pipe, socket, …)
 *
 * It is made by open, pipe and socket. dup and fork only make more descriptors that lead to the same one, and that is why
 * they share its offset and its flags. It goes when the last descriptor is closed and no call is still using it.
 *
 * `object` is the branch that makes everything look like a file: see read.ts.
 *
 * Source: open(2) ("open file description"), struct file in include/linux/fs.h.
 */
import { O_ACCMODE, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } from "../sys/fcntl";
import type { InBag } from "./bag";
import type { CharacterDevice } from "./character-device";
import type { Epoll, Interest } from "./epoll";
import type { Directory, RegularFile } from "./inode";
import type { Kernel } from "./kernel";
import type { PipeEnd } from "./pipe";
import type { Socket } from "./socket";

/** What a descriptor can lead to. */
export type FileObject = RegularFile | Directory | PipeEnd | Socket | Epoll | CharacterDevice;

export class OpenFile implements InBag {
  place = -1;
  /** Where the next read or write of a regular file takes place, in bytes from its start. */
  offset = 0;
  /** Descriptors that lead here, plus calls that are in the middle of using it. */
  private references = 0;
  /** Who watches it through epoll: the first, which knows the next. */
  private interest: Interest | null = null;

  constructor(
    private readonly kernel: Kernel,
    readonly id: number,
    readonly object: FileObject,
    /** Access mode and status flags, as F_GETFL returns them. */
    public flags: number,
    readonly path: string | null,
  ) {}

  // The mode 3 is Linux's own: neither reading nor writing, only ioctl (open(2), "File access mode").
  get readable(): boolean {
    const mode = this.flags & O_ACCMODE;
    return mode === O_RDONLY || mode === O_RDWR;
  }

  get writable(): boolean {
    const mode = this.flags & O_ACCMODE;
    return mode === O_WRONLY || mode === O_RDWR;
  }

  get nonblocking(): boolean {
    return (this.flags & O_NONBLOCK) !== 0;
  }

  get referenceCount(): number {
    return this.references;
  }

  /** Somebody else uses it: a descriptor, or a call for as long as it may sleep. */
  hold(): void {
    this.references++;
  }

  /** One user fewer. The last one takes the object down with it. */
  release(): void {
    this.references--;
    if (this.references === 0) this.kernel.releaseFile(this);
  }

  /** Does anybody watch it through epoll? */
  get watched(): boolean {
    return this.interest !== null;
  }

  /** Everybody who does (f_ep). */
  interests(): Interest[] {
    const all: Interest[] = [];
    for (let interest = this.interest; interest !== null; interest = interest.next) all.push(interest);
    return all;
  }

  addInterest(interest: Interest): void {
    interest.next = this.interest;
    this.interest = interest;
  }

  removeInterest(interest: Interest): void {
    if (interest === this.interest) {
      this.interest = interest.next;
      return;
    }
    for (let before = this.interest; before !== null; before = before.next)
      if (before.next === interest) before.next = interest.next;
  }

  moveTo(offset: number): void {
    this.offset = offset;
    if (this.kernel.trace !== null) this.kernel.emit({ type: "file.offset", file: this.id, offset });
  }

  setFlags(flags: number): void {
    this.flags = flags;
    if (this.kernel.trace !== null) this.kernel.emit({ type: "file.flags", file: this.id, flags });
  }
}

/** What the last close means to the object (file->f_op->release in Linux): the branch of read.ts once more. */
export function releaseObject(object: FileObject): void {
  switch (object.kind) {
    case "regular":
    case "directory":
      object.opened--;
      object.freeIfUnused();
      return;
    case "pipe":
      object.pipe.closeEnd(object.writing);
      return;
    case "socket":
    case "epoll":
      object.release();
      return;
    case "device":
      return;
  }
}
