// Misconception: the next descriptor is the number of descriptors that are open.
// Fails: a number that was released is handed out again
// Says: 1 was released
import type { FdAllocator } from "fd3";

export class Allocator implements FdAllocator {
  private readonly taken = new Set<number>();

  allocate(from: number): number {
    const fd = Math.max(from, this.taken.size);
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
