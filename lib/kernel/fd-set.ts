/**
 * A set of descriptors: one bit each.
 *
 * A process may have a hundred thousand descriptors and open one after the other, so putting one in must cost nothing, and a
 * mark on each of them must take no room. Source: fd_set, struct fdtable (open_fds, close_on_exec) in include/linux/fdtable.h.
 */
export class FdSet {
  private words = new Int32Array(2);

  has(fd: number): boolean {
    return fd >> 5 < this.words.length && (this.words[fd >> 5] & (1 << (fd & 31))) !== 0;
  }

  add(fd: number): void {
    if (fd >> 5 >= this.words.length) {
      const larger = new Int32Array(Math.max(2 * this.words.length, (fd >> 5) + 1));
      larger.set(this.words);
      this.words = larger;
    }
    this.words[fd >> 5] |= 1 << (fd & 31);
  }

  delete(fd: number): void {
    if (fd >> 5 < this.words.length) this.words[fd >> 5] &= ~(1 << (fd & 31));
  }

  /** Its descriptors in rising order. */
  list(): number[] {
    const fds: number[] = [];
    for (let fd = 0; fd < 32 * this.words.length; fd++) if (this.has(fd)) fds.push(fd);
    return fds;
  }
}
