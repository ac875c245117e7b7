/**
 * ARP: finding the card behind an IP address on the same wire, by asking everybody.
 *
 * IP knows the next hop by its IP address; Ethernet needs a MAC address. The first packet to a neighbour waits here while "who
 * has 10.0.0.2?" goes out as a broadcast; the answer is kept in the cache. Who asks also tells its own address, and whoever is
 * asked learns from that.
 *
 * **Not modelled:** gratuitous ARP, proxy ARP, static entries, garbage collection of the cache. `ip neigh` shows the real one.
 *
 * Source: RFC 826, RFC 1122 section 2.3.2, net/ipv4/arp.c (arp_process, arp_solicit).
 */
import {
  formatIpv4,
  formatMac,
  IPV4_ANY,
  type Ipv4Address,
  MAC_BROADCAST,
  MAC_ZERO,
  type MacAddress,
} from "../addresses";
import { ETHERTYPE_ARP, ETHERTYPE_IPV4 } from "../ethernet/header";
import type { NetDevice } from "../interface/net-device";
import type { Network } from "../network";
import type { Packet } from "../packet/packet";
import type { ArpCache } from "./arp-cache";
import { ARP_REPLY, ARP_REQUEST, makeArp, parseArp } from "./message";
import { Neighbour, type NeighbourOps } from "./neighbour";

/** What is known of one device's wire. */
interface Wire {
  readonly cache: ArpCache;
  readonly neighbours: Map<Ipv4Address, Neighbour>;
}

export class Arp implements NeighbourOps {
  private readonly wires = new Map<NetDevice, Wire>();

  constructor(private readonly network: Network) {}

  /** Sends an IP packet to a neighbour, now or when it is known which card that is. */
  output(packet: Packet, device: NetDevice, address: Ipv4Address): void {
    const wire = this.wire(device);
    const entry = wire.cache.lookup(address, this.network.clock.now());
    if (entry === null) {
      this.neighbour(wire, device, address).resolve(packet);
      return;
    }
    if (!entry.fresh) this.neighbour(wire, device, address).usedStale();
    this.network.ethernet.send(packet, device, entry.mac, ETHERTYPE_IPV4);
  }

  /** A protocol above has heard from it: it is there. */
  confirm(device: NetDevice, address: Ipv4Address): void {
    const wire = this.wires.get(device);
    const entry = wire?.cache.lookup(address, this.network.clock.now());
    if (wire === undefined || !entry) return;
    wire.cache.learn(address, entry.mac, this.network.clock.now(), /* confirmed */ true);
    const neighbour = wire.neighbours.get(address);
    if (neighbour !== undefined && neighbour.state !== "REACHABLE") neighbour.confirmed(entry.mac);
  }

  /** A question or an answer has come in (arp_process). */
  receive(packet: Packet): void {
    const message = parseArp(packet);
    const { device } = packet;
    if (message === null || device === null || device.loopback) {
      this.network.drop(packet, "arp", "malformed");
      return;
    }
    packet.free();
    const { operation, senderMac, senderAddress, targetAddress } = message;
    const forUs = this.network.isLocal(targetAddress);
    const wire = this.wire(device);
    // Who is in the table is updated; who asks for us is entered (RFC 826, "Packet Reception").
    const isReply = operation === ARP_REPLY;
    if (senderAddress !== IPV4_ANY && (forUs || (isReply && wire.neighbours.has(senderAddress)))) {
      wire.cache.learn(senderAddress, senderMac, this.network.clock.now(), isReply);
      const neighbour = this.neighbour(wire, device, senderAddress);
      if (isReply) neighbour.confirmed(senderMac);
      else neighbour.heardOf(senderMac);
    }
    if (operation !== ARP_REQUEST || !forUs) return;
    this.sendMessage(device, ARP_REPLY, senderMac, senderAddress, targetAddress);
  }

  /** Sends a question to `to`, or an answer. */
  private sendMessage(
    device: NetDevice,
    operation: number,
    to: MacAddress,
    toAddress: Ipv4Address,
    from: Ipv4Address,
  ): void {
    const senderMac = device.mac;
    const targetMac = operation === ARP_REQUEST ? MAC_ZERO : to;
    const message = { operation, senderMac, senderAddress: from, targetMac, targetAddress: toAddress };
    const packet = makeArp(message);
    packet.id = this.network.nextPacket();
    this.network.ethernet.send(packet, device, to, ETHERTYPE_ARP);
  }

  private wire(device: NetDevice): Wire {
    let wire = this.wires.get(device);
    if (wire === undefined) {
      wire = { cache: this.network.modules.arpCache(), neighbours: new Map() };
      this.wires.set(device, wire);
    }
    return wire;
  }

  private neighbour(wire: Wire, device: NetDevice, address: Ipv4Address): Neighbour {
    let neighbour = wire.neighbours.get(address);
    if (neighbour === undefined) {
      neighbour = new Neighbour(this.network, this, device, address, `${device.name} ${formatIpv4(address)}`);
      wire.neighbours.set(address, neighbour);
    }
    return neighbour;
  }

  // What neighbours ask of ARP

  ask(neighbour: Neighbour): void {
    const { device, address, state } = neighbour;
    const known = state === "PROBE" ? this.wire(device).cache.lookup(address, this.network.clock.now()) : null;
    const source = this.network.routing.sourceOn(device, address);
    this.sendMessage(device, ARP_REQUEST, known?.mac ?? MAC_BROADCAST, address, source);
  }

  send(neighbour: Neighbour, packet: Packet, mac: MacAddress): void {
    this.network.ethernet.send(packet, neighbour.device, mac, ETHERTYPE_IPV4);
  }

  failed(neighbour: Neighbour, packet: Packet): void {
    packet.device = neighbour.device;
    this.network.ip.unreachableNeighbour(packet);
  }

  gone(neighbour: Neighbour): void {
    const wire = this.wire(neighbour.device);
    wire.cache.forget(neighbour.address);
    wire.neighbours.delete(neighbour.address);
    if (!this.network.traced) return;
    const { device, address } = neighbour;
    this.network.emit({ type: "arp.remove", device: device.name, address: formatIpv4(address) });
  }

  report(neighbour: Neighbour): void {
    if (!this.network.traced) return;
    const { device, address, state, queued } = neighbour;
    const entry = this.wire(device).cache.lookup(address, this.network.clock.now());
    const mac = entry === null ? null : formatMac(entry.mac);
    const event = { device: device.name, address: formatIpv4(address), mac, state, queued };
    this.network.emit({ type: "arp.entry", ...event });
  }
}
