/**
 * A run of bytes in a page: part of a packet's payload, or of a stream that waits to be read. It refers to the bytes and holds no
 * copy; as long as somebody refers to them they must not change.
 *
 * Source: skb_frag_t in include/linux/skbuff.h.
 */
import type { Page } from "./page";

export class Piece {
  /**
   * Memory that is free again when its bytes are read: that of the whole packet, for the last piece of one
   * (tcp/receive/receive-queue.ts).
   */
  memory = 0;

  constructor(
    readonly page: Page,
    public start: number,
    public end: number,
  ) {}
}

export const NO_PIECES: readonly Piece[] = [];
