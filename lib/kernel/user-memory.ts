/**
 * What a program hands over: paths, bytes, buffers to be filled.
 *
 * A real kernel gets addresses and must not trust them: it copies through copy_from_user and copy_to_user, and a bad address
 * fails the call with EFAULT. The compiler has checked our programs' arguments, but a value may still come from anywhere, so
 * everything that a call is given passes through here.
 *
 * Source: include/linux/uaccess.h, getname in fs/namei.c, import_iovec in lib/iov_iter.c.
 */
import type { BufferOrSize } from "../sys/calls";
import { EFAULT, EINVAL } from "../sys/errno";

/** A path. Throws EFAULT. */
export function pathFrom(path: string): string {
  if (typeof path !== "string") throw EFAULT;
  return path;
}

/** Bytes to be written or sent. Throws EFAULT. */
export function bytesFrom(data: Uint8Array): Uint8Array {
  if (!(data instanceof Uint8Array)) throw EFAULT;
  return data;
}

/** A list: of buffers, of poll's entries. Throws EFAULT. */
export function listFrom<Item>(list: readonly Item[]): readonly Item[] {
  if (!Array.isArray(list)) throw EFAULT;
  return list;
}

/** How many bytes fit into what the program gave. Throws EFAULT, EINVAL. */
export function sizeOf(buffer: BufferOrSize): number {
  if (buffer instanceof Uint8Array) return buffer.length;
  if (typeof buffer !== "number") throw EFAULT;
  if (!Number.isInteger(buffer) || buffer < 0) throw EINVAL;
  return buffer;
}

/** How many bytes fit into several of them. */
export function totalSizeOf(iov: readonly BufferOrSize[]): number {
  return listFrom(iov).reduce((sum: number, buffer) => sum + sizeOf(buffer), 0);
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
