/** What any demultiplexer must do. An exercise's answer is held to the same. */
import { expect } from "vitest";
import { IPV4_ANY, type Ipv4Address, ipv4Address } from "../../../lib/net/addresses";
import type { PortHolder } from "../../../lib/net/inet/port-table";
import type { Demultiplexer } from "../../../lib/net/inet/socket-table";
import { asTest, type Case } from "./cases";

const here = ipv4Address("10.0.0.1");
const alsoHere = ipv4Address("10.0.0.2");
const there = ipv4Address("10.9.9.9");

interface Numbers {
  local?: Ipv4Address;
  localPort?: number;
  remote?: Ipv4Address;
  remotePort?: number;
  reusePort?: boolean;
}

function holder(name: string, numbers: Numbers): PortHolder {
  const { local = IPV4_ANY, localPort = 80, remote = IPV4_ANY, remotePort = 0, reusePort = false } = numbers;
  return { name, local, localPort, remote, remotePort, listening: false, options: { reuseAddress: false, reusePort } };
}

export function demultiplexerContract(make: () => Demultiplexer, test: Case = asTest): void {
  test("nobody has the port", () => {
    const table = make();
    table.add(holder("a", { localPort: 81 }));
    expect(table.lookup(here, 80, there, 5000)).toBeNull();
  });

  test("all four numbers, then the exact address, then any", () => {
    const table = make();
    const any = holder("any", {});
    const exact = holder("exact", { local: here });
    const connected = holder("connected", { local: here, remote: there, remotePort: 5000 });
    for (const added of [connected, any, exact]) table.add(added);
    expect(table.lookup(here, 80, there, 5000)).toBe(connected);
    expect(table.lookup(here, 80, there, 5001)).toBe(exact);
    expect(table.lookup(alsoHere, 80, there, 5000)).toBe(any);
    expect(table.lookupConnected(here, 80, there, 5001)).toBeNull();
    table.remove(connected);
    expect(table.lookup(here, 80, there, 5000)).toBe(exact);
    table.remove(exact);
    expect(table.lookup(here, 80, there, 5000)).toBe(any);
    table.remove(any);
    expect(table.lookup(here, 80, there, 5000)).toBeNull();
  });

  test("among equals the newest", () => {
    const table = make();
    const [first, second] = [holder("first", {}), holder("second", {})];
    table.add(first);
    table.add(second);
    expect(table.lookup(here, 80, there, 5000)).toBe(second);
  });

  test("a group that shares the port: each peer always meets the same, and everybody gets some", () => {
    const table = make();
    const group = ["a", "b", "c"].map((name) => holder(name, { reusePort: true }));
    for (const member of group) table.add(member);
    const met = new Set<PortHolder | null>();
    for (let port = 1000; port < 1100; port++) {
      const first = table.lookup(here, 80, there, port);
      expect(table.lookup(here, 80, there, port)).toBe(first);
      met.add(first);
    }
    expect(met).toEqual(new Set(group));
  });

  test("ten thousand connections to one port, added and removed", () => {
    const table = make();
    const listener = holder("listener", {});
    table.add(listener);
    const connections = Array.from({ length: 10_000 }, (_, i) =>
      holder(`c${i}`, { local: here, remote: (there + (i >> 12)) as Ipv4Address, remotePort: 1000 + (i & 4095) }),
    );
    for (const connection of connections) table.add(connection);
    for (const c of connections) expect(table.lookup(c.local, 80, c.remote, c.remotePort)).toBe(c);
    for (const connection of connections.filter((_, i) => i % 2 === 0)) table.remove(connection);
    connections.forEach((c, i) => {
      expect(table.lookup(c.local, 80, c.remote, c.remotePort)).toBe(i % 2 === 0 ? listener : c);
    });
  });
}
