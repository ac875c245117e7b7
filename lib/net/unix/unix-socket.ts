/**
 * What the three kinds of Unix sockets share: a state, a peer, a receive queue, a name, and the send buffer's account.
 *
 * There is no network here. To send is to put a message into the *peer's* receive queue; what a stream, a datagram and a
 * sequenced-packet socket make of that is in stream.ts, datagram.ts and seqpacket.ts.
 *
 * **Not modelled:** passing descriptors and credentials (SCM_RIGHTS, SCM_CREDENTIALS), permissions of paths. The real machine shows its
 * Unix sockets with `ss -x`.
 *
 * Source: unix(7), net/unix/af_unix.c (unix_release_sock, unix_shutdown, unix_write_space, unix_inq_len).
 */
import { Fifo } from "../../kernel/fifo";
import type { Kernel } from "../../kernel/kernel";
import type { Sleeping } from "../../kernel/sleep";
import type { Task } from "../../kernel/task";
import { WaitQueue } from "../../kernel/wait-queue";
import { ECONNRESET, EINVAL, ENOTCONN, ENOTTY, EOPNOTSUPP, EPIPE } from "../../sys/errno";
import { FIONREAD, SIOCATMARK, SIOCOUTQ } from "../../sys/fcntl";
import type { PeerCredentials } from "../../sys/rarer-options";
import { AF_UNIX, MSG_CTRUNC, SHUT_RDWR, SO_PASSCRED, SOCK_DGRAM, type SocketAddress } from "../../sys/socket";
import type { Nanoseconds } from "../../world/clock";
import { RCV_SHUTDOWN, SEND_SHUTDOWN, SHUTDOWN_MASK, Sock } from "../socket/sock";
import type { UnixMessage } from "./message";
import { nameIn, type UnixNames, unixAddress } from "./names";

export type UnixState = "UNCONNECTED" | "LISTEN" | "ESTABLISHED";

/** What all Unix sockets of one machine share. */
export interface UnixShared {
  readonly kernel: Kernel;
  readonly names: UnixNames;
}

export abstract class UnixSocket extends Sock {
  state: UnixState = "UNCONNECTED";
  /** Whose receive queue `send` without an address fills. It may be gone: then it is dead. */
  peer: UnixSocket | null = null;
  boundName: string | null = null;
  /** The process that had the other end when the two were joined; of a listener, the one that listens. */
  peerPid = 0;
  readonly queue = new Fifo<UnixMessage>();
  /** Payload in the queue, in bytes. */
  queuedBytes = 0;
  /** Memory of messages sent and not yet taken, in bytes. Invariant: the sum of their truesizes. */
  sendUsed = 0;
  /** While it listens: established connections that nobody has accepted yet. */
  readonly pending = new Fifo<UnixSocket>();
  /** Most messages that others may queue here, or connections while it listens (sk_max_ack_backlog). One more is let in. */
  maxQueue = 0;
  /** Who waits for a place in the receive queue: senders of datagrams, or connect. */
  readonly place: WaitQueue;

  constructor(readonly shared: UnixShared) {
    super(shared.kernel);
    this.place = new WaitQueue(this, "place in its queue");
    this.reportBuffer();
  }

  get kernel(): Kernel {
    return this.shared.kernel;
  }

  get family(): number {
    return AF_UNIX;
  }

  get protocol(): number {
    return 0;
  }

  get listening(): boolean {
    return this.state === "LISTEN";
  }

  get queueFull(): boolean {
    return this.queue.length > this.maxQueue;
  }

  get backlogFull(): boolean {
    return this.pending.length > this.maxQueue;
  }

  /** What makes it readable: messages, or connections to accept. */
  get waiting(): number {
    return this.queue.length + this.pending.length;
  }

  // Names

  bind(_task: Task, address: SocketAddress): void {
    this.shared.names.bind(this, nameIn(address));
  }

