/**
 * The descriptor allocator: which number does a new descriptor get?
 *
 * POSIX promises **the lowest number that is free**. Old programs rest on it: close(0), then open, and the file is the new
 * standard input. This part is a module: a learner's own can be booted in its place (exercise "lowest free").
 *
 * The table keeps one byte a number and a hint below which nothing is free, as Linux does with its bitmap and `next_fd`.
 * Source: open(2) ("the lowest-numbered file descriptor not currently open"), alloc_fd in fs/file.c.
 */
export interface FdAllocator {
  /** Takes the lowest free number that is at least `from`, and returns it. */
  allocate(from: number): number;
  /** Takes this very number, which is free (dup2). */
  take(fd: number): void;
  /** The number is free again. */
  release(fd: number): void;
  /** The same numbers taken, in an allocator of its own (fork). */
  copy(): FdAllocator;
}

/** Our descriptor allocator. */
export class LowestFree implements FdAllocator {
  private taken = new Uint8Array(64);
  /** Invariant: every number below it is taken. */
  private hint = 0;

  allocate(from: number): number {
    let fd = this.taken.indexOf(0, Math.max(from, this.hint));
    if (fd < 0) fd = Math.max(from, this.taken.length);
    this.take(fd);
    return fd;
  }

  take(fd: number): void {
    if (fd >= this.taken.length) {
      const larger = new Uint8Array(Math.max(2 * this.taken.length, fd + 1));
      larger.set(this.taken);
      this.taken = larger;
    }
    this.taken[fd] = 1;
    if (fd === this.hint) this.hint = fd + 1;
  }

  release(fd: number): void {
    this.taken[fd] = 0;
    if (fd < this.hint) this.hint = fd;
  }

  copy(): FdAllocator {
    const copy = new LowestFree();
    copy.taken = this.taken.slice();
    copy.hint = this.hint;
    return copy;
  }
}
