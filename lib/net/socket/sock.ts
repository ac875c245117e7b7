/**
 * What all sockets have in common, whatever their protocol. Linux calls it `struct sock`.
 *
 * A pending error that the next call reports, a mask of which directions are shut down, the options, and two wait queues:
 * who waits for data (or a connection to accept) and who waits for room. Protocols fill in the rest.
 *
 * Linux has one wait queue for both and tells the reason of a wake-up with it; here they are two, so that a table of sleepers
 * says what each of them waits for.
 *
 * Source: include/net/sock.h, net/core/sock.c (sock_def_readable, sock_def_wakeup, sock_def_error_report, sock_intr_errno).
 */
import type { Kernel } from "../../kernel/kernel";
import { ERESTARTSYS, type MaySleep, type Sharing, type Sleeping, sleepOn } from "../../kernel/sleep";
import type { Received, Socket } from "../../kernel/socket";
import type { Task } from "../../kernel/task";
import { type Waiter, WaitQueue, type WakeRule } from "../../kernel/wait-queue";
import { EAGAIN, EINTR, EINVAL, EOPNOTSUPP, type Errno } from "../../sys/errno";
import { POLLERR, POLLIN, POLLOUT, POLLPRI, POLLRDBAND, POLLRDNORM, POLLWRBAND, POLLWRNORM } from "../../sys/poll";
import type { PeerCredentials } from "../../sys/rarer-options";
import {
  MSG_CTRUNC,
  MSG_DONTWAIT,
  SO_TIMESTAMP,
  SO_TIMESTAMPNS,
  SOL_SOCKET,
  type SocketAddress,
  type SocketOptionValue,
} from "../../sys/socket";
import { S_IFSOCK, type Stat } from "../../sys/stat";
import type { Nanoseconds } from "../../world/clock";
import { firstBytes } from "./option-value";
import { isOn, rememberedOption } from "./remembered-options";
import { type SocketOptions, STANDARD_OPTIONS } from "./socket-options";
import { getSocketOption, type OptionsHolder, setSocketOption } from "./sol-socket";

/** Bits of `shutdownMask`: nothing more will be received, nothing more will be sent; both. */
export const RCV_SHUTDOWN = 1;
export const SEND_SHUTDOWN = 2;
export const SHUTDOWN_MASK = 3;

const TIMESTAMPS = [SO_TIMESTAMP, SO_TIMESTAMPNS];

/** Given out when somebody asks. */
const cookies = new WeakMap<Sock, number>();

/** What a wake-up says happened. */
const DATA_EVENTS = POLLIN | POLLPRI | POLLRDNORM | POLLRDBAND;
const ROOM_EVENTS = POLLOUT | POLLWRNORM | POLLWRBAND;

export abstract class Sock implements Socket, OptionsHolder {
  /** Its number among the machine's sockets, for traces. */
  readonly number: number;
  /** SOL_SOCKET's; shared with others until it is changed (socket-options.ts). */
  options: SocketOptions;
  /** To be reported by the next call that looks, once. */
  pendingError: Errno | null = null;
  /** What the network has told that is no error yet: only SO_ERROR tells it (sk_err_soft). */
  softError: Errno | null = null;
  /** RCV_SHUTDOWN and SEND_SHUTDOWN. */
  shutdownMask = 0;
  /** The last descriptor is gone (SOCK_DEAD). */
  dead = false;
  // Made for the first sleeper: a server's hundred thousand sockets see one rarely.
  private dataQueue: WaitQueue | null = null;
  private roomQueue: WaitQueue | null = null;

  constructor(kernel: Kernel, options = STANDARD_OPTIONS) {
    this.options = options;
    this.number = kernel.nextNumber("socket");
    if (kernel.trace !== null) this.reportCreation(kernel);
  }

  private reportCreation(kernel: Kernel): void {
    const { name, family, type, protocol } = this;
    kernel.emit({ type: "socket.create", object: name, family, socketType: type, protocol });
  }

  get kind(): "socket" {
    return "socket";
  }

  abstract readonly kernel: Kernel;
  abstract readonly type: number;
  abstract readonly family: number;
  abstract readonly protocol: number;

  get name(): string {
    return `socket ${this.number}`;
  }

  abstract readonly listening: boolean;
  abstract readiness(): number;
  abstract receive(task: Task, size: number, into: Uint8Array | null, flags: number): MaySleep<Received>;
  abstract send(task: Task, data: Uint8Array, flags: number, to: SocketAddress | null): MaySleep<number>;
  abstract bind(task: Task, address: SocketAddress): void;
  abstract listen(backlog: number): void;
  abstract accept(task: Task, nonblocking: boolean): MaySleep<Socket>;
  abstract connect(task: Task, address: SocketAddress, nonblocking: boolean): MaySleep<void>;
  abstract shutdown(how: number): void;
  abstract localAddress(): SocketAddress;
  abstract peerAddress(): SocketAddress;
  abstract ioctl(request: number): number;
  abstract release(): void;

  /** Nothing to wait for unless a protocol says so. */
  linger(_task: Task): Sleeping<void> | null {
    return null;
  }

  stat(): Stat {
    return { ino: this.number, mode: S_IFSOCK | 0o777, nlink: 1, size: 0 };
  }

  // Errors

  /** The pending error, which is thereby reported (sock_error). */
  takeError(): Errno | null {
    const error = this.pendingError;
    this.pendingError = null;
    return error;
  }

  /** SO_ERROR. */
  takeErrorNumber(): number {
    const error = this.takeError() ?? this.softError;
    if (error === this.softError) this.softError = null;
    return error?.number ?? 0;
  }

