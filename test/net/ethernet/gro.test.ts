/** GRO: what one poll brought of a stream goes up as one packet, if it could have been cut from one. */
import fc from "fast-check";
import { expect, describe as group, test } from "vitest";
import type { Ipv4Address } from "../../../lib/net/addresses";
import { Gro } from "../../../lib/net/ethernet/gro";
import { segmentsOf } from "../../../lib/net/ethernet/gso";
import { networkOf } from "../../../lib/net/network";
import { internetChecksum } from "../../../lib/net/packet/checksum";
import { Packet } from "../../../lib/net/packet/packet";
import { ACK, FIN, PSH, RST, type Segment } from "../../../lib/net/tcp/segment";
import { add, toSeq } from "../../../lib/net/tcp/sequence";
import { World } from "../../../lib/world";
import { Cable, plug } from "../support/cable";
import { DESTINATION, payload, SOURCE, segment } from "../support/large-segment";

const FULL = 1448;
const START = toSeq(5000);

interface Up {
  bytes: number;
  segmentSize: number;
  pushed: boolean;
}

/** GRO of a host with the address 10.0.0.2, and what it hands up. */
function receiver() {
  const world = new World({ seed: 1 });
  const host = world.host("bob");
  plug(host, new Cable(world), "10.0.0.2/24");
  const network = networkOf(host);
  const up: Packet[] = [];
  network.ip.receive = (packet) => void up.push(packet);
  const gro = new Gro(network);
  return {
    /** One poll that brings these packets; what went up, in order. */
    poll(packets: readonly Packet[]): Packet[] {
      for (const packet of packets) if (!gro.takes(packet)) up.push(packet);
      gro.flush();
      return up.splice(0);
    },
  };
}

/** The packet as a driver has received it: in one piece, its Ethernet header off. */
function received(sent: Packet): Packet {
  const bytes = sent.bytes();
  const packet = Packet.allocate(bytes.length);
  packet.put(bytes);
  packet.macHeader = packet.start;
  packet.etherType = 0x0800;
  packet.pull(14);
  packet.networkHeader = packet.start;
  return packet;
}

/** A segment of the stream that begins at `offset`. */
function piece(offset: number, size = FULL, change: Partial<Segment> = {}): Packet {
  const whole = segment(payload(size), { seq: add(START, offset), segmentSize: size || 1, ...change });
  return received(size === 0 ? complete(whole) : segmentsOf(whole, internetChecksum, "complete")[0]);
}

/** A segment without payload, its checksum computed. */
function complete(packet: Packet): Packet {
  const { view, transportHeader, end } = packet;
  const pseudo =
    (SOURCE % 0x10000) + (SOURCE >>> 16) + (DESTINATION % 0x10000) + (DESTINATION >>> 16) + 6 + end - transportHeader;
  view.setUint16(transportHeader + 16, 0);
  view.setUint16(transportHeader + 16, ~internetChecksum(view, transportHeader, end, pseudo) & 0xffff);
  return packet;
}

const describeUp = (packet: Packet): Up => ({
  bytes: packet.length - 20 - (packet.view.getUint8(packet.networkHeader + 32) >> 4) * 4,
  segmentSize: packet.segmentSize,
  pushed: (packet.view.getUint8(packet.networkHeader + 33) & PSH) !== 0,
});

/** How many bytes of payload each packet that goes up has. */
function sizes(...packets: Packet[]): number[] {
  return receiver()
    .poll(packets)
    .map((packet) => describeUp(packet).bytes);
}

test("segments that follow each other go up as one, with headers that fit", () => {
  const [one] = receiver().poll([piece(0), piece(FULL), piece(2 * FULL, 500)]);
  expect(describeUp(one)).toEqual({ bytes: 2 * FULL + 500, segmentSize: FULL, pushed: false });
  expect(one.view.getUint16(one.networkHeader + 2)).toBe(20 + 32 + 2 * FULL + 500);
  expect(internetChecksum(one.view, one.networkHeader, one.networkHeader + 20, 0)).toBe(0xffff);
  expect(one.checksum).toBe("verified");
});

