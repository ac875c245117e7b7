/**
 * IPv4: brings a packet to a host, somewhere, perhaps.
 *
 * Down: put the header on, find the way, cut the packet if it is too large, and hand it to the neighbour who is next. Up: is the
 * packet sound, is it for this host, is it whole; then to the protocol above. And between the two, on a router: one hop less to
 * live, and down again on the other side.
 *
 * IP promises nothing. What it can't deliver it drops, and tells the sender by ICMP where that is allowed.
 *
 * **Not modelled:** options (skipped on the way up), multicast groups, raw sockets, type-of-service queueing, redirects, source
 * routes. The real machine counts all of it in /proc/net/snmp (`nstat`).
 *
 * Source: RFC 791, RFC 1122 section 3.2, RFC 1812 section 5; net/ipv4/ip_output.c, ip_input.c, ip_forward.c.
 */
import { Errno } from "../../sys/errno";
import {
  formatIpv4,
  IPV4_ANY,
  type Ipv4Address,
  isLoopback,
  isMulticast,
  isUnicast,
  MAC_BROADCAST,
  MAC_ZERO,
} from "../addresses";
import { longestSegment, segmentCount, segmentsOf } from "../ethernet/gso";
import { ETHERTYPE_IPV4 } from "../ethernet/header";
import {
  FRAGMENTATION_NEEDED,
  HOST_UNREACHABLE,
  ICMP_DESTINATION_UNREACHABLE,
  ICMP_TIME_EXCEEDED,
  NET_UNREACHABLE,
  PROTOCOL_UNREACHABLE,
  TTL_EXCEEDED,
} from "../icmp/message";
import type { Network } from "../network";
import type { Packet } from "../packet/packet";
import type { Flow } from "./flow";
import { FragmentInput } from "./fragment-input";
import { fragmentsOf } from "./fragment-output";
import {
  DONT_FRAGMENT,
  decrementTtl,
  FRAGMENT_OFFSET,
  headerLength,
  IP_DESTINATION,
  IP_FRAGMENT,
  IP_LENGTH,
  IP_PROTOCOL,
  IP_SOURCE,
  IP_TTL,
  IPV4_HEADER,
  MORE_FRAGMENTS,
  pushIpv4Header,
} from "./header";
import type { Route } from "./route";
import type { Transport } from "./transport";

export class Ipv4 {
  /** By protocol number. */
  private readonly transports: (Transport | undefined)[] = new Array(256).fill(undefined);
  private readonly fragments: FragmentInput;
  /** The next identification for packets that may be fragmented. */
  private identification: number;

  constructor(private readonly network: Network) {
    this.fragments = new FragmentInput(network);
    this.identification = network.random.uint32() & 0xffff;
  }

  /** From now on packets with this protocol number are given to it. */
  register(transport: Transport): void {
    this.transports[transport.protocol] = transport;
  }

  transport(protocol: number): Transport | undefined {
    return this.transports[protocol];
  }

  // Down

  /** Sends what the transport has made. Returns null when it is on its way, or why not; the packet is gone in any case. */
  output(packet: Packet, flow: Flow): Errno | null {
    const route = this.network.routing.current(flow);
    if (route instanceof Errno) {
      this.network.drop(packet, "ipv4", "no route");
      return route;
    }
    if (packet.id === 0) packet.id = this.network.nextPacket();
    packet.source = flow.source;
    packet.destination = flow.destination;
    packet.route = route;
    packet.device = route.device;
    // A packet that must be cut here can't forbid it (ip_dont_fragment, ip_sk_ignore_df). One that nobody may cut needs no identification
    // (RFC 6864 section 4.1); those of a connected socket are counted nevertheless (ip_select_ident_segs).
    const whole = longestSegment(packet) + IPV4_HEADER <= route.mtu;
    const count = segmentCount(packet);
    if (whole && flow.dontFragment) {
      pushIpv4Header(packet, flow, flow.identification, DONT_FRAGMENT, this.network.checksum);
      if (flow.identification !== 0) flow.identification = (flow.identification + count) & 0xffff || 1;
    } else {
      pushIpv4Header(packet, flow, this.identification, 0, this.network.checksum);
      this.identification = (this.identification + count) & 0xffff;
    }
    // What leaves by the loopback device comes back as it is.
    if (route.kind === "broadcast" && !route.device.loopback) this.hearOneself(packet);
    this.sendOrCut(packet, route);
    return null;
  }

  /** Who broadcasts is one of those who are to hear it. */
  private hearOneself(packet: Packet): void {
    const copy = packet.clone();
    copy.id = packet.id;
    copy.checksum = "verified";
    copy.addressee = "broadcast";
    this.network.loopback.hearLater(copy);
  }

  private sendOrCut(packet: Packet, route: Route): void {
    if (longestSegment(packet) <= route.mtu) {
      this.toNeighbour(packet, route);
      return;
    }
    if (packet.segmentSize > 0) {
      // The way has become narrower than TCP knows (ip_finish_output_gso).
      for (const segment of segmentsOf(packet, this.network.checksum, "partial")) this.sendOrCut(segment, route);
      packet.free();
      return;
    }
    if (packet.checksum === "partial") this.network.ethernet.completeChecksum(packet);
    const fragments = fragmentsOf(packet, route.mtu, this.network.checksum);
    if (this.network.traced) {
      this.network.emit({ type: "ip.fragment", packet: packet.id, fragments: fragments.length, mtu: route.mtu });
    }
    for (const fragment of fragments) this.toNeighbour(fragment, route);
    packet.free();
  }

