/**
 * A call that has to wait lets its socket go, sleeps, and takes it again: while it sleeps, segments must be able to do their work, or
 * what it waits for would never come.
 *
 * Source: sk_wait_event in include/net/sock.h.
 */
import type { Sleeping } from "../../../kernel/sleep";
import type { Task } from "../../../kernel/task";
import type { WaitQueue } from "../../../kernel/wait-queue";
import { EAGAIN, EPIPE } from "../../../sys/errno";
import type { Nanoseconds } from "../../../world/clock";
import type { TcpSocket } from "./tcp-socket";

/** Throws as `sleepUntil` does, and EPIPE when connect with AF_UNSPEC has dissolved the connection meanwhile. */
export function* sleepUnlocked(
  socket: TcpSocket,
  task: Task,
  queue: WaitQueue,
  condition: () => boolean,
  deadline: Nanoseconds | null,
): Sleeping<void> {
  // Who may not sleep doesn't let go of the socket either: what has come meanwhile doesn't help (sk_stream_wait_memory).
  if (!socket.maySleep(deadline)) throw EAGAIN;
  const { dissolved } = socket;
  socket.unlock();
  try {
    if (!condition()) yield* socket.sleepUntil(task, queue, condition, deadline);
  } finally {
    socket.lock();
  }
  if (socket.dissolved !== dissolved) throw EPIPE;
}
