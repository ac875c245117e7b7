/** Buffers cut from large pages: a page is used again when the last of its buffers is free, and not before. */
import { expect, test, vi } from "vitest";
import { PageFragments } from "../../../lib/net/packet/page-fragments";
import { PagePool } from "../../../lib/net/packet/page-pool";
import { AF_INET, SOCK_DGRAM } from "../../../lib/sys";
import { World } from "../../../lib/world";

const SIZE = 16_384;

test("buffers follow each other in a page", () => {
  const buffers = new PageFragments(SIZE, 8);
  const taken = Array.from({ length: 5 }, () => ({ page: buffers.take(), offset: buffers.offset }));
  expect(taken.map(({ offset }) => offset)).toEqual([0, SIZE, 2 * SIZE, 3 * SIZE, 0]);
  expect(new Set(taken.slice(0, 4).map(({ page }) => page)).size).toBe(1);
  expect(taken[4].page).not.toBe(taken[0].page);
});

test("a page comes back with its last buffer, in whatever order they are released", () => {
  const buffers = new PageFragments(SIZE, 8);
  const first = Array.from({ length: 4 }, () => buffers.take());
  const [second] = Array.from({ length: 4 }, () => buffers.take());
  for (const page of first.slice(1)) page.release();
  const third = Array.from({ length: 4 }, () => buffers.take());
  expect(third).not.toContain(first[0]);
  first[0].release();
  expect(buffers.take()).toBe(first[0]);
  expect(first[0]).not.toBe(second);
});

test("a page isn't free while it is cut up, even if all buffers so far are", () => {
  const buffers = new PageFragments(SIZE, 8);
  const page = buffers.take();
  page.release();
  expect(buffers.take()).toBe(page);
  expect(buffers.offset).toBe(SIZE);
});

test("a buffer may be larger than a page usually is: a jumbo frame's", () => {
  const buffers = new PageFragments(70_000, 2);
  const [one, two] = [buffers.take(), buffers.take()];
  expect([one.bytes.length, two.bytes.length, buffers.offset]).toEqual([70_000, 70_000, 0]);
  expect(one).not.toBe(two);
});

test("datagrams that wait to be read keep their bytes, whatever comes back to a pool", () => {
  const giveBack = vi.spyOn(PagePool.prototype, "giveBack").mockImplementation((page) => {
    page.bytes.fill(0xee);
  });
  try {
    const world = new World();
    const alice = world.host("alice", { address: "10.0.0.1/24" });
    const bob = world.host("bob", { address: "10.0.0.2/24" });
    world.link(alice, bob);
    const receiver = bob.spawn(function* (sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.bind(fd, { address: "10.0.0.2", port: 9 });
      yield* sys.nanosleep({ tv_sec: 1, tv_nsec: 0 });
      const firsts: number[] = [];
      for (let i = 0; i < 60; i++) firsts.push((yield* sys.read(fd, 2000))[1]);
      return firsts;
    }, "receiver");
    alice.spawn(function* (sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.connect(fd, { address: "10.0.0.2", port: 9 });
      for (let i = 0; i < 60; i++) yield* sys.write(fd, new Uint8Array(1200).fill(i));
    }, "sender");
    world.run();
    expect(receiver.result).toEqual(Array.from({ length: 60 }, (_, i) => i));
  } finally {
    giveBack.mockRestore();
  }
});
