/** The tables that are rebuilt from the events are those that the card, the wire and the switch really have. */
import { expect, it } from "vitest";
import type { TxDescriptor } from "../../lib/device";
import { Link } from "../../lib/device/link";
import { Switch } from "../../lib/device/switch";
import { formatMac } from "../../lib/net/addresses";
import { applyEvent, emptyTables } from "../../lib/trace/tables";
import { deviceTables, type RingRow } from "../../lib/trace/tables/device";
import { MILLISECOND } from "../../lib/world/clock";
import { Bench, type Machine, numbered } from "./two-cards";

const range = ({ size }: RingRow, from: number, to: number) =>
  Array.from({ length: (to - from + size) % size }, (_, i) => (from + i) % size);

it("after every event: rings, masks, counters, addresses", () => {
  const bench = new Bench(4);
  const tables = emptyTables();
  const machines: Record<string, Machine> = {};
  const check = (host: string) => {
    const machine = machines[host];
    const card = deviceTables(tables.hosts[host]).cards.eth0;
    if (machine === undefined || card === undefined) return;
    const { nic } = machine;
    expect(card.mac).toBe(formatMac(nic.mac));
    expect(card.interrupts).toBe(nic.interrupts.count);
    for (const index of range(card.rx, card.rx.clean, card.rx.head)) {
      expect(nic.rxRing[index].length).toBeGreaterThan(0);
    }
  };
  const hub = new Switch(bench.medium, "office", 3);
  for (const name of ["alice", "bob", "carol"]) {
    machines[name] = bench.machine(name, { ringSize: 8 });
    new Link(bench.medium, machines[name].nic, hub.freePort(), { loss: 0.1 });
  }
  const { alice, bob, carol } = machines;
  bob.stack.delay = MILLISECOND;
  for (let i = 0; i < 40; i++) {
    alice.stack.send(alice.driver, numbered(alice, bob, i, 900));
    bob.stack.send(bob.driver, numbered(bob, carol, i, 40));
  }
  let seen = 0;
  const fold = () => {
    for (; seen < bench.events.length; seen++) applyEvent(tables, bench.events[seen]);
    for (const host of Object.keys(machines)) check(host);
  };
  while (bench.clock.step()) fold();
  fold();
  for (const [host, { nic }] of Object.entries(machines)) {
    const card = deviceTables(tables.hosts[host]).cards.eth0;
    const owned = (ring: readonly Pick<TxDescriptor, "owner">[]) =>
      ring.flatMap(({ owner }, i) => (owner === "card" ? [i] : []));
    expect(owned(nic.rxRing)).toEqual(range(card.rx, card.rx.head, card.rx.tail).sort((a, b) => a - b));
    expect(owned(nic.txRing)).toEqual([]);
    expect(card.tx.clean).toBe(card.tx.head);
    expect(card.sent).toBe(nic.counters.txPackets);
    expect(card.arrived).toBe(nic.counters.rxPackets + nic.counters.rxMissedErrors + nic.counters.rxFiltered);
    expect(card.drops["ring overflow"] ?? 0).toBe(nic.counters.rxMissedErrors);
  }
  const { addresses } = deviceTables(tables.hosts.office);
  expect(addresses).toEqual({ [formatMac(alice.nic.mac)]: 1, [formatMac(bob.nic.mac)]: 2 });
  expect(deviceTables(tables.hosts.bob).cards.eth0.drops["ring overflow"]).toBeGreaterThan(0);
  const lost = Object.values(deviceTables(tables.hosts.alice).wires).map(({ drops }) => drops.loss ?? 0);
  expect(lost.reduce((a, b) => a + b)).toBeGreaterThan(0);
});
