/** Organs that take the place of ours: they carry real traffic, and when they are wrong the machine says so and goes on. */
import { describe, expect, test } from "vitest";
import { patience } from "../../../lib/course/world";
import { leaks } from "../../../lib/kernel";
import { StandardArpCache } from "../../../lib/net/arp/arp-cache";
import type { NetModules } from "../../../lib/net/modules/modules";
import { Reno } from "../../../lib/net/tcp/congestion/reno";
import { AF_INET, SHUT_WR, SOCK_DGRAM, SOCK_STREAM, type Sys } from "../../../lib/sys";
import { Recorder } from "../../../lib/trace/recorder";
import { World } from "../../../lib/world";
import { MILLISECOND, SECOND } from "../../../lib/world/clock";
import { byWords } from "../contracts/checksum";
import { ListTable } from "../contracts/route-table";
import { wrongOrgans } from "../support/wrong-organs";

const SIZE = 60_000;
const server = { address: "10.0.0.2", port: 7 };

/** bob, with these modules, answers a datagram that comes in fragments, takes a stream, and sends one to alice, over a lossy link. */
function talk(modules: Partial<NetModules>) {
  const recorder = new Recorder();
  const world = new World({ seed: 2, trace: recorder });
  const alice = world.host("alice", { address: "10.0.0.1/24" });
  const bob = world.host("bob", { address: "10.0.0.2/24", modules, patience: patience(500) });
  world.link(alice, bob, { latency: 5 * MILLISECOND, loss: 0.04 });
  const datagrams = bob.spawn(function* (sys: Sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
    yield* sys.bind(fd, { ...server, address: "0.0.0.0" });
    const { data, address } = yield* sys.recvfrom(fd, 9000, 0);
    yield* sys.sendto(fd, data, 0, address);
    return data.length;
  }, "datagrams");
  const stream = bob.spawn(function* (sys: Sys) {
    const listener = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.bind(listener, { ...server, address: "0.0.0.0" });
    yield* sys.listen(listener, 1);
    const fd = yield* sys.accept(listener);
    let sum = 0;
    for (let bytes = yield* sys.read(fd, 9000); bytes.length > 0; bytes = yield* sys.read(fd, 9000))
      for (const byte of bytes) sum += byte;
    yield* sys.write(fd, new Uint8Array(SIZE).fill(2));
    yield* sys.close(fd);
    const back = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.connect(back, { address: "10.0.0.1", port: 9 });
    yield* sys.close(back);
    return sum;
  }, "stream");
  alice.spawn(function* (sys: Sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
    yield* sys.connect(fd, server);
    // Datagrams may get lost: again and again.
    for (let i = 0; i < 20; i++) {
      yield* sys.write(fd, new Uint8Array(4000));
      yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 50 * MILLISECOND });
    }
  }, "asks");
  const client = alice.spawn(function* (sys: Sys) {
    const listener = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.bind(listener, { address: "0.0.0.0", port: 9 });
    yield* sys.listen(listener, 1);
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.connect(fd, server);
    yield* sys.write(fd, new Uint8Array(SIZE).fill(1));
    yield* sys.shutdown(fd, SHUT_WR);
    let sum = 0;
    for (let bytes = yield* sys.read(fd, 9000); bytes.length > 0; bytes = yield* sys.read(fd, 9000))
      for (const byte of bytes) sum += byte;
    yield* sys.close(yield* sys.accept(listener));
    return sum;
  }, "client");
  world.run(200 * SECOND);
  for (const process of [datagrams, stream, client]) if (process.error !== undefined) throw process.error;
  const results = [datagrams.result, stream.result, client.result];
  const told = recorder.events.flatMap((event) =>
    event.type === "module.fault" ? [`${event.host} ${event.module}`] : [],
  );
  return { results, faults: bob.faults, told, left: leaks(bob) };
}

const RIGHT = [4000, SIZE, 2 * SIZE];

describe("organs of others carry real traffic", () => {
  test("a checksum, a route table, an ARP cache and a congestion control of others: nothing to complain of", () => {
    let asked = 0;
    const { results, faults } = talk({
      checksum: (data, from, to, initial) => {
        asked++;
        return byWords(data, from, to, initial);
      },
      routeTable: () => new ListTable(),
      arpCache: () => new (class extends StandardArpCache {})(),
      congestionControl: () => new Reno(),
    });
    expect([results, faults]).toEqual([RIGHT, []]);
    expect(asked).toBeGreaterThan(5);
  });
});

describe("an organ that is wrong is named, and the machine goes on", () => {
  test.each(wrongOrgans())("$organ $how", ({ organ, modules }) => {
    const { results, faults, told, left } = talk(modules);
    expect([results, left]).toEqual([RIGHT, []]);
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.filter((fault) => !fault.startsWith(`${organ}: `))).toEqual([]);
    expect(told).toEqual(faults.map(() => `bob ${organ}`));
  });

  test("what was expected and what came stands in the report", () => {
    const [fault] = talk({ checksum: () => 0x1234 }).faults;
    expect(fault).toMatch(/^checksum: of bytes \d+ to \d+ and \d+ returned 4660; expected \d+$/);
  });

  test("one that can't even be made is reported too", () => {
    const routeTable = () => {
      throw new Error("not implemented");
    };
    const { results, faults } = talk({ routeTable });
    expect(results).toEqual(RIGHT);
    expect(faults).toEqual(Array(2).fill("routeTable: making it threw not implemented; expected an object"));
  });

  test("after its first fault it isn't asked any more", () => {
    let asked = 0;
    const maySend = () => {
      asked++;
      throw new Error("no");
    };
    expect(talk({ sendWindow: () => ({ maySend }) }).faults).toHaveLength(1);
    expect(asked).toBe(1);
  });
});
