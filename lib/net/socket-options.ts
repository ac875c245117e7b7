/**
 * The options that every socket has: level SOL_SOCKET of getsockopt(2) and setsockopt(2).
 *
 * Most are a switch or a number that the protocols look at later: how much may be buffered, how long a call may sleep. The
 * values that come back are not always those that went in: Linux doubles the size of a buffer, because what it counts against
 * the limit is memory, not payload, and keeps both within bounds.
 *
 * **Not modelled:** SO_BINDTODEVICE, SO_PEEK_OFF, filters (and what remembered-options.ts
 * lists). The real machine shows a socket's options with `ss -tmoe`.
 *
 * Source: socket(7), net/core/sock.c (sk_setsockopt, sk_getsockopt, sock_set_timeout).
 */
import { EDOM, EINVAL, EOPNOTSUPP } from "../sys/errno";
import { type PeerCredentials, SO_BUF_LOCK, SO_COOKIE, SO_PEERCRED } from "../sys/rarer-options";
import {
  AF_INET,
  SO_ACCEPTCONN,
  SO_BROADCAST,
  SO_DOMAIN,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_PRIORITY,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_RCVLOWAT,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_SNDBUF,
  SO_SNDBUFFORCE,
  SO_SNDTIMEO,
  SO_TYPE,
  SOL_SOCKET,
  type SocketOptionValue,
} from "../sys/socket";
import type { Timeval } from "../sys/time";
import { MICROSECOND, MILLISECOND, type Nanoseconds, SECOND } from "../world/clock";
import { bufferSize, forcedSize, LEAST_TO_RECEIVE, LEAST_TO_SEND } from "./buffer-size";
import { intIn, lingerIn, timevalIn } from "./option-value";
import { acceptOption, type Remembered, rememberedOption } from "./remembered-options";

/** /proc/sys/net/core/{w,r}mem_default. */
const DEFAULT_BUFFER = 212_992;
/** Timeouts count in ticks of the kernel's timer and are rounded up; CONFIG_HZ=250. */
const TICK: Nanoseconds = 4 * MILLISECOND;
/** What `l_linger` says when a negative time was set: the longest timeout there is in seconds, its low 32 bits. */
const LONGEST_LINGER = -1_752_346_657;

/**
 * The values, as the protocols read them.
 *
 * Most sockets never set one, so they share one object, which is never changed: who sets an option gets a copy for itself.
 */
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

/** What the options need to know of their socket. */
export interface OptionsHolder {
  readonly family: number;
  readonly type: number;
  readonly protocol: number;
  options: SocketOptions;
  readonly listening: boolean;
  readonly cookie: number;
  readonly peerCredentials: PeerCredentials;
  /** The most that SO_RCVLOWAT may be. */
  readonly mostLowWater: number;
  /** The pending error, which is cleared by asking; 0 when there is none. */
  takeErrorNumber(): number;
  /** SO_SNDBUF has changed: there may be room now. */
  sendBufferChanged(): void;
  /** SO_RCVLOWAT has changed: what waits may be worth reading now. */
  lowWaterChanged(): void;
  /** SO_KEEPALIVE has changed. */
  keepAliveChanged(): void;
}

/** getsockopt(2) at SOL_SOCKET. Throws ENOPROTOOPT. */
export function getSocketOption(socket: OptionsHolder, option: number): SocketOptionValue {
  const { options } = socket;
  switch (option) {
    case SO_TYPE:
      return socket.type;
    case SO_PEERCRED:
      return socket.peerCredentials;
    case SO_COOKIE:
      return socket.cookie;
    case SO_BUF_LOCK:
      return Number(options.sendBufferLocked) | (Number(options.receiveBufferLocked) << 1);
    case SO_DOMAIN:
      return socket.family;
    case SO_PROTOCOL:
      return socket.protocol;
    case SO_ERROR:
      return socket.takeErrorNumber();
    case SO_ACCEPTCONN:
      return Number(socket.listening);
    case SO_SNDBUF:
      return options.sendBuffer;
    case SO_RCVBUF:
      return options.receiveBuffer;
    case SO_SNDTIMEO:
      return toTimeval(options.sendTimeout);
    case SO_RCVTIMEO:
      return toTimeval(options.receiveTimeout);
    case SO_RCVLOWAT:
      return options.lowWater;
    case SO_LINGER:
      return { l_onoff: Number(options.linger !== null), l_linger: options.lingerTime };
    case SO_KEEPALIVE:
      return Number(options.keepAlive);
    case SO_REUSEADDR:
      return Number(options.reuseAddress);
    case SO_REUSEPORT:
      return Number(options.reusePort);
    case SO_BROADCAST:
      return Number(options.broadcast);
    default:
      return rememberedOption(socket, SOL_SOCKET, option, options.remembered);
  }
}

