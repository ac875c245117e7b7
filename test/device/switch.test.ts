/** A switch learns who is where, floods what it doesn't know, and forgets. */
import { expect, it } from "vitest";
import { Link } from "../../lib/device/link";
import { Switch } from "../../lib/device/switch";
import { MAC_BROADCAST } from "../../lib/net/addresses";
import { SECOND } from "../../lib/world/clock";
import { Bench, type Machine, numbered, numbersOf } from "./two-cards";

function office(bandwidth?: number) {
  const bench = new Bench();
  const hub = new Switch(bench.medium, "office", 4);
  const machines = ["alice", "bob", "carol"].map((name) => bench.machine(name));
  for (const { nic } of machines) new Link(bench.medium, nic, hub.freePort(), { bandwidth });
  const [alice, bob, carol] = machines;
  const send = (from: Machine, to: Machine, number: number, payload?: number) => {
    from.stack.send(from.driver, numbered(from, to, number, payload));
  };
  return { bench, hub, alice, bob, carol, send };
}

it("floods what it doesn't know, then learns from the answer", () => {
  const { bench, hub, alice, bob, carol, send } = office();
  send(alice, bob, 1);
  bench.run();
  send(bob, alice, 2);
  bench.run();
  send(alice, bob, 3);
  bench.run();
  expect(numbersOf(bob.stack.received)).toEqual([1, 3]);
  expect(numbersOf(alice.stack.received)).toEqual([2]);
  expect(carol.nic.counters.rxFiltered).toBe(1);
  expect(bench.of("switch.forward").map(({ from, to, flooded }) => [from, to, flooded])).toEqual([
    [1, [2, 3], true],
    [2, [1], false],
    [1, [2], false],
  ]);
  expect([hub.portOf(alice.nic.mac), hub.portOf(bob.nic.mac), hub.portOf(carol.nic.mac)]).toEqual([1, 2, null]);
});

it("sends what is for everybody to everybody, and never back", () => {
  const { bench, alice, bob, carol } = office();
  alice.driver.transmit(numbered(alice, MAC_BROADCAST, 9));
  bench.run();
  expect([alice, bob, carol].map(({ stack }) => numbersOf(stack.received))).toEqual([[], [9], [9]]);
});

it("keeps the frame's number and bytes from card to card", () => {
  const { bench, alice, bob, send } = office();
  send(alice, bob, 1, 500);
  bench.run();
  expect(new Set(bench.of("wire.arrive").map(({ frame }) => frame)).size).toBe(1);
  expect(bob.stack.received[0].bytes()).toEqual(numbered(alice, bob, 1, 500).bytes());
});

it("forgets an address that it hasn't heard of for five minutes", () => {
  const { bench, hub, alice, bob, send } = office();
  send(alice, bob, 1);
  bench.run();
  bench.clock.at(200 * SECOND, () => send(alice, bob, 2));
  bench.run();
  bench.clock.at(499 * SECOND, () => expect(hub.portOf(alice.nic.mac)).toBe(1));
  bench.clock.at(501 * SECOND, () => expect(hub.portOf(alice.nic.mac)).toBe(null));
  bench.run();
  expect(bench.of("switch.forget")).toHaveLength(1);
});

it("notices that a machine has moved", () => {
  const { bench, hub, alice, bob, send } = office();
  send(alice, bob, 1);
  bench.run();
  const moved = bench.machine("alice again", { mac: alice.nic.mac });
  new Link(bench.medium, moved.nic, hub.freePort());
  send(moved, bob, 2);
  bench.run();
  expect(hub.portOf(alice.nic.mac)).toBe(4);
});

it("drops what finds a port's queue full: two talk to one at once", () => {
  const { bench, alice, bob, carol, send } = office();
  for (let i = 0; i < 1200; i++) {
    send(alice, carol, i, 1000);
    send(bob, carol, 10_000 + i, 1000);
  }
  bench.run();
  const drops = bench.of("wire.drop");
  expect(drops.length).toBeGreaterThan(100);
  expect(new Set(drops.map(({ host, reason }) => `${host}: ${reason}`))).toEqual(new Set(["office: queue full"]));
  const dropped = drops.filter(({ link }) => link.startsWith("carol")).length;
  expect(carol.stack.received.length + dropped).toBe(2400);
});

it("has as many ports as it has", () => {
  const { bench, hub } = office();
  new Link(bench.medium, bench.machine("dave").nic, hub.freePort());
  expect(() => hub.freePort()).toThrow("all 4 ports of office are taken");
});
