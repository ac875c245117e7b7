/** What read(2) and its relatives fill: the program's own buffer, or a new one where it only said a size. */
import type { BufferOrSize } from "../../../sys/calls";
import { EFAULT, EINVAL } from "../../../sys/errno";

/** Also true for bytes from another realm, as a notebook's cells may be. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]";
}

export function bufferSize(buffer: BufferOrSize): number {
  if (typeof buffer === "number") {
    if (!Number.isInteger(buffer) || buffer < 0) throw EINVAL;
    return buffer;
  }
  if (!isBytes(buffer)) throw EFAULT;
  return buffer.length;
}

/** The part that was filled. */
export function fillBuffer(buffer: BufferOrSize, data: Uint8Array): Uint8Array {
  if (typeof buffer === "number") return new Uint8Array(data);
  buffer.set(data);
  return buffer.subarray(0, data.length);
}

/** The buffers in turn, as far as the bytes reached. */
export function fillBuffers(iov: readonly BufferOrSize[], data: readonly Uint8Array[]): Uint8Array[] {
  const reached = data.findLastIndex((part) => part.length > 0) + 1;
  return iov.slice(0, reached).map((buffer, index) => fillBuffer(buffer, data[index]));
}
