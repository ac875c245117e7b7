/** A set of the numbers that are taken, and a hint below which nothing is free, so that nobody counts from 0 each time. */
import type { FdAllocator } from "fd3";

export class Allocator implements FdAllocator {
  private taken = new Set<number>();
  /** Invariant: every number below it is taken. */
  private hint = 0;

  allocate(from: number): number {
    let fd = Math.max(from, this.hint);
    while (this.taken.has(fd)) fd++;
    this.take(fd);
    return fd;
  }

  take(fd: number): void {
    this.taken.add(fd);
    if (fd === this.hint) this.hint = fd + 1;
  }

  release(fd: number): void {
    this.taken.delete(fd);
    this.hint = Math.min(this.hint, fd);
  }

  copy(): Allocator {
    const copy = new Allocator();
    copy.taken = new Set(this.taken);
    copy.hint = this.hint;
    return copy;
  }
}
