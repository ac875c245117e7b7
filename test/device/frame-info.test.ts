/** What those who script faults are told of a frame, against what tcpdump says of the same frame. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { frameInfo } from "../../lib/device/frame-info";
import { framesOf } from "../trace/read-pcap";

const fixture = (name: string) => join(__dirname, "../trace/fixtures", name);
const frames = framesOf(readFileSync(fixture("frames.pcap")));
const lines = readFileSync(fixture("frames.tcpdump.txt"), "utf8").trimEnd().split("\n");
const whole = frames.map(({ bytes }, i) => ({ info: frameInfo(bytes), line: lines[i] }));
const of = (pattern: RegExp) => whole.flatMap(({ info, line }) => (pattern.test(line) ? [{ info, line }] : []));

it("names TCP segments: ports, flags, payload", () => {
  const segments = of(/Flags/);
  expect(segments.length).toBeGreaterThan(20);
  for (const { info, line } of segments) {
    const { kind, source, sourcePort, destination, destinationPort, payload } = info;
    const flags = info.flags === "" ? "none" : info.flags;
    expect(kind).toBe("tcp");
    expect(line).toContain(`IP ${source}.${sourcePort} > ${destination}.${destinationPort}: Flags [${flags}]`);
    expect(line).toContain(`length ${payload}`);
  }
});

it("gives sequence numbers as they are", () => {
  const [syn, synAck] = of(/Flags \[S/).map(({ info }) => info);
  expect([syn.sequence, synAck.sequence, synAck.acknowledgment]).toEqual([1000, 4_294_967_290, 1001]);
});

it("names datagrams, echoes, fragments and ARP", () => {
  const kinds = (pattern: RegExp) => [...new Set(of(pattern).map(({ info }) => info.kind))];
  expect(kinds(/: UDP, length [05]$/)).toEqual(["udp"]);
  expect(of(/: UDP, length 5$/)[0].info.payload).toBe(5);
  expect(kinds(/ICMP echo/)).toEqual(["icmp"]);
  expect(of(/ICMP echo request/)[0].info.payload).toBe(56);
  expect(kinds(/: ip-proto-\d+$/)).toEqual(["fragment"]);
  expect(kinds(/ARP,/)).toEqual(["arp"]);
});

it("is never at a loss, however damaged the frame", () => {
  const bytes = fc.constantFrom(...frames.map((frame) => frame.bytes));
  fc.assert(
    fc.property(bytes, fc.nat(60), fc.nat(60), fc.nat(255), (frame, length, at, value) => {
      const damaged = frame.slice(0, length);
      if (at < length) damaged[at] = value;
      expect(frameInfo(damaged).payload).toBeGreaterThanOrEqual(0);
    }),
  );
});
