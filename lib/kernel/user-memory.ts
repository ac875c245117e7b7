/**
 * The buffers that a program hands over to be filled.
 *
 * A real kernel gets addresses and must not trust them: it copies through copy_from_user and copy_to_user, and a bad address
 * fails the call with EFAULT. Here an argument of the wrong kind fails so before its call begins (sys/arguments.ts).
 *
 * Source: include/linux/uaccess.h, import_iovec in lib/iov_iter.c.
 */
import type { BufferOrSize } from "../sys/calls";

/** Most buffers that one call takes (UIO_MAXIOV). */
export const IOV_MAX = 1024;

/** How many bytes fit into what the program gave. */
export function sizeOf(buffer: BufferOrSize): number {
  if (typeof buffer !== "number") return buffer.length;
  return buffer;
}

/** How many bytes fit into several of them. */
export function totalSizeOf(iov: readonly BufferOrSize[]): number {
  return iov.reduce((sum: number, buffer) => sum + sizeOf(buffer), 0);
}

/** The program's own buffer, or null when it gave only a size. */
export function targetOf(buffer: BufferOrSize): Uint8Array | null {
  return typeof buffer === "number" ? null : buffer;
}

/** Spreads bytes over buffers in turn; a buffer that gets none isn't in the result. */
export function scatter(data: Uint8Array, iov: readonly BufferOrSize[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const buffer of iov) {
    if (from >= data.length) break;
    const part = data.subarray(from, from + sizeOf(buffer));
    from += part.length;
    const target = targetOf(buffer);
    target?.set(part);
    parts.push(target === null ? part : target.subarray(0, part.length));
  }
  return parts;
}
