/**
 * SO_LINGER with a time: close(2) sleeps until what was written, and the FIN behind it, is acknowledged, or until the time is over.
 *
 * Source: socket(7); sk_stream_wait_close in net/core/stream.c.
 */
import { type Sleeping, sleepOn } from "../../../kernel/sleep";
import type { Task } from "../../../kernel/task";
import { SECOND } from "../../../world/clock";
import type { TcpSocket } from "./tcp-socket";

/** Sleeps for at most `seconds` after the FIN has been queued. It isn't told whether that was enough. */
export function* untilClosed(socket: TcpSocket, task: Task, seconds: number): Sleeping<void> {
  const { tcb, kernel } = socket;
  const closing = () => tcb.state === "FIN_WAIT1" || tcb.state === "CLOSING" || tcb.state === "LAST_ACK";
  const deadline = seconds === Number.POSITIVE_INFINITY ? null : kernel.clock.now() + seconds * SECOND;
  if (closing()) yield* sleepOn(task, [{ queue: socket.data, events: 0 }], () => !closing(), deadline, "shared");
}
