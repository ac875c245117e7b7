/**
 * UDP: IP with ports. A datagram goes to a host, and there to the socket that has the port; that is all there is to it.
 *
 * What comes in is given to one socket, or, when it was a broadcast, to all that have the port. A datagram for a port that nobody
 * has is answered by ICMP, and so its sender's next call can fail with ECONNREFUSED, if its socket is connected.
 *
 * **Not modelled:** multicast, UDP-Lite, GRO and GSO, encapsulation. `ss -u` and `nstat 'Udp*'` show the real ones.
 *
 * Source: RFC 768, RFC 1122 section 4.1; net/ipv4/udp.c (__udp4_lib_rcv, __udp4_lib_err).
 */
import { IPPROTO_UDP } from "../../sys/socket";
import { formatIpv4, IPV4_ANY, type Ipv4Address } from "../addresses";
import { ICMP_DESTINATION_UNREACHABLE, PORT_UNREACHABLE } from "../icmp/message";
import { inetAddress } from "../inet/inet-sock";
import type { PortTable } from "../inet/port-table";
import type { Demultiplexer } from "../inet/socket-table";
import type { IcmpError, QuotedPacket, Transport } from "../ip/transport";
import type { Network } from "../network";
import { packetSum, pseudoHeaderSum } from "../packet/checksum";
import type { Packet } from "../packet/packet";
import { UDP_CHECKSUM, UDP_DESTINATION, UDP_HEADER, UDP_LENGTH, UDP_SOURCE } from "./header";
import type { UdpSocket } from "./udp-socket";

export class Udp implements Transport {
  readonly name = "udp";
  readonly protocol = IPPROTO_UDP;
  readonly ports: PortTable;
  private readonly demultiplexer: Demultiplexer;
  /** Everybody with a port, for broadcasts. */
  private readonly sockets = new Map<number, Set<UdpSocket>>();
  /** How many are connected to a host at port 0: they hear it whatever port it sends from. */
  private hearAnyPort = 0;

  constructor(private readonly network: Network) {
    const { modules, random } = network;
    this.ports = modules.portTable("udp", random);
    this.demultiplexer = modules.demultiplexer();
    network.ip.register(this);
  }

  /** From now on datagrams may be for this socket. */
  add(socket: UdpSocket): void {
    this.demultiplexer.add(socket);
    if (hearsAnyPort(socket)) this.hearAnyPort++;
    const there = this.sockets.get(socket.localPort) ?? new Set();
    this.sockets.set(socket.localPort, there.add(socket));
  }

  remove(socket: UdpSocket): void {
    this.demultiplexer.remove(socket);
    if (hearsAnyPort(socket)) this.hearAnyPort--;
    const there = this.sockets.get(socket.localPort);
    there?.delete(socket);
    if (there?.size === 0) this.sockets.delete(socket.localPort);
  }

  receive(packet: Packet): void {
    const { network } = this;
    const { view, start } = packet;
    const length = packet.length < UDP_HEADER ? 0 : view.getUint16(start + UDP_LENGTH);
    if (length < UDP_HEADER || length > packet.length) {
      network.drop(packet, "udp", "malformed");
      return;
    }
    packet.trim(length);
    if (!this.checksumOk(packet)) {
      network.drop(packet, "udp", "bad checksum");
      return;
    }
    const fromPort = view.getUint16(start + UDP_SOURCE);
    const toPort = view.getUint16(start + UDP_DESTINATION);
    packet.pull(UDP_HEADER);
    if (network.routing.isBroadcast(packet.destination)) {
      this.deliverToAll(packet, fromPort, toPort);
      return;
    }
    const socket = this.lookup(packet.destination, toPort, packet.source, fromPort);
    if (socket !== null) {
      if (socket.deliver(packet, fromPort)) packet.free();
      else network.drop(packet, "udp", "receive buffer full");
      return;
    }
    network.icmp.sendError(packet, ICMP_DESTINATION_UNREACHABLE, PORT_UNREACHABLE, 0);
    network.drop(packet, "udp", "no socket");
  }

  private lookup(local: Ipv4Address, localPort: number, remote: Ipv4Address, remotePort: number): UdpSocket | null {
    const { demultiplexer } = this;
    const found =
      this.hearAnyPort > 0
        ? (demultiplexer.lookupConnected(local, localPort, remote, remotePort) ??
          demultiplexer.lookupConnected(local, localPort, remote, 0))
        : null;
    // What comes out of it was put into it here.
    return (found ?? demultiplexer.lookup(local, localPort, remote, remotePort)) as UdpSocket | null;
  }

  private checksumOk(packet: Packet): boolean {
    // Zero: the sender didn't make one.
    if (packet.checksum !== "none" || packet.view.getUint16(packet.start + UDP_CHECKSUM) === 0) return true;
    const { source, destination, length } = packet;
    const pseudo = pseudoHeaderSum(source, destination, IPPROTO_UDP, length);
    return packetSum(this.network.checksum, packet, packet.start, pseudo) === 0xffff;
  }

  private deliverToAll(packet: Packet, fromPort: number, toPort: number): void {
    let heard = false;
    let full = false;
    for (const socket of this.sockets.get(toPort) ?? []) {
      if (socket.local !== IPV4_ANY && socket.local !== packet.destination) continue;
      if (socket.remotePort !== 0 && (socket.remotePort !== fromPort || socket.remote !== packet.source)) continue;
      if (socket.deliver(packet, fromPort)) heard = true;
      else full = true;
    }
    if (heard) packet.free();
    else this.network.drop(packet, "udp", full ? "receive buffer full" : "no socket");
  }

  error(error: IcmpError, quoted: QuotedPacket): void {
    const { view, offset, source, destination } = quoted;
    const localPort = view.getUint16(offset + UDP_SOURCE);
    const remotePort = view.getUint16(offset + UDP_DESTINATION);
    const socket = this.lookup(source, localPort, destination, remotePort);
    if (this.network.traced) {
      const { type: icmpType, code } = error;
      this.network.emit({ type: "icmp.error", icmpType, code, object: socket?.name ?? null, error: error.error.code });
    }
    if (socket === null) return;
    if (error.mtu > 0) this.network.routing.learnPathMtu(destination, error.mtu);
    const payload = new Uint8Array(view.buffer, view.byteOffset + offset, quoted.length).slice(UDP_HEADER);
    socket.icmpError(error, payload, inetAddress(destination, remotePort));
  }

  /** For the trace: a datagram of this socket's. */
  report(direction: "out" | "in", socket: UdpSocket, packet: Packet, port: number, length: number): void {
    if (!this.network.traced) return;
    const remote = `${formatIpv4(direction === "out" ? packet.destination : packet.source)}:${port}`;
    this.network.emit({ type: "udp.datagram", direction, object: socket.name, remote, length, packet: packet.id });
  }
}

function hearsAnyPort({ remote, remotePort }: UdpSocket): boolean {
  return remote !== IPV4_ANY && remotePort === 0;
}
