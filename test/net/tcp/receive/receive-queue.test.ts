/** What the bytes that wait to be read take of the receive buffer. */
import { describe, expect, it } from "vitest";
import { Page } from "../../../../lib/net/packet/page";
import { Piece } from "../../../../lib/net/packet/piece";
import { ReceiveQueue } from "../../../../lib/net/tcp/receive/receive-queue";
import { Segment } from "../../../../lib/net/tcp/segment";

const page = new Page(new Uint8Array(100_000));

function segment(size: number, memory: Partial<Segment>): Segment {
  return Object.assign(new Segment(), { page, start: 0, end: size }, memory);
}

/** Alone in a block of memory; over loopback; from a card, in a page fragment. */
const inBlock = (size: number) => segment(size, { truesize: 2304, overhead: -1 });
const overLoopback = (size: number) =>
  segment(size, { truesize: 832 + size, overhead: 832, headEmpty: true, sharedBefore: true });
const fromCard = (size: number) => segment(size, { truesize: 2304, overhead: 256 });

function queueOf(segments: readonly Segment[], mayJoin = true): ReceiveQueue {
  const queue = new ReceiveQueue();
  for (const each of segments) queue.append(each, 0, each.size, mayJoin);
  return queue;
}

const many = (count: number, make: () => Segment) => Array.from({ length: count }, make);
const read = (queue: ReceiveQueue, size: number) => queue.read(new Uint8Array(size), 0, size);

describe("memory", () => {
  it("of blocks adds up, and each is free when its last byte is read", () => {
    const queue = queueOf(many(3, () => inBlock(1000)));
    expect([queue.bytes, queue.memory]).toEqual([3000, 6912]);
    expect([read(queue, 999), queue.memory]).toEqual([999, 6912]);
    expect([read(queue, 500), queue.memory]).toEqual([1, 4608]);
  });

  it("of packets in pages is theirs without the descriptor when they join the one before, and free with the last byte of all", () => {
    const queue = queueOf(many(4, () => overLoopback(1000)));
    expect(queue.memory).toBe(832 + 4000);
    for (let left = 3999; left > 0; ) left -= read(queue, left);
    expect(queue.memory).toBe(832 + 4000);
    read(queue, 1);
    expect([queue.bytes, queue.memory]).toEqual([0, 0]);
  });

  it("of packets that the sender still holds can't be joined", () => {
    expect(
      queueOf(
        many(4, () => overLoopback(1000)),
        false,
      ).memory,
    ).toBe(4 * 1832);
  });

  it("joins up to 17 fragments; the next packet begins anew", () => {
    expect(queueOf(many(18, () => fromCard(1448))).memory).toBe(2304 + 17 * 2048);
    expect(queueOf(many(19, () => fromCard(1448))).memory).toBe(2304 + 17 * 2048 + 2304);
  });

  it("is none for bytes that fit into free space behind the last ones", () => {
    const queue = queueOf(many(4, () => segment(100, { truesize: 832, overhead: -1, tailroom: 250 })));
    expect(queue.memory).toBe(2 * 832);
  });

  it("gets less when all is copied together", () => {
    const queue = queueOf(many(20, () => inBlock(200)));
    queue.collapse();
    expect([queue.bytes, queue.memory]).toEqual([4000, 4352 + 832]);
    for (let left = 4000; left > 0; ) left -= read(queue, left);
    expect(queue.memory).toBe(0);
  });

  it("of what waited ahead of a gap comes with its bytes", () => {
    const queue = queueOf([inBlock(10)]);
    queue.appendPiece(new Piece(page, 10, 20), 500);
    expect([queue.bytes, queue.memory]).toEqual([20, 2804]);
    expect([read(queue, 20), queue.memory]).toEqual([10, 500]);
  });
});
