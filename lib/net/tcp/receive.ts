/**
 * recv(2) on a TCP socket: what has arrived in order, up to the size that was asked for.
 *
 * Bytes that are there come before any error. With none there, an error is reported once, the end of the stream for ever; after the
 * peer's FIN it is the end, whatever else has happened. A reader that asks for nothing sleeps until there is something to give it.
 *
 * Source: tcp_recvmsg_locked in net/ipv4/tcp.c.
 */
import type { Sleeping } from "../../kernel/sleep";
import type { Received } from "../../kernel/socket";
import type { Task } from "../../kernel/task";
import { EAGAIN, EINVAL, ENOTCONN, Errno } from "../../sys/errno";
import { MSG_CTRUNC, MSG_ERRQUEUE, MSG_OOB, MSG_PEEK, MSG_TRUNC, MSG_WAITALL, TCP_INQ } from "../../sys/socket";
import { isOn } from "../remembered-options";
import { RCV_SHUTDOWN } from "../sock";
import { peerHasFinished } from "./close";
import { acknowledgeAfterRead } from "./delayed-ack";
import { sleepUnlocked } from "./sleep-unlocked";
import type { TcpSocket } from "./tcp-socket";

const EMPTY = new Uint8Array(0);

export function* receiveFrom(
  socket: TcpSocket,
  task: Task,
  size: number,
  into: Uint8Array | null,
  flags: number,
): Sleeping<Received> {
  if ((flags & MSG_ERRQUEUE) !== 0) throw EAGAIN;
  if (socket.listening) throw ENOTCONN;
  // There is never any urgent data to be had (tcp_recv_urg).
  if ((flags & MSG_OOB) !== 0) throw EINVAL;
  const enough = (flags & MSG_WAITALL) !== 0 ? size : Math.min(size, socket.options.lowWater);
  const target = Math.max(enough, 1);
  const deadline = socket.receiveDeadline(flags);
  const peek = (flags & MSG_PEEK) !== 0;
  // MSG_TRUNC: the bytes are counted, and not copied; tcp(7).
  const unseen = (flags & MSG_TRUNC) !== 0;
  const discard = unseen && !peek;
  let buffer: Uint8Array | null = into;
  let copied = 0;
  socket.lock();
  try {
    for (;;) {
      const { receiveQueue } = socket.tcb;
      const available = receiveQueue.bytes - (peek ? copied : 0);
      if (available > 0) {
        const count = Math.min(available, size - copied);
        if (discard) copied += receiveQueue.discard(count);
        else if (unseen) copied += count;
        else {
          buffer = withSpace(buffer, copied, count);
          copied += peek ? receiveQueue.peek(buffer, copied, count, copied) : receiveQueue.read(buffer, copied, count);
        }
        socket.tcb.tuning.hasRead(socket.tcb);
        if (copied === size) break;
        continue;
      }
      if (!peek && peerHasFinished(socket.tcb)) socket.tcb.rcv.finRead = true;
      if (copied >= target) break;
      if (ends(socket, copied)) break;
      if (!peek) acknowledgeAfterRead(socket.tcb, copied);
      const seen = peek ? copied : 0;
      yield* sleepUnlocked(socket, task, socket.data, () => receiveReady(socket, seen), deadline);
    }
  } catch (error) {
    if (!(error instanceof Errno) || copied === 0) throw error;
  } finally {
    if (!peek && copied > 0) acknowledgeAfterRead(socket.tcb, copied);
    socket.unlock();
  }
  // Ancillary data that a call without room for it loses.
  const lost = isOn([TCP_INQ], socket.settings.remembered) ? MSG_CTRUNC : copied > 0 ? socket.lostTimestamp : 0;
  // Counted but not copied: the program's buffer keeps what it held.
  if (unseen) return { data: into?.subarray(0, copied) ?? new Uint8Array(copied), address: null, flags: lost };
  return { data: buffer === null ? EMPTY : buffer.subarray(0, copied), address: null, flags: lost };
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

function receiveReady(socket: TcpSocket, seen: number): boolean {
  return (
    socket.tcb.receiveQueue.bytes > seen ||
    socket.pendingError !== null ||
    (socket.shutdownMask & RCV_SHUTDOWN) !== 0 ||
    socket.tcb.state === "CLOSED"
  );
}

/** Where the bytes go: the program's own buffer, or one that grows with what arrives. */
function withSpace(buffer: Uint8Array | null, used: number, more: number): Uint8Array {
  if (buffer === null) return new Uint8Array(more);
  if (buffer.length >= used + more) return buffer;
  const larger = new Uint8Array(used + more);
  larger.set(buffer.subarray(0, used));
  return larger;
}
