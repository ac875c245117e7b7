/** Which segments leave together. */
import { describe, expect, test } from "vitest";
import { Page } from "../../../../lib/net/packet/page";
import { SegmentRun } from "../../../../lib/net/tcp/send/segment-run";
import { SendChunk } from "../../../../lib/net/tcp/send/send-chunk";
import { add, toSeq } from "../../../../lib/net/tcp/sequence";

const MSS = 1000;
const page = new Page(new Uint8Array(10_000));
const elsewhere = new Page(new Uint8Array(10_000));

/** Pieces of the send queue that follow each other: how long each is, and in which page it lies. */
function pieces(...parts: [size: number, page: Page, at: number][]): SendChunk[] {
  let seq = toSeq(0);
  return parts.map(([size, where, at]) => {
    const chunk = new SendChunk(seq, where, at, at + size, 1024);
    seq = add(seq, size);
    return chunk;
  });
}

describe("a run of segments", () => {
  test("takes full ones and at the end a short one, up to its limit", () => {
    const [first, several, short] = pieces([MSS, page, 0], [2 * MSS, page, 1000], [10, page, 3000]);
    const run = new SegmentRun(first, MSS, 5 * MSS);
    expect(run.room).toBe(4 * MSS);
    run.add(several);
    expect(run.room).toBe(2 * MSS);
    run.add(short);
    expect(run.room).toBe(0);
    expect([run.size, run.segmentSize]).toEqual([3010, MSS]);
    expect(new SegmentRun(first, MSS, MSS).room).toBe(0);
  });

  test("ends where the program has ended a record, or the stream", () => {
    const [record, last] = pieces([MSS, page, 0], [MSS, page, 1000]);
    record.eor = true;
    last.fin = true;
    expect(new SegmentRun(record, MSS, 5 * MSS).room).toBe(0);
    expect(new SegmentRun(last, MSS, 5 * MSS).room).toBe(0);
  });

  test("is one piece while they lie side by side, and more where they don't", () => {
    const all = pieces([MSS, page, 0], [MSS, page, 1000], [MSS, elsewhere, 0], [MSS, elsewhere, 1000]);
    const run = new SegmentRun(all[0], MSS, 5 * MSS);
    for (const chunk of all.slice(1)) run.add(chunk);
    expect([run.page, run.start, run.end]).toEqual([page, 0, 2000]);
    expect(run.more.map((piece) => [piece.page, piece.start, piece.end])).toEqual([[elsewhere, 0, 2000]]);
    expect(run.size).toBe(4000);
  });

  test("with only one segment isn't to be cut", () => {
    expect(new SegmentRun(pieces([MSS, page, 0])[0], MSS, 5 * MSS).segmentSize).toBe(0);
  });
});

describe("a piece that is to be filled up", () => {
  test("takes bytes of the next one: only the border moves where they lie side by side", () => {
    const [first, next] = pieces([300, page, 0], [MSS, page, 300]);
    first.takeFrom(next, 700);
    expect([first.page, first.start, first.end]).toEqual([page, 0, 1000]);
    expect([next.page, next.start, next.end, next.seq]).toEqual([page, 1000, 1300, toSeq(1000)]);
  });

  test("gets a page of its own where they don't, and the next one keeps its own", () => {
    const from = new Page(new Uint8Array([1, 2, 3, 0, 0]));
    const to = new Page(new Uint8Array([4, 5, 6, 7]));
    const [first, next] = pieces([3, from, 0], [4, to, 0]);
    first.takeFrom(next, 2);
    expect([...first.page.bytes.subarray(first.start, first.end)]).toEqual([1, 2, 3, 4, 5]);
    expect([next.page, next.start, next.end, next.seq]).toEqual([to, 2, 4, toSeq(5)]);
  });
});
