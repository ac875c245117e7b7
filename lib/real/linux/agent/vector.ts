/** `struct iovec`: several buffers for one call; readv(2), sendmsg(2). */
import { addressOf, plain } from "./libc";

const IOVEC_SIZE = 16;

export function encodeVector(parts: readonly Uint8Array[]): Buffer {
  const vector = Buffer.alloc(parts.length * IOVEC_SIZE);
  parts.forEach((part, index) => {
    vector.writeBigUInt64LE(addressOf(part), index * IOVEC_SIZE);
    vector.writeBigUInt64LE(BigInt(part.length), index * IOVEC_SIZE + 8);
  });
  return vector;
}

/** The parts that `length` bytes filled, the last of them perhaps not to its end. */
export function fillVector(parts: readonly Buffer[], length: number): Uint8Array[] {
  let rest = length;
  return parts.map((part) => {
    const filled = Math.min(rest, part.length);
    rest -= filled;
    return plain(part, filled);
  });
}
