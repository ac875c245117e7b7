/** Checksums by the card: computed on the way out, checked on the way in, and never "verified" by mistake. */
import { expect, it } from "vitest";
import { fold, internetChecksum, pseudoHeaderSum } from "../../lib/net/packet/checksum";
import { Packet } from "../../lib/net/packet/packet";
import { Page } from "../../lib/net/packet/page";
import { Bench, type Machine } from "./two-cards";

const ALICE = 0x0a000001;
const BOB = 0x0a000002;

/** A UDP datagram as the stack leaves it to the card: only the pseudo header's sum is in the checksum field. */
function datagram(from: Machine, to: Machine, payload: Uint8Array, split: boolean): Packet {
  const packet = Packet.allocate(42 + payload.length);
  const { view, start } = packet;
  const size = 8 + payload.length;
  view.setUint16(start, 0x0200);
  view.setUint32(start + 2, to.nic.mac % 0x1_0000_0000);
  view.setUint16(start + 6, 0x0200);
  view.setUint32(start + 8, from.nic.mac % 0x1_0000_0000);
  const header = [0x0800, 0x4500, 20 + size, 0, 0, 0x4011, 0];
  header.forEach((word, i) => {
    view.setUint16(start + 12 + 2 * i, word);
  });
  view.setUint32(start + 26, ALICE);
  view.setUint32(start + 30, BOB);
  view.setUint16(start + 24, ~internetChecksum(view, start + 14, start + 34, 0) & 0xffff);
  const udp = [5000, 7, size, pseudoHeaderSum(ALICE, BOB, 17, size)];
  udp.forEach((word, i) => {
    view.setUint16(start + 34 + 2 * i, word);
  });
  packet.end = start + 42;
  if (split) packet.refer(new Page(payload), 0, payload.length);
  else packet.put(payload);
  packet.transportHeader = start + 34;
  packet.checksumOffset = 6;
  packet.checksum = "partial";
  return packet;
}

const payload = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 37 + 11) & 255);

function isRight(frame: Uint8Array): boolean {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const size = view.getUint16(38);
  return fold(internetChecksum(view, 34, 34 + size, pseudoHeaderSum(ALICE, BOB, 17, size))) === 0xffff;
}

it("puts the right checksum into what leaves, whole or in two pieces, even or odd", () => {
  const bench = new Bench();
  const alice = bench.machine("alice", { checksumOffload: true });
  const bob = bench.machine("bob", { checksumOffload: true });
  bench.link(alice, bob);
  for (const length of [0, 1, 2, 17, 500, 1001]) {
    for (const split of [false, true]) {
      const packet = datagram(alice, bob, payload(length), split);
      const memory = [packet.head.bytes.subarray(packet.start, packet.end), packet.fragment.bytes];
      const before = memory.map((bytes) => bytes.slice());
      alice.stack.send(alice.driver, packet);
      bench.run();
      // The card doesn't write to the host's memory.
      expect(memory).toEqual(before);
    }
  }
  expect(bob.stack.received.map((packet) => isRight(packet.bytes()))).toEqual(Array(12).fill(true));
  expect(bob.stack.received.map((packet) => packet.checksum)).toEqual(Array(12).fill("verified"));
  expect(bench.of("wire.send").every(({ bytes }) => isRight(bytes))).toBe(true);
});

it("checks what another card, or the stack, has computed", () => {
  const bench = new Bench();
  const [alice, bob] = [bench.machine("alice"), bench.machine("bob", { checksumOffload: true })];
  bench.link(alice, bob);
  const wrong = datagram(alice, bob, payload(100), false);
  const right = datagram(alice, bob, payload(100), false);
  const { view, transportHeader } = right;
  view.setUint16(transportHeader + 6, ~internetChecksum(view, transportHeader, right.end, 0) & 0xffff);
  for (const packet of [wrong, right]) alice.driver.transmit(packet);
  bench.run();
  expect(bob.stack.received.map((packet) => packet.checksum)).toEqual(["none", "verified"]);
});

it("never says verified of a datagram in which a bit was turned over, whichever", () => {
  const bench = new Bench(3);
  const alice = bench.machine("alice", { checksumOffload: true });
  const bob = bench.machine("bob", { checksumOffload: true, promiscuous: true });
  bench.link(alice, bob, { corruption: 1 });
  for (let i = 0; i < 400; i++) alice.stack.send(alice.driver, datagram(alice, bob, payload(18), false));
  bench.run();
  const bits = bench.of("wire.corrupt").map(({ bit }) => bit);
  const states = bob.stack.received.map((packet) => packet.checksum);
  expect(states).toHaveLength(400);
  // From the UDP header on, and in what the pseudo header repeats: addresses.
  const covered = bits.flatMap((bit, i) => (bit >= 26 * 8 ? [states[i]] : []));
  expect(covered.length).toBeGreaterThan(100);
  expect(new Set(covered)).toEqual(new Set(["none"]));
});

it("without offload says nothing", () => {
  const bench = new Bench();
  const [alice, bob] = [bench.machine("alice", { checksumOffload: true }), bench.machine("bob")];
  bench.link(alice, bob);
  alice.driver.transmit(datagram(alice, bob, payload(5), false));
  bench.run();
  expect(bob.stack.received.map((packet) => packet.checksum)).toEqual(["none"]);
});
