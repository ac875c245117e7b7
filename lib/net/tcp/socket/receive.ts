/**
 * recv(2) on a TCP socket: what has arrived in order, up to the size that was asked for.
 *
 * Bytes that are there come before any error. With none there, an error is reported once, the end of the stream for ever; after the
 * peer's FIN it is the end, whatever else has happened. A reader that asks for nothing sleeps until there is something to give it.
 *
 * A read stops before an urgent byte, and the next one begins behind it (urgent.ts).
 *
 * Source: tcp_recvmsg_locked in net/ipv4/tcp.c.
 */
import { ERESTARTSYS, type Sleeping } from "../../../kernel/sleep";
import type { Received } from "../../../kernel/socket";
import type { Task } from "../../../kernel/task";
import { EAGAIN, EINTR, ENOTCONN, EPIPE, Errno } from "../../../sys/errno";
import { MSG_CTRUNC, MSG_ERRQUEUE, MSG_OOB, TCP_INQ } from "../../../sys/socket";
import type { Nanoseconds } from "../../../world/clock";
import { isOn } from "../../socket/remembered-options";
import { RCV_SHUTDOWN } from "../../socket/sock";
import { acknowledgeAfterRead } from "../receive/delayed-ack";
import { peerHasFinished } from "../state";
import type { Tcb } from "../tcb";
import { firstUnread, forgetPassedMark, isInline, receiveUrgent } from "../urgent";
import { sleepUnlocked } from "./sleep-unlocked";
import { Taken } from "./taken";
import type { TcpSocket } from "./tcp-socket";

/** Throws EAGAIN, EINVAL, ENOTCONN, and what is pending on the socket. */
export function* receiveFrom(
  socket: TcpSocket,
  task: Task,
  size: number,
  into: Uint8Array | null,
  flags: number,
): Sleeping<Received> {
  if ((flags & MSG_ERRQUEUE) !== 0) throw EAGAIN;
  if (socket.listening) throw ENOTCONN;
  if ((flags & MSG_OOB) !== 0) return receiveUrgent(socket, size, into, flags);
  const deadline = socket.receiveDeadline(flags);
  const taken = new Taken(into, size, flags, socket.options.lowWater, firstUnread(socket.tcb));
  const { peek } = taken;
  socket.lock();
  try {
    while (!takeWhatIsThere(socket, task, taken, deadline)) {
      const { tcb } = socket;
      if (!peek) acknowledgeAfterRead(tcb, taken.copied);
      const sleep = sleepUnlocked(socket, task, socket.data, reasonToLook(socket, peek), deadline);
      if (size === 0 && socket.maySleep(deadline)) {
        yield* sleepOnce(sleep);
        break;
      }
      yield* sleep;
      if (peek) taken.slept(firstUnread(tcb));
    }
  } catch (error) {
    if (!(error instanceof Errno) || taken.copied === 0) throw error;
    if (peek) lookOnceMore(socket.tcb, taken);
  } finally {
    if (!peek && taken.copied > 0) {
      acknowledgeAfterRead(socket.tcb, taken.copied);
      socket.tcb.forgetReceiveQueue();
    }
    socket.unlock();
  }
  return { data: taken.bytes(), address: null, flags: lostControl(socket, taken.copied) };
}

/** Takes what is there. Has the call enough now, or is there nothing more to wait for? Throws what there is to report. */
function takeWhatIsThere(socket: TcpSocket, task: Task, taken: Taken, deadline: Nanoseconds | null): boolean {
  const { tcb } = socket;
  for (;;) {
    const toMark = taken.toMark(tcb);
    if (toMark === 0) {
      if (taken.copied > 0) return true;
      stopForSignal(socket, task, deadline);
    }
    if (tcb.receiveQueue.bytes <= taken.seen) break;
    takeSome(tcb, taken, toMark);
    if (taken.copied === taken.size) return true;
  }
  if (!taken.peek && peerHasFinished(tcb.state)) tcb.rcv.finRead = true;
  return taken.copied >= taken.enough || ends(socket, taken.copied);
}

/** Up to the mark of urgent data; the urgent byte itself is passed over. */
function takeSome(tcb: Tcb, taken: Taken, toMark: number | null): void {
  const { receiveQueue } = tcb;
  if (toMark === 0 && taken.size > 0 && !isInline(tcb)) {
    taken.skip(receiveQueue);
  } else {
    taken.take(receiveQueue, toMark || taken.size);
    tcb.tuning.hasRead(tcb);
  }
  if (toMark !== null) forgetPassedMark(tcb);
}

/** When who sleeps looks again: more has come, or nothing more will. What a peek has seen is still there, and is no reason. */
function reasonToLook(socket: TcpSocket, peek: boolean): () => boolean {
  const { nxt } = socket.tcb.rcv;
  const more = peek ? () => socket.tcb.rcv.nxt !== nxt : () => !socket.tcb.receiveQueue.empty;
  return () => more() || hasEnded(socket);
}

/** An error ends a peek that has seen something: it takes along what has come since. */
function lookOnceMore(tcb: Tcb, taken: Taken): void {
  taken.slept(firstUnread(tcb));
  if (tcb.receiveQueue.bytes > taken.seen) taken.take(tcb.receiveQueue);
}

/** Ancillary data that a call without room for it loses. */
function lostControl(socket: TcpSocket, copied: number): number {
  if (isOn([TCP_INQ], socket.settings.remembered)) return MSG_CTRUNC;
  return copied > 0 ? socket.lostTimestamp : 0;
}

/** Who asks for nothing waits nevertheless, and gets it whatever ends the wait: bytes, time, a signal; but no AF_UNSPEC. */
function* sleepOnce(sleep: Sleeping<void>): Sleeping<void> {
  try {
    yield* sleep;
  } catch (error) {
    if (!(error instanceof Errno) || error === EPIPE) throw error;
  }
}

/** At the mark, what a signal has to say comes first. */
function stopForSignal(socket: TcpSocket, task: Task, deadline: Nanoseconds | null): void {
  if (!task.signalPending()) return;
  if (!socket.maySleep(deadline)) throw EAGAIN;
  throw deadline === null ? ERESTARTSYS : EINTR;
}

/** Is there nothing more to wait for? Throws what there is to report. */
function ends(socket: TcpSocket, copied: number): boolean {
  const { state } = socket.tcb;
  if (copied > 0)
    return socket.pendingError !== null || state === "CLOSED" || (socket.shutdownMask & RCV_SHUTDOWN) !== 0;
  if (socket.tcb.peerDone) return true;
  socket.throwPendingError();
  if ((socket.shutdownMask & RCV_SHUTDOWN) !== 0) return true;
  if (state === "CLOSED") throw ENOTCONN;
  return false;
}

function hasEnded({ tcb, pendingError, shutdownMask }: TcpSocket): boolean {
  return pendingError !== null || (shutdownMask & RCV_SHUTDOWN) !== 0 || tcb.state === "CLOSED";
}
