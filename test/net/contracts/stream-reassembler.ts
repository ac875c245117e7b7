/** What any reassembler of a stream must do. An exercise's answer is held to the same. */
import fc from "fast-check";
import { expect } from "vitest";
import type { StreamReassembler } from "../../../lib/net/tcp/receive/stream-reassembler";
import { add, type Seq, toSeq } from "../../../lib/net/tcp/sequence";
import { asTest, type Case } from "./cases";

/** Near the end of the sequence numbers, so that they wrap around in the middle. */
const START = toSeq(-50);
const stream = Uint8Array.from({ length: 200 }, (_, i) => i);

const at = (offset: number): Seq => add(START, offset);
const put = (to: StreamReassembler, from: number, end: number) => to.insert(at(from), stream.subarray(from, end));

/** Everything that can be had from `offset` on. */
function takeAll(from: StreamReassembler, offset: number): number[] {
  const got: number[] = [];
  for (let more = from.take(at(offset)); more !== null; more = from.take(at(offset + got.length))) got.push(...more);
  return got;
}

const part = (from: number, end: number) => [...stream.subarray(from, end)];

export function streamReassemblerContract(make: () => StreamReassembler, test: Case = asTest): void {
  test("nothing in, nothing out", () => {
    const reassembler = make();
    expect([reassembler.bytes, reassembler.take(at(0)), [...reassembler.blocks()]]).toEqual([0, null, []]);
  });

  test("bytes wait until the gap before them is filled", () => {
    const reassembler = make();
    put(reassembler, 20, 30);
    expect([reassembler.take(at(0)), reassembler.take(at(19)), reassembler.bytes]).toEqual([null, null, 10]);
    expect(takeAll(reassembler, 20)).toEqual(part(20, 30));
    expect(reassembler.bytes).toBe(0);
  });

  test("a second gap behind stays", () => {
    const reassembler = make();
    put(reassembler, 20, 30);
    put(reassembler, 40, 50);
    expect(takeAll(reassembler, 20)).toEqual(part(20, 30));
    expect([reassembler.bytes, takeAll(reassembler, 40)]).toEqual([10, part(40, 50)]);
  });

  test("the same bytes again, or some of them, count once", () => {
    const reassembler = make();
    put(reassembler, 20, 40);
    put(reassembler, 20, 40);
    put(reassembler, 25, 35);
    put(reassembler, 10, 30);
    put(reassembler, 35, 45);
    expect(reassembler.bytes).toBe(35);
    expect(takeAll(reassembler, 10)).toEqual(part(10, 45));
  });

  test("what was received meanwhile in order is left out", () => {
    const reassembler = make();
    put(reassembler, 20, 40);
    expect(takeAll(reassembler, 30)).toEqual(part(30, 40));
    put(reassembler, 50, 60);
    expect([takeAll(reassembler, 70), reassembler.bytes]).toEqual([[], 0]);
  });

  test("the runs: joined where they touch, the one that was inserted into last first (RFC 2018 section 4)", () => {
    const reassembler = make();
    const run = (from: number, end: number) => ({ left: at(from), right: at(end) });
    put(reassembler, 20, 30);
    put(reassembler, 60, 70);
    put(reassembler, 40, 50);
    expect(reassembler.blocks()[0]).toEqual(run(40, 50));
    put(reassembler, 30, 35);
    expect(reassembler.blocks()[0]).toEqual(run(20, 35));
    const byLeft = [...reassembler.blocks()].sort((a, b) => a.left - b.left);
    expect(byLeft).toEqual([run(20, 35), run(40, 50), run(60, 70)]);
  });

  test("any pieces in any order: every byte once, in order", () => {
    const piece = fc.tuple(fc.nat(199), fc.integer({ min: 1, max: 60 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const reassembler = make();
        const covered = new Set<number>();
        for (const [from, length] of pieces) {
          const end = Math.min(from + length, stream.length);
          put(reassembler, from, end);
          for (let i = from; i < end; i++) covered.add(i);
          expect(reassembler.bytes).toBe(covered.size);
        }
        let end = 0;
        while (covered.has(end)) end++;
        expect(takeAll(reassembler, 0)).toEqual(part(0, end));
        expect(reassembler.bytes).toBe(covered.size - end);
      }),
    );
  });
}