  named(name: string): void {
    this.boundName = name;
    this.kernel.emitIfTraced({ type: "socket.change", object: this.name, local: printable(name) });
  }

  localAddress(): SocketAddress {
    return unixAddress(this.boundName);
  }

  peerAddress(): SocketAddress {
    if (this.peer === null) throw ENOTCONN;
    return unixAddress(this.peer.boundName);
  }

  /** Who sent this, as recvfrom(2) tells it: null when the sender has no name. */
  protected senderOf(message: UnixMessage): SocketAddress | null {
    return message.sender.boundName === null ? null : unixAddress(message.sender.boundName);
  }

  /** MSG_CTRUNC where SO_PASSCRED asks who sends: a call without room for ancillary data loses it. */
  protected get lostCredentials(): number {
    return this.option(SO_PASSCRED) !== 0 ? MSG_CTRUNC : 0;
  }

  /** Who tells others who it is has a name for them to answer to (unix_may_passcred, unix_autobind). */
  nameForCredentials(): void {
    if (this.boundName === null && this.option(SO_PASSCRED) !== 0) this.shared.names.bind(this, "");
  }

  override get peerCredentials(): PeerCredentials {
    return this.peerPid === 0 ? super.peerCredentials : { pid: this.peerPid, uid: 0, gid: 0 };
  }

  // Connecting

  setPeer(peer: UnixSocket | null, state: UnixState): void {
    this.peer = peer;
    this.state = state;
    if (this.kernel.trace === null) return;
    const remote = printable(peer?.boundName ?? "");
    this.kernel.emit({ type: "socket.change", object: this.name, state, peer: peer?.name ?? null, remote });
  }

  setState(state: UnixState): void {
    this.state = state;
    this.kernel.emitIfTraced({ type: "socket.change", object: this.name, state });
  }

  // The send buffer

  /** Few enough bytes under way that poll calls it writable: at most a quarter of the buffer. */
  protected get writable(): boolean {
    return this.state !== "LISTEN" && 4 * (this.sendUsed + 1) <= this.options.sendBuffer;
  }

  /** Sleeps until the send buffer has room; one message more is let in whatever its size. Throws EAGAIN, EPIPE, a pending error. */
  protected *waitForRoom(task: Task, deadline: Nanoseconds | null): Sleeping<void> {
    for (;;) {
      this.throwPendingError();
      if ((this.shutdownMask & SEND_SHUTDOWN) !== 0) throw EPIPE;
      if (this.sendUsed < this.options.sendBuffer) return;
      // Linux has one queue for all of a socket, so what arrives wakes a sleeping writer, too (sock_wait_for_wmem).
      yield* this.sleepUntil(
        task,
        [this.room, this.data],
        () => this.sendUsed < this.options.sendBuffer || this.sendFails,
        deadline,
      );
    }
  }

  private get sendFails(): boolean {
    return this.pendingError !== null || (this.shutdownMask & SEND_SHUTDOWN) !== 0;
  }

  charge(truesize: number): void {
    this.sendUsed += truesize;
    this.reportBuffer();
  }

  /** A message of ours was taken or thrown away. Senders sleep until three quarters of the buffer are free. */
  uncharge(truesize: number): void {
    this.sendUsed -= truesize;
    this.reportBuffer();
    // One byte more than `writable`: Linux's counter still holds a byte of this very message.
    if (4 * (this.sendUsed + 2) <= this.options.sendBuffer) this.wakeForRoom();
  }

  override sendBufferChanged(): void {
    if (this.writable) this.wakeForRoom();
    this.reportBuffer();
  }

  // The receive queue

  enqueue(message: UnixMessage): void {
    this.queue.add(message);
    this.queuedBytes += message.data.length;
    this.reportBuffer();
  }

