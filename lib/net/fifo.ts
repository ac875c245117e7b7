/**
 * A queue: first in, first out. Adding and taking cost the same however long it is.
 *
 * Linux's sk_buff_head is a linked list; here it is an array that is read from `head` on and cut from time to time.
 */
export class Fifo<T> {
  private items: T[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  /** The first of them, left where it is. */
  peek(): T | undefined {
    return this.items[this.head];
  }

  add(item: T): void {
    this.items.push(item);
  }

  take(): T | undefined {
    if (this.head === this.items.length) return undefined;
    const item = this.items[this.head++];
    if (this.head === this.items.length) {
      this.items = [];
      this.head = 0;
    } else if (this.head > 256 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }

  /** All of them, first first. */
  *[Symbol.iterator](): Generator<T> {
    for (let i = this.head; i < this.items.length; i++) yield this.items[i];
  }
}
