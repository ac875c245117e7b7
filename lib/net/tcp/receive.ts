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
import { ERESTARTSYS, type Sleeping } from "../../kernel/sleep";
import type { Received } from "../../kernel/socket";
import type { Task } from "../../kernel/task";
import { EAGAIN, EINTR, ENOTCONN, EPIPE, Errno } from "../../sys/errno";
import { MSG_CTRUNC, MSG_ERRQUEUE, MSG_OOB, MSG_PEEK, MSG_TRUNC, MSG_WAITALL, TCP_INQ } from "../../sys/socket";
import type { Nanoseconds } from "../../world/clock";
import { isOn } from "../remembered-options";
import { RCV_SHUTDOWN } from "../sock";
import { peerHasFinished } from "./close";
import { acknowledgeAfterRead } from "./delayed-ack";
import type { ReceiveQueue } from "./receive-queue";
import { add, type Seq } from "./sequence";
import { sleepUnlocked } from "./sleep-unlocked";
import type { Tcb } from "./tcb";
import type { TcpSocket } from "./tcp-socket";
import { bytesToMark, firstUnread, forgetPassedMark, isInline, receiveUrgent } from "./urgent";

const EMPTY = new Uint8Array(0);

/** What one call has taken out of the receive queue so far, and how it takes. */
class Taken {
  /** In bytes. */
  copied = 0;
  /** Bytes at the beginning of the queue that it has seen already and left there. */
  seen = 0;
  /** Urgent bytes that a peek has passed over (urg_hole). */
  private hole = 0;
  readonly peek: boolean;
  /** MSG_TRUNC: the bytes are counted, and not copied; tcp(7). */
  private readonly unseen: boolean;

  constructor(
    private buffer: Uint8Array | null,
    flags: number,
    /** For a peek: the number of the next byte to look at, less `copied` (peek_seq). At first, where the queue begins. */
    private base: Seq,
  ) {
    this.peek = (flags & MSG_PEEK) !== 0;
    this.unseen = (flags & MSG_TRUNC) !== 0;
  }

  /**
   * It has slept. If somebody else has read meanwhile what this call had only looked at, it looks from the beginning again, and
   * keeps what it has: some bytes twice. Linux calls that a bug of the program (tcp_recvmsg_locked).
   */
  slept(begin: Seq): void {
    if (begin === this.base) return;
    this.base = add(begin, -this.copied - this.hole);
    this.seen = 0;
  }

  /** How far the next byte to be taken is from the mark of urgent data; null when that isn't ahead. */
  toMark(tcb: Tcb): number | null {
    const ahead = bytesToMark(tcb);
    return ahead === null || ahead < this.seen ? null : ahead - this.seen;
  }

  /** The urgent byte is none of the stream. */
  skip(queue: ReceiveQueue): void {
    if (!this.peek) {
      queue.discard(1);
      return;
    }
    this.hole++;
    this.seen++;
  }

  /** Takes what is there and not seen yet, up to `size` bytes in all and `limit` at once. */
  take(queue: ReceiveQueue, size: number, limit = size): void {
    const most = Math.min(queue.bytes - this.seen, size - this.copied, limit);
    const count = this.takeUpTo(most, queue);
    this.copied += count;
    if (this.peek) this.seen += count;
  }

  private takeUpTo(most: number, queue: ReceiveQueue): number {
    if (this.unseen) return this.peek ? most : queue.discard(most);
    const buffer = withSpace(this.buffer, this.copied, most);
    this.buffer = buffer;
    return this.peek ? queue.peek(buffer, this.copied, most, this.seen) : queue.read(buffer, this.copied, most);
  }

  /** The bytes as the call returns them. */
  bytes(): Uint8Array {
    // Counted but not copied: the program's buffer keeps what it held.
    if (this.unseen) return this.buffer?.subarray(0, this.copied) ?? new Uint8Array(this.copied);
    return this.buffer === null ? EMPTY : this.buffer.subarray(0, this.copied);
  }
}

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
  const enough = (flags & MSG_WAITALL) !== 0 ? size : Math.min(size, socket.options.lowWater);
  const target = Math.max(enough, 1);
  const deadline = socket.receiveDeadline(flags);
  const taken = new Taken(into, flags, firstUnread(socket.tcb));
  const { peek } = taken;
  socket.lock();
  try {
    for (;;) {
      const { tcb } = socket;
      const toMark = taken.toMark(tcb);
      if (toMark === 0 && taken.copied > 0) break;
      if (toMark === 0) stopForSignal(socket, task, deadline);
      if (tcb.receiveQueue.bytes > taken.seen) {
        if (toMark === 0 && size > 0 && !isInline(tcb)) {
          taken.skip(tcb.receiveQueue);
        } else {
          taken.take(tcb.receiveQueue, size, toMark || size);
          tcb.tuning.hasRead(tcb);
        }
        if (toMark !== null) forgetPassedMark(tcb);
        if (taken.copied === size) break;
        continue;
      }
      if (!peek && peerHasFinished(tcb)) tcb.rcv.finRead = true;
      if (taken.copied >= target || ends(socket, taken.copied)) break;
      if (!peek) acknowledgeAfterRead(tcb, taken.copied);
      const { nxt } = tcb.rcv;
      // What a peek has seen is still there, and is no reason to look again.
      const more = peek ? () => socket.tcb.rcv.nxt !== nxt : () => !socket.tcb.receiveQueue.empty;
      const sleep = sleepUnlocked(socket, task, socket.data, () => more() || hasEnded(socket), deadline);
      if (size === 0 && maySleep(socket, deadline)) {
        yield* sleepOnce(sleep);
        break;
      }
      yield* sleep;
      if (peek) taken.slept(firstUnread(tcb));
    }
  } catch (error) {
    if (!(error instanceof Errno) || taken.copied === 0) throw error;
    const { tcb } = socket;
    if (peek) taken.slept(firstUnread(tcb));
    if (peek && tcb.receiveQueue.bytes > taken.seen) taken.take(tcb.receiveQueue, size);
  } finally {
    if (!peek && taken.copied > 0) acknowledgeAfterRead(socket.tcb, taken.copied);
    socket.unlock();
  }
  // Ancillary data that a call without room for it loses.
  const lost = isOn([TCP_INQ], socket.settings.remembered) ? MSG_CTRUNC : taken.copied > 0 ? socket.lostTimestamp : 0;
  return { data: taken.bytes(), address: null, flags: lost };
}

function maySleep({ kernel }: TcpSocket, deadline: Nanoseconds | null): boolean {
  return deadline === null || deadline > kernel.clock.now();
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
  if (!maySleep(socket, deadline)) throw EAGAIN;
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

/** Where the bytes go: the program's own buffer, or one that grows with what arrives. */
function withSpace(buffer: Uint8Array | null, used: number, more: number): Uint8Array {
  if (buffer === null) return new Uint8Array(more);
  if (buffer.length >= used + more) return buffer;
  const larger = new Uint8Array(used + more);
  larger.set(buffer.subarray(0, used));
  return larger;
}
