/**
 * GRO, generic receive offload: segments that follow each other in one stream, and came in one poll, go up the stack as one.
 *
 * The other half of gso.ts, and for the same reason: what IP and TCP do for a packet costs the same for 64 KiB as for 1,448 bytes. Only
 * what GSO could have cut is put together, so that nothing is lost by it: the same stream, the next sequence number, the same
 * acknowledgement and options; all of one size, but for the last. PSH and FIN end it: somebody waits for what came up to there.
 *
 * TCP sees one large segment, and acknowledges it once. That is why a capture of a fast download on Linux shows one acknowledgement
 * for dozens of segments.
 *
 * The trace shows frames as they came (`net.frame`); tcpdump on Linux listens behind GRO and shows what it has put together.
 *
 * **Not modelled:** putting together what is only forwarded, UDP, tunnels, cards that do it (LRO). `ethtool -k` shows them.
 *
 * Source: net/core/gro.c (dev_gro_receive), inet_gro_receive in net/ipv4/af_inet.c, tcp_gro_receive in net/ipv4/tcp_offload.c.
 */
import { IPPROTO_TCP } from "../../sys/socket";
import type { Ipv4Address } from "../addresses";
import {
  DONT_FRAGMENT,
  IP_DESTINATION,
  IP_FRAGMENT,
  IP_LENGTH,
  IP_PROTOCOL,
  IP_SOURCE,
  IP_TOS,
  IP_TTL,
  IPV4_HEADER,
  MAX_IPV4_LENGTH,
  refreshChecksum,
} from "../ip/header";
import type { Network } from "../network";
import { packetSum, pseudoHeaderSum } from "../packet/checksum";
import type { Packet } from "../packet/packet";
import { Piece } from "../packet/piece";
import { SKB_SIZE } from "../packet/truesize";
import { ETHERTYPE_IPV4 } from "./header";

/** Streams that may be put together at a time; one more, and the oldest goes up (MAX_GRO_SKBS). */
const MOST_HELD = 8;

// Offsets in the TCP header, and its flags.
const TCP_HEADER = 20;
const TCP_SEQUENCE = 4;
const TCP_ACKNOWLEDGMENT = 8;
const TCP_FLAGS = 13;
const FIN = 0x01;
const PSH = 0x08;
const ACK = 0x10;

/** So many page fragments can hang on one packet; the next one starts another packet behind it (MAX_SKB_FRAGS, frag_list). */
export const MAX_FRAGMENTS = 17;

/** A segment that waits for those that follow it. */
class Held {
  readonly merged: Piece[] = [];
  mergedLength = 0;

  constructor(
    readonly packet: Packet,
    /** The TCP header's length. */
    readonly header: number,
    readonly segmentSize: number,
    /** The number that the next one must have. */
    public next: number,
  ) {}

  /**
   * Memory that the segment merged last takes here: it lays its descriptor down, unless it is the first of another packet
   * (skb_gro_receive).
   */
  costOf({ truesize, headInPage }: Packet): number {
    return headInPage && this.merged.length % (MAX_FRAGMENTS + 1) !== 0 ? truesize - SKB_SIZE : truesize;
  }
}

export class Gro {
  /** The longest held first. */
  private readonly held: Held[] = [];

  constructor(private readonly network: Network) {}

  /** Looks at a packet whose Ethernet header is off. True when it is dealt with: held, put to another, or handed up. */
  takes(packet: Packet): boolean {
    if (!this.isCandidate(packet)) return false;
    const { view, networkHeader: ip } = packet;
    const tcp = ip + IPV4_HEADER;
    const header = (view.getUint8(tcp + 12) >> 4) * 4;
    const size = view.getUint16(ip + IP_LENGTH) - IPV4_HEADER - header;
    if (header < TCP_HEADER || size < 0) return false;
    const flags = view.getUint8(tcp + TCP_FLAGS);
    const ends = (flags & (FIN | PSH)) !== 0;
    const held = this.sameStream(packet);
    if (held !== null) {
      if (this.continues(held, packet, header, size, flags)) {
        this.merge(held, packet, header, size, flags);
        if (ends || size < held.segmentSize) this.handUp(held);
        return true;
      }
      // What came first goes up first.
      this.handUp(held);
    }
    if (ends || size === 0 || (flags & ~ACK) !== 0) return false;
    if (!this.network.isLocal(view.getUint32(ip + IP_DESTINATION) as Ipv4Address)) return false;
    if (this.held.length === MOST_HELD) this.handUp(this.held[0]);
    const next = (view.getUint32(tcp + TCP_SEQUENCE) + size) >>> 0;
    this.held.push(new Held(packet, header, size, next));
    return true;
  }

  /** The poll is over: all that waits goes up. */
  flush(): void {
    while (this.held.length > 0) this.handUp(this.held[0]);
  }

