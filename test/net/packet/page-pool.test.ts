/** Pages are used again only when nobody refers to them: whatever comes back to a pool is overwritten here, and no stream may notice. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { LinkOptions } from "../../../lib/device/link";
import type { ModelKernel } from "../../../lib/kernel";
import { networkOf } from "../../../lib/net/network";
import { Page } from "../../../lib/net/packet/page";
import { PagePool } from "../../../lib/net/packet/page-pool";
import { AF_INET, type Program, SOCK_STREAM, type Sys } from "../../../lib/sys";
import { World } from "../../../lib/world";
import { payload } from "../support/large-segment";

const PORT = 80;

test("a page that its last user releases is the next to be taken; one that is held isn't", () => {
  const pool = new PagePool(4096, 2);
  const [first, second] = [pool.take(), pool.take()];
  expect(first.bytes.length).toBe(4096);
  for (const page of [first, second]) page.hold();
  first.hold();
  first.release();
  second.release();
  expect(pool.take()).toBe(second);
  expect(pool.take()).not.toBe(first);
  first.release();
  expect(pool.take()).toBe(first);
});

test("a pool keeps so many and no more", () => {
  const pool = new PagePool(64, 2);
  const pages = Array.from({ length: 3 }, () => pool.take());
  for (const page of pages) {
    page.hold();
    page.release();
  }
  const again = [pool.take(), pool.take(), pool.take()];
  expect(again.filter((page) => pages.includes(page))).toEqual([pages[1], pages[0]]);
});

test("a page without a pool may be held and released too", () => {
  const page = new Page(new Uint8Array(8));
  page.hold();
  expect(() => page.release()).not.toThrow();
});

describe("with pages that are overwritten as soon as they come back", () => {
  let given = 0;
  beforeEach(() => {
    given = 0;
    const giveBack = PagePool.prototype.giveBack;
    vi.spyOn(PagePool.prototype, "giveBack").mockImplementation(function (this: PagePool, page) {
      given++;
      page.bytes.fill(0xee);
      giveBack.call(this, page);
    });
  });
  afterEach(() => vi.restoreAllMocks());

  function* sender(sys: Sys, to: string, bytes: Uint8Array): Program<void> {
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.connect(fd, { address: to, port: PORT });
    for (let at = 0; at < bytes.length; at += 30_000) yield* sys.write(fd, bytes.subarray(at, at + 30_000));
    yield* sys.close(fd);
  }

  function* receiver(sys: Sys): Program<Uint8Array> {
    const listening = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.bind(listening, { address: "0.0.0.0", port: PORT });
    yield* sys.listen(listening, 1);
    const fd = yield* sys.accept(listening);
    const parts: Uint8Array[] = [];
    for (;;) {
      const data = yield* sys.read(fd, 7000);
      if (data.length === 0) return Buffer.concat(parts);
      parts.push(data);
    }
  }

  function expectWhole(world: World, from: ModelKernel, to: ModelKernel, address: string): void {
    const bytes = payload(400_000);
    const server = to.spawn(receiver, "receiver");
    from.spawn((sys) => sender(sys, address, bytes), "sender");
    world.run();
    expect(Buffer.compare(server.result as Uint8Array, bytes)).toBe(0);
    expect(given).toBeGreaterThan(5);
    // A frame whose bytes had changed under way would have been dropped for its checksum, and sent again.
    const drops = [...world.hosts.values()].flatMap((host) => [...networkOf(host).drops.keys()]);
    expect(drops.filter((reason) => reason.includes("checksum"))).toEqual([]);
  }

  test("over loopback", () => {
    const world = new World();
    const host = world.host("alice");
    expectWhole(world, host, host, "127.0.0.1");
  });

  const links: [string, LinkOptions][] = [
    ["a good wire", {}],
    ["loss", { loss: 0.03 }],
    ["frames that come late", { reordering: 0.1, reorderBy: 300_000_000 }],
    ["frames that come twice", { duplication: 0.2 }],
    ["a slow wire with a long queue", { bandwidth: 1e7, queue: 1000, latency: 100_000_000 }],
  ];
  test.each(links)("between two hosts: %s", (_, link) => {
    const world = new World();
    const alice = world.host("alice", { address: "10.0.0.1/24" });
    const bob = world.host("bob", { address: "10.0.0.2/24" });
    world.link(alice, bob, link);
    expectWhole(world, alice, bob, "10.0.0.2");
  });

  test.each(links)("through a switch and a router: %s", (_, link) => {
    const world = new World();
    const alice = world.host("alice", { address: "10.0.0.1/24", gateway: "10.0.0.254" });
    const router = world.host("router", { address: "10.0.0.254/24", forwarding: true });
    world.card(router, { address: "10.1.0.254/24" });
    const bob = world.host("bob", { address: "10.1.0.2/24", gateway: "10.1.0.254" });
    const idle = world.host("idle", { address: "10.0.0.3/24", card: { promiscuous: true } });
    const office = world.switch("office");
    world.link(alice, office);
    world.link(router, office, link);
    world.link(idle, office, { latency: 50_000_000 });
    world.link(router, bob, link);
    expectWhole(world, alice, bob, "10.1.0.2");
  });
});
