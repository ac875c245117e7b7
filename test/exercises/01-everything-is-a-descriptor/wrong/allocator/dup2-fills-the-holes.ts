// Misconception: when number 10 is taken, everything below it is taken as well.
// Fails: taking a high number leaves the holes below it free
// Says: 1 to 9 are still free
import type { FdAllocator } from "fd3";

export class Allocator implements FdAllocator {
  private free = new Set<number>();
  private next = 0;

  allocate(from: number): number {
    const reused = [...this.free].filter((fd) => fd >= from).sort((a, b) => a - b)[0];
    const fd = reused ?? Math.max(from, this.next);
    this.take(fd);
    return fd;
  }
  take(fd: number): void {
    this.free.delete(fd);
    this.next = Math.max(this.next, fd + 1);
  }
  release(fd: number): void {
    this.free.add(fd);
  }
  copy(): Allocator {
    const copy = new Allocator();
    copy.free = new Set(this.free);
    copy.next = this.next;
    return copy;
  }
}
