/**
 * The descriptor table: from a small number to an open file description.
 *
 * A descriptor is nothing but an index here. Threads of a process share one table; fork makes a copy, whose entries lead to
 * the same open file descriptions. Only one flag belongs to the descriptor itself: close-on-exec.
 *
 * Source: struct files_struct, fs/file.c; dup(2), fcntl(2).
 */
import { EBADF, EBUSY, EMFILE } from "../sys/errno";
import type { FdAllocator } from "./fd-allocator";
import { FdSet } from "./fd-set";
import type { Kernel } from "./kernel";
import type { OpenFile } from "./open-file";

export class FdTable {
  private readonly files: (OpenFile | null)[] = [];
  /** Numbers that are taken and lead nowhere yet. */
  private readonly reserved = new FdSet();
  private readonly closeOnExec = new FdSet();

  constructor(
    private readonly kernel: Kernel,
    readonly id: number,
    private readonly allocator: FdAllocator,
  ) {}

  /** The open file description behind a descriptor. Throws EBADF when the descriptor is not open. */
  get(fd: number): OpenFile {
    const file = this.files[fd];
    if (file === undefined || file === null) throw EBADF;
    return file;
  }

  /** Is this descriptor open? */
  has(fd: number): boolean {
    return (this.files[fd] ?? null) !== null;
  }

  /**
   * Takes the lowest free number from `from` on, which leads nowhere yet. Calls that may fail or sleep do this first, as in
   * Linux (get_unused_fd_flags): a thread asleep in accept has its descriptor's number already, and others don't get it.
   * Follow with `fill` or `unreserve`. Throws EMFILE when the number would reach `limit`.
   */
  reserve(limit: number, from = 0): number {
    const fd = this.allocator.allocate(from);
    if (fd >= limit) {
      this.allocator.release(fd);
      throw EMFILE;
    }
    this.reserved.add(fd);
    return fd;
  }

  /** Leads a reserved number to `file` (fd_install). */
  fill(fd: number, file: OpenFile, closeOnExec: boolean): void {
    this.reserved.delete(fd);
    this.put(fd, file, closeOnExec);
  }

  /** Gives a reserved number back unused (put_unused_fd). */
  unreserve(fd: number): void {
    this.reserved.delete(fd);
    this.allocator.release(fd);
  }

  /** The lowest free descriptor from `from` on, leading to `file`. Throws EMFILE when it would reach `limit`. */
  install(file: OpenFile, limit: number, closeOnExec: boolean, from = 0): number {
    const fd = this.reserve(limit, from);
    this.fill(fd, file, closeOnExec);
    return fd;
  }

  /** This very descriptor, leading to `file`; what it was is closed first (dup2). */
  installAt(fd: number, file: OpenFile, closeOnExec: boolean): void {
    // Another thread is about to fill it; dup(2), EBUSY.
    if (this.reserved.has(fd)) throw EBUSY;
    // Held first: closing the old one must not take down what is being installed.
    file.hold();
    if (this.has(fd)) this.remove(fd);
    this.allocator.take(fd);
    this.put(fd, file, closeOnExec);
    file.release();
  }

  /** Takes the descriptor away; the open file description goes with its last one. Throws EBADF when it isn't open. */
  remove(fd: number): void {
    const file = this.get(fd);
    this.files[fd] = null;
    this.closeOnExec.delete(fd);
    this.allocator.release(fd);
    if (this.kernel.trace !== null) this.kernel.emit({ type: "fd.remove", table: this.id, fd, file: file.id });
    file.release();
  }

  isCloseOnExec(fd: number): boolean {
    return this.closeOnExec.has(fd);
  }

  setCloseOnExec(fd: number, closeOnExec: boolean): void {
    if (closeOnExec) this.closeOnExec.add(fd);
    else this.closeOnExec.delete(fd);
    if (this.kernel.trace !== null) this.kernel.emit({ type: "fd.flags", table: this.id, fd, closeOnExec });
  }

  /** A table of its own with the same entries (fork). */
  copy(id: number): FdTable {
    const copy = new FdTable(this.kernel, id, this.allocator.copy());
    for (const fd of this.reserved.list()) copy.allocator.release(fd);
    if (this.kernel.trace !== null) this.kernel.emit({ type: "fd-table.create", table: id, copyOf: this.id });
    for (const [fd, file] of this.entries()) copy.put(fd, file, this.closeOnExec.has(fd));
    return copy;
  }

  /** Closes what is marked close-on-exec (execve), in the same order as `closeAll`. */
  closeForExec(): void {
    for (const fd of this.closeOnExec.list().reverse()) this.remove(fd);
  }

  /**
   * Closes everything (exit), the highest number first: Linux puts the last steps of each close on a list, and takes them from
   * the list's newer end (task_work_run in kernel/task_work.c).
   */
  closeAll(): void {
    for (const [fd] of this.entries().reverse()) this.remove(fd);
    if (this.kernel.trace !== null) this.kernel.emit({ type: "fd-table.release", table: this.id });
  }

  /** Open descriptors in rising order, with what they lead to. */
  entries(): [fd: number, file: OpenFile][] {
    const entries: [number, OpenFile][] = [];
    for (let fd = 0; fd < this.files.length; fd++) {
      const file = this.files[fd];
      if (file) entries.push([fd, file]);
    }
    return entries;
  }

  private put(fd: number, file: OpenFile, closeOnExec: boolean): void {
    while (this.files.length < fd) this.files.push(null);
    this.files[fd] = file;
    file.hold();
    if (closeOnExec) this.closeOnExec.add(fd);
    if (this.kernel.trace !== null) {
      this.kernel.emit({ type: "fd.install", table: this.id, fd, file: file.id, closeOnExec });
    }
  }
}
