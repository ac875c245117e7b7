/**
 * socketpair(2), made inside this process.
 *
 * Node has no line for it either; two ends joined by two queues do the same, one for each direction. A stream has a queue of
 * bytes; SOCK_DGRAM and SOCK_SEQPACKET have a queue of messages. What Linux counts against the buffer besides the bytes
 * (about 768 bytes of bookkeeping a message) is left out. Source: unix(7).
 */
import * as fs from "node:fs";
import {
  AF_UNIX,
  EAGAIN,
  ECONNREFUSED,
  ECONNRESET,
  EINVAL,
  EISCONN,
  EMSGSIZE,
  EOPNOTSUPP,
  EPIPE,
  type Errno,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLRDHUP,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SOCK_DGRAM,
  SOCK_STREAM,
  type SocketAddress,
} from "../../sys";
import { ByteQueue } from "./byte-queue";
import { noAddress, socketPath } from "./endpoint";
import { nodeLimits } from "./limits";
import type { Machine } from "./machine";
import { orErrno } from "./node-errors";
import { blocking } from "./open-file";
import { type Received, Socket } from "./socket";
import type { Thread } from "./thread";

/** net.core.wmem_default: what Linux gives a Unix-domain socket. */
const CAPACITY = 212_992;
/** net.unix.max_dgram_qlen: messages that may wait. */
const MESSAGES = 10;

export class PairSocket extends Socket {
  private peer: PairSocket | null = null;
  private readonly stream = new ByteQueue(CAPACITY);
  private readonly messages: Uint8Array[] = [];
  private readShut = false;
  private writeShut = false;
  private error: Errno | null = null;

  static pair(machine: Machine, type: number, flags: number): [PairSocket, PairSocket] {
    machine.note(nodeLimits.socketpair.note);
    const one = new PairSocket(machine, AF_UNIX, type, 0, flags, false);
    const other = new PairSocket(machine, AF_UNIX, type, 0, flags, false);
    one.peer = other;
    other.peer = one;
    return [one, other];
  }

  private get isStream(): boolean {
    return this.type === SOCK_STREAM;
  }

  private get waiting(): boolean {
    return this.isStream ? this.stream.length > 0 : this.messages.length > 0;
  }

  private get atEnd(): boolean {
    return this.readShut || (!this.peer && this.type !== SOCK_DGRAM);
  }

  tryReceive(size: number, peek: boolean): Received {
    if (this.waiting) return this.takeWaiting(size, peek);
    const error = this.takeError();
    if (error) throw error;
    if (this.atEnd || (size === 0 && this.isStream)) return { data: new Uint8Array(0), address: null, length: 0 };
    throw EAGAIN;
  }

  private takeWaiting(size: number, peek: boolean): Received {
    if (this.isStream) {
      const data = peek ? this.stream.peek(size) : this.stream.take(size);
      if (!peek) this.peer?.queue.wakeAll();
      return { data, address: null, length: data.length };
    }
    const message = this.messages[0];
    if (!peek) {
      this.messages.shift();
      this.peer?.queue.wakeAll();
    }
    return { data: message.slice(0, size), address: null, length: message.length };
  }

  async send(thread: Thread, data: Uint8Array, nonblocking: boolean, to: SocketAddress | null): Promise<number> {
    if (to) throw this.isStream ? EISCONN : EOPNOTSUPP;
    let sent = 0;
    do {
      try {
        sent += await blocking(thread, this, "room", () => this.trySend(data.subarray(sent)), nonblocking);
      } catch (error) {
        if (sent > 0) return sent;
        throw error;
      }
    } while (sent < data.length && !nonblocking);
    return sent;
  }

  private trySend(data: Uint8Array): number {
    const { peer } = this;
    if (this.writeShut) throw EPIPE;
    if (!peer) throw this.type === SOCK_DGRAM ? ECONNREFUSED : EPIPE;
    if (peer.readShut) throw EPIPE;
    const sent = this.isStream ? this.putBytes(peer, data) : this.putMessage(peer, data);
    peer.queue.wakeAll();
    return sent;
  }

  private putBytes(peer: PairSocket, data: Uint8Array): number {
    if (data.length > 0 && peer.stream.room === 0) throw EAGAIN;
    return peer.stream.put(data);
  }

  private putMessage(peer: PairSocket, data: Uint8Array): number {
    if (data.length > CAPACITY) throw EMSGSIZE;
    const used = peer.messages.reduce((sum, message) => sum + message.length, 0);
    if (peer.messages.length > MESSAGES || used + data.length > CAPACITY) throw EAGAIN;
    peer.messages.push(data.slice());
    return data.length;
  }

  ready(): number {
    const { peer } = this;
    let bits = this.waiting || this.atEnd ? POLLIN : 0;
    const room = !peer || (this.isStream ? peer.stream.room > 0 : peer.messages.length <= MESSAGES);
    if (room) bits |= POLLOUT;
    if (this.atEnd) bits |= POLLRDHUP;
    if (this.atEnd && (this.writeShut || !peer)) bits |= POLLHUP;
    return bits;
  }

  override available(): number {
    return this.isStream ? this.stream.length : (this.messages[0]?.length ?? 0);
  }

  bind(): void {
    this.machine.note(nodeLimits.pairNames.note);
    throw EINVAL;
  }

  override listen(): void {
    throw this.type === SOCK_DGRAM ? EOPNOTSUPP : EINVAL;
  }

  override tryAccept(): Socket {
    throw this.type === SOCK_DGRAM ? EOPNOTSUPP : EINVAL;
  }

  /** The name is looked up before anything else. */
  connect(_thread: Thread, address: SocketAddress): void {
    orErrno(() => fs.statSync(socketPath(this.machine, address)));
    throw EISCONN;
  }

  /** Shutting one side is felt by both: what I don't read, the peer can't write. */
  shutdown(how: number): void {
    if (how !== SHUT_RD && how !== SHUT_WR && how !== SHUT_RDWR) throw EINVAL;
    if (how !== SHUT_WR) this.readShut = true;
    if (how !== SHUT_RD) this.writeShut = true;
    const { peer } = this;
    if (peer && this.type !== SOCK_DGRAM) {
      if (how !== SHUT_WR) peer.writeShut = true;
      if (how !== SHUT_RD) peer.readShut = true;
    }
    this.queue.wakeAll();
    peer?.queue.wakeAll();
  }

  peerName(): SocketAddress {
    return noAddress(AF_UNIX);
  }

  protected override takeError(): Errno | null {
    const { error } = this;
    this.error = null;
    return error;
  }

  protected release(): void {
    const { peer } = this;
    this.peer = null;
    if (!peer) return;
    peer.peer = null;
    if (this.waiting && this.type !== SOCK_DGRAM) peer.error = ECONNRESET;
    peer.queue.wakeAll();
  }
}
