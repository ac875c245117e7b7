/**
 * send(2) on a TCP socket: bytes are copied into the send queue while there is room, and leave as TCP sees fit.
 *
 * The call sleeps at two places: until the handshake is over, and until the send buffer has room again. What it returns is how many
 * bytes were copied; that they have left, or even arrived, nobody says.
 *
 * Bytes that are written one after the other and wait in the queue can leave as one run of segments (send/segment-run.ts), so a write joins
 * the run that waits at the queue's end until that is as long as a run may be.
 *
 * Source: tcp_sendmsg_locked in net/ipv4/tcp.c, sk_stream_wait_memory and sk_stream_error in net/core/stream.c.
 */
import { sendSignalToTask } from "../../../kernel/signals";
import type { Sleeping } from "../../../kernel/sleep";
import type { Task } from "../../../kernel/task";
import { EPIPE, Errno } from "../../../sys/errno";
import { SIGPIPE } from "../../../sys/signal";
import { MSG_EOR, MSG_MORE, MSG_NOSIGNAL, MSG_OOB } from "../../../sys/socket";
import type { Nanoseconds } from "../../../world/clock";
import { SEND_SHUTDOWN } from "../../socket/sock";
import { BUSY } from "../info/chronograph";
import { currentMss, sizeGoal } from "../send/mss";
import { push, pushWhileWriting } from "../send/output";
import { add, after } from "../sequence";
import { isOpening, maySend } from "../state";
import type { Tcb } from "../tcb";
import { markUrgent } from "../urgent";
import { sleepUnlocked } from "./sleep-unlocked";
import type { TcpSocket } from "./tcp-socket";
import { hasRoom, unsent, unsentLimit } from "./wake-up-rule";

/** Sends all of `data`, or as much as it could before an error or a signal came. Throws EPIPE, EAGAIN, what is pending on the socket. */
export function* sendTo(socket: TcpSocket, task: Task, data: Uint8Array, flags: number): Sleeping<number> {
  const deadline = socket.sendDeadline(flags);
  let sent = 0;
  socket.lock();
  try {
    if (!maySend(socket.tcb.state)) yield* untilConnected(socket, task, deadline);
    for (;;) {
      if (fails(socket)) throw EPIPE;
      if (sent === data.length) break;
      const count = copyIn(socket, data, sent, flags);
      sent += count;
      if (count > 0) continue;
      pushAll(socket, flags & ~MSG_MORE);
      socket.tcb.wantsRoom = true;
      yield* sleepUnlocked(socket, task, socket.room, () => mayGoOn(socket), deadline);
    }
    if (sent > 0) {
      if ((flags & MSG_EOR) !== 0) socket.tcb.sendQueue.endRecord();
      pushAll(socket, flags);
    }
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

/** A nonblocking connect may be under way still (sk_stream_wait_connect). */
function* untilConnected(socket: TcpSocket, task: Task, deadline: Nanoseconds | null): Sleeping<void> {
  while (!maySend(socket.tcb.state)) {
    const { tcb } = socket;
    const { state } = tcb;
    socket.throwPendingError();
    if (!isOpening(state)) throw EPIPE;
    const condition = () => socket.tcb.state !== state || socket.pendingError !== null;
    // The end of the handshake can wait for what this one has to say (sk_write_pending).
    tcb.wantsRoom = true;
    try {
      yield* sleepUnlocked(socket, task, socket.room, condition, deadline);
    } finally {
      tcb.wantsRoom = false;
    }
  }
}

/** Whoever was woken, and finds that something has filled the room again, wants to be woken once more (SOCK_NOSPACE). */
function mayGoOn(socket: TcpSocket): boolean {
  if (fails(socket) || hasRoom(socket.tcb)) return true;
  socket.tcb.wantsRoom = true;
  return false;
}

function fails(socket: TcpSocket): boolean {
  return socket.pendingError !== null || (socket.shutdownMask & SEND_SHUTDOWN) !== 0;
}

/** Copies what has room of the bytes from `from` on, up to one run of segments, and returns how many; 0 when there is none. */
function copyIn({ tcb, options }: TcpSocket, data: Uint8Array, from: number, flags: number): number {
  const { sendQueue } = tcb;
  const mss = currentMss(tcb);
  const goal = sizeGoal(tcb, mss);
  const waiting = sendQueue.waitingRun(tcb.snd.nxt);
  const joins = waiting > 0 && waiting < goal;
  // What joins others takes hardly any memory of its own; the last run may go beyond the limit.
  const room = sendQueue.memory < options.sendBuffer && unsent(tcb) < unsentLimit(tcb);
  if (!joins && !room) return 0;
  if (sendQueue.empty) tcb.chronograph.start(BUSY, tcb.now);
  const count = sendQueue.append(data, from, Math.min(data.length - from, joins ? goal - waiting : goal), mss, joins);
  // Full segments may leave while the rest is copied; a receiver whose buffer is half full by then should know that it can read.
  if (from + count < data.length && (flags & MSG_OOB) === 0 && sendQueue.waitingRun(tcb.snd.nxt) >= goal) {
    const forced = fillsHalfTheWindow(tcb);
    if (forced) markPush(tcb);
    if (forced || sendQueue.oneRunWaits(tcb.snd.nxt)) pushWhileWriting(tcb);
  }
  return count;
}

/** All that may leave now, leaves (tcp_push). */
function pushAll(socket: TcpSocket, flags: number): void {
  const { tcb } = socket;
  const more = (flags & MSG_MORE) !== 0;
  if (!more || fillsHalfTheWindow(tcb)) markPush(tcb);
  if ((flags & MSG_OOB) !== 0) markUrgent(tcb);
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
