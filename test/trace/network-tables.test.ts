import { expect, test } from "vitest";
import { networkOf } from "../../lib/net/network";
import { AF_INET, bytes, SOCK_DGRAM, type Sys } from "../../lib/sys";
import { Recorder } from "../../lib/trace/recorder";
import { tablesAt } from "../../lib/trace/tables";
import { networkTables } from "../../lib/trace/tables/network";
import { World } from "../../lib/world";
import { Cable, plug } from "../net/support/cable";

test("a host's interfaces, routes, neighbours, ports and drops are told by its trace", () => {
  const recorder = new Recorder();
  const world = new World({ seed: 1, trace: recorder });
  const cable = new Cable(world);
  const alice = world.host("alice");
  const bob = world.host("bob");
  plug(alice, cable, "10.0.0.1/24");
  plug(bob, cable, "10.0.0.2/24");
  networkOf(alice).routing.addRoute("0.0.0.0/0", { via: "10.0.0.2" });
  alice.spawn(function* (sys: Sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
    yield* sys.bind(fd, { address: "0.0.0.0", port: 1000 });
    yield* sys.sendto(fd, bytes("x"), 0, { address: "10.0.0.2", port: 7 });
    yield* sys.pause();
  }, "alice");
  world.run();
  const tables = tablesAt(recorder.events);
  const { interfaces, routes, neighbours, ports } = networkTables(tables.hosts.alice);
  expect(Object.values(interfaces).map(({ device, addresses, mtu }) => [device, addresses, mtu])).toEqual([
    ["lo", ["127.0.0.1/8"], 65_536],
    ["eth0", ["10.0.0.1/24"], 1500],
  ]);
  expect(routes.filter(({ table }) => table === "main")).toEqual([
    { table: "main", destination: "10.0.0.0/24", kind: "unicast", gateway: null, device: "eth0", source: "10.0.0.1" },
    { table: "main", destination: "0.0.0.0/0", kind: "unicast", gateway: "10.0.0.2", device: "eth0", source: null },
  ]);
  expect(Object.values(neighbours)).toMatchObject([{ address: "10.0.0.2", state: "REACHABLE", queued: 0 }]);
  expect(Object.values(ports)).toEqual([{ object: "socket 1", protocol: "udp", address: "0.0.0.0", port: 1000 }]);
  for (const kernel of [alice, bob]) {
    const { drops } = networkTables(tables.hosts[kernel.host]);
    expect(drops).toEqual(Object.fromEntries(networkOf(kernel).drops));
  }
  expect(networkTables(tables.hosts.bob).drops).toEqual({ "udp: no socket": 1 });
});
