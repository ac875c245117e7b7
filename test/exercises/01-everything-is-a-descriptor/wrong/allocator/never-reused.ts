// Misconception: a number is used once, like the id of a row in a database.
// Fails: a number that was released is handed out again
// Says: descriptor 4
import type { FdAllocator } from "fd3";

export class Allocator implements FdAllocator {
  private next = 0;

  allocate(from: number): number {
    const fd = Math.max(from, this.next);
    this.next = fd + 1;
    return fd;
  }
  take(fd: number): void {
    this.next = Math.max(this.next, fd + 1);
  }
  release(): void {}
  copy(): Allocator {
    const copy = new Allocator();
    copy.next = this.next;
    return copy;
  }
}
