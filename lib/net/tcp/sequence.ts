/**
 * Sequence numbers: where a byte stands in the stream, modulo 2³².
 *
 * Every byte that TCP sends has a number, and so have the SYN before the first byte and the FIN after the last. The numbers wrap
 * around, so "smaller" means "less than half the circle behind": two numbers are compared by the sign of their difference.
 * A sequence number is a type of its own, because adding two of them, or comparing with `<`, would be a bug.
 *
 * Stored as signed 32-bit integers, which JavaScript engines keep without a box; on the wire the same bits are unsigned.
 *
 * Source: RFC 9293 section 3.4; before() and after() in include/net/tcp.h.
 */

/** A place in the stream. */
export type Seq = number & { readonly sequenceNumber: unique symbol };

/** The low 32 bits of a number as a sequence number. */
export function toSeq(number: number): Seq {
  return (number | 0) as Seq;
}

/** The place `count` bytes further on (or back, when negative). */
export function add(seq: Seq, count: number): Seq {
  return ((seq + count) | 0) as Seq;
}

/** How many bytes further on `a` is than `b`; negative when it is behind. */
export function distance(a: Seq, b: Seq): number {
  return (a - b) | 0;
}

/** RFC 9293 3.4: "all arithmetic dealing with sequence numbers must be performed modulo 2^32." */
export function before(a: Seq, b: Seq): boolean {
  return ((a - b) | 0) < 0;
}

/** Does `a` stand behind `b`? Both are less than 2³¹ apart. */
export function after(a: Seq, b: Seq): boolean {
  return ((b - a) | 0) < 0;
}
