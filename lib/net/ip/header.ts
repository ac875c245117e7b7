/**
 * The IPv4 header, field by field.
 *
 *     |version 4|length|  type of service  |        total length         |
 *     |      identification                |flags|   fragment offset     |
 *     |  time to live  |     protocol      |      header checksum        |
 *     |                          source address                          |
 *     |                       destination address                        |
 *
 * Source: RFC 791 section 3.1.
 */
import type { InternetChecksum } from "../packet/checksum";
import { complement } from "../packet/checksum";
import type { Packet } from "../packet/packet";
import type { Flow } from "./flow";

/** Without options, in bytes. */
export const IPV4_HEADER = 20;
/** The total length field has 16 bits. */
export const MAX_IPV4_LENGTH = 65_535;

// Offsets of the fields in bytes. The first byte holds the version and the header's length in 32-bit words.
export const IP_TOS = 1;
export const IP_LENGTH = 2;
export const IP_ID = 4;
export const IP_FRAGMENT = 6;
export const IP_TTL = 8;
export const IP_PROTOCOL = 9;
export const IP_CHECKSUM = 10;
export const IP_SOURCE = 12;
export const IP_DESTINATION = 16;

/** An IPv4 header without options: version 4, five words; its second byte is the type of service. */
const VERSION_AND_LENGTH = 0x4500;

/** Bits of the fragment field; the rest is the offset in units of 8 bytes. */
export const DONT_FRAGMENT = 0x4000;
export const MORE_FRAGMENTS = 0x2000;
export const FRAGMENT_OFFSET = 0x1fff;

/** Puts a header in front of the packet, its checksum included. `fragment` is the whole field: flags, and offset in units of 8 bytes. */
export function pushIpv4Header(
  packet: Packet,
  flow: Flow,
  identification: number,
  fragment: number,
  checksum: InternetChecksum,
): void {
  packet.transportHeader = packet.start;
  const at = packet.push(IPV4_HEADER);
  const { view } = packet;
  packet.networkHeader = at;
  view.setUint16(at, VERSION_AND_LENGTH | flow.tos);
  view.setUint16(at + IP_LENGTH, packet.length);
  view.setInt32(at + IP_ID, (identification << 16) | fragment);
  // The checksum, which is the other half of this word, counts as zero.
  view.setInt32(at + IP_TTL, (flow.ttl << 24) | (flow.protocol << 16));
  view.setUint32(at + IP_SOURCE, flow.source);
  view.setUint32(at + IP_DESTINATION, flow.destination);
  view.setUint16(at + IP_CHECKSUM, complement(checksum(view, at, at + IPV4_HEADER, 0)));
}

/** Length of the header at the packet's start, options included, in bytes. */
export function headerLength(packet: Packet): number {
  return (packet.view.getUint8(packet.networkHeader) & 15) * 4;
}

/** Sums the header anew, after a field was changed. */
export function refreshChecksum(packet: Packet, checksum: InternetChecksum): void {
  const { view, networkHeader: at } = packet;
  view.setUint16(at + IP_CHECKSUM, 0);
  view.setUint16(at + IP_CHECKSUM, complement(checksum(view, at, at + headerLength(packet), 0)));
}

/**
 * Takes one from the time to live. Only one word changes, so the checksum is corrected instead of summed anew
 * (RFC 1624: HC' = ~(~HC + ~m + m')).
 */
export function decrementTtl(packet: Packet): void {
  const { view, networkHeader: at } = packet;
  const before = view.getUint16(at + IP_TTL);
  const after = before - 0x100;
  view.setUint16(at + IP_TTL, after);
  let sum = (~view.getUint16(at + IP_CHECKSUM) & 0xffff) + (~before & 0xffff) + after;
  sum = (sum & 0xffff) + (sum >>> 16);
  sum = (sum & 0xffff) + (sum >>> 16);
  view.setUint16(at + IP_CHECKSUM, ~sum & 0xffff);
}
