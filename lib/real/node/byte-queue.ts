/**
 * Bytes in the order they came, with a limit: the buffer inside a pipe or between the two ends of a socketpair.
 *
 * It keeps the pieces as they were written and cuts them when they are taken: a stream has no borders between writes.
 */
import { concat } from "../../sys";

export class ByteQueue {
  private pieces: Uint8Array[] = [];
  /** How many bytes wait. Never more than `capacity`. */
  length = 0;

  constructor(public capacity: number) {}

  get room(): number {
    return this.capacity - this.length;
  }

  /** Takes as many bytes as there is room for, and returns how many. */
  put(data: Uint8Array): number {
    const piece = data.slice(0, Math.max(0, this.room));
    if (piece.length > 0) this.pieces.push(piece);
    this.length += piece.length;
    return piece.length;
  }

  /** Up to `size` bytes from the front, without taking them. */
  peek(size: number): Uint8Array {
    const found: Uint8Array[] = [];
    let missing = size;
    for (const piece of this.pieces) {
      if (missing === 0) break;
      const part = piece.subarray(0, missing);
      found.push(part);
      missing -= part.length;
    }
    return concat(found);
  }

  /** Takes up to `size` bytes from the front. */
  take(size: number): Uint8Array {
    const data = this.peek(size);
    let left = data.length;
    while (left > 0) {
      const first = this.pieces[0];
      if (first.length <= left) this.pieces.shift();
      else this.pieces[0] = first.subarray(left);
      left -= Math.min(left, first.length);
    }
    this.length -= data.length;
    return data;
  }
}
