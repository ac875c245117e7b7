/** What Wireshark's own analysis of TCP finds in captures of runs: what was provoked, and nothing else. */
import { describe, expect, it } from "vitest";
import type { Fault, FrameInfo, LinkOptions } from "../../lib/device";
import { AF_INET, SOCK_STREAM, type Sys } from "../../lib/sys";
import { pcap } from "../../lib/trace/pcap";
import { Recorder } from "../../lib/trace/recorder";
import { runModel, World } from "../../lib/world";
import { MILLISECOND, SECOND } from "../../lib/world/clock";
import { faulty, tshark, withoutTshark } from "../support/tshark";

const port = 80;

interface Story {
  readonly link?: LinkOptions;
  readonly size?: number;
  /** Milliseconds that the reader waits before it reads anything. */
  readonly lazy?: number;
  readonly listens?: boolean;
}

/** alice connects, sends so much, and closes; bob reads to the end, and closes. The capture of each one's card. */
function capture({ link, size = 200_000, lazy = 0, listens = true }: Story): Uint8Array[] {
  const recorder = new Recorder();
  const world = new World({ seed: 1, trace: recorder });
  const alice = world.host("alice", { address: "10.0.0.1/24" });
  const bob = world.host("bob", { address: "10.0.0.2/24" });
  world.link(alice, bob, { latency: 5 * MILLISECOND, ...link });
  const server = bob.spawn(function* (sys: Sys) {
    const listener = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.bind(listener, { address: "0.0.0.0", port });
    if (!listens) return size;
    yield* sys.listen(listener, 1);
    const fd = yield* sys.accept(listener);
    if (lazy > 0) yield* sys.nanosleep({ tv_sec: Math.floor(lazy / 1000), tv_nsec: (lazy % 1000) * MILLISECOND });
    let read = 0;
    for (let bytes = yield* sys.read(fd, 9000); bytes.length > 0; bytes = yield* sys.read(fd, 9000))
      read += bytes.length;
    yield* sys.close(fd);
    return read;
  }, "server");
  alice.spawn(function* (sys: Sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.connect(fd, { address: "10.0.0.2", port });
    yield* sys.write(fd, new Uint8Array(size));
    yield* sys.close(fd);
  }, "client");
  world.run(300 * SECOND);
  expect(server.result).toBe(size);
  return ["alice", "bob"].map((host) => pcap(recorder.events, { host, device: "eth0" }));
}

const KINDS = [
  ...["retransmission", "fast_retransmission", "spurious_retransmission", "out_of_order", "lost_segment"],
  ...["duplicate_ack", "ack_lost_segment", "window_update", "window_full", "zero_window", "zero_window_probe"],
  ...["zero_window_probe_ack", "keep_alive", "keep_alive_ack", "reused_ports"],
];

/** How often each kind of remark is made about a capture. */
function remarks(file: Uint8Array): Record<string, number> {
  const fields = KINDS.flatMap((kind) => ["-e", `tcp.analysis.${kind}`]);
  const lines = tshark(file, "-Y", "tcp.analysis.flags", "-T", "fields", ...fields).map((line) => line.split("\t"));
  const counts = KINDS.map((kind, i) => [kind, lines.filter((line) => (line[i] ?? "") !== "").length] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

const data = ({ payload }: FrameInfo) => payload > 0;
const syn = ({ flags }: FrameInfo) => flags.includes("S") && !flags.includes(".");

/** What happens to this frame of alice's, and to no other. */
function provoked(action: Fault["action"], match: Fault["match"], nth: number): LinkOptions {
  return { faults: [{ action, from: "alice", match, nth, by: MILLISECOND }] };
}

const missing = withoutTshark("Wireshark's analysis of TCP");

describe.skipIf(missing)("in a capture of", () => {
  /** The remarks at alice's end and at bob's. No frame may be malformed, or have a wrong checksum. */
  function analysis(story: Story): [Record<string, number>, Record<string, number>] {
    const [alice, bob] = capture(story);
    for (const file of [alice, bob]) expect(faulty(file)).toEqual([]);
    return [remarks(alice), remarks(bob)];
  }

  it("handshake, bulk and close: nothing", () => {
    expect(analysis({})).toEqual([{}, {}]);
  });

  it("a connection of a machine with itself, over loopback: that the window was full, and that the reader has made room", () => {
    const { events } = runModel({
      *server(sys: Sys) {
        const listener = yield* sys.socket(AF_INET, SOCK_STREAM);
        yield* sys.bind(listener, { address: "127.0.0.1", port });
        yield* sys.listen(listener, 1);
        const fd = yield* sys.accept(listener);
        for (let bytes = yield* sys.read(fd, 9000); bytes.length > 0; bytes = yield* sys.read(fd, 9000));
      },
      *client(sys: Sys) {
        const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
        yield* sys.connect(fd, { address: "127.0.0.1", port });
        for (let i = 0; i < 5; i++) yield* sys.write(fd, new Uint8Array(40_000));
      },
    });
    const file = pcap(events, { host: "alice", device: "lo" });
    expect(tshark(file, "-Y", "tcp.len > 1460").length).toBeGreaterThan(1);
    expect([faulty(file), remarks(file)]).toEqual([[], { window_full: 1, zero_window: 1, window_update: 2 }]);
  });

  it("a port at which nobody listens: nothing", () => {
    expect(analysis({ listens: false })).toEqual([{}, {}]);
  });

  it("a SYN that is lost: it is sent again", () => {
    expect(analysis({ link: provoked("drop", syn, 1) })).toEqual([{ retransmission: 1 }, {}]);
  });

  it("a data segment that is lost: duplicate acknowledgements, and one fast retransmission", () => {
    const [alice, bob] = analysis({ link: provoked("drop", data, 15) });
    expect(alice).toMatchObject({ retransmission: 1, fast_retransmission: 1 });
    expect(bob).toMatchObject({ lost_segment: 1, retransmission: 1 });
    expect(alice.duplicate_ack).toBe(bob.duplicate_ack);
    const others = { retransmission: 0, fast_retransmission: 0, lost_segment: 0, duplicate_ack: 0, window_update: 0 };
    expect({ ...alice, ...others }).toEqual(others);
    expect({ ...bob, ...others }).toEqual(others);
  });

  it("a segment that comes twice: it is taken for a retransmission, and acknowledged twice", () => {
    const [alice, bob] = analysis({ link: provoked("duplicate", data, 20) });
    expect(alice).toEqual({ duplicate_ack: 1 });
    expect(bob).toEqual({ retransmission: 1, spurious_retransmission: 1, duplicate_ack: 1 });
  });

  // An acknowledgement that wouldn't open the window waits, and the sender takes the silence for the loss of the last segment.
  it("a reader that sleeps: a tail loss probe, a window that is full, then zero, probes, and updates", () => {
    const [alice, bob] = analysis({ lazy: 3000 });
    expect(Object.keys(alice).sort()).toEqual([
      "keep_alive",
      "retransmission",
      "window_full",
      "window_update",
      "zero_window",
    ]);
    expect(bob).toEqual(alice);
  });

  it("a bad day: no frame is malformed, and the stream arrives", () => {
    const [alice] = analysis({ link: { loss: 0.03, duplication: 0.01, reordering: 0.02 } });
    expect(alice.retransmission).toBeGreaterThan(0);
  });
});
