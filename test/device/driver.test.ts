/** A card and its driver: rings, interrupts, polling, and what is lost when nobody comes. */
import { describe, expect, it } from "vitest";
import type { Nic } from "../../lib/device/nic";
import { MAC_BROADCAST, type MacAddress } from "../../lib/net/addresses";
import type { Packet } from "../../lib/net/packet/packet";
import { Page } from "../../lib/net/packet/page";
import { MILLISECOND } from "../../lib/world/clock";
import { Bench, type Machine, numbered, numbersOf } from "./two-cards";

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

function sendMany(from: Machine, to: Machine, count: number, payload?: number): void {
  for (const i of numbers(count)) from.stack.send(from.driver, numbered(from, to, i, payload));
}

/** Who owns how many descriptors, as the card's memory says. */
function owners(nic: Nic) {
  const count = (ring: readonly { owner: string }[]) => ring.filter(({ owner }) => owner === "card").length;
  return { rx: count(nic.rxRing), tx: count(nic.txRing) };
}

describe("frames", () => {
  it("arrive whole, in order and once, many rounds of both rings long", () => {
    const bench = new Bench();
    const small = { ringSize: 8, interruptInterval: 0 };
    const [alice, bob] = [bench.machine("alice", small), bench.machine("bob", small)];
    bench.link(alice, bob);
    sendMany(alice, bob, 100, 700);
    bench.run();
    expect(numbersOf(bob.stack.received)).toEqual(numbers(100));
    const sent = numbered(alice, bob, 99, 700).bytes();
    expect(bob.stack.received[99].bytes()).toEqual(sent);
    expect(bob.nic.counters).toMatchObject({ rxPackets: 100, rxBytes: 71_400, rxMissedErrors: 0 });
    expect(alice.nic.counters).toMatchObject({ txPackets: 100, txBytes: 71_400 });
  });

  it("whose payload lies elsewhere arrive in one piece", () => {
    const bench = new Bench();
    const [alice, bob] = [bench.machine("alice"), bench.machine("bob")];
    bench.link(alice, bob);
    const packet = numbered(alice, bob, 7, 4);
    packet.refer(new Page(Uint8Array.from(numbers(1000), (i) => i & 255)), 100, 900);
    alice.stack.send(alice.driver, packet);
    bench.run();
    const [received] = bob.stack.received;
    expect(received.length).toBe(18 + 800);
    expect(received.bytes().subarray(18, 22)).toEqual(Uint8Array.of(100, 101, 102, 103));
  });

  it("that are short are filled up to 60 bytes with zeros", () => {
    const bench = new Bench();
    const [alice, bob] = [bench.machine("alice"), bench.machine("bob")];
    bench.link(alice, bob);
    alice.stack.send(alice.driver, numbered(alice, bob, 1, 6));
    bench.run();
    const bytes = bob.stack.received[0].bytes();
    expect(bytes.length).toBe(60);
    expect([...bytes.subarray(20)].every((byte) => byte === 0)).toBe(true);
  });

  it("for another card are left alone; those for everybody are taken", () => {
    const bench = new Bench();
    const [alice, bob] = [bench.machine("alice"), bench.machine("bob")];
    bench.link(alice, bob);
    alice.stack.send(alice.driver, numbered(alice, 0x0200_0000_00ff as MacAddress, 1));
    alice.stack.send(alice.driver, numbered(alice, MAC_BROADCAST, 2));
    bench.run();
    expect(numbersOf(bob.stack.received)).toEqual([2]);
    expect(bob.nic.counters.rxFiltered).toBe(1);
    expect(bench.of("nic.drop").map(({ host, reason }) => [host, reason])).toEqual([["bob", "not for this card"]]);
  });

  it("for another card are taken by one that listens to all", () => {
    const bench = new Bench();
    const [alice, bob] = [bench.machine("alice"), bench.machine("bob", { promiscuous: true })];
    bench.link(alice, bob);
    alice.stack.send(alice.driver, numbered(alice, 0x0200_0000_00ff as MacAddress, 1));
    bench.run();
    expect(numbersOf(bob.stack.received)).toEqual([1]);
  });
});

