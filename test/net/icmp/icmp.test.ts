/** What ICMP answers, and above all what it doesn't: RFC 1122 section 3.2.2. */
import { beforeEach, describe, expect, test } from "vitest";
import { ipv4Address } from "../../../lib/net/addresses";
import { networkOf } from "../../../lib/net/network";
import { complement, internetChecksum } from "../../../lib/net/packet/checksum";
import { twoHosts } from "../support/cable";
import { describeFrame } from "../support/describe-frame";

interface Fields {
  to?: string;
  from?: string;
  protocol: number;
  /** Flags and offset. */
  fragment?: number;
  broadcast?: boolean;
  payload: number[];
}

let hosts: ReturnType<typeof twoHosts>;

beforeEach(() => {
  hosts = twoHosts();
});

function write(view: DataView, at: number, sumFrom: number, to: number): void {
  view.setUint16(at, 0);
  view.setUint16(at, complement(internetChecksum(view, sumFrom, to, 0)));
}

/** A frame from alice's card to bob's. */
function frame({ to = "10.0.0.2", from = "10.0.0.1", protocol, fragment = 0, broadcast, payload }: Fields): Uint8Array {
  const bytes = new Uint8Array(34 + payload.length);
  const view = new DataView(bytes.buffer);
  bytes.set(broadcast ? Array(6).fill(255) : [2, 0, 0, 0, 0, 2], 0);
  bytes.set([2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0], 6);
  view.setUint16(16, 20 + payload.length);
  view.setUint16(20, fragment);
  bytes.set([64, protocol], 22);
  view.setUint32(26, ipv4Address(from));
  view.setUint32(30, ipv4Address(to));
  write(view, 24, 14, 34);
  bytes.set(payload, 34);
  return bytes;
}

/** An ICMP message with its checksum. */
function icmp(type: number, code: number, rest: number[]): number[] {
  const bytes = Uint8Array.from([type, code, 0, 0, ...rest]);
  write(new DataView(bytes.buffer), 2, 0, bytes.length);
  return [...bytes];
}

/** What bob says when he gets this frame; ARP is left out. */
function answersTo(bytes: Uint8Array): string[] {
  hosts.cable.ends[1].arrive(bytes);
  hosts.world.run();
  return hosts.cable.frames.map(describeFrame).filter((line) => !line.startsWith("ARP"));
}

const nobody = [0x03, 0xe8, 0x00, 0x63, 0x00, 0x08, 0x00, 0x00];

describe("echo", () => {
  test("a request is answered with the same identification, number and data", () => {
    const request = icmp(8, 0, [0x12, 0x34, 0, 7, ...Array(33).fill(0xab)]);
    expect(answersTo(frame({ protocol: 1, payload: request }))).toEqual([
      "ICMP 10.0.0.2 > 10.0.0.1 type 0 code 0 ttl 64 length 61",
    ]);
    const reply = hosts.cable.frames.find((bytes) => bytes[23] === 1);
    expect([...(reply?.subarray(38) ?? [])]).toEqual(request.slice(4));
  });

  test("a damaged one isn't, nor one to everybody", () => {
    const request = icmp(8, 0, [0, 1, 0, 1]);
    expect(answersTo(frame({ protocol: 1, payload: [...request.slice(0, 7), 99] }))).toEqual([]);
    expect(answersTo(frame({ protocol: 1, payload: request, to: "10.0.0.255", broadcast: true }))).toEqual([]);
    expect([...networkOf(hosts.bob).drops.keys()]).toEqual(["icmp: bad checksum"]);
  });
});

describe("errors", () => {
  test("a port that nobody has, a protocol that nobody speaks", () => {
    expect(answersTo(frame({ protocol: 17, payload: nobody }))).toEqual([
      "ICMP 10.0.0.2 > 10.0.0.1 type 3 code 3 ttl 64 length 56",
    ]);
    expect(answersTo(frame({ protocol: 200, payload: [1, 2, 3] })).at(-1)).toBe(
      "ICMP 10.0.0.2 > 10.0.0.1 type 3 code 2 ttl 64 length 51",
    );
  });

  test("never about a broadcast", () => {
    expect(answersTo(frame({ protocol: 17, payload: nobody, to: "10.0.0.255", broadcast: true }))).toEqual([]);
    expect(answersTo(frame({ protocol: 17, payload: nobody, broadcast: true }))).toEqual([]);
  });

  test("never to somebody who isn't one host", () => {
    for (const from of ["0.0.0.0", "10.0.0.255", "255.255.255.255", "224.0.0.1", "127.0.0.1"]) {
      expect(answersTo(frame({ protocol: 200, payload: [1], from }))).toEqual([]);
    }
  });

  test("never about a fragment other than the first", () => {
    expect(answersTo(frame({ protocol: 17, payload: Array(8).fill(0), fragment: 10 }))).toEqual([]);
  });

  test("never about an error", () => {
    const quoted = [
      ...frame({ protocol: 200, payload: Array(8).fill(0), from: "10.0.0.2", to: "10.0.0.1" }).subarray(14),
    ];
    expect(answersTo(frame({ protocol: 1, payload: icmp(3, 2, [0, 0, 0, 0, ...quoted]) }))).toEqual([]);
  });

  test("quote no more than 576 bytes in all", () => {
    expect(answersTo(frame({ protocol: 200, payload: Array(1400).fill(1) }))).toEqual([
      "ICMP 10.0.0.2 > 10.0.0.1 type 3 code 2 ttl 64 length 576",
    ]);
  });
});

describe("what isn't for bob", () => {
  test("another host's card, another host's address, addresses that can't be", () => {
    const other = frame({ protocol: 17, payload: nobody });
    other[5] = 9;
    expect(answersTo(other)).toEqual([]);
    expect(answersTo(frame({ protocol: 17, payload: nobody, to: "10.0.0.77" }))).toEqual([]);
    expect(answersTo(frame({ protocol: 17, payload: nobody, to: "127.0.0.1" }))).toEqual([]);
    expect([...networkOf(hosts.bob).drops]).toEqual([
      ["ethernet: not for this host", 1],
      ["ipv4: forwarding is off", 1],
      ["ipv4: martian address", 1],
    ]);
  });

  test("a header that makes no sense", () => {
    const good = () => frame({ protocol: 17, payload: nobody });
    const change = (at: number, value: number) => {
      const bytes = good();
      bytes[at] = value;
      return bytes;
    };
    expect(answersTo(change(14, 0x65))).toEqual([]);
    expect(answersTo(change(14, 0x44))).toEqual([]);
    expect(answersTo(change(16, 0x7f))).toEqual([]);
    expect(answersTo(change(22, 63))).toEqual([]);
    expect(answersTo(good().subarray(0, 30))).toEqual([]);
    expect([...networkOf(hosts.bob).drops]).toEqual([
      ["ipv4: malformed", 4],
      ["ipv4: bad checksum", 1],
    ]);
  });
});
