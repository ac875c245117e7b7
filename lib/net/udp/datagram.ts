/**
 * Making a datagram: a copy of the program's bytes, and the header in front of them.
 *
 * Source: RFC 768, net/ipv4/udp.c (udp_send_skb).
 */
import { IPPROTO_UDP } from "../../sys/socket";
import type { Flow } from "../ip/flow";
import { pseudoHeaderSum } from "../packet/checksum";
import { Packet } from "../packet/packet";
import { UDP_CHECKSUM, UDP_DESTINATION, UDP_HEADER, UDP_LENGTH, UDP_SOURCE } from "./header";
import { datagramTruesize } from "./truesize";

/** A packet with UDP's header, and a checksum that still lacks the sum of the bytes ("partial"). */
export function makeDatagram(data: Uint8Array, flow: Flow, fromPort: number, toPort: number): Packet {
  const packet = Packet.allocate(data.length);
  packet.put(data);
  const at = packet.push(UDP_HEADER);
  const { view } = packet;
  view.setUint16(at + UDP_SOURCE, fromPort);
  view.setUint16(at + UDP_DESTINATION, toPort);
  view.setUint16(at + UDP_LENGTH, packet.length);
  view.setUint16(at + UDP_CHECKSUM, pseudoHeaderSum(flow.source, flow.destination, IPPROTO_UDP, packet.length));
  packet.checksum = "partial";
  packet.checksumOffset = UDP_CHECKSUM;
  packet.truesize = datagramTruesize(data.length);
  packet.destination = flow.destination;
  return packet;
}
