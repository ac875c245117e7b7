/** What any driver of a card must do. An exercise's answer is held to the same. */
import { expect } from "vitest";
import type { DriverMaker } from "../../../lib/device/guarded-driver";
import type { NicOptions } from "../../../lib/device/nic";
import { Page } from "../../../lib/net/packet/page";
import { MILLISECOND } from "../../../lib/world/clock";
import { Bench, type Machine, numbered, numbersOf } from "../../device/two-cards";
import { asTest, type Case } from "./cases";

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

export function nicDriverContract(make: DriverMaker, test: Case = asTest): void {
  /** Two machines with such a driver, joined by a wire. */
  function pair(options: Partial<NicOptions> = {}) {
    const bench = new Bench();
    const [alice, bob] = ["alice", "bob"].map((host) => bench.machine(host, options, 1500, make));
    bench.link(alice, bob);
    return { bench, alice, bob };
  }

  function send(from: Machine, to: Machine, count: number, payload?: number): void {
    for (const i of numbers(count)) from.stack.send(from.driver, numbered(from, to, i, payload));
  }

  test("frames arrive whole, in order and once, many rounds of both rings long", () => {
    const { bench, alice, bob } = pair({ ringSize: 8 });
    send(alice, bob, 100, 700);
    bench.run();
    expect(numbersOf(bob.stack.received)).toEqual(numbers(100));
    expect(bob.stack.received[99].bytes()).toEqual(numbered(alice, bob, 99, 700).bytes());
    expect(bob.nic.counters.rxMissedErrors).toBe(0);
  });

  test("a packet in two pieces leaves as one frame", () => {
    const { bench, alice, bob } = pair();
    const packet = numbered(alice, bob, 7, 4);
    packet.refer(new Page(Uint8Array.from(numbers(1000), (i) => i & 255)), 100, 900);
    alice.stack.send(alice.driver, packet);
    bench.run();
    expect(bob.stack.received.map(({ length }) => length)).toEqual([818]);
    expect(bob.stack.received[0].bytes().subarray(18, 22)).toEqual(Uint8Array.of(100, 101, 102, 103));
  });

  test("a full ring refuses, and says when it has room again", () => {
    const { bench, alice, bob } = pair({ ringSize: 4 });
    send(alice, bob, 10);
    expect(alice.stack.waiting.length).toBeGreaterThan(0);
    bench.run();
    expect(alice.stack.waiting).toEqual([]);
    expect(numbersOf(bob.stack.received)).toEqual(numbers(10));
  });

  test("each packet is freed once, after its bytes have left", () => {
    const { bench, alice, bob } = pair({ ringSize: 8 });
    const freed: number[] = [];
    for (const i of numbers(30)) {
      const packet = numbered(alice, bob, i, 986);
      packet.owner = { packetFreed: () => void freed.push(i) };
      alice.stack.send(alice.driver, packet);
    }
    expect(freed).toEqual([]);
    bench.run();
    expect(freed.sort((a, b) => a - b)).toEqual(numbers(30));
  });

  test("a poll hands up no more than its budget", () => {
    const { bench, alice, bob } = pair();
    bob.stack.delay = 5 * MILLISECOND;
    send(alice, bob, 100);
    const polled: number[] = [];
    const poll = bob.driver.poll.bind(bob.driver);
    bob.driver.poll = (budget) => {
      const before = bob.stack.received.length;
      const done = poll(budget);
      expect(bob.stack.received.length - before).toBe(done);
      polled.push(done);
      return done;
    };
    bench.run();
    expect(Math.max(...polled)).toBeLessThanOrEqual(64);
    expect(numbersOf(bob.stack.received)).toEqual(numbers(100));
  });

  test("while it is polled it isn't interrupted; afterwards it is again", () => {
    const { bench, alice, bob } = pair();
    bob.stack.delay = 2 * MILLISECOND;
    send(alice, bob, 50);
    bench.run();
    expect(bob.nic.interrupts.count).toBeLessThan(10);
    const before = bob.nic.interrupts.count;
    send(alice, bob, 1);
    bench.run();
    expect(bob.nic.interrupts.count).toBe(before + 1);
    expect(bob.stack.received).toHaveLength(51);
  });

  test("closed in the middle of things it frees what it had, and opened again it works", () => {
    const { bench, alice, bob } = pair();
    let freed = 0;
    for (const i of numbers(5)) {
      const packet = numbered(alice, bob, i);
      packet.owner = { packetFreed: () => void freed++ };
      alice.driver.transmit(packet);
    }
    alice.driver.close();
    bench.run();
    expect(freed).toBe(5);
    const before = bob.stack.received.length;
    alice.driver.open(alice.stack);
    send(alice, bob, 3);
    bench.run();
    expect(numbersOf(bob.stack.received.slice(before))).toEqual([0, 1, 2]);
  });
}
