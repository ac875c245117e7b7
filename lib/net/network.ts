/**
 * One host's network: its devices, its protocols, and what they share. Linux calls it `struct net`.
 *
 *     program → socket call → UDP, TCP → IP → Ethernet (ARP) → device        on the way down, in the calling thread
 *     device → soft interrupt → Ethernet → IP → UDP, TCP → socket's queue    on the way up, in nobody's thread
 *
 * Addresses and routes are set here, as `ip address add` and `ip route add` do.
 *
 * **Not modelled:** IPv6, network namespaces, netfilter, traffic control beyond one queue per device, multicast groups, IPsec,
 * bridges and VLANs inside a host. The real machine shows them with `ip -d link`, `nft list ruleset`, `tc qdisc`.
 *
 * Source: include/net/net_namespace.h, net/core/dev.c, net/ipv4/devinet.c.
 */
import type { EventFields } from "../kernel/events";
import type { Kernel } from "../kernel/kernel";
import type { Clock } from "../world/clock";
import { formatIpv4, formatMac, type Ipv4Address, type Prefix, parsePrefix } from "./addresses";
import { Arp } from "./arp/arp";
import { Ethernet } from "./ethernet/ethernet";
import type { DropReason, NetEventFields, TraceEvent } from "./events";
import { Icmp } from "./icmp/icmp";
import { Loopback } from "./interface/loopback";
import type { NetDevice } from "./interface/net-device";
import { SoftInterrupts } from "./interface/softirq";
import { Ipv4 } from "./ip/ipv4";
import { Routing } from "./ip/routing";
import { guardModules } from "./modules/guarded-modules";
import type { NetModules } from "./modules/modules";
import type { NetworkOptions, RandomSource } from "./network-options";
import type { InternetChecksum } from "./packet/checksum";
import type { Packet } from "./packet/packet";
import { TcpSysctl } from "./tcp/sysctl";
import { Udp } from "./udp/udp";

/** One host's network: devices, addresses, routes, protocols. `networkOf(host)` gives it. */
export class Network {
  /** The world's. */
  readonly clock: Clock;
  /** Where its port numbers, initial sequence numbers and the like come from. */
  readonly random: RandomSource;
  /** The organs at work, with guards around those that aren't ours. */
  readonly modules: NetModules;
  /** What an administrator has set in /proc/sys/net, and the defaults of the rest. */
  readonly sysctl: TcpSysctl;
  /** The Internet checksum, ours or the module's. */
  readonly checksum: InternetChecksum;
  /** Where received packets are processed (interface/softirq.ts). */
  readonly softirq: SoftInterrupts;
  /** Its addresses and routes. */
  readonly routing: Routing;
  /** The layer above its devices. */
  readonly ethernet: Ethernet;
  /** Its neighbours. */
  readonly arp: Arp;
  /** The layer that brings packets to hosts. TCP is plugged in there (tcp/install.ts). */
  readonly ip: Ipv4;
  /** What IP has to say about packets: errors, echo. */
  readonly icmp: Icmp;
  /** Datagrams: its ports and sockets. */
  readonly udp: Udp;
  /** The device "lo". */
  readonly loopback: Loopback;
  /** By name, in the order in which they were added; "lo" first. */
  readonly devices = new Map<string, NetDevice>();
  /** Does this host pass on what isn't for it? net.ipv4.ip_forward. */
  forwarding = false;
  /** How many packets were thrown away, by layer and reason: "udp: receive buffer full". */
  readonly drops = new Map<string, number>();
  private packets = 0;

  constructor(
    /** The host's. */
    readonly kernel: Kernel,
    options: NetworkOptions,
  ) {
    this.clock = kernel.clock;
    this.random = options.random;
    this.modules = guardModules(kernel, options.modules ?? {});
    this.sysctl = Object.assign(new TcpSysctl(), options.sysctl);
    this.checksum = this.modules.checksum;
    this.softirq = new SoftInterrupts(this.clock);
    this.routing = new Routing(this);
    this.ethernet = new Ethernet(this);
    this.arp = new Arp(this);
    this.ip = new Ipv4(this);
    this.icmp = new Icmp(this);
    this.udp = new Udp(this);
    this.loopback = new Loopback(this);
    this.addDevice(this.loopback);
    this.addAddress(this.loopback, "127.0.0.1/8");
  }

  // Devices, addresses, routes

  /** Brings a device up. Throws when the name is taken. */
  addDevice(device: NetDevice): void {
    if (this.devices.has(device.name)) throw new Error(`this host has a device "${device.name}" already`);
    this.devices.set(device.name, device);
    if (this.traced) {
      this.emit({ type: "net.device", device: device.name, mac: formatMac(device.mac), mtu: device.mtu, up: true });
    }
    device.open(this.ethernet);
  }

  /** Gives a device an address such as "10.0.0.1/24", and so the route to the network that it is in. */
  addAddress(device: NetDevice, text: string): void {
    const prefix: Prefix = parsePrefix(text);
    this.routing.addAddress(device, prefix);
    if (this.traced) {
      const { address, length } = prefix;
      this.emit({ type: "net.address", device: device.name, address: formatIpv4(address), prefix: length });
    }
  }

  // Packets

  /** A number for a packet that begins its way on this host. */
  nextPacket(): number {
    return ++this.packets;
  }

  /** A packet is thrown away, and everybody may know why (kfree_skb_reason). */
  drop(packet: Packet, layer: string, reason: DropReason): void {
    this.countDrop(packet.id, layer, reason, packet.device?.name ?? null);
    packet.free();
  }

  /** The same for what has left its packet already. */
  countDrop(packet: number, layer: string, reason: DropReason, device: string | null): void {
    const key = `${layer}: ${reason}`;
    this.drops.set(key, (this.drops.get(key) ?? 0) + 1);
    if (this.traced) this.emit({ type: "net.drop", packet, layer, reason, device });
  }

  /** Is it one of this host's own addresses? */
  isLocal(address: Ipv4Address): boolean {
    return this.routing.isLocal(address);
  }

  // Trace

  /** Is anybody listening? */
  get traced(): boolean {
    return this.kernel.trace !== null;
  }

  /** Adds the time and the host's name. On hot paths look at `traced` first, so that no event is made in vain. */
  emit(event: NetEventFields | EventFields): void {
    this.kernel.trace?.emit({ time: this.clock.now(), host: this.kernel.host, ...event } as TraceEvent);
  }

  /** The same for whoever hasn't looked at `traced`. */
  emitIfTraced(event: NetEventFields | EventFields): void {
    if (this.traced) this.emit(event);
  }
}

const networks = new WeakMap<Kernel, Network>();

/** Remembers a kernel's network, for `networkOf`. */
export function attachNetwork(kernel: Kernel, network: Network): void {
  networks.set(kernel, network);
}

/** The network of a host that `world.host` has booted. Throws an Error for a kernel without one, a TypeError for what is none. */
export function networkOf(kernel: Kernel): Network {
  const network = networks.get(kernel);
  if (typeof kernel !== "object" || kernel === null)
    throw new TypeError(`networkOf takes what world.host returned, not ${String(kernel)}`);
  if (network === undefined) throw new Error(`host "${kernel.host}" was booted without a network`);
  return network;
}
