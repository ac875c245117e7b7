/** A world that can't be: each mistake is named where it is made, with what would be right. */
import { describe, expect, it } from "vitest";
import type { MacAddress } from "../../lib/net/addresses";
import { networkOf } from "../../lib/net/network";
import type { Sys } from "../../lib/sys";
import { networkTables, pcap, Recorder, ss, tablesAt, tcpdump } from "../../lib/trace";
import { type HostOptions, World, type WorldOptions } from "../../lib/world";

/** Options as somebody writes them whom no compiler stops. */
const odd = (options: unknown) => options as HostOptions;

function wired(link: Parameters<World["link"]>[2]): () => void {
  const world = new World();
  const [alice, bob] = ["alice", "bob"].map((name, i) => world.host(name, { address: `10.0.0.${i + 1}/24` }));
  return () => world.link(alice, bob, link);
}

describe("a machine", () => {
  const machine = (options: HostOptions) => () => new World().host("alice", options);

  it("has an address that a machine can have, and says how large its network is", () => {
    expect(machine({ address: "10.0.0.300/24" })).toThrow('"10.0.0.300" is no IPv4 address, such as 10.0.0.1');
    expect(machine({ address: "10.0.0.1" })).toThrow('such as "10.0.0.1/24", not "10.0.0.1"');
    expect(machine({ address: "10.0.0.1/33" })).toThrow('"10.0.0.1/33" is no address with a prefix');
    expect(machine({ address: "10.0.0.0/24" })).toThrow("10.0.0.0/24 is the address of the whole network");
    expect(machine({ address: "10.0.0.255/24" })).toThrow("10.0.0.255/24 is the address of everybody in the network");
    for (const address of ["224.0.0.1/24", "127.0.0.1/8", "0.0.0.0/0", "255.255.255.255/32"])
      expect(machine({ address })).toThrow("can't be the address of a card; take one such as 10.0.0.1");
    expect(machine({ address: "10.0.0.0/31" })).not.toThrow();
  });

  it("has a gateway that it can reach", () => {
    expect(machine({ address: "10.0.0.1/24", gateway: "10.9.0.1" })).toThrow(
      "the gateway 10.9.0.1 isn't in the machine's network, 10.0.0.0/24",
    );
    expect(machine({ gateway: "10.0.0.254" })).toThrow("a gateway needs an address of the machine's own");
    expect(machine({ address: "10.0.0.1/24", gateway: "router" })).toThrow('"router" is no IPv4 address');
  });

  it("has no options, organs or sysctls that don't exist", () => {
    expect(machine(odd({ adress: "10.0.0.1/24" }))).toThrow('world.host has no option "adress". There are: modules, ');
    expect(machine(odd({ card: { rings: 4 } }))).toThrow('a card has no option "rings". There are: address, mtu, ');
    expect(machine(odd({ modules: { arpcache: () => ({}) } }))).toThrow('there is no organ "arpcache" to be replaced');
    expect(machine(odd({ modules: { arpCache: {} } }))).toThrow("modules: { arpCache: … } takes a function");
    expect(machine(odd({ sysctl: { tcp_sak: 0 } }))).toThrow('there is no sysctl "tcp_sak". There are: tcp_rmem, ');
    expect(machine(odd({ sysctl: { tcp_sack: "no" } }))).toThrow('tcp_sack takes a number, not "no"');
    expect(machine(odd({ sysctl: { tcp_rmem: 4096 } }))).toThrow("tcp_rmem takes three numbers");
    expect(machine(odd({ sysctl: { tcp_congestion_control: "bbr" } }))).toThrow('there is no congestion control "bbr"');
    // Linux has it, and here it changes nothing.
    expect(machine(odd({ sysctl: { tcp_autocorking: 0 } }))).not.toThrow();
    expect(machine({ modules: { arpCache: undefined } })).not.toThrow();
  });

  it("has a card that can be built", () => {
    expect(machine({ card: { mtu: 67 } })).toThrow("mtu is the largest IP packet in bytes, from 68 to 65535, not 67");
    expect(machine({ card: { ringSize: 2 } })).toThrow("ringSize is a number of descriptors, at least 3, not 2");
    expect(machine({ card: { interruptInterval: -1 } })).toThrow("interruptInterval is in nanoseconds");
    expect(machine(odd({ card: { driver: {} } }))).toThrow("driver is a function that makes a driver");
  });

  it("has a name and an address that nobody else has", () => {
    const world = new World();
    const alice = world.host("alice", { address: "10.0.0.1/24" });
    expect(() => world.host("alice")).toThrow('a machine or a switch called "alice" already');
    expect(() => world.switch("alice")).toThrow('a machine or a switch called "alice" already');
    expect(() => world.host("bob", { address: "10.0.0.1/24" })).toThrow("10.0.0.1 is an address of alice already");
    expect(() => world.card(alice, { address: "10.0.0.1/8" })).toThrow("10.0.0.1 is an address of alice already");
    expect(() => world.host("")).toThrow('a machine needs a name, as in world.host("alice")');
    // Nothing of those that failed is left in the way.
    world.host("bob", { address: "10.0.0.2/24", card: { mac: 0x0200_0000_0009 as MacAddress } });
  });

  it("runs programs, and nothing else", () => {
    const alice = new World().host("alice");
    const plain = (() => 5) as unknown as (sys: Sys) => Generator<never>;
    expect(() => alice.spawn(plain, "main")).toThrow('"main" is no program: it must be a generator function');
  });

  it("has routes that lead somewhere", () => {
    const { routing } = networkOf(new World().host("alice", { address: "10.0.0.1/24" }));
    expect(() => routing.addRoute("10.1.0.0/16", { via: "10.5.0.1" })).toThrow(
      "the gateway 10.5.0.1 must be in one of alice's networks (10.0.0.0/24)",
    );
    expect(() => routing.addRoute("10.1.0.0/16", {})).toThrow('needs a gateway ("via"), or a device');
    expect(() => routing.addRoute("10.1.0.5/16", { via: "10.0.0.2" })).toThrow("that would be 10.1.0.0/16");
  });
});

