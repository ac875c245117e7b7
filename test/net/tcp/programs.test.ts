/**
 * Programs that talk over hostile wires, with calls that block and buffers that fill: whatever is lost, both get all of it, or are told why
 * not; and when nothing is left to happen nobody is asleep and nothing is left behind.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { LinkOptions } from "../../../lib/device";
import { leaks } from "../../../lib/kernel";
import {
  AF_INET,
  type Program,
  SHUT_WR,
  SO_KEEPALIVE,
  SO_RCVBUF,
  SO_SNDBUF,
  SOCK_STREAM,
  SOL_SOCKET,
  type Sys,
} from "../../../lib/sys";
import { World } from "../../../lib/world";
import { MILLISECOND } from "../../../lib/world/clock";

const server = { address: "10.0.0.2", port: 7 };

/** How much each side sends, in which portions, and what its buffers hold; 0 for what the machine gives it. */
interface Plan {
  readonly there: number;
  readonly back: number;
  readonly portion: number;
  readonly sendBuffer: number;
  readonly receiveBuffer: number;
}

/** Keepalive tells who waits for a peer that has given up. */
function* prepare(sys: Sys, fd: number, { sendBuffer, receiveBuffer }: Plan): Program<void> {
  yield* sys.setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  if (sendBuffer > 0) yield* sys.setsockopt(fd, SOL_SOCKET, SO_SNDBUF, sendBuffer);
  if (receiveBuffer > 0) yield* sys.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, receiveBuffer);
}

/** A process of its own writes, meanwhile this one reads to the end. */
function* exchange(sys: Sys, fd: number, size: number, portion: number): Program<number> {
  const writer = yield* sys.fork(function* (child) {
    for (let sent = 0; sent < size; ) sent += yield* child.write(fd, new Uint8Array(Math.min(portion, size - sent)));
    yield* child.shutdown(fd, SHUT_WR);
  });
  let read = 0;
  for (let part = yield* sys.read(fd, portion); part.length > 0; part = yield* sys.read(fd, portion))
    read += part.length;
  yield* sys.waitpid(writer, 0);
  yield* sys.close(fd);
  return read;
}

/** What came at both ends, or the errors that they were told; and who never went on. */
function talk(seed: number, link: LinkOptions, plan: Plan) {
  const world = new World({ seed });
  const errors: string[] = [];
  const onExit = ({ error }: { error?: Error }) => {
    if (error !== undefined) errors.push("code" in error ? String(error.code) : error.message);
  };
  const alice = world.host("alice", { address: "10.0.0.1/24", onExit });
  const bob = world.host("bob", { address: "10.0.0.2/24", onExit });
  world.link(alice, bob, link);
  const serving = bob.spawn(function* (sys: Sys) {
    const listener = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* prepare(sys, listener, plan);
    yield* sys.bind(listener, server);
    yield* sys.listen(listener, 1);
    const fd = yield* sys.accept(listener);
    yield* sys.close(listener);
    return yield* exchange(sys, fd, plan.back, plan.portion);
  }, "server");
  const client = alice.spawn(function* (sys: Sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* prepare(sys, fd, plan);
    yield* sys.connect(fd, server);
    return yield* exchange(sys, fd, plan.there, plan.portion);
  }, "client");
  let events = 0;
  world.run(Number.POSITIVE_INFINITY, () => {
    if (++events > 2_000_000) throw new Error("it goes on for ever");
  });
  return { came: [serving.result, client.result], errors, left: [alice, bob].flatMap((host) => leaks(host)) };
}

const percent = (most: number) => fc.integer({ min: 0, max: most }).map((value) => value / 100);
const links = fc.record({
  bandwidth: fc.constantFrom(1e6, 1e7, 1e8, 1e9),
  latency: fc.integer({ min: 0, max: 60 }).map((milliseconds) => milliseconds * MILLISECOND),
  loss: percent(8),
  corruption: percent(3),
  reordering: percent(15),
  reorderBy: fc.integer({ min: 1, max: 80 }).map((milliseconds) => milliseconds * MILLISECOND),
  duplication: percent(10),
});
const buffer = fc.oneof(fc.constant(0), fc.integer({ min: 2048, max: 100_000 }));
const plans = fc.record({
  there: fc.integer({ min: 0, max: 400_000 }),
  back: fc.integer({ min: 0, max: 200_000 }),
  portion: fc.integer({ min: 500, max: 90_000 }),
  sendBuffer: buffer,
  receiveBuffer: buffer,
});

it("both get all of it, or are told why not", () => {
  fc.assert(
    fc.property(fc.nat(), links, plans, (seed, link, plan) => {
      const { came, errors, left } = talk(seed, link, plan);
      // Where no answer at all gets through, the neighbour or the peer counts as gone (arp(7), tcp(7)).
      if (errors.length > 0)
        expect(["EHOSTUNREACH", "ETIMEDOUT", "ECONNRESET"]).toEqual(expect.arrayContaining(errors));
      else expect([came, left]).toEqual([[plan.there, plan.back], []]);
    }),
    { numRuns: 400 },
  );
});
