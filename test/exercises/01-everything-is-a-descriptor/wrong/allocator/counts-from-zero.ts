// Misconception: the search may begin at 0 each time: a process has only a few descriptors.
// Fails: a hundred thousand descriptors are opened without counting from 0 for each
// Says: takes longer and longer
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
    const copy = new Allocator();
    for (const fd of this.taken) copy.taken.add(fd);
    return copy;
  }
}
