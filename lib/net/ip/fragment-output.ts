/**
 * Fragmentation: cutting a packet that is larger than the wire takes into several that fit.
 *
 * Each fragment gets a copy of the header, says where its bytes belong (in units of 8), and all but the last that more follow. The
 * payload is laid out in one piece once; the fragments refer to parts of it.
 *
 * Source: RFC 791 section 3.2 ("An Example Fragmentation Procedure"), net/ipv4/ip_output.c (ip_do_fragment).
 */
import type { InternetChecksum } from "../packet/checksum";
import { Packet } from "../packet/packet";
import { Page } from "../packet/page";
import { headerLength, IP_FRAGMENT, IP_LENGTH, MORE_FRAGMENTS, refreshChecksum } from "./header";

/** The fragments of a packet, first first. Its checksum must be complete. */
export function fragmentsOf(packet: Packet, mtu: number, checksum: InternetChecksum): Packet[] {
  const header = headerLength(packet);
  const page = new Page(packet.bytes());
  const size = (mtu - header) & ~7;
  const field = packet.view.getUint16(packet.networkHeader + IP_FRAGMENT);
  const fragments: Packet[] = [];
  for (let from = header; from < page.bytes.length; from += size) {
    const to = Math.min(from + size, page.bytes.length);
    const fragment = Packet.allocate(header);
    fragment.put(page.bytes.subarray(0, header));
    fragment.refer(page, from, to);
    fragment.id = packet.id;
    fragment.networkHeader = fragment.start;
    fragment.source = packet.source;
    fragment.destination = packet.destination;
    fragment.route = packet.route;
    fragment.device = packet.device;
    fragment.view.setUint16(fragment.start + IP_LENGTH, fragment.length);
    const more = to < page.bytes.length ? MORE_FRAGMENTS : 0;
    fragment.view.setUint16(fragment.start + IP_FRAGMENT, (field + (from - header) / 8) | more);
    refreshChecksum(fragment, checksum);
    fragments.push(fragment);
  }
  return fragments;
}
