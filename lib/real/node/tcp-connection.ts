/**
 * One connection: Node's `net.Socket`, asked as a kernel is asked.
 *
 * | system call       | the line of a Node program                                                        |
 * | ----------------- | --------------------------------------------------------------------------------- |
 * | read              | `socket.read(size)` after "readable"; `socket.on("data")` is a loop around it     |
 * | read returning 0  | the event "end"                                                                   |
 * | write             | `socket.write(data, callback)`; the callback is the moment a blocking write returns |
 * | write with EAGAIN | `socket.write()` returned false, until "drain"                                    |
 * | shutdown(SHUT_WR) | `socket.end()` (with `allowHalfOpen: true`, or Node does it for you at "end")     |
 * | close             | `socket.destroy()`                                                                |
 * | ECONNRESET, EPIPE | the event "error"                                                                 |
 *
 * Node reads ahead: up to `readableHighWaterMark` bytes have left the kernel's receive buffer before the program asks. So
 * FIONREAD, a full receive window and an end of file behind unread data can't be seen exactly.
 */
import type * as net from "node:net";
import {
  EAGAIN,
  EPIPE,
  type Errno,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLRDHUP,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
} from "../../sys";
import type { Closable, Machine } from "./machine";
import { errnoOf } from "./node-errors";
import type { Thread } from "./thread";
import type { WaitQueue } from "./wait-queue";

export class TcpConnection implements Closable {
  private atEnd = false;
  private readShut = false;
  private writeShut = false;
  /** What went wrong and hasn't been told yet. */
  private error: Errno | null = null;
  private broken = false;
  private readonly gone: Promise<void>;
  /** Whom to tell that something may have changed; null until somebody has accepted this connection. */
  watcher: WaitQueue | null = null;

  constructor(
    machine: Machine,
    readonly socket: net.Socket,
  ) {
    machine.closables.add(this);
    this.gone = new Promise((resolve) => {
      socket.once("close", () => {
        machine.closables.delete(this);
        resolve();
        this.changed();
      });
    });
    socket.on("readable", () => {
      this.askForEnd();
      this.changed();
    });
    socket.on("end", () => {
      this.atEnd = true;
      this.changed();
    });
    socket.on("drain", () => this.changed());
    socket.on("error", (error) => {
      if (!this.broken) this.error = errnoOf(error);
      this.broken = true;
      this.changed();
    });
  }

  /** A stream that has ended says "end" only when asked for more; asking for nothing is enough. */
  private askForEnd(): void {
    if (this.socket.readableLength === 0) this.socket.read(0);
  }

  private changed(): void {
    this.watcher?.wakeAll();
  }

  takeError(): Errno | null {
    const { error } = this;
    this.error = null;
    return error;
  }

  read(size: number, peek: boolean): Uint8Array {
    const { socket } = this;
    const waiting = Math.min(size, socket.readableLength);
    if (waiting > 0 && !this.readShut) {
      const data: Uint8Array = socket.read(waiting) ?? new Uint8Array(0);
      if (peek) socket.unshift(data);
      else this.askForEnd();
      return new Uint8Array(data);
    }
    const error = this.takeError();
    if (error) throw error;
    if (size === 0 || this.atEnd || this.readShut || socket.destroyed) return new Uint8Array(0);
    throw EAGAIN;
  }

  /** Returns when the system has taken all bytes; nonblocking, gives Node as many as it keeps without complaint. */
  async write(thread: Thread, data: Uint8Array, nonblocking: boolean, name: string): Promise<number> {
    const { socket } = this;
    const error = this.takeError();
    if (error) throw error;
    if (this.writeShut || this.broken || socket.destroyed) throw EPIPE;
    if (nonblocking) return this.writeNow(data);
    let outcome: Errno | "taken" | null = null;
    socket.write(data.slice(), (failure) => {
      outcome = failure ? errnoOf(failure) : "taken";
      if (failure) this.broken = true; // told here, so the "error" event has nothing to add
      this.changed();
    });
    if (!this.watcher) throw EPIPE;
    while (outcome === null) await thread.sleep([this.watcher], `${name}: room`);
    if (outcome !== "taken") throw outcome;
    return data.length;
  }

  private writeNow(data: Uint8Array): number {
    const { socket } = this;
    const room = socket.writableHighWaterMark - socket.writableLength;
    if (data.length > 0 && (socket.writableNeedDrain || room <= 0)) throw EAGAIN;
    const part = data.slice(0, room);
    socket.write(part);
    return part.length;
  }

  shutdown(how: number): void {
    if (how === SHUT_RD || how === SHUT_RDWR) this.readShut = true;
    if (how === SHUT_WR || how === SHUT_RDWR) {
      this.writeShut = true;
      this.socket.end();
    }
    this.changed();
  }

  ready(): number {
    const { socket } = this;
    const ended = this.atEnd || this.readShut || socket.destroyed;
    let bits = 0;
    if (socket.readableLength > 0 || ended) bits |= POLLIN;
    if (this.broken || this.writeShut || !socket.writableNeedDrain) bits |= POLLOUT;
    if (ended) bits |= POLLRDHUP;
    if ((ended && this.writeShut) || this.broken) bits |= POLLHUP;
    if (this.error) bits |= POLLERR;
    return bits;
  }

  /** close(2): with bytes that nobody read, or SO_LINGER of zero, the peer gets a reset instead of an end. */
  release(reset: boolean): void {
    const { socket } = this;
    if (reset || socket.readableLength > 0) socket.resetAndDestroy();
    else if (socket.writableLength > 0) socket.destroySoon();
    else socket.destroy();
  }

  close(): Promise<void> {
    this.socket.destroy();
    return this.gone;
  }
}
