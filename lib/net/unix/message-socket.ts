/**
 * Whole messages: what datagram and sequenced-packet sockets share.
 *
 * One send is one message, and one receive takes one message; what doesn't fit into the receiver's buffer is cut off and lost
 * (MSG_TRUNC tells). A pending error is reported before data, other than on a stream.
 *
 * A sender waits for two things: room in its own send buffer, and a place in the receiver's queue, which holds only a few
 * messages unless the two are connected to each other.
 *
 * Source: net/unix/af_unix.c (unix_dgram_sendmsg, __unix_dgram_recvmsg, unix_dgram_poll), net/core/datagram.c.
 */
import type { Sleeping } from "../../kernel/sleep";
import type { Received } from "../../kernel/socket";
import type { Task } from "../../kernel/task";
import type { Waiter, WaitQueue } from "../../kernel/wait-queue";
import { ECONNREFUSED, ECONNRESET, EMSGSIZE, ENOTCONN, EOPNOTSUPP, EPERM, EPIPE } from "../../sys/errno";
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDHUP, POLLRDNORM, POLLWRBAND, POLLWRNORM } from "../../sys/poll";
import { MSG_OOB, MSG_PEEK, MSG_TRUNC } from "../../sys/socket";
import type { Nanoseconds } from "../../world/clock";
import { RCV_SHUTDOWN, SHUTDOWN_MASK } from "../socket/sock";
import { datagramTruesize, type UnixMessage } from "./message";
import { UnixSocket } from "./unix-socket";

/** What a message may not use of the send buffer, in bytes. */
const RESERVED = 32;
const EMPTY = new Uint8Array(0);

/** Stands in the queue of a receiver that is full, and wakes those who poll the *sender* when a place is free. */
class PlaceRelay implements Waiter {
  readonly exclusive = false;

  constructor(
    private readonly sender: UnixSocket,
    private readonly queue: WaitQueue,
  ) {
    queue.add(this);
  }

  wake(): boolean {
    this.cancel();
    this.sender.wakeForRoom();
    return true;
  }

  cancel(): void {
    this.queue.remove(this);
  }
}

export abstract class MessageSocket extends UnixSocket {
  private relay: PlaceRelay | null = null;

  /** Sends one message to whom `find` finds. */
  protected *sendMessage(task: Task, data: Uint8Array, flags: number, find: () => UnixSocket | null): Sleeping<number> {
    if ((flags & MSG_OOB) !== 0) throw EOPNOTSUPP;
    this.nameForCredentials();
    if (data.length > this.options.sendBuffer - RESERVED) throw EMSGSIZE;
    const deadline = this.sendDeadline(flags);
    yield* this.waitForRoom(task, deadline);
    const truesize = datagramTruesize(data.length);
    this.charge(truesize);
    let delivered = false;
    try {
      const receiver = yield* this.waitForPlace(task, find, deadline);
      receiver.enqueue({ data: data.slice(), start: 0, sender: this, truesize });
      receiver.wakeForData();
      delivered = true;
      return data.length;
    } finally {
      if (!delivered) this.uncharge(truesize);
    }
  }

  /** The receiver, once it has a place for one more. Throws ECONNREFUSED when it is gone, EPERM when it talks to another only. */
  private *waitForPlace(task: Task, find: () => UnixSocket | null, deadline: Nanoseconds | null): Sleeping<UnixSocket> {
    let receiver = find();
    for (;;) {
      if (receiver === null) throw ENOTCONN;
      if (receiver.peer !== null && receiver.peer !== this) throw EPERM;
      if (receiver.dead) {
        if (this.peer === receiver) {
          this.peerIsGone();
          throw ECONNREFUSED;
        }
        receiver = find();
        if (receiver?.dead) throw ECONNRESET;
        continue;
      }
      if ((receiver.shutdownMask & RCV_SHUTDOWN) !== 0) throw EPIPE;
      if (receiver === this || receiver.peer === this || !receiver.queueFull) return receiver;
      const full = receiver;
      const free = () => full.dead || (full.shutdownMask & RCV_SHUTDOWN) !== 0 || !full.queueFull;
      // A signal comes first, whatever else is true by then (unix_wait_for_peer): to shut the queue down wakes nobody here, for one.
      const condition = () => !task.signalPending() && free();
      yield* this.sleepUntil(task, full.place, condition, deadline, "exclusive");
      // Whose place it is now is looked up anew: another thread may have connected the socket elsewhere, or to nobody.
      receiver = find();
    }
  }

  /** The peer was found to be dead. */
  protected peerIsGone(): void {
    this.cancelRelay();
    this.setPeer(null, "UNCONNECTED");
  }

  *receive(task: Task, size: number, into: Uint8Array | null, flags: number): Sleeping<Received> {
    if ((flags & MSG_OOB) !== 0) throw EOPNOTSUPP;
    const deadline = this.receiveDeadline(flags);
    for (;;) {
      this.throwPendingError();
      const message = this.queue.peek();
      if (message !== undefined) return this.takeMessage(message, size, into, flags);
      if (this.receiveEnds(deadline)) return { data: EMPTY, address: null, flags: 0 };
      yield* this.sleepUntil(task, this.data, () => this.receiveReady, deadline, "exclusive");
    }
  }

  /** Has the stream of messages ended, so that a receive returns nothing? */
  protected abstract receiveEnds(deadline: Nanoseconds | null): boolean;

  private get receiveReady(): boolean {
    return this.queue.length > 0 || this.pendingError !== null || (this.shutdownMask & RCV_SHUTDOWN) !== 0;
  }

  private takeMessage(message: UnixMessage, size: number, into: Uint8Array | null, flags: number): Received {
    const peek = (flags & MSG_PEEK) !== 0;
    const address = this.senderOf(message);
    const { data } = message;
    if (!peek) this.dequeue();
    this.place.wake(POLLOUT | POLLWRNORM | POLLWRBAND);
    const whole = size >= data.length;
    const length = (flags & MSG_TRUNC) !== 0 ? data.length : undefined;
    const received = { address, flags: (whole ? 0 : MSG_TRUNC) | this.lostTimestamp | this.lostCredentials, length };
    if (into === null) return { data: whole && !peek ? data : data.slice(0, size), ...received };
    into.set(whole ? data : data.subarray(0, size));
    return { data: into.subarray(0, Math.min(size, data.length)), ...received };
  }

  readiness(): number {
    const mask = this.shutdownMask;
    let events = 0;
    if (this.pendingError !== null) events |= POLLERR;
    if (mask === SHUTDOWN_MASK) events |= POLLHUP;
    if ((mask & RCV_SHUTDOWN) !== 0) events |= POLLRDHUP | POLLIN | POLLRDNORM;
    if (this.waiting > 0) events |= POLLIN | POLLRDNORM;
    if (this.writable && this.peerHasPlace()) events |= POLLOUT | POLLWRNORM | POLLWRBAND;
    return events;
  }

  /** Would a message to the peer find a place? If not, whoever polls this socket is to be told when one does. */
  private peerHasPlace(): boolean {
    const { peer } = this;
    if (peer === null || peer.dead || peer.peer === this || !peer.queueFull) return true;
    this.cancelRelay();
    this.relay = new PlaceRelay(this, peer.place);
    return false;
  }

  protected cancelRelay(): void {
    this.relay?.cancel();
    this.relay = null;
  }

  override release(): void {
    this.cancelRelay();
    super.release();
  }
}