describe("the transmit ring", () => {
  it("refuses a packet when it is full, and says when it has room again", () => {
    const bench = new Bench();
    const [alice, bob] = [bench.machine("alice", { ringSize: 4 }), bench.machine("bob")];
    bench.link(alice, bob);
    const taken = numbers(4).map((i) => alice.driver.transmit(numbered(alice, bob, i)));
    expect(taken).toEqual([true, true, false, false]);
    alice.stack.waiting.push(numbered(alice, bob, 2), numbered(alice, bob, 3));
    bench.run();
    expect(numbersOf(bob.stack.received)).toEqual([0, 1, 2, 3]);
  });

  it("frees each packet once, when its bytes have left and not before", () => {
    const bench = new Bench();
    const [alice, bob] = [bench.machine("alice"), bench.machine("bob")];
    bench.link(alice, bob, { bandwidth: 1e6, latency: 0 });
    const freed: number[] = [];
    const packet = numbered(alice, bob, 1, 986);
    packet.owner = { packetFreed: () => void freed.push(bench.clock.now()) };
    alice.driver.transmit(packet);
    bench.run();
    // 1,000 bytes and what Ethernet adds, at a million bits a second.
    expect(freed).toEqual([8 * 1024 * 1000]);
  });

  it("without a wire loses what it is given, and says so", () => {
    const bench = new Bench();
    const alice = bench.machine("alice");
    const packet = numbered(alice, alice, 1);
    let freed = 0;
    packet.owner = { packetFreed: () => void freed++ };
    alice.driver.transmit(packet);
    bench.run();
    expect(freed).toBe(1);
    expect(alice.nic.counters).toMatchObject({ txPackets: 0, txCarrierErrors: 1 });
    expect(bench.of("nic.drop").map(({ reason }) => reason)).toEqual(["no carrier"]);
  });

  it("is the driver's again when the card is switched off, and every packet is freed", () => {
    const bench = new Bench();
    const [alice, bob] = [bench.machine("alice"), bench.machine("bob")];
    bench.link(alice, bob);
    let freed = 0;
    for (const i of numbers(5)) {
      const packet = numbered(alice, bob, i);
      packet.owner = { packetFreed: () => void freed++ };
      alice.driver.transmit(packet);
    }
    alice.driver.close();
    bench.run();
    expect(freed).toBe(5);
    expect(owners(alice.nic)).toEqual({ rx: 0, tx: 0 });
    alice.driver.open(alice.stack);
    sendMany(alice, bob, 3);
    bench.run();
    // The one that was on the wire already, and the three after.
    expect(numbersOf(bob.stack.received)).toEqual([0, 0, 1, 2]);
  });
});

describe("the receive ring", () => {
  it("drops and counts what finds no empty buffer, and goes on when the driver comes back", () => {
    const bench = new Bench();
    const [alice, bob] = [bench.machine("alice"), bench.machine("bob", { ringSize: 8 })];
    bench.link(alice, bob);
    bob.stack.delay = 50 * MILLISECOND;
    sendMany(alice, bob, 20);
    bench.run();
    expect(numbersOf(bob.stack.received)).toEqual(numbers(7));
    expect(bob.nic.counters).toMatchObject({ rxPackets: 7, rxMissedErrors: 13 });
    expect(bench.of("nic.drop").filter(({ reason }) => reason === "ring overflow")).toHaveLength(13);
    sendMany(alice, bob, 5);
    bench.run();
    expect(numbersOf(bob.stack.received).slice(7)).toEqual(numbers(5));
  });

  it("always leaves the card all buffers but one, once everything is taken", () => {
    const bench = new Bench();
    const [alice, bob] = [bench.machine("alice"), bench.machine("bob", { ringSize: 16 })];
    bench.link(alice, bob);
    expect(owners(bob.nic)).toEqual({ rx: 15, tx: 0 });
    sendMany(alice, bob, 37, 900);
    bench.run();
    expect(owners(bob.nic)).toEqual({ rx: 15, tx: 0 });
  });

  it("never gives a buffer to the card that a packet still lies in", () => {
    const bench = new Bench();
    const [alice, bob] = [bench.machine("alice"), bench.machine("bob", { ringSize: 4, interruptInterval: 0 })];
    bench.link(alice, bob);
    // Short ones are copied out, long ones keep their buffer.
    for (const i of numbers(60)) alice.stack.send(alice.driver, numbered(alice, bob, i, i % 3 === 0 ? 1400 : 60));
    bench.run();
    expect(numbersOf(bob.stack.received)).toEqual(numbers(60));
  });

  it("drops what is longer than its buffers", () => {
    const bench = new Bench();
    const [alice, bob] = [bench.machine("alice", {}, 9000), bench.machine("bob")];
    bench.link(alice, bob);
    sendMany(alice, bob, 1, 4000);
    bench.run();
    expect(bob.stack.received).toEqual([]);
    expect(bob.nic.counters.rxLengthErrors).toBe(1);
  });
});

