/**
 * When memory of datagrams that were read counts as free again: not at once.
 *
 * A reader takes over all that waits in one go and gives the memory back in large portions, so that it doesn't fight with the soft
 * interrupt over the counter for each datagram. Seen from outside: a full socket that has been read from a little may still
 * drop what comes next.
 *
 * Source: net/ipv4/udp.c (__skb_recv_udp, udp_rmem_release).
 */
export class ReceiveMemory {
  /** Taken by the reader, not given back yet, in bytes. */
  private deficit = 0;
  /** Datagrams of the portion that the reader took over and hasn't read. */
  private portion = 0;

  /** How much may be in the queue when the buffer has `size` bytes. */
  limit(size: number): number {
    return size - this.deficit;
  }

  /** One datagram was taken; `waiting` counted it still. */
  taken(truesize: number, waiting: number, size: number): void {
    if (this.portion === 0) this.portion = waiting;
    this.portion--;
    this.deficit += truesize;
    if (this.portion === 0 || this.deficit >= size >> 2) this.deficit = 0;
  }
}
