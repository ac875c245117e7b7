/** A TCP segment as it comes down to Ethernet, and what stands in a frame. */
import { frameInfo } from "../../../lib/device/frame-info";
import { ipv4Address } from "../../../lib/net/addresses";
import { ETHERTYPE_IPV4 } from "../../../lib/net/ethernet/header";
import { Flow } from "../../../lib/net/ip/flow";
import { DONT_FRAGMENT, pushIpv4Header } from "../../../lib/net/ip/header";
import { internetChecksum, pseudoHeaderSum } from "../../../lib/net/packet/checksum";
import { Packet } from "../../../lib/net/packet/packet";
import { Page } from "../../../lib/net/packet/page";
import { headerLength, writeHeader } from "../../../lib/net/tcp/header";
import { ACK, Segment } from "../../../lib/net/tcp/segment";
import { toSeq } from "../../../lib/net/tcp/sequence";
import { byWords } from "../contracts/checksum";

export const SOURCE = ipv4Address("10.0.0.1");
export const DESTINATION = ipv4Address("10.0.0.2");

/** Bytes that tell their place. */
export function payload(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (i * 7 + (i >> 8)) & 255);
}

/** Headers in the head part, the payload as its fragment, checksum "partial". */
export function segment(bytes: Uint8Array, change: Partial<Segment> = {}): Packet {
  const header = Object.assign(new Segment(), {
    source: SOURCE,
    destination: DESTINATION,
    sourcePort: 1000,
    destinationPort: 80,
    seq: toSeq(5000),
    ack: toSeq(77),
    flags: ACK,
    window: 500,
    hasTimestamps: true,
    tsVal: 10,
    tsEcr: 20,
    ...change,
  });
  const packet = Packet.allocate(0);
  packet.refer(new Page(bytes), 0, bytes.length);
  packet.segmentSize = header.segmentSize;
  writeHeader(packet.view, packet.push(headerLength(header)), header);
  packet.checksum = "partial";
  packet.checksumOffset = 16;
  packet.source = header.source;
  packet.destination = header.destination;
  const flow = new Flow(6);
  flow.source = header.source;
  flow.destination = header.destination;
  pushIpv4Header(packet, flow, 0xfffe, DONT_FRAGMENT, internetChecksum);
  const ethernet = packet.push(14);
  packet.view.setUint16(ethernet + 12, ETHERTYPE_IPV4);
  return packet;
}

/** What stands in a TCP frame, and whether its two checksums are right, summed up word by word. */
export function describe(packet: Packet) {
  const bytes = packet.bytes();
  const view = new DataView(bytes.buffer);
  const total = view.getUint16(16);
  const { flags, sequence, acknowledgment, payload: size } = frameInfo(bytes);
  const pseudo = pseudoHeaderSum(view.getUint32(26), view.getUint32(30), 6, total - 20);
  const sound =
    byWords(view, 14, 34, 0) === 0xffff &&
    byWords(view, 34, 14 + total, pseudo) === 0xffff &&
    bytes.length === 14 + total;
  return { id: view.getUint16(18), sequence, acknowledgment, flags, size, sound };
}
