/**
 * The ports that somebody has, as bits: 32 of them are seen at a glance.
 *
 * A host that connects often leaves thousands of its ports behind in TIME_WAIT. To ask each of them in turn whether it can be used again is
 * what makes connect(2) slow on such a host; here connect passes over them a word at a time and asks only when no other is left.
 *
 * Source: none; Linux looks into one hash chain after the other (__inet_hash_connect in net/ipv4/inet_hashtables.c).
 */

/** The even ports of a word; shifted by one, the odd ones. */
const EVERY_SECOND = 0x5555_5555;

export class PortSet {
  private readonly words = new Int32Array(65_536 / 32);

  add(port: number): void {
    this.words[port >> 5] |= 1 << (port & 31);
  }

  delete(port: number): void {
    this.words[port >> 5] &= ~(1 << (port & 31));
  }

  has(port: number): boolean {
    return ((this.words[port >> 5] >>> (port & 31)) & 1) === 1;
  }

  /** The first port that isn't in the set and suits, of `from`, `from` + 2 and so on up to `last`; 0 when there is none. */
  firstMissing(from: number, last: number, suits: (port: number) => boolean): number {
    const same = EVERY_SECOND << (from & 1);
    for (let port = from; port <= last; port += 2) {
      // All of this word: on to the next one.
      if ((this.words[port >> 5] & same) === same) port = (port | 31) - 1 + (from & 1);
      else if (!this.has(port) && suits(port)) return port;
    }
    return 0;
  }
}