  private toNeighbour(packet: Packet, route: Route): void {
    const { device, kind, nextHop } = route;
    const { ethernet } = this.network;
    if (device.loopback) ethernet.send(packet, device, MAC_ZERO, ETHERTYPE_IPV4);
    else if (kind === "broadcast") ethernet.send(packet, device, MAC_BROADCAST, ETHERTYPE_IPV4);
    else this.network.arp.output(packet, device, nextHop);
  }

  /** ARP had no answer (arp.ts): the sender learns that the host can't be reached. */
  unreachableNeighbour(packet: Packet): void {
    this.network.icmp.sendError(packet, ICMP_DESTINATION_UNREACHABLE, HOST_UNREACHABLE, 0);
    this.network.drop(packet, "ipv4", "neighbour unknown");
  }

  // Up

  receive(packet: Packet): void {
    const { view, networkHeader: at } = packet;
    if (!this.sound(packet)) return;
    const source = view.getUint32(at + IP_SOURCE) as Ipv4Address;
    const destination = view.getUint32(at + IP_DESTINATION) as Ipv4Address;
    packet.source = source;
    packet.destination = destination;
    packet.trim(view.getUint16(at + IP_LENGTH));
    // What this host has sent to itself has brought its route along (skb_valid_dst).
    if (packet.route?.kind === "local") this.deliver(packet);
    else this.receiveFromOthers(packet);
  }

  private receiveFromOthers(packet: Packet): void {
    const { source, destination } = packet;
    const { routing } = this.network;
    const loopback = packet.device?.loopback === true;
    const misplaced = !loopback && (isLoopback(source) || isLoopback(destination));
    if (misplaced || (!isUnicast(source) && source !== IPV4_ANY)) {
      this.network.drop(packet, "ipv4", "martian address");
    } else if (routing.isLocal(destination) || routing.isBroadcast(destination)) {
      this.deliver(packet);
    } else if (isMulticast(destination)) {
      this.network.drop(packet, "ipv4", "not for this host");
    } else {
      this.forward(packet);
    }
  }

  /** Checks what RFC 1122 section 3.2.1 says must be checked; drops what isn't so. */
  private sound(packet: Packet): boolean {
    const { view, networkHeader: at } = packet;
    const length = packet.length;
    const header = length < IPV4_HEADER ? 0 : headerLength(packet);
    const total = length < IPV4_HEADER ? 0 : view.getUint16(at + IP_LENGTH);
    if (
      header < IPV4_HEADER ||
      view.getUint8(at) >> 4 !== 4 ||
      total < header ||
      total > length ||
      packet.end - at < header
    ) {
      this.network.drop(packet, "ipv4", "malformed");
      return false;
    }
    if (this.network.checksum(view, at, at + header, 0) !== 0xffff) {
      this.network.drop(packet, "ipv4", "bad checksum");
      return false;
    }
    return true;
  }

  private deliver(packet: Packet): void {
    const field = packet.view.getUint16(packet.networkHeader + IP_FRAGMENT);
    if ((field & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) === 0) {
      this.toTransport(packet);
      return;
    }
    const whole = this.fragments.add(packet);
    if (whole !== null) this.toTransport(whole);
  }

  private toTransport(packet: Packet): void {
    const protocol = packet.view.getUint8(packet.networkHeader + IP_PROTOCOL);
    const transport = this.transports[protocol];
    if (transport === undefined) {
      this.network.icmp.sendError(packet, ICMP_DESTINATION_UNREACHABLE, PROTOCOL_UNREACHABLE, 0);
      this.network.drop(packet, "ipv4", "unknown protocol");
      return;
    }
    packet.pull(headerLength(packet));
    packet.transportHeader = packet.start;
    transport.receive(packet);
  }

  // Between

  private forward(packet: Packet): void {
    const { network } = this;
    if (!network.forwarding || packet.addressee !== "host") {
      network.drop(packet, "ipv4", network.forwarding ? "not for this host" : "forwarding is off");
      return;
    }
    const { view, networkHeader: at } = packet;
    const ttl = view.getUint8(at + IP_TTL);
    if (ttl <= 1) {
      network.icmp.sendError(packet, ICMP_TIME_EXCEEDED, TTL_EXCEEDED, 0);
      network.drop(packet, "ipv4", "ttl exceeded");
      return;
    }
    const entry = network.routing.forward(packet.destination);
    if (entry === null || entry.kind !== "unicast") {
      const code = entry === null ? NET_UNREACHABLE : HOST_UNREACHABLE;
      network.icmp.sendError(packet, ICMP_DESTINATION_UNREACHABLE, code, 0);
      network.drop(packet, "ipv4", "no route");
      return;
    }
    const { device } = entry;
    const dontFragment = (view.getUint16(at + IP_FRAGMENT) & DONT_FRAGMENT) !== 0;
    if (dontFragment && packet.length > device.mtu) {
      network.icmp.sendError(packet, ICMP_DESTINATION_UNREACHABLE, FRAGMENTATION_NEEDED, device.mtu);
      network.drop(packet, "ipv4", "packet too big");
      return;
    }
    decrementTtl(packet);
    const nextHop = entry.gateway ?? packet.destination;
    if (network.traced) {
      const from = packet.device?.name ?? "";
      const to = device.name;
      network.emit({ type: "ip.forward", packet: packet.id, from, to, nextHop: formatIpv4(nextHop), ttl: ttl - 1 });
    }
    const source = packet.source;
    this.sendOrCut(packet, { kind: "unicast", device, nextHop, source, mtu: device.mtu });
  }
}
