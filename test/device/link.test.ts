/** What a wire does to frames: time, queues, chance, and scripted faults. Every loss has a reason. */
import { describe, expect, it } from "vitest";
import type { LinkOptions } from "../../lib/device/link";
import { MICROSECOND, MILLISECOND } from "../../lib/world/clock";
import { Bench, numbered, numbersOf } from "./two-cards";

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Alice sends so many frames of 1,000 bytes to bob over this wire. */
function sent(count: number, options: LinkOptions, seed = 1) {
  const bench = new Bench(seed);
  const [alice, bob] = [bench.machine("alice"), bench.machine("bob")];
  bench.link(alice, bob, options);
  for (const i of numbers(count)) alice.stack.send(alice.driver, numbered(alice, bob, i, 986));
  bench.run();
  return { bench, alice, bob, received: numbersOf(bob.stack.received) };
}

describe("time", () => {
  it("is length over bandwidth, then latency; the next frame follows when the wire is free", () => {
    // 1,024 bytes with what Ethernet adds are 8.192 ms at a million bits a second.
    const { bench } = sent(3, { bandwidth: 1e6, latency: 5 * MILLISECOND });
    expect(bench.of("wire.send").map(({ time }) => time)).toEqual([0, 8_192_000, 16_384_000]);
    expect(bench.of("wire.arrive").map(({ time }) => time)).toEqual([13_192_000, 21_384_000, 29_576_000]);
  });

  it("both ways are independent, and the way back can be another", () => {
    const bench = new Bench();
    const [alice, bob] = [bench.machine("alice"), bench.machine("bob")];
    bench.link(alice, bob, { bandwidth: Number.POSITIVE_INFINITY, latency: 100, back: { latency: 7000 } });
    alice.driver.transmit(numbered(alice, bob, 1));
    bob.driver.transmit(numbered(bob, alice, 2));
    bench.run();
    expect(bench.of("wire.arrive").map(({ host, time }) => [host, time])).toEqual([
      ["bob", 100],
      ["alice", 7000],
    ]);
  });
});

describe("a queue", () => {
  it("takes so many frames besides the one that is leaving, and drops the rest", () => {
    const { bench, received } = sent(10, { bandwidth: 1e6, queue: 3 });
    expect(received).toEqual([0, 1, 2, 3]);
    expect(bench.of("wire.drop").map(({ reason }) => reason)).toEqual(Array(6).fill("queue full"));
  });

  it("has room again when frames have left", () => {
    const bench = new Bench();
    const [alice, bob] = [bench.machine("alice"), bench.machine("bob")];
    bench.link(alice, bob, { bandwidth: 1e6, queue: 1, latency: 0 });
    const send = (number: number) => alice.driver.transmit(numbered(alice, bob, number, 986));
    for (const i of [0, 1, 2]) send(i);
    bench.clock.at(9 * MILLISECOND, () => void [send(3), send(4)]);
    bench.run();
    expect(numbersOf(bob.stack.received)).toEqual([0, 1, 3]);
  });

  it("none: nothing is dropped, the card waits", () => {
    expect(sent(300, { bandwidth: 1e6 }).received).toEqual(numbers(300));
  });
});