describe("interrupts", () => {
  it("come once for a burst: the driver masks them, polls, and unmasks when nothing is left", () => {
    const bench = new Bench();
    const [alice, bob] = [bench.machine("alice"), bench.machine("bob")];
    bench.link(alice, bob);
    bob.stack.delay = MILLISECOND;
    sendMany(alice, bob, 30);
    bench.run();
    expect(bob.nic.interrupts.count).toBe(1);
    const mine = bench.events.filter(({ host }) => host === "bob");
    const line = mine.flatMap((event) =>
      event.type === "nic.interrupt"
        ? ["interrupt"]
        : event.type === "nic.mask"
          ? [event.masked ? "mask" : "unmask"]
          : [],
    );
    expect(line).toEqual(["unmask", "interrupt", "mask", "unmask"]);
  });

  it("stay masked while polls use up their budget", () => {
    const bench = new Bench();
    const [alice, bob] = [bench.machine("alice"), bench.machine("bob")];
    bench.link(alice, bob);
    bob.stack.delay = 3 * MILLISECOND;
    sendMany(alice, bob, 150);
    bench.run();
    expect(bob.stack.received).toHaveLength(150);
    expect(bob.nic.interrupts.count).toBe(1);
    // 64, 64 and 22.
    expect(bob.stack.polls).toBe(3);
  });

  it("are not lost when a frame comes in just before they are unmasked", () => {
    const bench = new Bench();
    const [alice, bob] = [bench.machine("alice"), bench.machine("bob")];
    bench.link(alice, bob, { latency: 0, bandwidth: Number.POSITIVE_INFINITY });
    bob.nic.maskInterrupts();
    sendMany(alice, bob, 3);
    bench.run();
    expect(bob.stack.received).toEqual([]);
    bob.nic.unmaskInterrupts();
    bench.run();
    expect(numbersOf(bob.stack.received)).toEqual([0, 1, 2]);
  });

  it("keep their distance when moderated", () => {
    const bench = new Bench();
    const [alice, bob] = [bench.machine("alice"), bench.machine("bob", { interruptInterval: MILLISECOND })];
    bench.link(alice, bob);
    sendMany(alice, bob, 250, 1486);
    bench.run();
    expect(bob.stack.received).toHaveLength(250);
    const times = bench.of("nic.interrupt").flatMap(({ host, time }) => (host === "bob" ? [time] : []));
    const gaps = times.slice(1).map((time, i) => time - times[i]);
    expect(gaps.length).toBeGreaterThan(1);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(MILLISECOND);
  });

  it("never happen within a call of `transmit`, on whatever wire", () => {
    const bench = new Bench();
    const [alice, bob] = [bench.machine("alice"), bench.machine("bob")];
    bench.link(alice, bob, { latency: 0, bandwidth: Number.POSITIVE_INFINITY });
    for (const i of numbers(40)) {
      alice.driver.transmit(numbered(alice, bob, i));
      expect(bench.of("nic.interrupt")).toEqual([]);
    }
  });
});

it("a driver that leaves a frame unfinished stops only its own sending", () => {
  const bench = new Bench();
  const [alice, bob] = [bench.machine("alice"), bench.machine("bob")];
  bench.link(alice, bob);
  const descriptor = alice.nic.txRing[0];
  Object.assign(descriptor, { page: new Page(new Uint8Array(64)), length: 64, owner: "card" });
  alice.nic.setTxTail(1);
  sendMany(bob, alice, 2);
  bench.run();
  expect(alice.nic.counters.txPackets).toBe(0);
  expect(numbersOf(alice.stack.received)).toEqual([0, 1]);
});

it("a frame in many small pieces is put together", () => {
  const bench = new Bench();
  const [alice, bob] = [bench.machine("alice"), bench.machine("bob")];
  bench.link(alice, bob);
  const packet = numbered(alice, bob, 5, 86);
  for (let i = 0; i < 20; i++) {
    const piece = { page: packet.head, offset: packet.start + 5 * i, length: 5, endOfFrame: i === 19, owner: "card" };
    Object.assign(alice.nic.txRing[i], piece);
  }
  alice.nic.setTxTail(20);
  bench.run();
  expect(bob.stack.received.map((got: Packet) => got.bytes())).toEqual([packet.bytes()]);
});
