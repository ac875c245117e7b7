/**
 * ICMP: what IP has to say about itself. "No such port", "too far", "too big", and "are you there?".
 *
 * An error quotes the beginning of the packet that it is about: enough of it for the sender to find the socket. It never
 * answers another error, nor a broadcast, nor a fragment other than the first: otherwise errors would breed errors.
 *
 * **Not modelled:** redirects, timestamps, router discovery, rate limits, ping sockets. `nstat -z 'Icmp*'` counts the real ones.
 *
 * Source: RFC 792, RFC 1122 section 3.2.2, RFC 1812 section 4.3; net/ipv4/icmp.c (icmp_send, icmp_rcv, icmp_unreach).
 */
import { IPPROTO_ICMP } from "../../sys/socket";
import { formatIpv4, IPV4_ANY, type Ipv4Address, isMulticast } from "../addresses";
import { Flow } from "../ip/flow";
import {
  FRAGMENT_OFFSET,
  headerLength,
  IP_DESTINATION,
  IP_FRAGMENT,
  IP_PROTOCOL,
  IP_SOURCE,
  IP_TOS,
  IPV4_HEADER,
} from "../ip/header";
import { MIN_PATH_MTU } from "../ip/routing";
import type { IcmpError, QuotedPacket, Transport } from "../ip/transport";
import type { Network } from "../network";
import { complement, packetSum } from "../packet/checksum";
import { Packet } from "../packet/packet";
import {
  FRAGMENTATION_NEEDED,
  ICMP_DESTINATION_UNREACHABLE,
  ICMP_ECHO_REPLY,
  ICMP_ECHO_REQUEST,
  ICMP_HEADER,
  isError,
  meaningOf,
} from "./message";

/** An error with all that it quotes is no longer than what every host must take (RFC 1812, 4.3.2.3). */
const MAX_ERROR = 576;
/** IPTOS_PREC_INTERNETCONTROL: errors go before other traffic (RFC 1812, 4.3.2.5). */
const ERROR_TOS = 0xc0;

export class Icmp implements Transport {
  readonly name = "icmp";
  readonly protocol = IPPROTO_ICMP;

  constructor(private readonly network: Network) {
    network.ip.register(this);
  }

  // Errors that this host sends

  /** Tells the sender of `packet` (from its IP header on) what has become of it. `extra` is the MTU for "fragmentation needed". */
  sendError(packet: Packet, type: number, code: number, extra: number): void {
    if (!this.mayAnswer(packet)) return;
    const { view, networkHeader: at } = packet;
    const start = packet.start;
    packet.start = at;
    const quoted = packet.bytes().subarray(0, MAX_ERROR - IPV4_HEADER - ICMP_HEADER);
    packet.start = start;
    const error = this.message(type, code, extra, quoted);
    const source = view.getUint32(at + IP_DESTINATION) as Ipv4Address;
    const flow = new Flow(IPPROTO_ICMP);
    flow.source = this.network.isLocal(source) ? source : IPV4_ANY;
    flow.destination = view.getUint32(at + IP_SOURCE) as Ipv4Address;
    flow.tos = (view.getUint8(at + IP_TOS) & 0x1e) | ERROR_TOS;
    flow.dontFragment = false;
    if (this.network.traced) {
      this.network.emit({ type: "icmp.send", icmpType: type, code, to: formatIpv4(flow.destination) });
    }
    this.network.ip.output(error, flow);
  }

  /** RFC 1122 section 3.2.2 lists what must not be answered. */
  private mayAnswer(packet: Packet): boolean {
    const { view, networkHeader: at } = packet;
    const source = view.getUint32(at + IP_SOURCE) as Ipv4Address;
    const destination = view.getUint32(at + IP_DESTINATION) as Ipv4Address;
    const { routing } = this.network;
    if (packet.addressee !== "host" || routing.isBroadcast(destination) || isMulticast(destination)) return false;
    if (source === IPV4_ANY || routing.isBroadcast(source) || isMulticast(source)) return false;
    if ((view.getUint16(at + IP_FRAGMENT) & FRAGMENT_OFFSET) !== 0) return false;
    const isIcmp = view.getUint8(at + IP_PROTOCOL) === IPPROTO_ICMP;
    return !(isIcmp && isError(view.getUint8(at + headerLength(packet))));
  }

