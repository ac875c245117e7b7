/**
 * What every socket's options are set to, as the protocols read them: how much may be buffered, how long a call may sleep.
 *
 * Most sockets never set one, so they share one object, which is never changed: who sets an option gets a copy for itself.
 * Programs set and read them in sol-socket.ts.
 *
 * Source: socket(7), struct sock in include/net/sock.h.
 */
import { SO_PRIORITY } from "../../sys/socket";
import type { Nanoseconds } from "../../world/clock";
import type { Remembered } from "./remembered-options";

/** /proc/sys/net/core/{w,r}mem_default. */
const DEFAULT_BUFFER = 212_992;

/** The values. They are shared, so only `copy()` may be changed. */
export class SocketOptions {
  /** Limits in bytes of memory, not of payload. */
  sendBuffer = DEFAULT_BUFFER;
  receiveBuffer = DEFAULT_BUFFER;
  /** Set by the program, so no longer to be tuned automatically (SOCK_SNDBUF_LOCK, SOCK_RCVBUF_LOCK). */
  sendBufferLocked = false;
  receiveBufferLocked = false;
  /** How long a call may sleep (SO_SNDTIMEO, SO_RCVTIMEO); null for ever, 0 not at all. */
  sendTimeout: Nanoseconds | null = null;
  receiveTimeout: Nanoseconds | null = null;
  /** SO_RCVLOWAT in bytes: so much must be there before a reader is woken. */
  lowWater = 1;
  /** How long close(2) waits for unsent data, in seconds; null when it doesn't. */
  linger: number | null = null;
  /** `l_linger` as last set, in seconds, which is remembered while `l_onoff` is 0. */
  lingerTime = 0;
  /** SO_KEEPALIVE: a silent peer is asked whether it is still there. */
  keepAlive = false;
  /** SO_REUSEADDR and SO_REUSEPORT: with whom it is ready to share its port (inet/port-table.ts). */
  reuseAddress = false;
  reusePort = false;
  /** SO_BROADCAST: may it send to a broadcast address? */
  broadcast = false;
  /** Options without effect here, by number (remembered-options.ts); made with the first. */
  remembered: Remembered | null = null;

  private expanded: SocketOptions | null = null;

  /** What an accepted socket has of its listener's: all but the priority (sk_clone_lock). */
  ofChild(): SocketOptions {
    if (this.remembered?.has(SO_PRIORITY) !== true) return this;
    const options = this.copy();
    options.remembered?.delete(SO_PRIORITY);
    return options;
  }

  /** The same with another send buffer. Those who ask alike get the same. */
  withSendBuffer(size: number): SocketOptions {
    if (size === this.sendBuffer) return this;
    if (this.expanded?.sendBuffer !== size) {
      this.expanded = this.copy();
      this.expanded.sendBuffer = size;
    }
    return this.expanded;
  }

  /** The same with another receive buffer. */
  withReceiveBuffer(size: number): SocketOptions {
    const grown = this.copy();
    grown.receiveBuffer = size;
    return grown;
  }

  /** The same values, to be changed. */
  copy(): SocketOptions {
    const copy = new SocketOptions();
    copy.sendBuffer = this.sendBuffer;
    copy.receiveBuffer = this.receiveBuffer;
    copy.sendBufferLocked = this.sendBufferLocked;
    copy.receiveBufferLocked = this.receiveBufferLocked;
    copy.sendTimeout = this.sendTimeout;
    copy.receiveTimeout = this.receiveTimeout;
    copy.lowWater = this.lowWater;
    copy.linger = this.linger;
    copy.lingerTime = this.lingerTime;
    copy.keepAlive = this.keepAlive;
    copy.reuseAddress = this.reuseAddress;
    copy.reusePort = this.reusePort;
    copy.broadcast = this.broadcast;
    copy.remembered = this.remembered === null ? null : new Map(this.remembered);
    return copy;
  }
}

/** Nothing was set. */
export const STANDARD_OPTIONS = new SocketOptions();