  /** A sound TCP segment without IP options, not a fragment (inet_gro_receive); its checksum is verified here. */
  private isCandidate(packet: Packet): boolean {
    const { view, networkHeader: ip, length } = packet;
    if (packet.etherType !== ETHERTYPE_IPV4 || packet.addressee !== "host") return false;
    if (packet.end - ip < IPV4_HEADER + TCP_HEADER || view.getUint8(ip) !== 0x45) return false;
    if (view.getUint8(ip + IP_PROTOCOL) !== IPPROTO_TCP) return false;
    if ((view.getUint16(ip + IP_FRAGMENT) & ~DONT_FRAGMENT) !== 0) return false;
    const total = view.getUint16(ip + IP_LENGTH);
    if (total > length || total < IPV4_HEADER + TCP_HEADER) return false;
    const { network } = this;
    if (network.checksum(view, ip, ip + IPV4_HEADER, 0) !== 0xffff) return false;
    if (total < length) packet.trim(total);
    if (packet.checksum === "none") {
      const source = view.getUint32(ip + IP_SOURCE);
      const destination = view.getUint32(ip + IP_DESTINATION);
      const pseudo = pseudoHeaderSum(source, destination, IPPROTO_TCP, total - IPV4_HEADER);
      if (packetSum(network.checksum, packet, ip + IPV4_HEADER, pseudo) !== 0xffff) return false;
      packet.checksum = "verified";
    }
    return true;
  }

  /** What is held of the same connection: the same two addresses and two ports. */
  private sameStream(packet: Packet): Held | null {
    const { view, networkHeader: ip } = packet;
    const source = view.getUint32(ip + IP_SOURCE);
    const destination = view.getUint32(ip + IP_DESTINATION);
    const ports = view.getUint32(ip + IPV4_HEADER);
    for (const held of this.held) {
      const { view: other, networkHeader: at } = held.packet;
      if (
        other.getUint32(at + IP_SOURCE) === source &&
        other.getUint32(at + IP_DESTINATION) === destination &&
        other.getUint32(at + IPV4_HEADER) === ports
      ) {
        return held;
      }
    }
    return null;
  }

  /** Could the two have been cut from one (tcp_gro_receive)? */
  private continues(held: Held, packet: Packet, header: number, size: number, flags: number): boolean {
    const { view, networkHeader: ip } = packet;
    const { view: other, networkHeader: at } = held.packet;
    if (size === 0 || size > held.segmentSize || header !== held.header) return false;
    if ((flags & ~(FIN | PSH | ACK)) !== 0) return false;
    if (view.getUint32(ip + IPV4_HEADER + TCP_SEQUENCE) !== held.next) return false;
    if (held.packet.length + held.mergedLength + size > MAX_IPV4_LENGTH) return false;
    if (view.getUint8(ip + IP_TOS) !== other.getUint8(at + IP_TOS)) return false;
    if (view.getUint8(ip + IP_TTL) !== other.getUint8(at + IP_TTL)) return false;
    if (view.getUint16(ip + IP_FRAGMENT) !== other.getUint16(at + IP_FRAGMENT)) return false;
    const tcp = ip + IPV4_HEADER;
    const otherTcp = at + IPV4_HEADER;
    if (view.getUint32(tcp + TCP_ACKNOWLEDGMENT) !== other.getUint32(otherTcp + TCP_ACKNOWLEDGMENT)) return false;
    for (let i = TCP_HEADER; i < header; i += 4) {
      if (view.getUint32(tcp + i) !== other.getUint32(otherTcp + i)) return false;
    }
    return true;
  }

  private merge(held: Held, packet: Packet, header: number, size: number, flags: number): void {
    packet.pull(IPV4_HEADER + header);
    const { payloadPage, payloadStart } = packet;
    payloadPage.hold();
    held.merged.push(new Piece(payloadPage, payloadStart, payloadStart + size));
    held.mergedLength += size;
    held.packet.truesize += held.costOf(packet);
    held.next = (held.next + size) >>> 0;
    const { view, networkHeader } = held.packet;
    const at = networkHeader + IPV4_HEADER + TCP_FLAGS;
    view.setUint8(at, view.getUint8(at) | (flags & (FIN | PSH)));
    if (this.network.traced) this.network.emit({ type: "net.merge", packet: packet.id, into: held.packet.id });
    packet.free();
  }

  /** Makes one packet of it, with headers that fit, and gives it to IP (napi_gro_complete). */
  private handUp(held: Held): void {
    this.held.splice(this.held.indexOf(held), 1);
    const { packet } = held;
    if (held.mergedLength > 0) {
      packet.segmentSize = held.segmentSize;
      packet.takeOver(held.merged, held.mergedLength);
      packet.view.setUint16(packet.networkHeader + IP_LENGTH, packet.length);
      refreshChecksum(packet, this.network.checksum);
    }
    this.network.ip.receive(packet);
  }
}
