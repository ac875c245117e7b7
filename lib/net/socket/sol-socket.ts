/**
 * The options that every socket has: level SOL_SOCKET of getsockopt(2) and setsockopt(2).
 *
 * Most are a switch or a number that the protocols look at later (socket-options.ts). The values that come back are not always
 * those that went in: Linux doubles the size of a buffer, because what it counts against the limit is memory, not payload, and
 * keeps both within bounds.
 *
 * **Not modelled:** SO_BINDTODEVICE, SO_PEEK_OFF, filters (and what remembered-options.ts
 * lists). The real machine shows a socket's options with `ss -tmoe`.
 *
 * Source: socket(7), net/core/sock.c (sk_setsockopt, sk_getsockopt, sock_set_timeout).
 */
import { EDOM, EINVAL, EOPNOTSUPP } from "../../sys/errno";
import { type PeerCredentials, SO_BUF_LOCK, SO_COOKIE, SO_PEERCRED } from "../../sys/rarer-options";
import {
  AF_INET,
  SO_ACCEPTCONN,
  SO_BROADCAST,
  SO_DOMAIN,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
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
} from "../../sys/socket";
import type { Timeval } from "../../sys/time";
import { MICROSECOND, type Nanoseconds, SECOND } from "../../world/clock";
import { TICK } from "../tick";
import { bufferSize, forcedSize, LEAST_TO_RECEIVE, LEAST_TO_SEND } from "./buffer-size";
import { intIn, lingerIn, timevalIn } from "./option-value";
import { acceptOption, rememberedOption } from "./remembered-options";
import type { SocketOptions } from "./socket-options";

/** What `l_linger` says when a negative time was set: the longest timeout there is in seconds, its low 32 bits. */
const LONGEST_LINGER = -1_752_346_657;

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
  const known: SocketOption | undefined = options[option];
  if (known?.get !== undefined) return known.get(socket);
  return rememberedOption(socket, SOL_SOCKET, option, socket.options.remembered);
}

/** setsockopt(2) at SOL_SOCKET. Throws ENOPROTOOPT (also for what can only be read), EINVAL, EDOM, EOPNOTSUPP. */
export function setSocketOption(socket: OptionsHolder, option: number, value: SocketOptionValue): void {
  const values = socket.options.copy();
  socket.options = values;
  const known: SocketOption | undefined = options[option];
  if (known?.set !== undefined) {
    known.set(value, values, socket);
    return;
  }
  const accepted = acceptOption(socket, SOL_SOCKET, option, intIn(value));
  values.remembered ??= new Map();
  values.remembered.set(option, accepted);
}

/** How an option is read, and what setting it does to the socket's own copy of the values; without `set` it can only be read. */
interface SocketOption {
  get?(socket: OptionsHolder): SocketOptionValue;
  set?(value: SocketOptionValue, options: SocketOptions, socket: OptionsHolder): void;
}

const options: Readonly<Record<number, SocketOption>> = {
  [SO_TYPE]: { get: ({ type }) => type },
  [SO_DOMAIN]: { get: ({ family }) => family },
  [SO_PROTOCOL]: { get: ({ protocol }) => protocol },
  [SO_ACCEPTCONN]: { get: ({ listening }) => Number(listening) },
  [SO_ERROR]: { get: (socket) => socket.takeErrorNumber() },
  [SO_COOKIE]: { get: ({ cookie }) => cookie },
  [SO_PEERCRED]: { get: ({ peerCredentials }) => peerCredentials },
  [SO_SNDBUF]: {
    get: ({ options }) => options.sendBuffer,
    set(value, options, socket) {
      options.sendBuffer = bufferSize(intIn(value), LEAST_TO_SEND);
      options.sendBufferLocked = true;
      socket.sendBufferChanged();
    },
  },
  [SO_RCVBUF]: {
    get: ({ options }) => options.receiveBuffer,
    set(value, options) {
      options.receiveBuffer = bufferSize(intIn(value), LEAST_TO_RECEIVE);
      options.receiveBufferLocked = true;
    },
  },
  // Beyond the limit; that takes a privilege.
  [SO_SNDBUFFORCE]: {
    set(value, options, socket) {
      options.sendBuffer = forcedSize(intIn(value), LEAST_TO_SEND);
      options.sendBufferLocked = true;
      socket.sendBufferChanged();
    },
  },
  [SO_RCVBUFFORCE]: {
    set(value, options) {
      options.receiveBuffer = forcedSize(intIn(value), LEAST_TO_RECEIVE);
      options.receiveBufferLocked = true;
    },
  },
  [SO_BUF_LOCK]: {
    get: ({ options }) => Number(options.sendBufferLocked) | (Number(options.receiveBufferLocked) << 1),
    set(value, options) {
      const locks = intIn(value);
      if ((locks & ~3) !== 0) throw EINVAL;
      options.sendBufferLocked = (locks & 1) !== 0;
      options.receiveBufferLocked = (locks & 2) !== 0;
    },
  },
  [SO_RCVLOWAT]: {
    get: ({ options }) => options.lowWater,
    set(value, options, socket) {
      const bytes = intIn(value);
      options.lowWater = Math.min(bytes < 0 ? 0x7fff_ffff : bytes, socket.mostLowWater) || 1;
      socket.lowWaterChanged();
    },
  },
  [SO_SNDTIMEO]: {
    get: ({ options }) => toTimeval(options.sendTimeout),
    set(value, options) {
      options.sendTimeout = fromTimeval(value);
    },
  },
  [SO_RCVTIMEO]: {
    get: ({ options }) => toTimeval(options.receiveTimeout),
    set(value, options) {
      options.receiveTimeout = fromTimeval(value);
    },
  },
  [SO_LINGER]: {
    get: ({ options }) => ({ l_onoff: Number(options.linger !== null), l_linger: options.lingerTime }),
    set: setLinger,
  },
  [SO_KEEPALIVE]: {
    get: ({ options }) => Number(options.keepAlive),
    set(value, options, socket) {
      options.keepAlive = flagIn(value);
      socket.keepAliveChanged();
    },
  },
  [SO_REUSEADDR]: {
    get: ({ options }) => Number(options.reuseAddress),
    set(value, options) {
      options.reuseAddress = flagIn(value);
    },
  },
  [SO_REUSEPORT]: {
    get: ({ options }) => Number(options.reusePort),
    set(value, options, { family }) {
      const on = flagIn(value);
      // Since Linux 6.14 only where there are ports.
      if (on && family !== AF_INET) throw EOPNOTSUPP;
      options.reusePort = on;
    },
  },
  [SO_BROADCAST]: {
    get: ({ options }) => Number(options.broadcast),
    set(value, options) {
      options.broadcast = flagIn(value);
    },
  },
};

/** A switch: on for every number but 0. */
function flagIn(value: SocketOptionValue): boolean {
  return intIn(value) !== 0;
}

function setLinger(value: SocketOptionValue, options: SocketOptions): void {
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
