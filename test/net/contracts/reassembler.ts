/** What any reassembler must do. An exercise's answer is held to the same. */
import fc from "fast-check";
import { expect } from "vitest";
import type { Fragment, Reassembler } from "../../../lib/net/ip/reassembler";
import { asTest, type Case } from "./cases";

const payload = Uint8Array.from({ length: 4000 }, (_, i) => (i * 7) & 255);

/** The pieces of the payload, cut before each of these bytes. */
function cut(...cuts: number[]): Fragment[] {
  const ends = [...cuts, payload.length];
  return ends.map((end, i) => {
    const offset = i === 0 ? 0 : ends[i - 1];
    return { offset, bytes: payload.slice(offset, end), last: end === payload.length };
  });
}

export function reassemblerContract(make: () => Reassembler, test: Case = asTest): void {
  test("pieces in order: whole with the last", () => {
    const reassembler = make();
    const [first, second, third] = cut(1480, 2960);
    expect(reassembler.add("a", first)).toBeNull();
    expect(reassembler.add("a", second)).toBeNull();
    expect(reassembler.add("a", third)).toEqual(payload);
  });

  test("the last may come first", () => {
    const reassembler = make();
    const [first, second, third] = cut(1480, 2960);
    expect(reassembler.add("a", third)).toBeNull();
    expect(reassembler.add("a", first)).toBeNull();
    expect(reassembler.add("a", second)).toEqual(payload);
  });

  test("a piece twice is no harm, and no progress", () => {
    const reassembler = make();
    const [first, second] = cut(2000);
    expect([reassembler.add("a", first), reassembler.add("a", first)]).toEqual([null, null]);
    expect(reassembler.add("a", second)).toEqual(payload);
  });

  test("datagrams don't mix", () => {
    const reassembler = make();
    const [first, second] = cut(2000);
    expect(reassembler.add("a", first)).toBeNull();
    expect(reassembler.add("b", second)).toBeNull();
    expect(reassembler.add("b", first)).toEqual(payload);
    expect(reassembler.add("a", second)).toEqual(payload);
  });

  test("after the whole, and after forgetting, it begins anew", () => {
    const reassembler = make();
    const [first, second] = cut(2000);
    reassembler.add("a", first);
    reassembler.forget("a");
    expect(reassembler.add("a", second)).toBeNull();
    expect(reassembler.add("a", first)).toEqual(payload);
    expect(reassembler.add("a", first)).toBeNull();
  });

  test("pieces that overlap in part: the datagram is given up (RFC 5722)", () => {
    const reassembler = make();
    reassembler.add("a", { offset: 0, bytes: payload.slice(0, 1480), last: false });
    expect(reassembler.add("a", { offset: 1000, bytes: payload.slice(0, 1480), last: false })).toBe("discard");
    const [first, second] = cut(2000);
    expect(reassembler.add("a", second)).toBeNull();
    expect(reassembler.add("a", first)).toEqual(payload);
  });

  test("two different ends, or bytes behind the end: given up", () => {
    for (const second of [
      { offset: 1600, bytes: new Uint8Array(8), last: true },
      { offset: 2400, bytes: new Uint8Array(800), last: false },
    ]) {
      const reassembler = make();
      reassembler.add("a", { offset: 1600, bytes: new Uint8Array(400), last: true });
      expect(reassembler.add("a", second)).toBe("discard");
    }
  });

  test("any cuts, any order, any repetitions", () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 499 }), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, fc.array(fc.nat(), { maxLength: 40 }), (units, shuffle) => {
        const pieces = cut(...units.sort((a, b) => a - b).map((unit) => unit * 8));
        const order = shuffle.map((n) => pieces[n % pieces.length]);
        const reassembler = make();
        const seen = new Set<Fragment>();
        for (const piece of [...order, ...pieces]) {
          const wasWhole = seen.size === pieces.length;
          if (wasWhole) break;
          seen.add(piece);
          expect(reassembler.add("a", piece)).toEqual(seen.size === pieces.length ? payload : null);
        }
      }),
    );
  });
}
