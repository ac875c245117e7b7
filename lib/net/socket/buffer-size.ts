/**
 * How large a buffer becomes when a program asks for a size: SO_SNDBUF, SO_RCVBUF.
 *
 * What counts against it is memory and not payload (packet/truesize.ts), so Linux doubles what is asked for; and it keeps within bounds.
 *
 * Source: socket(7); __sock_set_rcvbuf and sk_setsockopt in net/core/sock.c.
 */

/** /proc/sys/net/core/{w,r}mem_max, the most that may be asked for before doubling; Linux 6.16 raised it from 212,992. */
const MAX_BUFFER = 4_194_304;
/** SOCK_MIN_SNDBUF and SOCK_MIN_RCVBUF, in bytes: room for two packets, and for one. */
export const LEAST_TO_SEND = 4608;
export const LEAST_TO_RECEIVE = 2304;

/** Twice what was asked for, within bounds. The bound is compared as unsigned, so -1 asks for the most. */
export function bufferSize(asked: number, least: number): number {
  return Math.max(Math.min(asked >>> 0, MAX_BUFFER) * 2, least);
}

/** Beyond that limit, by an administrator (SO_SNDBUFFORCE, SO_RCVBUFFORCE). */
export function forcedSize(asked: number, least: number): number {
  return Math.max(Math.min(Math.max(asked, 0), 0x3fff_ffff) * 2, least);
}
