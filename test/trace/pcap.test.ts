/** Captures as files: what is in them, and what Wireshark (tshark) says. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pcap } from "../../lib/trace/pcap";
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

const missing = spawnSync("tshark", ["--version"]).error !== undefined;
if (missing) console.log("skipped: Wireshark's view of a capture, because tshark isn't installed");

it.skipIf(missing && !process.env.CI)("opens in Wireshark, which sees the same frames at the same times", () => {
  const folder = mkdtempSync(join(tmpdir(), "fd3-pcap-"));
  try {
    const file = join(folder, "alice.pcap");
    writeFileSync(file, pcap(events, { host: "alice", device: "eth0" }));
    const fields = ["frame.time_epoch", "frame.len"].flatMap((field) => ["-e", field]);
    const { stdout, status } = spawnSync("tshark", ["-r", file, "-T", "fields", ...fields], { encoding: "utf8" });
    expect(status).toBe(0);
    const seen = stdout.trimEnd().split("\n");
    expect(seen.map((line) => Number(line.split("\t")[1]))).toEqual(fixture.map(({ bytes }) => bytes.length));
    expect(seen[0].split("\t")[0]).toBe("0.000000000");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
