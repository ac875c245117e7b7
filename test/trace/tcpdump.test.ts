/** Our lines against those that tcpdump 4.99.3 printed of the same frames (`TZ=UTC tcpdump -n -r frames.pcap`). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tcpdump, tcpdumpLines } from "../../lib/trace/tcpdump";
import { framesOf } from "./read-pcap";

const fixture = (name: string) => join(__dirname, "fixtures", name);
const frames = framesOf(readFileSync(fixture("frames.pcap")));
const expected = readFileSync(fixture("frames.tcpdump.txt"), "utf8").trimEnd().split("\n");

const captured = (bytes: Uint8Array) => ({ time: 0, device: "eth0", direction: "in" as const, bytes });

describe("lines are tcpdump's own", () => {
  it("for ARP, ICMP, UDP, DNS, TCP, HTTP, fragments and damaged frames, in one capture", () => {
    expect(expected.length).toBeGreaterThan(70);
    expect(tcpdumpLines(frames.map((frame) => ({ ...frame, device: "eth0", direction: "in" })))).toEqual(expected);
  });

  it("and no frame, however damaged, is too much", () => {
    const damaged = fc.record({
      frame: fc.constantFrom(...frames.map(({ bytes }) => bytes)),
      changes: fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 8 }),
      length: fc.nat(200),
    });
    fc.assert(
      fc.property(damaged, ({ frame, changes, length }) => {
        const bytes = frame.slice(0, length);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const lines = tcpdumpLines([captured(bytes)]);
        expect(lines).toHaveLength(1);
        expect(lines[0]).toMatch(/^00:00:00\.000000 .*\S/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a capture point", () => {
  const [bytes] = frames.map((frame) => frame.bytes);
  const at = (host: string, device: string, direction: "in" | "out", time: number) => ({
    type: "net.frame",
    ...{ time, host, device, direction, packet: 1, bytes },
  });
  const events = [
    at("alice", "eth0", "out", 1000),
    at("bob", "eth0", "in", 2000),
    at("alice", "lo", "out", 3000),
    at("alice", "lo", "in", 3000),
    at("alice", "eth1", "in", 86_400e9 + 3_723_000_004_000),
  ];
  const line = "ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28";

  it("is one interface of one machine", () => {
    expect(tcpdump(events, { host: "alice", device: "eth0" })).toBe(`00:00:00.000001 ${line}`);
    expect(tcpdump(events, { host: "carol" })).toBe("");
  });

  it("or all of its interfaces, with name and direction as tcpdump -i any has them; loopback counts once", () => {
    expect(tcpdump(events, { host: "alice" }).split("\n")).toEqual([
      `00:00:00.000001 eth0  Out ${line}`,
      `00:00:00.000003 lo    In  ${line}`,
      `01:02:03.000004 eth1  In  ${line}`,
    ]);
  });

  it("or a wire", () => {
    const link = "alice eth0 - bob eth0";
    const sent = { type: "wire.send", time: 5000, host: "alice", device: "eth0", link, frame: 1, bytes, leaves: 6000 };
    expect(tcpdump([...events, sent], { link })).toBe(`00:00:00.000005 ${line}`);
  });
});
