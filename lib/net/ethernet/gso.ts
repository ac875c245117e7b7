/**
 * GSO, generic segmentation offload: one large segment goes down the whole stack, and is cut into segments that fit the wire just
 * above the device.
 *
 * What a layer does for a packet (route, neighbour, queue) costs the same for 64 KiB as for one byte, so it is done once, for the
 * large one. A device that can do with large segments says so with `segmentationOffload`; loopback is one.
 *
 * Each segment gets a copy of all headers, in which little is different: the lengths, IP's identification, the sequence number, PSH
 * and FIN (on the last one only), and the two checksums. So what stays the same is summed once. The payload is only referred to.
 *
 * **Not modelled:** cutting by the card (TSO), UDP (USO). `ethtool -k` shows them.
 *
 * Source: Documentation/networking/segmentation-offloads.rst; skb_gso_segment in net/core/gso.c, inet_gso_segment in
 * net/ipv4/af_inet.c, tcp_gso_segment in net/ipv4/tcp_offload.c.
 */

import { IP_CHECKSUM, IP_ID, IP_LENGTH, IP_PROTOCOL } from "../ip/header";
import { complement, fold, type InternetChecksum, pseudoHeaderSum } from "../packet/checksum";
import { Packet } from "../packet/packet";
import { copyBytes } from "../packet/page";
import { Piece } from "../packet/piece";

// Offsets in the TCP header, and the flags that are about the end of what was sent.
const TCP_SEQUENCE = 4;
const TCP_FLAGS = 13;
const TCP_CHECKSUM = 16;
const FIN = 0x01;
const PSH = 0x08;
const CWR = 0x80;

/** How many segments a packet on its way down stands for (gso_segs). */
export function segmentCount(packet: Packet): number {
  if (packet.segmentSize === 0) return 1;
  return Math.ceil(payloadOf(packet) / packet.segmentSize);
}

/** How long the packet's largest segment will be from `start` on: what has to fit the wire. */
export function longestSegment(packet: Packet): number {
  if (packet.segmentSize === 0) return packet.length;
  return packet.end - packet.start + Math.min(packet.segmentSize, payloadOf(packet));
}

function payloadOf(packet: Packet): number {
  return packet.fragmentEnd - packet.fragmentStart + packet.mergedLength;
}

/**
 * The segments that a packet stands for, first first. All its headers are in its head part, its payload in its fragment and what is
 * merged behind that, of which no segment lies in two pieces; its own headers are changed. Their checksums are complete, or "partial"
 * when the device completes them.
 */
export function segmentsOf(packet: Packet, checksum: InternetChecksum, checksums: "complete" | "partial"): Packet[] {
  const headers = new CommonHeaders(packet, checksum);
  const { segmentSize } = packet;
  const segments: Packet[] = [];
  const pieces = [new Piece(packet.fragment, packet.fragmentStart, packet.fragmentEnd), ...packet.merged];
  for (const { page, start, end } of pieces) {
    for (let from = start; from < end; from += segmentSize) {
      const to = Math.min(from + segmentSize, end);
      const segment = withHeadersOf(packet);
      segment.refer(page, from, to);
      headers.writeIp(segment, segments.length, to - from);
      const headerSum = headers.writeTcp(segment, segments.length, to - from);
      if (checksums === "complete") {
        const sum = complement(checksum(page.view, from, to, headerSum));
        segment.view.setUint16(segment.transportHeader + TCP_CHECKSUM, sum);
        segment.checksum = "none";
      }
      segments.push(segment);
    }
  }
  // The owner pays until the last of them has left.
  const last = segments[segments.length - 1];
  last.owner = packet.owner;
  last.truesize = packet.truesize;
  packet.owner = null;
  return segments;
}

/** The headers of the packet that is cut: where the fields begin that differ in each segment, and the sums of all that doesn't. */
class CommonHeaders {
  private readonly identification: number;
  private readonly sequence: number;
  /** The flags of the last segment, and of the others. */
  private readonly lastFlags: number;
  private readonly flags: number;
  private readonly count: number;
  private readonly segmentSize: number;
  /** In bytes, to the end of the TCP header. */
  private readonly fromIp: number;
  private readonly fromTcp: number;
  private readonly ipSum: number;
  private readonly pseudoSum: number;
  private readonly tcpSum: number;

  constructor(packet: Packet, checksum: InternetChecksum) {
    const { view, networkHeader: ip, transportHeader: tcp, end } = packet;
    this.count = segmentCount(packet);
    this.segmentSize = packet.segmentSize;
    this.fromIp = end - ip;
    this.fromTcp = end - tcp;
    this.identification = view.getUint16(ip + IP_ID);
    this.sequence = view.getUint32(tcp + TCP_SEQUENCE);
    this.lastFlags = view.getUint8(tcp + TCP_FLAGS);
    this.flags = this.lastFlags & ~(FIN | PSH);
    // What differs counts as zero in these sums.
    view.setUint16(ip + IP_LENGTH, 0);
    view.setUint16(ip + IP_ID, 0);
    view.setUint16(ip + IP_CHECKSUM, 0);
    view.setUint32(tcp + TCP_SEQUENCE, 0);
    view.setUint8(tcp + TCP_FLAGS, 0);
    view.setUint16(tcp + TCP_CHECKSUM, 0);
    this.ipSum = checksum(view, ip, tcp, 0);
    this.pseudoSum = pseudoHeaderSum(packet.source, packet.destination, view.getUint8(ip + IP_PROTOCOL), 0);
    this.tcpSum = checksum(view, tcp, end, this.pseudoSum);
  }

  /** Of the `index`th segment, with `size` bytes of payload (inet_gso_segment). */
  writeIp({ view, networkHeader: ip }: Packet, index: number, size: number): void {
    const length = this.fromIp + size;
    const id = (this.identification + index) & 0xffff;
    view.setUint16(ip + IP_LENGTH, length);
    view.setUint16(ip + IP_ID, id);
    view.setUint16(ip + IP_CHECKSUM, complement(fold(this.ipSum + length + id)));
  }

  /** The same for TCP, with a checksum that is "partial"; returns the sum of pseudo header and header (tcp_gso_segment). */
  writeTcp({ view, transportHeader: tcp }: Packet, index: number, size: number): number {
    const length = this.fromTcp + size;
    const sequence = (this.sequence + index * this.segmentSize) >>> 0;
    let flags = index === this.count - 1 ? this.lastFlags : this.flags;
    // RFC 3168 6.1.2: CWR on "the first new data packet" only.
    if (index > 0) flags &= ~CWR;
    view.setUint32(tcp + TCP_SEQUENCE, sequence);
    view.setUint8(tcp + TCP_FLAGS, flags);
    view.setUint16(tcp + TCP_CHECKSUM, fold(this.pseudoSum + length));
    return this.tcpSum + (sequence >>> 16) + (sequence & 0xffff) + flags + length;
  }
}

/** A packet with a copy of these headers and no payload yet. */
function withHeadersOf(packet: Packet): Packet {
  const size = packet.end - packet.start;
  const segment = Packet.withHeaders(size, packet.start);
  const at = segment.start;
  copyBytes(packet.head, packet.start, size, segment.head, at);
  const moved = at - packet.start;
  segment.networkHeader = packet.networkHeader + moved;
  segment.transportHeader = packet.transportHeader + moved;
  segment.id = packet.id;
  segment.device = packet.device;
  segment.source = packet.source;
  segment.destination = packet.destination;
  segment.checksum = packet.checksum;
  segment.checksumOffset = packet.checksumOffset;
  return segment;
}
