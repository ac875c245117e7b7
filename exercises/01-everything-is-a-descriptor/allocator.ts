/**
 * Exercise: the descriptor allocator.
 *
 * Whenever a process gets a new descriptor, the kernel asks this class for its number. POSIX promises programs **the lowest
 * number that is free**. When it is written, the model boots with it in place of its own.
 */
import type { FdAllocator } from "fd3";

export class Allocator implements FdAllocator {
  /** Takes the lowest free number that is at least `from` (mostly 0); returns it. */
  allocate(from: number): number {
    throw new Error(`allocate(${from}) isn't written yet`);
  }

  /** Takes this very number, which is free. Lower ones may be free too, and stay so (dup2). */
  take(fd: number): void {
    throw new Error(`take(${fd}) isn't written yet`);
  }

  /** The number is free again (close). */
  release(fd: number): void {
    throw new Error(`release(${fd}) isn't written yet`);
  }

  /** The same numbers taken, in an allocator of its own (fork). */
  copy(): Allocator {
    throw new Error("copy() isn't written yet");
  }
}
