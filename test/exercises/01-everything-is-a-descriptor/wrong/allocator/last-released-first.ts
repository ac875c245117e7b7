// Misconception: any free number will do, so the one released last is the handiest.
// Fails: of several free numbers the lowest goes first, not the one released last
// Says: 0, 2 and 3 were free
import type { FdAllocator } from "fd3";

export class Allocator implements FdAllocator {
  private free: number[] = [];
  private next = 0;

  allocate(from: number): number {
    const reused = this.free.pop();
    if (reused !== undefined && reused >= from) return reused;
    const fd = Math.max(from, this.next);
    this.next = fd + 1;
    return fd;
  }
  take(fd: number): void {
    this.free = this.free.filter((one) => one !== fd);
    this.next = Math.max(this.next, fd + 1);
  }
  release(fd: number): void {
    this.free.push(fd);
  }
  copy(): Allocator {
    const copy = new Allocator();
    copy.free = [...this.free];
    copy.next = this.next;
    return copy;
  }
}
