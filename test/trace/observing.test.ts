/** Being watched changes nothing: a run with a trace is the same, nanosecond by nanosecond, as one without. */
import { expect, test } from "vitest";
import { networkOf } from "../../lib/net/network";
import { AF_INET, SOCK_STREAM, type Sys } from "../../lib/sys";
import { Recorder } from "../../lib/trace/recorder";
import { World } from "../../lib/world";
import { MILLISECOND } from "../../lib/world/clock";

/** A stream over a hostile link; what can be seen of it without a trace. */
function run(seed: number, traced: boolean) {
  const world = new World({ seed, trace: traced ? new Recorder() : null });
  const [alice, bob] = ["alice", "bob"].map((name, i) => world.host(name, { address: `10.0.0.${i + 1}/24` }));
  const cards = [alice, bob].map((host, i) => world.card(host, { address: `10.0.1.${i + 1}/24`, ringSize: 8 }));
  world.link(cards[0], cards[1], { latency: 3 * MILLISECOND, loss: 0.03, reordering: 0.05, duplication: 0.02 });
  const server = bob.spawn(function* (sys: Sys) {
    const listener = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.bind(listener, { address: "0.0.0.0", port: 80 });
    yield* sys.listen(listener, 1);
    const fd = yield* sys.accept(listener);
    const sizes: number[] = [];
    for (let bytes = yield* sys.read(fd, 9000); bytes.length > 0; bytes = yield* sys.read(fd, 9000))
      sizes.push(bytes.length);
    const { tv_sec, tv_nsec } = yield* sys.clock_gettime(1);
    return [sizes, tv_sec, tv_nsec];
  }, "server");
  alice.spawn(function* (sys: Sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.connect(fd, { address: "10.0.1.2", port: 80 });
    yield* sys.write(fd, new Uint8Array(100_000));
  }, "client");
  world.run();
  const drops = [alice, bob].map((host) => [...networkOf(host).drops]);
  return { read: server.result, end: world.clock.now(), counters: cards.map(({ counters }) => counters), drops };
}

test("a stream over a hostile link, for many seeds", () => {
  for (let seed = 1; seed <= 20; seed++) expect(run(seed, true)).toEqual(run(seed, false));
});
