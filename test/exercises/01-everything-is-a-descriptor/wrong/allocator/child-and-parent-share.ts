// Misconception: after fork, parent and child have one descriptor table.
// Fails: a copy starts with the same numbers taken and then goes its own way
// Says: the parent must not notice
import type { FdAllocator } from "fd3";

export class Allocator implements FdAllocator {
  private readonly taken = new Set<number>();

  allocate(from: number): number {
    let fd = from;
    while (this.taken.has(fd)) fd++;
    this.taken.add(fd);
    return fd;
  }
  take(fd: number): void {
    this.taken.add(fd);
  }
  release(fd: number): void {
    this.taken.delete(fd);
  }
  copy(): Allocator {
    return this;
  }
}
