/** GSO: one large segment becomes many that fit the wire. */
import fc from "fast-check";
import { expect, describe as group, test } from "vitest";
import { longestSegment, segmentCount, segmentsOf } from "../../../lib/net/ethernet/gso";
import { internetChecksum } from "../../../lib/net/packet/checksum";
import { Page } from "../../../lib/net/packet/page";
import { Piece } from "../../../lib/net/packet/piece";
import { ACK, FIN, PSH } from "../../../lib/net/tcp/segment";
import { toSeq } from "../../../lib/net/tcp/sequence";
import { describe, payload, segment } from "../support/large-segment";

test("a segment of 3,000 bytes is cut into three: lengths, numbers, identifications, checksums", () => {
  const packet = segment(payload(3000), { segmentSize: 1448 });
  expect(segmentCount(packet)).toBe(3);
  expect(longestSegment(packet)).toBe(14 + 20 + 32 + 1448);
  const segments = segmentsOf(packet, internetChecksum, "complete");
  const same = { acknowledgment: 77, flags: ".", sound: true };
  expect(segments.map(describe)).toEqual([
    { ...same, id: 0xfffe, sequence: 5000, size: 1448 },
    { ...same, id: 0xffff, sequence: 6448, size: 1448 },
    { ...same, id: 0, sequence: 7896, size: 104 },
  ]);
});

test("PSH and FIN stand on the last one only", () => {
  const packet = segment(payload(2896), { segmentSize: 1448, flags: ACK | PSH | FIN });
  expect(segmentsOf(packet, internetChecksum, "complete").map((one) => describe(one).flags)).toEqual([".", "FP."]);
});

test("the sequence number goes around", () => {
  const packet = segment(payload(200), { segmentSize: 100, seq: toSeq(-50) });
  expect(segmentsOf(packet, internetChecksum, "complete").map((one) => describe(one).sequence)).toEqual([
    2 ** 32 - 50,
    50,
  ]);
});

test("a card that computes checksums gets the pseudo header's part of each", () => {
  const segments = segmentsOf(segment(payload(150), { segmentSize: 100 }), internetChecksum, "partial");
  expect(segments.map(({ checksum }) => checksum)).toEqual(["partial", "partial"]);
  for (const one of segments) {
    const sum = internetChecksum(one.view, one.transportHeader, one.end, 0);
    const rest = internetChecksum(one.fragment.view, one.fragmentStart, one.fragmentEnd, sum);
    one.view.setUint16(one.transportHeader + 16, ~rest & 0xffff);
    expect(describe(one).sound).toBe(true);
  }
});

group("whatever the size", () => {
  test("the segments' payloads are the payload, once and in order, and every checksum is right", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 3000 }), (size, segmentSize) => {
        fc.pre(size / segmentSize < 500);
        const bytes = payload(size);
        const segments = segmentsOf(segment(bytes, { segmentSize }), internetChecksum, "complete");
        expect(segments.every((one) => describe(one).sound)).toBe(true);
        const parts = segments.map((one) => one.bytes().subarray(14 + 20 + 32));
        expect(Buffer.concat(parts).equals(bytes)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

test("a packet whose payload lies in several pages is cut at their borders", () => {
  const bytes = payload(3000);
  const packet = segment(bytes.subarray(0, 2000), { segmentSize: 1000, flags: ACK | PSH });
  packet.append([new Piece(new Page(bytes.slice(2000)), 0, 1000)], 1000);
  expect([segmentCount(packet), longestSegment(packet)]).toEqual([3, 14 + 20 + 32 + 1000]);
  const segments = segmentsOf(packet, internetChecksum, "complete");
  expect(segments.map(describe).map(({ flags, sequence, sound }) => [flags, sequence, sound])).toEqual([
    [".", 5000, true],
    [".", 6000, true],
    ["P.", 7000, true],
  ]);
  expect(Buffer.concat(segments.map((one) => one.bytes().subarray(66))).equals(bytes)).toBe(true);
});
