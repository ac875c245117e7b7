/**
 * An option's value as it lies in the program's memory: setsockopt(2) and getsockopt(2) pass bytes and a length, and what they mean
 * is the option's own affair. So a `struct timeval` where an int is expected is the int in its first four bytes, and an int where
 * a `struct linger` is expected is too short for one.
 *
 * **Not modelled:** TCP_INFO as bytes (EINVAL here). `strace -e getsockopt` shows the real one.
 *
 * Source: getsockopt(2); sock_setsockopt and sk_getsockopt in net/core/sock.c, do_ip_setsockopt in net/ipv4/ip_sockglue.c.
 */
import { EINVAL } from "../../sys/errno";
import { type PeerCredentials, SO_COOKIE } from "../../sys/rarer-options";
import { type Linger, SO_MAX_PACING_RATE, SOL_IP, SOL_SOCKET, type SocketOptionValue } from "../../sys/socket";
import type { Timeval } from "../../sys/time";

// Sizes in bytes, as C has them on 64-bit machines: int, struct linger, struct timeval.
const INT = 4;
const LINGER = 8;
const TIMEVAL = 16;
/** TCP_CA_NAME_MAX: a name is padded with NULs. */
const NAME = 16;
const CREDENTIALS = 12;
const LONG = 8;
/** Options whose value is an unsigned long where there is room for one. */
const LONGS = [SO_MAX_PACING_RATE, SO_COOKIE];

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The value byte by byte; least significant byte first. Throws EINVAL for what has no such form. */
export function bytesOf(value: SocketOptionValue): Uint8Array {
  if (typeof value === "string") return Uint8Array.from(value, (character) => character.charCodeAt(0));
  if (value instanceof Uint8Array) return value;
  if (typeof value === "number") {
    const bytes = new Uint8Array(INT);
    viewOf(bytes).setInt32(0, value, true);
    return bytes;
  }
  if ("l_onoff" in value) {
    const { l_onoff, l_linger } = value as Linger;
    const bytes = new Uint8Array(LINGER);
    viewOf(bytes).setInt32(0, l_onoff, true);
    viewOf(bytes).setInt32(INT, l_linger, true);
    return bytes;
  }
  if ("tv_sec" in value) {
    const { tv_sec, tv_usec } = value as Timeval;
    const bytes = new Uint8Array(TIMEVAL);
    viewOf(bytes).setBigInt64(0, BigInt(tv_sec), true);
    viewOf(bytes).setBigInt64(TIMEVAL / 2, BigInt(tv_usec), true);
    return bytes;
  }
  if ("pid" in value) {
    const { pid, uid, gid } = value as PeerCredentials;
    const bytes = new Uint8Array(CREDENTIALS);
    [pid, uid, gid].forEach((number, at) => {
      viewOf(bytes).setInt32(INT * at, number, true);
    });
    return bytes;
  }
  throw EINVAL;
}

/** What getsockopt puts into a buffer of `size` bytes. At level SOL_IP a small number fits into one byte. Throws EINVAL. */
export function firstBytes(value: SocketOptionValue, level: number, option: number, size: number): Uint8Array {
  if (level === SOL_SOCKET && LONGS.includes(option) && typeof value === "number") {
    if (size >= LONG) return longBytes(value);
    if (option === SO_COOKIE) throw EINVAL;
  }
  const bytes = bytesOf(typeof value === "string" ? value.padEnd(NAME, "\0") : value);
  const one = level === SOL_IP && size > 0 && size < INT && typeof value === "number" && value >= 0 && value < 256;
  return bytes.slice(0, one ? 1 : size);
}

/** Eight bytes; -1, as a number of 32 bits, stands for the largest there is. */
function longBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(LONG);
  viewOf(bytes).setBigInt64(0, BigInt(value < -1 ? value >>> 0 : value), true);
  return bytes;
}

/** The int in the first four bytes. Throws EINVAL when there are fewer. */
export function intIn(value: SocketOptionValue): number {
  if (typeof value === "number") return value | 0;
  const bytes = bytesOf(value);
  if (bytes.length < INT) throw EINVAL;
  return viewOf(bytes).getInt32(0, true);
}

/** A name, up to its NUL or the longest there is. Throws EINVAL when it is empty. */
export function nameIn(value: SocketOptionValue): string {
  const bytes = bytesOf(value);
  if (bytes.length === 0) throw EINVAL;
  return String.fromCharCode(...bytes.subarray(0, NAME - 1)).replace(/\0.*$/s, "");
}

/** At level SOL_IP a single byte will do, and nothing at all is zero. */
export function intOrByteIn(value: SocketOptionValue): number {
  if (typeof value === "number") return value | 0;
  const bytes = bytesOf(value);
  return bytes.length < INT ? (bytes[0] ?? 0) : viewOf(bytes).getInt32(0, true);
}

/** Throws EINVAL when it is too short for one. */
export function lingerIn(value: SocketOptionValue): Linger {
  const bytes = bytesOf(value);
  if (bytes.length < LINGER) throw EINVAL;
  return { l_onoff: viewOf(bytes).getInt32(0, true), l_linger: viewOf(bytes).getInt32(INT, true) };
}

/** Throws EINVAL when it is too short for one. */
export function timevalIn(value: SocketOptionValue): Timeval {
  const bytes = bytesOf(value);
  if (bytes.length < TIMEVAL) throw EINVAL;
  const [tv_sec, tv_usec] = [0, TIMEVAL / 2].map((at) => Number(viewOf(bytes).getBigInt64(at, true)));
  return { tv_sec, tv_usec };
}
