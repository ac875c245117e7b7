/**
 * A run of bytes in memory: part of a packet's payload, or of a stream that waits to be read. It refers to the bytes and holds no
 * copy; from when somebody refers to them they must not change any more.
 *
 * Source: skb_frag_t in include/linux/skbuff.h.
 */
export class Piece {
  constructor(
    readonly bytes: Uint8Array,
    public start: number,
    readonly end: number,
  ) {}
}

export const NO_PIECES: readonly Piece[] = [];