  /** Throws the pending error, if there is one, which is thereby reported. */
  throwPendingError(): void {
    const error = this.takeError();
    if (error !== null) throw error;
  }

  // Waking

  /** Where one sleeps until there is something to read, or a connection to accept. */
  get data(): WaitQueue {
    this.dataQueue ??= new WaitQueue(this, "data");
    return this.dataQueue;
  }

  /** Where one sleeps until there is room to write, or the connection stands. */
  get room(): WaitQueue {
    this.roomQueue ??= new WaitQueue(this, "room");
    return this.roomQueue;
  }

  /** Who sleeps first in line for data, if anybody does. */
  get firstReader(): Waiter | null {
    return this.dataQueue === null ? null : this.dataQueue.first;
  }

  get waitQueues(): readonly WaitQueue[] {
    return [this.data, this.room];
  }

  /** There is something to read, or a connection to accept (sk_data_ready). */
  wakeForData(rule?: WakeRule): void {
    this.dataQueue?.wake(DATA_EVENTS, rule);
  }

  /** There is room to write (sk_write_space). */
  wakeForRoom(rule?: WakeRule): void {
    this.roomQueue?.wake(ROOM_EVENTS, rule);
  }

  /** Something changed that nobody can use up: an end, a connection (sk_state_change). */
  wakeAll(): void {
    this.dataQueue?.wakeAll();
    this.roomQueue?.wakeAll();
  }

  /** An error waits to be reported (sk_error_report). */
  wakeForError(): void {
    this.dataQueue?.wake(POLLERR);
    // An exclusive one that waits there waits for data, too (epoll): two queues must not wake two of them.
    this.roomQueue?.wakeShared(POLLERR);
  }

  // Sleeping

  /** Until when a receive may sleep; null for ever. The moment itself has passed when it may not. */
  receiveDeadline(flags: number): Nanoseconds | null {
    return this.deadline(flags, this.options.receiveTimeout);
  }

  /** The same for a send, or a connect. */
  sendDeadline(flags: number): Nanoseconds | null {
    return this.deadline(flags, this.options.sendTimeout);
  }

  /** May a call with this deadline sleep at all? */
  maySleep(deadline: Nanoseconds | null): boolean {
    return deadline === null || deadline > this.kernel.clock.now();
  }

  private deadline(flags: number, timeout: Nanoseconds | null): Nanoseconds | null {
    const now = this.kernel.clock.now();
    if ((flags & MSG_DONTWAIT) !== 0) return now;
    return timeout === null ? null : now + timeout;
  }

  /**
   * Sleeps until the condition holds, which the caller has seen not to. Throws EAGAIN when the deadline has come; when a signal came
   * first, ERESTARTSYS, or EINTR if there is a deadline: a call with a timeout is never made again, it would wait for its full length
   * again.
   */
  *sleepUntil(
    task: Task,
    queue: WaitQueue | readonly WaitQueue[],
    condition: () => boolean,
    deadline: Nanoseconds | null,
    sharing: Sharing = "shared",
  ): Sleeping<void> {
    if (!this.maySleep(deadline)) throw EAGAIN;
    const places =
      queue instanceof WaitQueue ? [{ queue, events: 0 }] : queue.map((each) => ({ queue: each, events: 0 }));
    const reason = yield* sleepOn(task, places, condition, deadline, sharing);
    if (reason === "signal") throw deadline === null ? ERESTARTSYS : EINTR;
    if (reason === "timeout") throw EAGAIN;
  }

  // Options

  getOption(level: number, option: number, size?: number): SocketOptionValue {
    if (size !== undefined && size < 0 && this.hasLevel(level)) throw EINVAL;
    const value = level === SOL_SOCKET ? getSocketOption(this, option) : this.getProtocolOption(level, option);
    return size === undefined ? value : firstBytes(value, level, option, size);
  }

  setOption(level: number, option: number, value: SocketOptionValue): void {
    if (level === SOL_SOCKET) setSocketOption(this, option, value);
    else this.setProtocolOption(level, option, value);
  }

  /** Are there options of this level? */
  protected hasLevel(level: number): boolean {
    return level === SOL_SOCKET;
  }

  /** Options of other levels: none, unless a protocol says so. */
  protected getProtocolOption(_level: number, _option: number): SocketOptionValue {
    throw EOPNOTSUPP;
  }

  protected setProtocolOption(_level: number, _option: number, _value: SocketOptionValue): void {
    throw EOPNOTSUPP;
  }

  /** MSG_CTRUNC where SO_TIMESTAMP asks when a message came: in a call without room for ancillary data that is lost. */
  get lostTimestamp(): number {
    return isOn(TIMESTAMPS, this.options.remembered) ? MSG_CTRUNC : 0;
  }

  /** An option that is only kept for the program (remembered-options.ts). */
  protected option(option: number): number {
    return rememberedOption(this, SOL_SOCKET, option, this.options.remembered);
  }

  /** SO_COOKIE (sock_gen_cookie). */
  get cookie(): number {
    let cookie = cookies.get(this);
    if (cookie === undefined) {
      cookie = this.kernel.nextNumber("cookie");
      cookies.set(this, cookie);
    }
    return cookie;
  }

  /** SO_PEERCRED: nobody, but for a Unix connection. */
  get peerCredentials(): PeerCredentials {
    return { pid: 0, uid: -1, gid: -1 };
  }

  // What happens when an option has changed: nothing, unless a protocol says so

  get mostLowWater(): number {
    return 0x7fff_ffff;
  }

  sendBufferChanged(): void {}
  lowWaterChanged(): void {}
  keepAliveChanged(): void {}
}
