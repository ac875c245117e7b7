/** Captures as files: what is in them, and what Wireshark (tshark) says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pcap } from "../../lib/trace/pcap";
import { faulty, tshark, withoutTshark } from "../support/tshark";
import { framesOf } from "./read-pcap";

const fixture = framesOf(readFileSync(join(__dirname, "fixtures", "frames.pcap")));
const events = fixture.map(({ time, bytes }) => ({
  type: "net.frame",
  ...{ time, host: "alice", device: "eth0", direction: "out", packet: 1, bytes },
}));

it("keeps every frame of that interface, byte for byte, with its nanosecond", () => {
  const elsewhere = events.map((event) => ({ ...event, host: "bob" }));
  const odd = { ...events[0], time: 3_000_000_007 };
  const file = pcap([...events, ...elsewhere, odd], { host: "alice", device: "eth0" });
  expect(framesOf(file)).toEqual([...fixture, { time: 3_000_000_007, bytes: fixture[0].bytes }]);
});

it("is a file with a header and nothing else when nothing went by", () => {
  expect(pcap(events, { host: "alice", device: "eth7" })).toHaveLength(24);
});

const missing = withoutTshark("Wireshark's view of a capture");

it.skipIf(missing)("opens in Wireshark, which sees the same frames at the same times", () => {
  const fields = ["frame.time_epoch", "frame.len"].flatMap((field) => ["-e", field]);
  const seen = tshark(pcap(events, { host: "alice", device: "eth0" }), "-T", "fields", ...fields);
  expect(seen.map((line) => Number(line.split("\t")[1]))).toEqual(fixture.map(({ bytes }) => bytes.length));
  expect(seen[0].split("\t")[0]).toBe("0.000000000");
});

it.skipIf(missing)("and a wrong checksum or a frame cut short would be found", () => {
  const udp = events.find(({ bytes }) => bytes[23] === 17);
  const wrong = Uint8Array.from(udp?.bytes ?? []);
  wrong[41] ^= 1;
  for (const bytes of [wrong, wrong.subarray(0, 30)]) {
    const event = { ...events[0], bytes };
    expect(faulty(pcap([event], { host: "alice", device: "eth0" }))).toHaveLength(1);
  }
});
