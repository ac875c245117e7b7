/**
 * A segment and the packet that carries it: made on the way down, read on the way up.
 *
 * The payload is only referred to, in both directions: on the way down it lies in the send queue's pages, on the way up in the buffer
 * that the card has filled.
 *
 * Source: RFC 9293 section 3.1; __tcp_transmit_skb in net/ipv4/tcp_output.c, tcp_v4_fill_cb in tcp_ipv4.c.
 */
import { IPPROTO_TCP } from "../../sys/socket";
import { IP_TOS } from "../ip/header";
import { pseudoHeaderSum } from "../packet/checksum";
import { Packet } from "../packet/packet";
import { HEADER_TRUESIZE } from "../packet/truesize";
import { headerLength, readHeader, writeHeader } from "./header";
import { countMemory } from "./receive/segment-memory";
import type { Segment } from "./segment";
import type { Payload } from "./send/segment-run";

/** Where the checksum stands in the header, in bytes. */
const CHECKSUM_OFFSET = 16;
/** The two bits of IP's type of service that are ECN's. */
const ECN_MASK = 3;

/** A packet with TCP's header and these bytes, and a checksum that still lacks their sum ("partial"). */
export function packetOf(segment: Segment, payload: Payload | null): Packet {
  const packet = Packet.allocate(0);
  if (payload !== null && payload.end > payload.start) {
    packet.refer(payload.page, payload.start, payload.end);
    packet.segmentSize = payload.segmentSize;
    packet.truesize = HEADER_TRUESIZE + payload.size;
    if (payload.more.length > 0) packet.append(payload.more, payload.size - payload.end + payload.start);
  }
  const at = packet.push(headerLength(segment));
  packet.transportHeader = at;
  writeHeader(packet.view, at, segment);
  packet.checksum = "partial";
  packet.checksumOffset = CHECKSUM_OFFSET;
  const pseudo = pseudoHeaderSum(segment.source, segment.destination, IPPROTO_TCP, packet.length);
  packet.view.setUint16(at + CHECKSUM_OFFSET, pseudo);
  return packet;
}

/** Reads a packet's segment. False when its bytes are none. */
export function readSegment(packet: Packet, segment: Segment): boolean {
  segment.begin(packet.source, 0, packet.destination, 0);
  if (!readHeader(packet.head, packet.start, packet.end, segment)) return false;
  // The payload stands behind the header, or in a fragment of its own.
  if (packet.fragmentEnd > packet.fragmentStart) {
    segment.page = packet.fragment;
    segment.start = packet.fragmentStart;
    segment.end = packet.fragmentEnd;
  }
  segment.ecn = packet.view.getUint8(packet.networkHeader + IP_TOS) & ECN_MASK;
  segment.segmentSize = packet.segmentSize;
  segment.more = packet.merged;
  segment.moreSize = packet.mergedLength;
  countMemory(packet, segment);
  return true;
}
