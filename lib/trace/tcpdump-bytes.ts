/**
 * Reading headers out of captured bytes, with numbers in network byte order.
 *
 * A piece is a part of a frame. What is read behind its end is 0: printing a damaged frame must not fail.
 */
export interface Piece {
  readonly length: number;
  uint8(at: number): number;
  uint16(at: number): number;
  uint32(at: number): number;
  /** From there on, at most `length` bytes. */
  from(at: number, length?: number): Piece;
  /** As text, a character a byte. */
  text(): string;
}

export function piece(bytes: Uint8Array): Piece {
  const uint8 = (at: number) => bytes[at] ?? 0;
  const uint16 = (at: number) => uint8(at) * 256 + uint8(at + 1);
  return {
    length: bytes.length,
    uint8,
    uint16,
    uint32: (at) => uint16(at) * 65_536 + uint16(at + 2),
    from: (at, length = bytes.length) => piece(bytes.subarray(at, at + Math.max(0, length))),
    text: () => Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""),
  };
}

/** "10.0.0.1". */
export function ipv4(bytes: Piece, at: number): string {
  return [0, 1, 2, 3].map((i) => bytes.uint8(at + i)).join(".");
}

/** "02:00:00:00:00:01". */
export function mac(bytes: Piece, at: number): string {
  return [0, 1, 2, 3, 4, 5]
    .map((i) =>
      bytes
        .uint8(at + i)
        .toString(16)
        .padStart(2, "0"),
    )
    .join(":");
}