  /** Takes the first message away, and tells its sender. */
  protected dequeue(): UnixMessage | undefined {
    const message = this.queue.take();
    if (message === undefined) return undefined;
    this.queuedBytes -= message.data.length - message.start;
    this.reportBuffer();
    message.sender.uncharge(message.truesize);
    return message;
  }

  /** Takes one away, wherever it stands in the queue. */
  removePiece(message: UnixMessage): void {
    this.useUp(message);
    this.queue.remove(message);
    message.sender.uncharge(message.truesize);
  }

  /** Its bytes are read; it stays where it is. */
  useUp(message: UnixMessage): void {
    this.queuedBytes -= message.data.length - message.start;
    message.start = message.data.length;
    this.reportBuffer();
  }

  /** Throws away what nobody will read. */
  protected dropQueue(): void {
    while (this.dequeue() !== undefined);
  }

  // Ending

  shutdown(how: number): void {
    const mask = how === SHUT_RDWR ? SHUTDOWN_MASK : how + 1;
    this.shutdownMask |= mask;
    this.wakeAll();
    if (this.peer === null || this.type === SOCK_DGRAM) return;
    // What I no longer receive, my peer can't send; what I no longer send, my peer won't receive.
    if ((mask & RCV_SHUTDOWN) !== 0) this.peer.shutdownMask |= SEND_SHUTDOWN;
    if ((mask & SEND_SHUTDOWN) !== 0) this.peer.shutdownMask |= RCV_SHUTDOWN;
    this.peer.wakeAll();
  }

  release(): void {
    this.shared.names.release(this);
    this.dead = true;
    this.shutdownMask = SHUTDOWN_MASK;
    const { peer } = this;
    this.peer = null;
    this.state = "UNCONNECTED";
    this.place.wakeAll();
    if (peer !== null && this.type !== SOCK_DGRAM) {
      peer.shutdownMask = SHUTDOWN_MASK;
      // Closed with messages that nobody read: the peer must learn that they never arrived. An empty one in front doesn't
      // count since Linux 6.10: it may be what an out-of-band byte has left (unix_release_sock).
      const first = this.queue.peek();
      const ignored = first !== undefined && first.data.length === first.start ? 1 : 0;
      if (this.queue.length > ignored) peer.pendingError = ECONNRESET;
      peer.wakeAll();
    }
    this.dropQueue();
    this.dropPending();
    this.kernel.emitIfTraced({ type: "socket.free", object: this.name });
  }

  /** Connections that nobody will accept: their clients see a reset. */
  private dropPending(): void {
    for (let other = this.pending.take(); other !== undefined; other = this.pending.take()) {
      if (other.peer !== null) other.peer.pendingError = ECONNRESET;
      other.release();
    }
  }

  // Numbers

  ioctl(request: number): number {
    if (request === SIOCOUTQ) return this.sendUsed;
    // Only streams have a mark of out-of-band bytes (out-of-band.ts).
    if (request === SIOCATMARK) throw EOPNOTSUPP;
    if (request !== FIONREAD) throw ENOTTY;
    if (this.state === "LISTEN") throw EINVAL;
    return this.readableBytes();
  }

  protected readableBytes(): number {
    return this.queuedBytes;
  }

  reportBacklog(): void {
    const [backlog, backlogLimit] = [this.pending.length, this.maxQueue];
    this.kernel.emitIfTraced({ type: "socket.change", object: this.name, backlog, backlogLimit });
  }

  protected reportBuffer(): void {
    if (this.kernel.trace === null || this.dead) return;
    const { queuedBytes: receiveUsed, sendUsed, options } = this;
    const { receiveBuffer: receiveSize, sendBuffer: sendSize } = options;
    this.kernel.emit({ type: "socket.buffer", object: this.name, receiveUsed, receiveSize, sendUsed, sendSize });
  }
}

/** An abstract name as ss(8) prints it, with "@" for the NUL. */
export function printable(name: string): string {
  return name.startsWith("\0") ? `@${name.slice(1)}` : name;
}
