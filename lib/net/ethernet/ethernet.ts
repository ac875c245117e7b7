/**
 * Ethernet: from one card to another on the same wire.
 *
 *     | header (14, header.ts) | payload (46 to 1500) |
 *
 * The last step down and the first step up. Down: put the header on, and queue the packet (transmit-queue.ts) until the device has
 * room; then cut large segments (gso.ts) and finish the checksum where the device can't. Up: look for whom it is and what is in it,
 * and put together what belongs together (gro.ts).
 *
 * **Not modelled:** the preamble and the check sequence at the end (the card's business), VLAN tags, 802.3 length fields. The real
 * machine shows them with `ip -d link`.
 *
 * Source: IEEE 802.3; RFC 894; net/ethernet/eth.c (eth_header, eth_type_trans), net/core/dev.c (__dev_queue_xmit,
 * __netif_receive_skb_core, skb_checksum_help).
 */
import { isGroupMac, MAC_BROADCAST, type MacAddress } from "../addresses";
import { Napi } from "../interface/napi";
import type { DeviceStack, NetDevice } from "../interface/net-device";
import type { Network } from "../network";
import { packetSum, transportChecksum } from "../packet/checksum";
import type { Packet } from "../packet/packet";
import { frameTruesize } from "../packet/truesize";
import { Gro } from "./gro";
import { segmentsOf } from "./gso";
import { ETHERNET_HEADER, ETHERTYPE_ARP, ETHERTYPE_IPV4, readMac, writeMac } from "./header";
import { type TransmitHelp, TransmitQueue } from "./transmit-queue";

export class Ethernet implements DeviceStack, TransmitHelp {
  private readonly queues = new Map<NetDevice, TransmitQueue>();
  private readonly turns = new Map<NetDevice, Napi>();
  private readonly gro: Gro;

  constructor(private readonly network: Network) {
    this.gro = new Gro(network);
  }

  // Down

  /** Sends a packet to a card on the device's wire. */
  send(packet: Packet, device: NetDevice, to: MacAddress, etherType: number): void {
    const at = packet.push(ETHERNET_HEADER);
    const { view } = packet;
    writeMac(view, at, to);
    writeMac(view, at + 6, device.mac);
    view.setUint16(at + 12, etherType);
    packet.macHeader = at;
    packet.etherType = etherType;
    packet.device = device;
    if (device.loopback) this.sendAtOnce(packet, device);
    else this.queueOf(device).send(packet);
    this.network.softirq.run();
  }

  /** Loopback takes everything as it is: it needs no queue (noqueue_qdisc_ops). */
  private sendAtOnce(packet: Packet, device: NetDevice): void {
    if (this.network.traced) this.reportFrame("out", device, packet);
    device.transmit(packet);
  }

  private queueOf(device: NetDevice): TransmitQueue {
    let queue = this.queues.get(device);
    if (queue === undefined) {
      queue = new TransmitQueue(device, this);
      this.queues.set(device, queue);
    }
    return queue;
  }

  // What the queue of a device asks (TransmitHelp)

  prepare(packet: Packet, device: NetDevice): readonly Packet[] {
    let segments: readonly Packet[] = [packet];
    if (packet.segmentSize > 0 && device.segmentationOffload !== true) {
      segments = segmentsOf(packet, this.network.checksum, device.checksumOffload ? "partial" : "complete");
      packet.free();
    }
    for (const segment of segments) {
      if (segment.checksum === "partial" && !device.checksumOffload) this.completeChecksum(segment);
      if (this.network.traced) this.reportFrame("out", device, segment);
    }
    return segments;
  }

  full(packet: Packet): void {
    this.network.drop(packet, "ethernet", "send queue full");
  }

  changed(device: NetDevice, packets: number): void {
    if (this.network.traced) this.network.emit({ type: "net.queue", device: device.name, packets });
  }

  // What waits

  /** How many packets wait for this device. */
  waitingFor(device: NetDevice): number {
    return this.queues.get(device)?.length ?? 0;
  }

  transmitReady(device: NetDevice): void {
    this.queues.get(device)?.resume();
  }

  /** Adds the sum of the segment to that of the pseudo header, which stands in the field already. */
  completeChecksum(packet: Packet): void {
    const sum = packetSum(this.network.checksum, packet, packet.transportHeader, 0);
    const { checksumOffset } = packet;
    packet.view.setUint16(packet.transportHeader + checksumOffset, transportChecksum(sum, checksumOffset));
    packet.checksum = "none";
  }

  // Up

  schedulePoll(device: NetDevice): void {
    let turn = this.turns.get(device);
    if (turn === undefined) {
      turn = new Napi(device, this.gro);
      this.turns.set(device, turn);
    }
    this.network.softirq.scheduleFromInterrupt(turn);
  }

  receive(device: NetDevice, packet: Packet): void {
    packet.device = device;
    if (packet.truesize === 0) packet.truesize = frameTruesize(packet.length - ETHERNET_HEADER);
    if (packet.id === 0 || !device.loopback) packet.id = this.network.nextPacket();
    if (packet.length < ETHERNET_HEADER) {
      this.network.drop(packet, "ethernet", "malformed");
      return;
    }
    if (this.network.traced) this.reportFrame("in", device, packet);
    const { view, start } = packet;
    packet.macHeader = start;
    packet.etherType = view.getUint16(start + 12);
    const to = readMac(view, start);
    if (to === device.mac) packet.addressee = "host";
    else if (to === MAC_BROADCAST) packet.addressee = "broadcast";
    else packet.addressee = isGroupMac(to) ? "multicast" : "other";
    packet.pull(ETHERNET_HEADER);
    packet.networkHeader = packet.start;
    if (packet.addressee === "other") this.network.drop(packet, "ethernet", "not for this host");
    else if (!device.loopback && this.gro.takes(packet)) return;
    else if (packet.etherType === ETHERTYPE_IPV4) this.network.ip.receive(packet);
    else if (packet.etherType === ETHERTYPE_ARP) this.network.arp.receive(packet);
    else this.network.drop(packet, "ethernet", "unknown protocol");
  }

  /** As it is, or would be, on a wire: with its checksum complete. */
  private reportFrame(direction: "in" | "out", device: NetDevice, packet: Packet): void {
    let whole = packet;
    if (packet.checksum === "partial") {
      whole = packet.clone();
      this.completeChecksum(whole);
    }
    this.network.emit({ type: "net.frame", direction, device: device.name, packet: packet.id, bytes: whole.bytes() });
  }
}
