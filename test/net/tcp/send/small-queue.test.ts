/** A connection doesn't fill the queues below it. */
import { describe, expect, it } from "vitest";
import { networkOf } from "../../../../lib/net/network";
import type { TcpSysctl } from "../../../../lib/net/tcp/sysctl";
import { AF_INET, SOCK_STREAM, type Sys } from "../../../../lib/sys";
import { World } from "../../../../lib/world";
import { MICROSECOND, SECOND } from "../../../../lib/world/clock";

const SIZE = 8_000_000;

/** Sends megabytes over a wire of 1 Gbit/s; returns how many packets have waited for the card at most, and how many bytes have arrived. */
function queued(sysctl: Partial<TcpSysctl>): { most: number; arrived: unknown } {
  const world = new World({ seed: 1 });
  const alice = world.host("alice", { address: "10.0.0.1/24", sysctl });
  const bob = world.host("bob", { address: "10.0.0.2/24" });
  world.link(alice, bob, { bandwidth: 1e9, latency: 50 * MICROSECOND });
  const reader = bob.spawn(function* (sys: Sys) {
    const listening = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.bind(listening, { address: "0.0.0.0", port: 7 });
    yield* sys.listen(listening, 1);
    const fd = yield* sys.accept(listening);
    let read = 0;
    for (let data = yield* sys.read(fd, 65_536); data.length > 0; data = yield* sys.read(fd, 65_536))
      read += data.length;
    return read;
  }, "reader");
  alice.spawn(function* (sys: Sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.connect(fd, { address: "10.0.0.2", port: 7 });
    for (let sent = 0; sent < SIZE; sent += 100_000) yield* sys.write(fd, new Uint8Array(100_000));
    yield* sys.close(fd);
  }, "writer");
  const network = networkOf(alice);
  const [card] = [...network.devices.values()].filter(({ loopback }) => !loopback);
  let most = 0;
  const { clock } = world;
  while (clock.nextMoment() < SECOND) {
    clock.step();
    most = Math.max(most, network.ethernet.waitingFor(card));
  }
  return { most, arrived: reader.result };
}

describe("what a bulk connection has in its card's queue", () => {
  it("is about a millisecond's worth, not all that the send buffer holds; and all of it arrives", () => {
    const { most, arrived } = queued({});
    expect(arrived).toBe(SIZE);
    expect(most).toBeLessThan(60);
  });

  it("is less where the administrator says so, down to two runs", () => {
    const { most, arrived } = queued({ tcp_limit_output_bytes: 1 });
    expect(arrived).toBe(SIZE);
    expect(most).toBeLessThan(queued({}).most);
  });
});