describe("chance", () => {
  it("loses about as many as it says, each with an event", () => {
    const { bench, received } = sent(1000, { loss: 0.2 });
    expect(received.length).toBeGreaterThan(700);
    expect(received.length).toBeLessThan(900);
    expect(bench.of("wire.drop").map(({ reason }) => reason)).toEqual(Array(1000 - received.length).fill("loss"));
  });

  it("turns over one bit of a corrupted frame, and the sender's own bytes stay as they were", () => {
    const { bench } = sent(50, { corruption: 1 });
    expect(bench.of("wire.corrupt")).toHaveLength(50);
    const [first] = bench.of("wire.corrupt");
    const [before] = bench.of("wire.send");
    expect(first.frame).toBe(before.frame);
    const bench2 = new Bench();
    const [alice, bob] = [bench2.machine("alice"), bench2.machine("bob", { promiscuous: true })];
    bench2.link(alice, bob, { corruption: 1 });
    const packet = numbered(alice, bob, 1, 300);
    const original = packet.bytes();
    alice.driver.transmit(packet);
    bench2.run();
    expect(packet.bytes()).toEqual(original);
    const got = bob.stack.received[0].bytes();
    const changed = [...got].flatMap((byte, i) =>
      byte === original[i] ? [] : [i * 8 + Math.clz32(byte ^ original[i]) - 24],
    );
    expect(changed).toEqual([bench2.of("wire.corrupt")[0].bit]);
  });

  it("duplicates", () => {
    expect(sent(3, { duplication: 1 }).received).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it("reorders: some are held back, and later ones overtake them; none is lost", () => {
    const { received, bench } = sent(200, { reordering: 0.1, reorderBy: 100 * MICROSECOND });
    expect(received).not.toEqual(numbers(200));
    expect([...received].sort((a, b) => a - b)).toEqual(numbers(200));
    expect(bench.of("wire.delay").length).toBeGreaterThan(5);
  });

  it("is the same again with the same seed, and another with another", () => {
    const hostile = { loss: 0.1, corruption: 0.1, reordering: 0.1, duplication: 0.1 };
    const events = (seed: number) => JSON.stringify(sent(200, hostile, seed).bench.events);
    expect(events(5)).toBe(events(5));
    expect(events(5)).not.toBe(events(6));
  });
});

describe("scripted faults", () => {
  it("drop the third frame that matches", () => {
    const match = (frame: { bytes: Uint8Array }) => frame.bytes[17] % 2 === 1;
    const { received, bench } = sent(10, { faults: [{ action: "drop", match, nth: 3 }] });
    expect(received).toEqual([0, 1, 2, 3, 4, 6, 7, 8, 9]);
    expect(bench.of("wire.drop").map(({ reason }) => reason)).toEqual(["scripted fault"]);
  });

  it("meet only frames of the machine they name", () => {
    expect(sent(4, { faults: [{ action: "drop", from: "bob" }] }).received).toEqual([0, 1, 2, 3]);
    expect(sent(4, { faults: [{ action: "drop", from: "alice", nth: [1, 3] }] }).received).toEqual([1, 3]);
  });

  it("delay, duplicate and corrupt", () => {
    expect(sent(4, { faults: [{ action: "delay", nth: 2, by: MILLISECOND }] }).received).toEqual([0, 2, 3, 1]);
    expect(sent(3, { faults: [{ action: "duplicate", nth: 1 }] }).received).toEqual([0, 0, 1, 2]);
    expect(sent(3, { faults: [{ action: "corrupt", nth: 1 }] }).bench.of("wire.corrupt")).toHaveLength(1);
  });

  it("each count for themselves", () => {
    const faults = [
      { action: "drop", nth: 1 },
      { action: "drop", nth: 2 },
    ] as const;
    expect(sent(4, { faults }).received).toEqual([2, 3]);
  });
});

describe("mistakes are named", () => {
  const between = (options: LinkOptions) => () => sent(0, options);
  it("options that make no sense", () => {
    expect(between({ loss: 2 })).toThrow("loss is a probability, from 0 to 1, not 2");
    expect(between({ bandwidth: 0 })).toThrow("bandwidth");
    expect(between({ latency: -1 })).toThrow("latency is in nanoseconds, 0 or more (5 * MILLISECOND), not -1");
    expect(between({ queue: 0.5 })).toThrow("queue");
    expect(between({ back: { loss: Number.NaN } })).toThrow("loss");
  });

  it("a second wire for one card", () => {
    const bench = new Bench();
    const [alice, bob, carol] = ["alice", "bob", "carol"].map((name) => bench.machine(name));
    bench.link(alice, bob);
    expect(() => bench.link(alice, carol)).toThrow("alice eth0 has a wire already");
    bench.link(carol, bench.machine("dave"));
  });
});
