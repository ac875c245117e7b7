/**
 * Exercise: the descriptor allocator.
 *
 * Whenever a process gets a new descriptor, the kernel asks this class for its
 * number. POSIX promises programs **the lowest number that is free**. When it is
 * written, the model boots with it in place of its own.
 */
import type { FdAllocator } from "fd3";

export class Allocator implements FdAllocator {
  /** Takes the lowest free number from `from` on (mostly 0), and returns it. */
  allocate(from: number): number {
    throw new Error(`allocate(${from}) isn't written yet`);
  }

  /** Takes this very number (dup2). Lower ones that are free stay free. */
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
