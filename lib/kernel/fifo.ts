/**
 * A queue: first in, first out. Adding and taking cost the same however long it is.
 *
 * Linux's sk_buff_head is a linked list; here it is an array that is used round and round, and replaced by one of twice the size
 * when it is full.
 */
export class Fifo<T> {
  private items: (T | undefined)[] = [];
  /** Of `items`: a power of two, or 0 before the first. */
  private size = 0;
  private head = 0;
  length = 0;

  /** The first of them, left where it is. */
  peek(): T | undefined {
    return this.length === 0 ? undefined : this.items[this.head];
  }

  add(item: T): void {
    if (this.length === this.size) this.grow();
    this.items[(this.head + this.length) & (this.size - 1)] = item;
    this.length++;
  }

  take(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.items[this.head];
    this.items[this.head] = undefined;
    this.head = (this.head + 1) & (this.size - 1);
    this.length--;
    return item;
  }

  /** Takes one out, wherever it stands. */
  remove(item: T): void {
    for (let i = this.length; i > 0; i--) {
      const first = this.take() as T;
      if (first !== item) this.add(first);
    }
  }

  /** All of them, first first. */
  *[Symbol.iterator](): Generator<T> {
    for (let i = 0; i < this.length; i++) yield this.items[(this.head + i) & (this.size - 1)] as T;
  }

  private grow(): void {
    const all = [...this];
    this.size = Math.max(4, 2 * this.size);
    this.items = all.concat(Array<T>(this.size - all.length));
    this.head = 0;
  }
}
