/** Moderation: a card that is asked to wait interrupts less, and how long it waits follows the traffic. */
import { describe, expect, it } from "vitest";
import { InterruptModeration } from "../../lib/device/interrupt-moderation";
import { MICROSECOND, MILLISECOND } from "../../lib/world/clock";
import { Bench, numbered } from "./two-cards";

const LOWEST = 14_286;
const LOW = 50 * MICROSECOND;
const BULK = 250 * MICROSECOND;

describe("the interval", () => {
  it("stays shortest while single small frames come: somebody waits for each", () => {
    const moderation = new InterruptModeration();
    expect([1, 1, 2].map((frames) => moderation.interval(frames, 66 * frames, 0, 0))).toEqual([LOWEST, LOWEST, LOWEST]);
  });

  it("grows step by step while full frames come, and is short again when small ones do", () => {
    const moderation = new InterruptModeration();
    const polls = [2, 30, 30].map((frames) => moderation.interval(frames, 1514 * frames, 0, 0));
    expect(polls).toEqual([LOW, BULK, BULK]);
    const after = [1, 1].map((frames) => moderation.interval(frames, 66 * frames, 0, 0));
    expect(after).toEqual([LOW, LOWEST]);
  });

  it("is what the busier direction asks for, and doesn't change while nothing comes", () => {
    const moderation = new InterruptModeration();
    moderation.interval(1, 66, 2, 3028);
    expect(moderation.interval(1, 66, 30, 45_420)).toBe(BULK);
    expect(moderation.interval(0, 0, 0, 0)).toBe(BULK);
  });
});

describe("a card", () => {
  it("brings a stream of full frames with few interrupts, and none is lost", () => {
    const count = (interruptInterval?: number) => {
      const bench = new Bench();
      const [alice, bob] = [bench.machine("alice"), bench.machine("bob", { interruptInterval })];
      bench.link(alice, bob, { bandwidth: 10e9 });
      for (let i = 0; i < 500; i++) alice.stack.send(alice.driver, numbered(alice, bob, i, 1486));
      bench.run();
      expect(bob.stack.received).toHaveLength(500);
      return bob.nic.interrupts.count;
    };
    expect(count(0)).toBe(500);
    expect(count()).toBeLessThan(500 / 10);
  });

  it("interrupts at once for a frame that comes after a pause", () => {
    const bench = new Bench();
    const [alice, bob] = [bench.machine("alice"), bench.machine("bob")];
    bench.link(alice, bob);
    for (let i = 0; i < 3; i++) {
      bench.clock.at(i * MILLISECOND, () => alice.stack.send(alice.driver, numbered(alice, bob, i)));
    }
    bench.run();
    const arrivals = bench.of("wire.arrive").map(({ time }) => time);
    const interrupts = bench.of("nic.interrupt").filter(({ host }) => host === "bob");
    expect(interrupts.map(({ time }) => time)).toEqual(arrivals);
  });

  it("whose interval was set by hand keeps it", () => {
    const bench = new Bench();
    const [alice, bob] = [bench.machine("alice"), bench.machine("bob", { interruptInterval: MILLISECOND })];
    bench.link(alice, bob);
    for (let i = 0; i < 200; i++) alice.stack.send(alice.driver, numbered(alice, bob, i, 1486));
    bench.run();
    const times = bench.of("nic.interrupt").flatMap(({ host, time }) => (host === "bob" ? [time] : []));
    expect(times.slice(1).map((time, i) => time - times[i])).toEqual(times.slice(1).map(() => MILLISECOND));
  });
});
