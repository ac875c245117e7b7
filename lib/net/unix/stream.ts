/**
 * SOCK_STREAM: bytes without boundaries between two processes of one machine.
 *
 * A send is cut into pieces that go into the peer's queue; a receive takes as many bytes as it can get, across pieces. The
 * order in which a receive looks is POSIX's: data first, then a pending error, then the end of the stream.
 *
 * Source: net/unix/af_unix.c (unix_stream_sendmsg, unix_stream_read_generic, unix_poll).
 */
import { sendSignalToTask } from "../../kernel/signals";
import type { Sleeping } from "../../kernel/sleep";
import type { Received } from "../../kernel/socket";
import type { Task } from "../../kernel/task";
import { concat } from "../../sys/bytes";
import { EINVAL, EISCONN, ENOTCONN, EOPNOTSUPP, EPIPE, Errno } from "../../sys/errno";
import { SIOCATMARK } from "../../sys/fcntl";
import {
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLPRI,
  POLLRDHUP,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
} from "../../sys/poll";
import { SIGPIPE } from "../../sys/signal";
import { MSG_NOSIGNAL, MSG_OOB, MSG_PEEK, MSG_WAITALL, SOCK_STREAM, type SocketAddress } from "../../sys/socket";
import { RCV_SHUTDOWN, SEND_SHUTDOWN, SHUTDOWN_MASK } from "../socket/sock";
import { acceptFrom, connectTo, listenOn } from "./connection";
import { MAX_PIECE, pieceTruesize, type UnixMessage } from "./message";
import { following, isAtMark, pieceToRead, receiveOutOfBand } from "./out-of-band";
import { UnixSocket } from "./unix-socket";

export class UnixStream extends UnixSocket {
  /** The piece in the queue that holds the out-of-band byte; null when there is none, or it was taken (oob_skb). */
  outOfBand: UnixMessage | null = null;
  /** Out-of-band bytes that reads have passed over: Linux 6.18 still counts them in FIONREAD (inq_len). */
  passedOver = 0;

  get type(): number {
    return SOCK_STREAM;
  }

  listen(backlog: number): void {
    listenOn(this, backlog);
  }

  connect(task: Task, address: SocketAddress, nonblocking: boolean): Sleeping<void> {
    return connectTo(this, () => new UnixStream(this.shared), task, address, nonblocking);
  }

  accept(task: Task, nonblocking: boolean): Sleeping<UnixSocket> {
    return acceptFrom(this, task, nonblocking);
  }

  *send(task: Task, data: Uint8Array, flags: number, to: SocketAddress | null): Sleeping<number> {
    const outOfBand = (flags & MSG_OOB) !== 0;
    if (outOfBand && data.length === 0) throw EOPNOTSUPP;
    if (to !== null) throw this.state === "ESTABLISHED" ? EISCONN : EOPNOTSUPP;
    if (this.peer === null) throw ENOTCONN;
    if ((this.shutdownMask & SEND_SHUTDOWN) !== 0) throw this.broken(task, flags);
    const deadline = this.sendDeadline(flags);
    let sent = 0;
    // An out-of-band byte is the last one, in a piece of its own.
    const ordinary = data.length - (outOfBand ? 1 : 0);
    while (sent < data.length) {
      const isLast = outOfBand && sent === ordinary;
      // Half the buffer at the most, so that the reader works on one piece while the next is written. Decided before waiting for room.
      const size = Math.min((this.options.sendBuffer >> 1) - 64, MAX_PIECE);
      try {
        yield* this.waitForRoom(task, deadline);
      } catch (error) {
        // What was taken counts; the error will come again with the next call.
        if (error instanceof Errno && sent > 0) break;
        throw error;
      }
      const { peer } = this;
      if (peer === null || peer.dead || (peer.shutdownMask & RCV_SHUTDOWN) !== 0) {
        if (sent > 0) break;
        throw isLast ? EPIPE : this.broken(task, flags);
      }
      const piece = data.slice(sent, Math.min(sent + size, isLast ? data.length : ordinary));
      const truesize = pieceTruesize(piece.length);
      this.charge(truesize);
      const message = { data: piece, start: 0, sender: this, truesize };
      peer.enqueue(message);
      if (isLast && peer instanceof UnixStream) peer.outOfBand = message;
      peer.wakeForData();
      sent += piece.length;
    }
    return sent;
  }

