/**
 * send(2) on a TCP socket: bytes are copied into the send queue while there is room, and leave as TCP sees fit.
 *
 * Source: tcp_sendmsg_locked in net/ipv4/tcp.c, sk_stream_wait_memory and sk_stream_error in net/core/stream.c.
 */

import { sendSignalToTask } from "../../kernel/signals";
import type { Sleeping } from "../../kernel/sleep";
import type { Task } from "../../kernel/task";
import { EOPNOTSUPP, EPIPE, Errno } from "../../sys/errno";
import { SIGPIPE } from "../../sys/signal";
import { MSG_MORE, MSG_NOSIGNAL, MSG_OOB } from "../../sys/socket";
import { SEND_SHUTDOWN } from "../sock";
import { BUSY } from "./chronograph";
import { currentMss, sizeGoal } from "./mss";
import { push } from "./output";
import { add, after } from "./sequence";
import { sleepUnlocked } from "./sleep-unlocked";
import { maySend } from "./state";
import type { Tcb } from "./tcb";
import type { TcpSocket } from "./tcp-socket";
import { hasRoom, unsent, unsentLimit } from "./wake-up-rule";

export function* sendTo(socket: TcpSocket, task: Task, data: Uint8Array, flags: number): Sleeping<number> {
  // **Not modelled:** urgent data.
  if ((flags & MSG_OOB) !== 0) throw EOPNOTSUPP;
  const deadline = socket.sendDeadline(flags);
  let sent = 0;
  socket.lock();
  try {
    while (!maySend(socket.tcb.state)) {
      const { state } = socket.tcb;
      socket.throwPendingError();
      if (state !== "SYN_SENT" && state !== "SYN_RECV") throw EPIPE;
      const condition = () => socket.tcb.state !== state || socket.pendingError !== null;
      yield* sleepUnlocked(socket, task, socket.room, condition, deadline);
    }
    for (;;) {
      const { tcb } = socket;
      if (socket.pendingError !== null || (socket.shutdownMask & SEND_SHUTDOWN) !== 0) throw EPIPE;
      if (sent === data.length) break;
      const { sendQueue } = tcb;
      const mss = currentMss(tcb);
      const goal = sizeGoal(tcb, mss);
      const waiting = sendQueue.waitingRun(tcb.snd.nxt);
      const joins = waiting > 0 && waiting < goal;
      // What joins others takes hardly any memory of its own; the last run may go beyond the limit.
      const room = sendQueue.memory < socket.options.sendBuffer && unsent(tcb) < unsentLimit(tcb);
      if (joins || room) {
        const count = Math.min(data.length - sent, joins ? goal - waiting : goal);
        if (sendQueue.empty) tcb.chronograph.start(BUSY, tcb.now);
        sent += sendQueue.append(data, sent, count, mss, joins);
        // Full segments may leave while the rest is copied; a receiver whose buffer is half full by then should know that it can read.
        if (sent < data.length) {
          if (fillsHalfTheWindow(tcb)) markPush(tcb);
          push(tcb, "cork");
        }
        continue;
      }
      pushAll(socket, 0);
      tcb.wantsRoom = true;
      const condition = () =>
        socket.pendingError !== null || (socket.shutdownMask & SEND_SHUTDOWN) !== 0 || hasRoom(socket.tcb);
      yield* sleepUnlocked(socket, task, socket.room, condition, deadline);
    }
    if (sent > 0) pushAll(socket, flags);
    return sent;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    // What was taken counts; the error will come again with the next call.
    if (sent > 0) {
      if (maySend(socket.tcb.state)) pushAll(socket, flags);
      return sent;
    }
    throw error === EPIPE ? broken(socket, task, flags) : error;
  } finally {
    socket.unlock();
  }
}

/** All that may leave now, leaves (tcp_push). */
function pushAll(socket: TcpSocket, flags: number): void {
  const { tcb } = socket;
  const more = (flags & MSG_MORE) !== 0;
  if (!more || fillsHalfTheWindow(tcb)) markPush(tcb);
  if (more) push(tcb, "cork");
  else push(tcb);
}

function markPush(tcb: Tcb): void {
  tcb.sendQueue.markPush();
  tcb.snd.pushed = tcb.sendQueue.tail;
}

/** Was more than half of the peer's largest window written since the last PSH (forced_push)? */
function fillsHalfTheWindow({ sendQueue, snd }: Tcb): boolean {
  return after(sendQueue.tail, add(snd.pushed, snd.maxWnd >> 1));
}

/** A pending error is the reason; else SIGPIPE for the thread, unless it asked not to, and EPIPE. */
function broken(socket: TcpSocket, task: Task, flags: number): Errno {
  const error = socket.takeError() ?? EPIPE;
  if (error === EPIPE && (flags & MSG_NOSIGNAL) === 0) sendSignalToTask(task, SIGPIPE, "kernel");
  return error;
}
