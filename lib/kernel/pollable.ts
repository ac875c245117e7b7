/**
 * What can be asked "are you ready, and where do I wait until you are?": pipes, sockets, epoll instances.
 *
 * The two questions always come together. Join the queues first and ask for the readiness afterwards, then no change between the two
 * is missed.
 *
 * Source: file_operations.poll and poll_wait in Linux (Documentation/filesystems/vfs.rst).
 */
import type { WaitQueue } from "./wait-queue";

export interface Pollable {
  /** What is true now, as POLL* bits. */
  readiness(): number;
  /** Where to wait for a change. Empty: always ready, nothing to wait for. */
  readonly waitQueues: readonly WaitQueue[];
}