  /** Nobody will ever read this: SIGPIPE for the thread that sends, unless it asked not to, and EPIPE. */
  private broken(task: Task, flags: number): typeof EPIPE {
    if ((flags & MSG_NOSIGNAL) === 0) sendSignalToTask(task, SIGPIPE, "kernel");
    return EPIPE;
  }

  *receive(task: Task, size: number, into: Uint8Array | null, flags: number): Sleeping<Received> {
    if (this.state !== "ESTABLISHED") throw EINVAL;
    if ((flags & MSG_OOB) !== 0) return receiveOutOfBand(this, size, into, flags);
    const enough = (flags & MSG_WAITALL) !== 0 ? size : Math.min(size, this.options.lowWater);
    const target = Math.max(enough, 1);
    const deadline = this.receiveDeadline(flags);
    const parts: Uint8Array[] = [];
    let copied = 0;
    let address: SocketAddress | null = null;
    try {
      for (;;) {
        const first = this.queue.peek();
        const piece = first === undefined ? undefined : pieceToRead(this, first, flags, copied);
        if (piece !== undefined) {
          address ??= this.senderOf(piece);
          const peek = (flags & MSG_PEEK) !== 0;
          copied += peek ? this.lookAtAll(parts, piece, size) : this.takePart(parts, piece, size - copied);
          if (peek || copied >= size) break;
          continue;
        }
        if (first !== undefined && copied > 0) break;
        if (copied >= target) break;
        this.throwPendingError();
        if ((this.shutdownMask & RCV_SHUTDOWN) !== 0) break;
        // What is there and not to be read is no reason to wake.
        const { length } = this.queue;
        yield* this.sleepUntil(task, this.data, () => this.queue.length !== length || this.receiveEnds, deadline);
      }
    } catch (error) {
      if (!(error instanceof Errno) || copied === 0) throw error;
    }
    return { data: join(parts, into), address, flags: this.lostCredentials };
  }

  private get receiveEnds(): boolean {
    return this.pendingError !== null || (this.shutdownMask & RCV_SHUTDOWN) !== 0;
  }

  protected override readableBytes(): number {
    return this.queuedBytes + this.passedOver;
  }

  override ioctl(request: number): number {
    return request === SIOCATMARK ? Number(isAtMark(this)) : super.ioctl(request);
  }

  /** Up to `size` bytes of the first piece; a piece that is used up goes. */
  private takePart(parts: Uint8Array[], piece: UnixMessage, size: number): number {
    const { data, start } = piece;
    const end = Math.min(data.length, start + size);
    // A whole piece is handed over as it is; nobody else will look at it.
    parts.push(start === 0 && end === data.length ? data : data.slice(start, end));
    piece.start = end;
    this.queuedBytes -= end - start;
    if (end === data.length) this.dequeue();
    else this.reportBuffer();
    return end - start;
  }

  private lookAtAll(parts: Uint8Array[], first: UnixMessage, size: number): number {
    let copied = 0;
    let piece: UnixMessage | undefined = first;
    while (piece !== undefined && copied < size) {
      const { data, start }: UnixMessage = piece;
      const part = data.slice(start, start + size - copied);
      parts.push(part);
      copied += part.length;
      const next: UnixMessage | undefined = following(this, piece);
      piece = next === undefined ? undefined : pieceToRead(this, next, MSG_PEEK, copied);
    }
    return copied;
  }

  readiness(): number {
    const mask = this.shutdownMask;
    let events = 0;
    if (this.pendingError !== null) events |= POLLERR;
    if (mask === SHUTDOWN_MASK || this.state === "UNCONNECTED") events |= POLLHUP;
    if ((mask & RCV_SHUTDOWN) !== 0) events |= POLLRDHUP | POLLIN | POLLRDNORM;
    if (this.waiting > 0) events |= POLLIN | POLLRDNORM;
    if (this.outOfBand !== null) events |= POLLPRI;
    if (this.writable) events |= POLLOUT | POLLWRNORM | POLLWRBAND;
    return events;
  }
}

/** The parts as one array, in the program's buffer if it gave one. */
function join(parts: readonly Uint8Array[], into: Uint8Array | null): Uint8Array {
  if (into === null) return parts.length === 1 ? parts[0] : concat(parts);
  let at = 0;
  for (const part of parts) {
    into.set(part, at);
    at += part.length;
  }
  return into.subarray(0, at);
}