  /** `rest` is the second word of the header: identification and sequence, or the MTU. */
  private message(type: number, code: number, rest: number, data: Uint8Array): Packet {
    const packet = Packet.allocate(ICMP_HEADER + data.length);
    const { view, start } = packet;
    view.setUint8(start, type);
    view.setUint8(start + 1, code);
    view.setUint16(start + 2, 0);
    view.setUint32(start + 4, rest);
    packet.end += ICMP_HEADER;
    packet.put(data);
    view.setUint16(start + 2, complement(packetSum(this.network.checksum, packet, start, 0)));
    return packet;
  }

  // What comes in

  receive(packet: Packet): void {
    const { network } = this;
    if (packet.length < ICMP_HEADER) {
      network.drop(packet, "icmp", "malformed");
      return;
    }
    if (packet.checksum === "none" && packetSum(network.checksum, packet, packet.start, 0) !== 0xffff) {
      network.drop(packet, "icmp", "bad checksum");
      return;
    }
    const type = packet.view.getUint8(packet.start);
    if (type === ICMP_ECHO_REQUEST) this.echo(packet);
    else if (isError(type)) this.deliverError(packet);
    packet.free();
  }

  private echo(packet: Packet): void {
    // Broadcasts aren't answered: net.ipv4.icmp_echo_ignore_broadcasts.
    if (packet.addressee !== "host" || this.network.routing.isBroadcast(packet.destination)) return;
    const rest = packet.view.getUint32(packet.start + 4);
    const reply = this.message(ICMP_ECHO_REPLY, 0, rest, packet.bytes().subarray(ICMP_HEADER));
    const flow = new Flow(IPPROTO_ICMP);
    flow.source = packet.destination;
    flow.destination = packet.source;
    flow.tos = packet.view.getUint8(packet.networkHeader + IP_TOS);
    flow.dontFragment = false;
    this.network.ip.output(reply, flow);
  }

  /** An error about one of our packets goes to the protocol whose packet it was. */
  private deliverError(packet: Packet): void {
    const { view, start } = packet;
    const type = view.getUint8(start);
    const code = view.getUint8(start + 1);
    const meaning = meaningOf(type, code);
    const at = start + ICMP_HEADER;
    const available = packet.end - at;
    const header = available < IPV4_HEADER ? 0 : (view.getUint8(at) & 15) * 4;
    // At least 8 bytes of the quoted packet's transport header must be there.
    if (meaning === null || header < IPV4_HEADER || available < header + 8) return;
    const source = view.getUint32(at + IP_SOURCE) as Ipv4Address;
    const destination = view.getUint32(at + IP_DESTINATION) as Ipv4Address;
    const tooLong = type === ICMP_DESTINATION_UNREACHABLE && code === FRAGMENTATION_NEEDED;
    // A router that knows nothing of RFC 1191 tells 0: the least is taken then.
    const mtu = tooLong ? Math.max(view.getUint16(start + 6), MIN_PATH_MTU) : 0;
    const error: IcmpError = { type, code, sender: packet.source, ...meaning, mtu };
    const quoted = { source, destination, view, offset: at + header, length: available - header };
    this.network.ip.transport(view.getUint8(at + IP_PROTOCOL))?.error(error, quoted);
  }

  /** An error about an echo request of ours: nobody has asked, but the path takes what it takes (icmp_err). */
  error({ mtu }: IcmpError, { destination }: QuotedPacket): void {
    if (mtu > 0) this.network.routing.learnPathMtu(destination, mtu);
  }
}
