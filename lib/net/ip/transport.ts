/**
 * What IP asks of a protocol above it: ICMP, UDP, TCP.
 *
 * Source: struct net_protocol in include/net/protocol.h.
 */
import type { Errno } from "../../sys/errno";
import type { Ipv4Address } from "../addresses";
import type { Packet } from "../packet/packet";

/** What an ICMP error says, and what it means to a program. */
export interface IcmpError {
  readonly type: number;
  readonly code: number;
  /** Who sent it: the destination itself, or a router on the way. */
  readonly sender: Ipv4Address;
  /** What a call reports, for example ECONNREFUSED (icmp_err_convert in net/ipv4/icmp.c). */
  readonly error: Errno;
  /** Certain to last: reported to connected sockets at once. The others are hints that TCP keeps to itself. */
  readonly fatal: boolean;
  /**
   * The next hop's MTU in bytes, for "fragmentation needed"; else 0. The protocol whose packet it was tells IP, if it believes it
   * (`routing.learnPathMtu`).
   */
  readonly mtu: number;
}

/** The beginning of the packet that the error is about, as we sent it. */
export interface QuotedPacket {
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  /** The transport header begins here. At least 8 bytes of it are there. */
  readonly view: DataView;
  readonly offset: number;
  readonly length: number;
}

export interface Transport {
  /** For traces, for example "udp". */
  readonly name: string;
  /** IPPROTO_*. */
  readonly protocol: number;
  /**
   * A packet for this host: whole (reassembled, padding cut off), `start` at the transport header, `source`, `destination` and
   * `networkHeader` set. Called in a soft interrupt. Ends with `packet.free()` or `network.drop(packet, …)`.
   */
  receive(packet: Packet): void;
  /** One of our packets couldn't be delivered. Called in a soft interrupt. */
  error(error: IcmpError, quoted: QuotedPacket): void;
}
