import { describe, expect, test } from "vitest";
import { StandardArpCache } from "../../lib/net/arp/arp-cache";
import type { NetModules } from "../../lib/net/modules";
import { networkOf } from "../../lib/net/network";
import { AF_INET, bytes, SOCK_DGRAM, type Sys, text } from "../../lib/sys";
import { World } from "../../lib/world";
import { byWords } from "./contracts/checksum";
import { ListTable } from "./contracts/route-table";
import { Cable, plug } from "./support/cable";

/** alice, with these modules, asks bob and hears him. */
function talk(modules: Partial<NetModules>) {
  const world = new World({ seed: 1 });
  const cable = new Cable(world);
  const alice = world.host("alice", { modules });
  const bob = world.host("bob");
  plug(alice, cable, "10.0.0.1/24");
  plug(bob, cable, "10.0.0.2/24");
  bob.spawn(function* (sys: Sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
    yield* sys.bind(fd, { address: "0.0.0.0", port: 7 });
    const { data, address } = yield* sys.recvfrom(fd, 9000, 0);
    yield* sys.sendto(fd, data, 0, address);
  }, "bob");
  const process = alice.spawn(function* (sys: Sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
    yield* sys.connect(fd, { address: "10.0.0.2", port: 7 });
    yield* sys.write(fd, bytes("x".repeat(4000)));
    return text(yield* sys.read(fd, 9000)).length;
  }, "alice");
  world.run();
  if (process.error !== undefined) throw process.error;
  return { answer: process.result, faults: alice.faults, drops: networkOf(alice).drops };
}

describe("modules of the network", () => {
  test("others' modules carry real traffic", () => {
    const asked: string[] = [];
    const answer = talk({
      checksum: (data, from, to, initial) => {
        asked.push("checksum");
        return byWords(data, from, to, initial);
      },
      routeTable: () => new ListTable(),
      arpCache: () => new StandardArpCache(),
    });
    expect(answer).toMatchObject({ answer: 4000, faults: [] });
    expect(asked.length).toBeGreaterThan(5);
  });

  test("one that throws is reported by name, and ours takes over", () => {
    const broken = (): never => {
      throw new Error("index out of bounds");
    };
    for (const [name, modules] of Object.entries({
      checksum: { checksum: broken },
      arpCache: { arpCache: () => ({ lookup: broken, learn: broken, forget: broken }) },
      reassembler: { reassembler: () => ({ add: broken, forget: broken }) },
      demultiplexer: {
        demultiplexer: () => ({ add: broken, remove: broken, lookup: broken, lookupConnected: broken }),
      },
      datagramQueue: {
        datagramQueue: () => ({ length: 0, used: 0, add: broken, peek: broken, take: broken }),
      },
    })) {
      const { faults } = talk(modules);
      expect([name, faults.length > 0, faults.every((fault) => fault.startsWith(`${name}: `))]).toEqual([
        name,
        true,
        true,
      ]);
    }
  });

  test("one that can't even be made is reported by name", () => {
    const { answer, faults } = talk({
      routeTable: () => {
        throw new Error("not implemented");
      },
    });
    expect(answer).toBe(4000);
    expect(faults).toEqual(Array(2).fill("routeTable: making it threw not implemented"));
  });

  test("a checksum that is wrong: nobody answers, and the packets that come in are dropped as damaged", () => {
    const world = new World({ seed: 1 });
    const cable = new Cable(world);
    const alice = world.host("alice", { modules: { checksum: () => 0x1234 } });
    const bob = world.host("bob");
    plug(alice, cable, "10.0.0.1/24");
    plug(bob, cable, "10.0.0.2/24");
    alice.spawn(function* (sys: Sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.sendto(fd, bytes("x"), 0, { address: "10.0.0.2", port: 7 });
    }, "alice");
    world.run();
    expect([...networkOf(bob).drops]).toEqual([["ipv4: bad checksum", 1]]);
  });
});
