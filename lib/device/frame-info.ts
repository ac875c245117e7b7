/**
 * What a frame is, in the words of those who script faults: "the third segment with data from alice".
 *
 * The fields stand where the protocols' headers have them; what a frame hasn't is 0 or empty.
 *
 * Source: RFC 894 (Ethernet), RFC 791 (IPv4), RFC 9293 section 3.1 (TCP), RFC 768 (UDP).
 */
import { formatIpv4, type Ipv4Address } from "../net/addresses";

/** A frame, as the `match` of a fault sees it. */
export interface FrameInfo {
  /** All of it, Ethernet header first. */
  readonly bytes: Uint8Array;
  /** "fragment": any fragment of an IP packet but the first, which shows its own protocol. */
  readonly kind: "arp" | "icmp" | "tcp" | "udp" | "fragment" | "other";
  /** IPv4 addresses as text; empty when it isn't IPv4. */
  readonly source: string;
  /** IPv4 address as text; empty when it isn't IPv4. */
  readonly destination: string;
  /** Of TCP or UDP; else 0. */
  readonly sourcePort: number;
  /** Of TCP or UDP; else 0. */
  readonly destinationPort: number;
  /** TCP's flags as tcpdump writes them: "S", "S.", ".", "P.", "F.", "R". */
  readonly flags: string;
  /** TCP's sequence number, 0 to 2³² − 1. */
  readonly sequence: number;
  /** TCP's acknowledgment number, 0 to 2³² − 1. */
  readonly acknowledgment: number;
  /** Bytes behind the TCP, UDP or ICMP header. */
  readonly payload: number;
}

const KINDS: Readonly<Record<number, "icmp" | "tcp" | "udp">> = { 1: "icmp", 6: "tcp", 17: "udp" };
const FLAGS = ["F", "S", "R", "P", ".", "U", "E", "W"];

export function frameInfo(bytes: Uint8Array): FrameInfo {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const etherType = bytes.length >= 14 ? view.getUint16(12) : 0;
  const none = {
    bytes,
    kind: etherType === 0x0806 ? "arp" : "other",
    source: "",
    destination: "",
    sourcePort: 0,
    destinationPort: 0,
    flags: "",
    sequence: 0,
    acknowledgment: 0,
    payload: 0,
  } as const;
  if (etherType !== 0x0800 || bytes.length < 34) return none;
  const source = formatIpv4(view.getUint32(26) as Ipv4Address);
  const destination = formatIpv4(view.getUint32(30) as Ipv4Address);
  const kind = KINDS[view.getUint8(23)] ?? "other";
  const headerLength = (view.getUint8(14) & 15) * 4;
  const at = 14 + headerLength;
  const size = Math.max(0, Math.min(view.getUint16(16) - headerLength, bytes.length - at));
  // Behind the first fragment there are no headers.
  if ((view.getUint16(20) & 0x1fff) !== 0) return { ...none, kind: "fragment", source, destination, payload: size };
  const ip = { ...none, kind, source, destination };
  if (kind === "icmp") return { ...ip, payload: Math.max(0, size - 8) };
  if ((kind !== "tcp" && kind !== "udp") || size < 8) return ip;
  const ports = { sourcePort: view.getUint16(at), destinationPort: view.getUint16(at + 2) };
  if (kind === "udp") return { ...ip, ...ports, payload: size - 8 };
  if (size < 20) return { ...ip, ...ports };
  return {
    ...ip,
    ...ports,
    sequence: view.getUint32(at + 4),
    acknowledgment: view.getUint32(at + 8),
    flags: FLAGS.filter((_, bit) => (view.getUint8(at + 13) >> bit) & 1).join(""),
    payload: Math.max(0, size - (view.getUint8(at + 12) >> 4) * 4),
  };
}