/** setsockopt(2) at SOL_SOCKET. Throws ENOPROTOOPT (also for what can only be read), EINVAL, EDOM, EOPNOTSUPP. */
export function setSocketOption(socket: OptionsHolder, option: number, value: SocketOptionValue): void {
  const options = socket.options.copy();
  socket.options = options;
  switch (option) {
    case SO_SNDTIMEO:
      options.sendTimeout = fromTimeval(value);
      return;
    case SO_RCVTIMEO:
      options.receiveTimeout = fromTimeval(value);
      return;
    case SO_LINGER:
      setLinger(options, value);
      return;
  }
  const number = intIn(value);
  switch (option) {
    case SO_SNDBUF:
      options.sendBuffer = bufferSize(number, LEAST_TO_SEND);
      options.sendBufferLocked = true;
      socket.sendBufferChanged();
      return;
    case SO_RCVBUF:
      options.receiveBuffer = bufferSize(number, LEAST_TO_RECEIVE);
      options.receiveBufferLocked = true;
      return;
    // Beyond the limit; that takes a privilege.
    case SO_SNDBUFFORCE:
      options.sendBuffer = forcedSize(number, LEAST_TO_SEND);
      options.sendBufferLocked = true;
      socket.sendBufferChanged();
      return;
    case SO_RCVBUFFORCE:
      options.receiveBuffer = forcedSize(number, LEAST_TO_RECEIVE);
      options.receiveBufferLocked = true;
      return;
    case SO_RCVLOWAT:
      options.lowWater = Math.min(number < 0 ? 0x7fff_ffff : number, socket.mostLowWater) || 1;
      socket.lowWaterChanged();
      return;
    case SO_KEEPALIVE:
      options.keepAlive = number !== 0;
      socket.keepAliveChanged();
      return;
    case SO_REUSEADDR:
      options.reuseAddress = number !== 0;
      return;
    case SO_REUSEPORT:
      // Since Linux 6.14 only where there are ports.
      if (number !== 0 && socket.family !== AF_INET) throw EOPNOTSUPP;
      options.reusePort = number !== 0;
      return;
    case SO_BROADCAST:
      options.broadcast = number !== 0;
      return;
    case SO_BUF_LOCK:
      if ((number & ~3) !== 0) throw EINVAL;
      options.sendBufferLocked = (number & 1) !== 0;
      options.receiveBufferLocked = (number & 2) !== 0;
      return;
    default: {
      const accepted = acceptOption(socket, SOL_SOCKET, option, number);
      options.remembered ??= new Map();
      options.remembered.set(option, accepted);
    }
  }
}

function setLinger(options: SocketOptions, value: SocketOptionValue): void {
  const { l_onoff, l_linger } = lingerIn(value);
  if (l_onoff === 0) {
    options.linger = null;
    return;
  }
  options.linger = l_linger < 0 ? Number.POSITIVE_INFINITY : l_linger;
  options.lingerTime = l_linger < 0 ? LONGEST_LINGER : l_linger;
}

/** Zero means "for ever", a negative time "not at all". Throws EDOM when the microseconds are out of range. */
function fromTimeval(value: SocketOptionValue): Nanoseconds | null {
  const { tv_sec, tv_usec } = timevalIn(value);
  if (tv_usec < 0 || tv_usec >= 1_000_000) throw EDOM;
  if (tv_sec < 0) return 0;
  if (tv_sec === 0 && tv_usec === 0) return null;
  return tv_sec * SECOND + Math.ceil((tv_usec * MICROSECOND) / TICK) * TICK;
}

function toTimeval(timeout: Nanoseconds | null): Timeval {
  if (timeout === null) return { tv_sec: 0, tv_usec: 0 };
  const tv_sec = Math.floor(timeout / SECOND);
  return { tv_sec, tv_usec: (timeout - tv_sec * SECOND) / MICROSECOND };
}