describe("a wire", () => {
  it("joins two different things of one world", () => {
    const world = new World();
    const alice = world.host("alice");
    const hub = world.switch("hub", 1);
    expect(() => world.link(alice, alice)).toThrow("both ends of the wire are the same");
    expect(() => world.link(hub, hub)).toThrow("both ends of the wire are the same");
    expect(() => world.link(alice, new World().host("bob"))).toThrow("bob is a machine of another world");
    expect(() => world.link("alice" as never, hub)).toThrow("a wire is plugged into what world.host(");
    expect(() => world.outside("wall", undefined as never)).toThrow("outside takes a function");
    expect(() => world.card(hub as never)).toThrow("a card is put into a machine: what world.host returned");
    world.link(alice, hub);
    expect(() => world.link(world.host("carol"), hub)).toThrow("all 1 ports of hub are taken");
    expect(() => world.switch("s", 0)).toThrow("a switch has a number of ports, 1 or more, not 0");
  });

  it("has the options that wires have", () => {
    expect(wired(odd({ delay: 10 }) as never)).toThrow('a link has no option "delay". There are: bandwidth, latency');
    expect(wired(odd({ back: { delay: 10 } }) as never)).toThrow('a link\'s back has no option "delay"');
    expect(wired({ latency: Number.NaN })).toThrow("latency is in nanoseconds, 0 or more (5 * MILLISECOND), not NaN");
  });

  it("has faults that can happen there", () => {
    const faults = (...them: unknown[]) => wired({ faults: them as never });
    expect(faults({ action: "lose" })).toThrow("one of drop, duplicate, corrupt, delay, not lose");
    expect(faults({ action: "drop", from: "carol" })).toThrow("one end of the wire, alice or bob, not from carol");
    expect(faults({ action: "drop", nth: 0 })).toThrow("counts the frames that match from 1 on; it isn't 0");
    expect(faults({ action: "drop", match: "tcp" })).toThrow("a fault's match is a function of a frame");
    expect(faults({ action: "delay", by: -1 })).toThrow("a fault's by is in nanoseconds, 0 or more, not -1");
    expect(wired({ faults: { action: "drop" } as never })).toThrow('faults is a list: [{ action: "drop", nth: 3 }]');
  });
});

describe("a world", () => {
  it("has a seed that is a number", () => {
    expect(() => new World({ seed: "abc" } as unknown as WorldOptions)).toThrow("seed is a number, not abc");
    expect(() => new World({ sed: 1 } as WorldOptions)).toThrow('new World has no option "sed"');
  });

  it("is captured where there is something to listen on", () => {
    const trace = new Recorder();
    const world = new World({ trace });
    const alice = world.host("alice", { address: "10.0.0.1/24" });
    const { name: link } = world.link(alice, world.switch("hub"));
    const [header, { events }] = [24, trace];
    expect(pcap(events, { host: "alice", device: "eth0" })).toHaveLength(header);
    expect(pcap(events, { link })).toHaveLength(header);
    expect(() => pcap(events, { host: "alice", device: "eth1" })).toThrow(
      "there is no interface alice eth1. There are: alice lo, alice eth0",
    );
    expect(() => pcap(events, { host: "bob" })).toThrow("there is no interface bob");
    expect(() => pcap(events, { link: "alice - bob" })).toThrow(`There are: ${link}`);
    expect(() => pcap(events, "eth0" as never)).toThrow('a capture takes a place: { host: "alice", device: "eth0" }');
    expect(() => tcpdump(events, undefined as never)).toThrow("a capture takes a place");
    const tables = tablesAt(events, events.length);
    expect(() => ss(tables.hosts.alise)).toThrow("there are no tables of this machine: is that its name");
    expect(() => networkTables(tables.hosts.alise)).toThrow("there are no tables of this machine");
  });
});
