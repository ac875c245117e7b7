/** A stream of many segments between two hosts: what GSO, GRO and moderated interrupts change, and what they must not. */
import { describe, expect, test } from "vitest";
import { type FrameInfo, frameInfo } from "../../../../lib/device/frame-info";
import type { LinkOptions } from "../../../../lib/device/link";
import { leaks } from "../../../../lib/kernel";
import { AF_INET, type Program, SO_SNDBUF, SOCK_STREAM, SOL_SOCKET, type Sys } from "../../../../lib/sys";
import { capture } from "../../../../lib/trace/capture";
import { pcap } from "../../../../lib/trace/pcap";
import { Recorder } from "../../../../lib/trace/recorder";
import { World } from "../../../../lib/world";
import { faulty, withoutTshark } from "../../../support/tshark";
import { payload } from "../../support/large-segment";

const PORT = 80;

function* sender(sys: Sys, bytes: Uint8Array, chunk: number): Program<void> {
  const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.connect(fd, { address: "10.0.0.2", port: PORT });
  for (let at = 0; at < bytes.length; at += chunk) yield* sys.write(fd, bytes.subarray(at, at + chunk));
  yield* sys.close(fd);
}

function* receiver(sys: Sys): Program<Uint8Array> {
  const listening = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.bind(listening, { address: "0.0.0.0", port: PORT });
  yield* sys.listen(listening, 1);
  const fd = yield* sys.accept(listening);
  const parts: Uint8Array[] = [];
  for (;;) {
    const data = yield* sys.read(fd, 10_000);
    if (data.length === 0) break;
    parts.push(data);
  }
  yield* sys.close(fd);
  yield* sys.close(listening);
  return Buffer.concat(parts);
}

const ALL_OF_IT: LinkOptions = { loss: 0.02, reordering: 0.02, duplication: 0.02, corruption: 0.02 };

function transfer(size: number, link: LinkOptions, options: { seed?: number; chunk?: number; traced?: boolean } = {}) {
  const recorder = new Recorder();
  const world = new World({ seed: options.seed ?? 1, trace: options.traced === false ? null : recorder });
  const alice = world.host("alice", { address: "10.0.0.1/24" });
  const bob = world.host("bob", { address: "10.0.0.2/24" });
  const wire = world.link(alice, bob, link);
  const bytes = payload(size);
  const server = bob.spawn(receiver, "receiver");
  alice.spawn((sys) => sender(sys, bytes, options.chunk ?? 65_536), "sender");
  world.run();
  expect(Buffer.compare(server.result as Uint8Array, bytes)).toBe(0);
  expect([leaks(alice), leaks(bob)]).toEqual([[], []]);
  const frames = capture(recorder.events, { link: wire.name }).map((frame) => frameInfo(frame.bytes));
  const from = (address: string): FrameInfo[] => frames.filter(({ source }) => source === address);
  return { recorder, wire, alice: from("10.0.0.1"), bob: from("10.0.0.2"), now: world.clock.now() };
}

test("frames on the wire are no longer than the MTU, and carry the stream in full segments", () => {
  const { alice } = transfer(500_000, { bandwidth: 10e9 });
  expect(Math.max(...alice.map(({ bytes }) => bytes.length))).toBe(1514);
  const data = alice.filter(({ payload: size }) => size > 0);
  expect(data.filter(({ payload: size }) => size === 1448).length).toBeGreaterThan(330);
  expect(data.reduce((sum, { payload: size }) => sum + size, 0)).toBe(500_000);
});

test("a stream is acknowledged once for many segments, since the receiver sees them as one", () => {
  const { alice, bob } = transfer(2_000_000, { bandwidth: 10e9 });
  const segments = alice.filter(({ payload: size }) => size > 0).length;
  expect(bob.length).toBeLessThan(segments / 4);
});

test("the send buffer follows the congestion window, unless the program has set it", () => {
  const sizes: unknown[] = [];
  for (const chosen of [null, 30_000]) {
    const world = new World({ seed: 1 });
    const alice = world.host("alice", { address: "10.0.0.1/24" });
    const bob = world.host("bob", { address: "10.0.0.2/24" });
    world.link(alice, bob, { bandwidth: 10e9 });
    bob.spawn(receiver, "receiver");
    alice.spawn(function* main(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      if (chosen !== null) yield* sys.setsockopt(fd, SOL_SOCKET, SO_SNDBUF, chosen);
      yield* sys.connect(fd, { address: "10.0.0.2", port: PORT });
      sizes.push(yield* sys.getsockopt(fd, SOL_SOCKET, SO_SNDBUF));
      yield* sys.write(fd, payload(2_000_000));
      sizes.push(yield* sys.getsockopt(fd, SOL_SOCKET, SO_SNDBUF));
      yield* sys.close(fd);
    }, "sender");
    world.run();
  }
  const [before, after, ...fixed] = sizes;
  expect(before).toBe(87_040);
  expect(after).toBeGreaterThan(2 * 87_040);
  expect(fixed).toEqual([60_000, 60_000]);
});

test("Wireshark finds nothing wrong with any of them", () => {
  if (withoutTshark("bulk frames")) return;
  const { recorder, wire } = transfer(300_000, { bandwidth: 10e9 });
  expect(faulty(pcap(recorder.events, { link: wire.name }))).toEqual([]);
});

test("the run is the same whether somebody watches or not", () => {
  const link: LinkOptions = { bandwidth: 10e9, loss: 0.01 };
  expect(transfer(500_000, link, { traced: false }).now).toBe(transfer(500_000, link).now);
});

test("a writer that was woken, and finds no room after all, is woken again: what was lost has taken memory meanwhile", () => {
  for (const [seed, chunk] of [
    [30, 32_676],
    [30, 40_000],
    [38, 9000],
  ])
    transfer(200_000, ALL_OF_IT, { seed, chunk, traced: false });
});

describe("over a bad link the stream arrives whole, in order, once", () => {
  const links: [string, LinkOptions][] = [
    ["loss", { loss: 0.03 }],
    ["reordering", { reordering: 0.05 }],
    ["duplication", { duplication: 0.05 }],
    ["corruption", { corruption: 0.03 }],
    ["a short queue", { bandwidth: 1e8, queue: 5 }],
    ["all of it", ALL_OF_IT],
  ];
  test.each(links)("%s", (_, link) => {
    for (let seed = 1; seed <= 5; seed++) transfer(200_000, link, { seed, chunk: 1000 + 7919 * seed, traced: false });
  });
});