test("one that comes alone goes up as it came", () => {
  const [one] = receiver().poll([piece(0)]);
  expect(describeUp(one)).toEqual({ bytes: FULL, segmentSize: 0, pushed: false });
});

test("two polls are never put together", () => {
  const bob = receiver();
  expect([bob.poll([piece(0)]), bob.poll([piece(FULL)])].map((up) => up.map((one) => describeUp(one).bytes))).toEqual([
    [FULL],
    [FULL],
  ]);
});

group("what ends a packet", () => {
  test("PSH and FIN, which stand on the whole then", () => {
    for (const flag of [PSH, FIN]) {
      const up = receiver().poll([piece(0), piece(FULL, FULL, { flags: ACK | flag }), piece(2 * FULL)]);
      expect(up.map((one) => describeUp(one).bytes)).toEqual([2 * FULL, FULL]);
      expect(up[0].view.getUint8(up[0].networkHeader + 33)).toBe(ACK | flag);
    }
  });

  test("one that is shorter than the first", () => {
    expect(sizes(piece(0), piece(FULL, 100), piece(FULL + 100))).toEqual([FULL + 100, FULL]);
  });

  test("the limit of 64 KiB", () => {
    const many = Array.from({ length: 50 }, (_, i) => piece(i * FULL));
    expect(sizes(...many)).toEqual([45 * FULL, 5 * FULL]);
  });
});

group("what is not put together", () => {
  test.each<[string, Packet]>([
    ["a gap", piece(FULL + 1)],
    ["the same again", piece(0)],
    ["a longer one", piece(FULL, FULL + 1)],
    ["another acknowledgement", piece(FULL, FULL, { ack: toSeq(78) })],
    ["another timestamp", piece(FULL, FULL, { tsVal: 11 })],
    ["no timestamps", piece(FULL, FULL, { hasTimestamps: false })],
    ["a RST", piece(FULL, FULL, { flags: ACK | RST })],
  ])("%s", (_, second) => {
    const up = receiver().poll([piece(0), second]);
    expect(up).toHaveLength(2);
    expect(describeUp(up[0]).bytes).toBe(FULL);
  });

  test("an acknowledgement without data: what was held goes up before it", () => {
    expect(sizes(piece(0), piece(FULL, 0), piece(FULL))).toEqual([FULL, 0, FULL]);
  });

  test("another connection, but both wait for more", () => {
    const other = (offset: number) => piece(offset, FULL, { sourcePort: 1001 });
    expect(sizes(piece(0), other(0), piece(FULL), other(FULL))).toEqual([2 * FULL, 2 * FULL]);
  });

  test("a ninth connection: the oldest goes up for it", () => {
    const first = Array.from({ length: 9 }, (_, i) => piece(0, FULL, { sourcePort: 1000 + i }));
    expect(sizes(...first, piece(FULL))).toEqual(Array(10).fill(FULL));
  });

  test("a segment with a wrong checksum; TCP will drop it", () => {
    const wrong = piece(FULL);
    wrong.head.bytes[wrong.end - 1] ^= 1;
    const up = receiver().poll([piece(0), wrong]);
    expect(up.map(({ checksum }) => checksum)).toEqual(["none", "verified"]);
  });

  test("what isn't for this host, but to be forwarded", () => {
    const destination = (DESTINATION + 1) as Ipv4Address;
    expect(sizes(piece(0, FULL, { destination }), piece(FULL, FULL, { destination }))).toEqual([FULL, FULL]);
  });
});

test("what GSO has cut, GRO puts together", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 100, max: FULL }), (size, segmentSize) => {
      const bytes = payload(size);
      const cut = segmentsOf(segment(bytes, { segmentSize, flags: ACK | PSH }), internetChecksum, "complete");
      const up = receiver().poll(cut.map(received));
      expect(up).toHaveLength(1);
      expect(Buffer.from(up[0].bytes().subarray(52)).equals(bytes)).toBe(true);
    }),
    { numRuns: 30 },
  );
});
