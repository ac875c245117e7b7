/** Whatever comes over the wire, the stack neither crashes nor leaks. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { networkOf } from "../../lib/net/network";
import { AF_INET, SOCK_DGRAM, type Sys } from "../../lib/sys";
import { twoHosts } from "./support/cable";

/** What alice and bob really say: ARP, UDP whole and in fragments, ICMP. */
function recordedFrames(): Uint8Array[] {
  const { world, cable, alice, bob } = twoHosts();
  bob.spawn(function* (sys: Sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
    yield* sys.bind(fd, { address: "0.0.0.0", port: 7 });
    for (let i = 0; i < 3; i++) yield* sys.recvfrom(fd, 9000, 0);
  }, "bob");
  alice.spawn(function* (sys: Sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
    yield* sys.bind(fd, { address: "0.0.0.0", port: 1000 });
    for (const size of [0, 100, 4000]) yield* sys.sendto(fd, new Uint8Array(size), 0, { address: "10.0.0.2", port: 7 });
    yield* sys.sendto(fd, new Uint8Array(3), 0, { address: "10.0.0.2", port: 8 });
  }, "alice");
  world.run();
  return cable.frames;
}

const frames = recordedFrames();

/** A real frame with some bytes changed, and perhaps cut. */
const mutated = fc
  .record({
    frame: fc.nat(frames.length - 1),
    changes: fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 6 }),
    length: fc.option(fc.nat(80)),
  })
  .map(({ frame, changes, length }) => {
    const bytes = frames[frame].slice(0, length ?? undefined);
    for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
    return bytes;
  });

describe("frames that nobody should send", () => {
  test("mutated frames and noise are taken or dropped, and the next sound datagram arrives", () => {
    const noise = fc.uint8Array({ maxLength: 100 });
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 9, arbitrary: mutated }, noise), { maxLength: 40 }), (hostile) => {
        const { world, cable, alice, bob } = twoHosts();
        const process = bob.spawn(function* (sys: Sys) {
          const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
          yield* sys.bind(fd, { address: "10.0.0.2", port: 4444 });
          return (yield* sys.recv(fd, 100, 0)).length;
        }, "bob");
        world.run();
        for (const frame of hostile) cable.ends[1].arrive(frame);
        world.run();
        alice.spawn(function* (sys: Sys) {
          const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
          yield* sys.sendto(fd, new Uint8Array(7), 0, { address: "10.0.0.2", port: 4444 });
        }, "alice");
        world.run();
        expect([process.error, process.status === null ? "waits" : process.result]).toEqual([undefined, 7]);
        expect(world.clock.pending).toBe(0);
        expect(networkOf(bob).kernel.faults).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
