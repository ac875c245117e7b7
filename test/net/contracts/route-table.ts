/** What any route table must do. An exercise's answer is held to the same. */
import fc from "fast-check";
import { expect } from "vitest";
import { type Ipv4Address, ipv4Address, networkOf } from "../../../lib/net/addresses";
import type { NetDevice } from "../../../lib/net/interface/net-device";
import type { RouteEntry, RouteTable } from "../../../lib/net/ip/route";
import { asTest, type Case } from "./cases";

const device = { name: "eth0" } as NetDevice;

function entry(prefix: string, metric = 0): RouteEntry {
  const [address, length] = prefix.split("/");
  const common = { kind: "unicast", device, gateway: null, source: null } as const;
  return { destination: ipv4Address(address), length: Number(length), metric, ...common };
}

/** A list that is read from end to end: slow, and certainly right. */
export class ListTable implements RouteTable {
  private entries: RouteEntry[] = [];

  add(added: RouteEntry): void {
    this.entries.push(added);
  }

  remove(removed: RouteEntry): void {
    this.entries = this.entries.filter((other) => other !== removed);
  }

  lookup(destination: Ipv4Address): RouteEntry | null {
    const fitting = this.entries.filter(
      ({ destination: network, length }) => networkOf(destination, length) === networkOf(network, length),
    );
    fitting.sort((a, b) => b.length - a.length || a.metric - b.metric);
    return fitting[0] ?? null;
  }
}

export function routeTableContract(make: () => RouteTable, test: Case = asTest): void {
  test("an empty table leads nowhere", () => {
    expect(make().lookup(ipv4Address("10.0.0.1"))).toBeNull();
  });

  test("the longest prefix wins, in whatever order they were added", () => {
    const [all, ten, office, desk] = ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32"].map((text) =>
      entry(text),
    );
    const table = make();
    for (const added of [office, all, desk, ten]) table.add(added);
    const found = ["10.1.2.3", "10.1.2.4", "10.200.0.1", "192.168.0.1"].map((text) => table.lookup(ipv4Address(text)));
    expect(found).toEqual([desk, office, ten, all]);
  });

  test("among equals the smallest metric; when it goes, the next", () => {
    const table = make();
    const [good, bad] = [entry("10.0.0.0/8", 1), entry("10.0.0.0/8", 5)];
    table.add(bad);
    table.add(good);
    expect(table.lookup(ipv4Address("10.0.0.1"))).toBe(good);
    table.remove(good);
    expect(table.lookup(ipv4Address("10.0.0.1"))).toBe(bad);
    table.remove(bad);
    expect(table.lookup(ipv4Address("10.0.0.1"))).toBeNull();
  });

  test("addresses with the highest bit set", () => {
    const table = make();
    const high = entry("192.0.0.0/3");
    table.add(high);
    expect(table.lookup(ipv4Address("223.255.255.255"))).toBe(high);
    expect(table.lookup(ipv4Address("128.0.0.1"))).toBeNull();
  });

  test("the same answers as a list that is read from end to end", () => {
    const prefixes = fc.uniqueArray(fc.record({ bits: fc.nat(0xffffffff), length: fc.nat(32), metric: fc.nat(2) }), {
      maxLength: 30,
      selector: ({ bits, length, metric }) => `${networkOf(bits as Ipv4Address, length)}/${length} ${metric}`,
    });
    fc.assert(
      fc.property(prefixes, fc.array(fc.nat(0xffffffff), { maxLength: 30 }), (specs, questions) => {
        const table = make();
        const list = new ListTable();
        for (const { bits, length, metric } of specs) {
          const destination = networkOf(bits as Ipv4Address, length);
          const added: RouteEntry = { ...entry("0.0.0.0/0"), destination, length, metric };
          table.add(added);
          list.add(added);
        }
        for (const question of [...questions, ...specs.map(({ bits }) => bits)]) {
          expect(table.lookup(question as Ipv4Address)).toBe(list.lookup(question as Ipv4Address));
        }
      }),
    );
  });
}
