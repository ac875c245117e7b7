/**
 * Routing: which way a packet goes, and from which of our addresses.
 *
 * Two tables, asked in this order: "local" holds what this host is itself (its addresses, and the broadcast addresses of its
 * networks), "main" the ways to others. Giving a device an address fills both.
 *
 * Answers are kept by whoever asked (`Flow.route`) and are good until `generation` changes.
 *
 * **Not modelled:** policy rules, multipath, type-of-service routing, multicast routes, ICMP redirects, reverse-path filtering.
 * The real machine shows its tables with `ip route show table all`.
 *
 * Source: RFC 1122 section 3.3.1, net/ipv4/route.c (ip_route_output_key_hash_rcu), net/ipv4/devinet.c (inet_select_addr),
 * net/ipv4/fib_frontend.c (fib_add_ifaddr); RFC 1191 (path MTU).
 */
import { EACCES, EHOSTUNREACH, EINVAL, ENETUNREACH, Errno } from "../../sys/errno";
import { type Nanoseconds, SECOND } from "../../world/clock";
import {
  broadcastOf,
  formatIpv4,
  IPV4_ANY,
  IPV4_BROADCAST,
  IPV4_LOOPBACK,
  type Ipv4Address,
  ipv4Address,
  isLoopback,
  isUnicast,
  networkOf,
  type Prefix,
  parsePrefix,
} from "../addresses";
import type { NetDevice } from "../interface/net-device";
import type { Network } from "../network";
import type { Flow } from "./flow";
import { MAX_IPV4_LENGTH } from "./header";
import type { Route, RouteEntry, RouteTable } from "./route";

/** How long to believe what a router has told of a path's MTU (net.ipv4.route.mtu_expires). */
const MTU_EXPIRES: Nanoseconds = 600 * SECOND;
/** Smaller ones are not believed (net.ipv4.route.min_pmtu). */
export const MIN_PATH_MTU = 552;

/** So many answers are kept to be shared. */
const MAX_ANSWERS = 1024;

interface OwnAddress {
  readonly device: NetDevice;
  readonly prefix: Prefix;
}

export interface AddRouteOptions {
  /** The router to hand it to, on a network that one of the devices is in. */
  via?: string;
  /** Where there is no router: the device on whose wire the destination is. */
  device?: NetDevice;
  /** The smaller, the better. Default 0. */
  metric?: number;
  /** "unreachable" answers EHOSTUNREACH instead of leading anywhere. */
  kind?: "unicast" | "unreachable";
}

export class Routing {
  /** Changes whenever an answer may have become wrong. */
  generation = 0;
  private readonly local: RouteTable;
  private readonly main: RouteTable;
  private readonly addresses: OwnAddress[] = [];
  private readonly own = new Set<Ipv4Address>();
  /** The last answer for each neighbour. */
  private readonly answers = new Map<Ipv4Address, Route>();
  private readonly pathMtus = new Map<Ipv4Address, { mtu: number; until: Nanoseconds }>();

  constructor(private readonly network: Network) {
    this.local = network.modules.routeTable();
    this.main = network.modules.routeTable();
  }

  // Addresses and routes

  addAddress(device: NetDevice, prefix: Prefix): void {
    const { address, length } = prefix;
    this.addresses.push({ device, prefix });
    this.own.add(address);
    const self = { device: this.loopbackDevice(device), gateway: null, source: address, metric: 0 };
    this.add("local", { destination: address, length: 32, kind: "local", ...self });
    if (length === 32) return;
    const wire = { device, gateway: null, source: address, metric: 0 };
    const destination = networkOf(address, length);
    if (device.loopback) this.add("local", { destination, length, kind: "local", ...self });
    else this.add("main", { destination, length, kind: "unicast", ...wire });
    if (length < 31) {
      this.add("local", { destination: broadcastOf(address, length), length: 32, kind: "broadcast", ...wire });
    }
  }

  /** `destination` such as "10.1.0.0/16"; "0.0.0.0/0" is the default route. Throws a TypeError when the options make no sense. */
  addRoute(destination: string, options: AddRouteOptions): RouteEntry {
    const { address, length } = parsePrefix(destination);
    const network = networkOf(address, length);
    if (network !== address)
      throw new TypeError(`${destination} is no network: that would be ${formatIpv4(network)}/${length}`);
    const gateway = options.via === undefined ? null : ipv4Address(options.via);
    const device = options.device ?? (gateway === null ? null : this.deviceTowards(gateway));
    if (device === null) throw new TypeError(this.noWayTo(destination, gateway));
    const entry: RouteEntry = {
      destination: network,
      length,
      kind: options.kind ?? "unicast",
      device,
      gateway,
      source: null,
      metric: options.metric ?? 0,
    };
    this.add("main", entry);
    return entry;
  }

  private noWayTo(destination: string, gateway: Ipv4Address | null): string {
    if (gateway === null)
      return `a route to ${destination} needs a gateway ("via"), or a device whose wire leads there`;
    const networks = this.addresses
      .filter(({ device }) => !device.loopback)
      .map(({ prefix }) => `${formatIpv4(networkOf(prefix.address, prefix.length))}/${prefix.length}`);
    const where = networks.length === 0 ? "it is in none yet: give it an address first" : networks.join(", ");
    return `the gateway ${formatIpv4(gateway)} must be in one of ${this.network.kernel.host}'s networks (${where})`;
  }

  removeRoute(entry: RouteEntry): void {
    this.main.remove(entry);
    this.generation++;
    this.report("remove", "main", entry);
  }

  private add(table: "local" | "main", entry: RouteEntry): void {
    this[table].add(entry);
    this.generation++;
    this.report("add", table, entry);
  }

  private loopbackDevice(device: NetDevice): NetDevice {
    return this.network.devices.get("lo") ?? device;
  }

  private deviceTowards(gateway: Ipv4Address): NetDevice | null {
    const entry = this.main.lookup(gateway);
    return entry === null || entry.gateway !== null ? null : entry.device;
  }

  // Questions

  /** Is it one of this host's own addresses, 127.0.0.0/8 included? */
  isLocal(address: Ipv4Address): boolean {
    return this.own.has(address) || this.local.lookup(address)?.kind === "local";
  }

  /** Is it the broadcast address of one of this host's networks, or of all? */
  isBroadcast(address: Ipv4Address): boolean {
    return address === IPV4_BROADCAST || this.local.lookup(address)?.kind === "broadcast";
  }

  /** The way for a packet that this host passes on; null when there is none. */
  forward(destination: Ipv4Address): RouteEntry | null {
    return this.local.lookup(destination) ?? this.main.lookup(destination);
  }

  /** Our address to speak from on this device, best one in the same network as the neighbour. */
  sourceOn(device: NetDevice, neighbour: Ipv4Address): Ipv4Address {
    let first: Ipv4Address | null = null;
    for (const { device: on, prefix } of this.addresses) {
      if (on !== device) continue;
      if (networkOf(neighbour, prefix.length) === networkOf(prefix.address, prefix.length)) return prefix.address;
      first ??= prefix.address;
    }
    return first ?? this.addresses.find(({ device: on }) => !on.loopback)?.prefix.address ?? IPV4_ANY;
  }

  /**
   * Finds the flow's route and keeps it in the flow; sets the source where it has none. Throws ENETUNREACH, also for a source that isn't
   * ours, EHOSTUNREACH, EINVAL for a source that can't leave this host, EACCES for a broadcast without SO_BROADCAST.
   */
  resolve(flow: Flow): Route {
    if (flow.source !== IPV4_ANY && !(isUnicast(flow.source) && this.isLocal(flow.source))) throw ENETUNREACH;
    if (flow.destination === IPV4_ANY) {
      // "This host": whoever is asked for at 0.0.0.0 is here.
      flow.destination = flow.source === IPV4_ANY ? IPV4_LOOPBACK : flow.source;
    }
    const { destination } = flow;
    const entry = this.forward(destination) ?? this.toAllOn(flow);
    if (entry === null) throw ENETUNREACH;
    if (entry.kind === "unreachable") throw EHOSTUNREACH;
    const kind = destination === IPV4_BROADCAST ? "broadcast" : entry.kind;
    if (kind === "broadcast" && !flow.broadcast) throw EACCES;
    if (flow.source === IPV4_ANY) {
      flow.source = entry.source ?? this.sourceOn(entry.device, entry.gateway ?? destination);
    }
    if (isLoopback(flow.source) && !entry.device.loopback) throw EINVAL;
    const nextHop = entry.gateway ?? destination;
    const mtu = Math.min(entry.device.mtu, MAX_IPV4_LENGTH, this.pathMtu(destination));
    const route = this.shared({ kind, device: entry.device, nextHop, source: flow.source, mtu });
    flow.route = route;
    flow.generation = this.generation;
    return route;
  }

  /** To everybody on a wire no route is needed where the source says which wire (ip_route_output_key_hash_rcu). */
  private toAllOn({ source, destination }: Flow): RouteEntry | null {
    if (destination !== IPV4_BROADCAST || source === IPV4_ANY) return null;
    return this.local.lookup(source);
  }

  /** A hundred thousand connections to one neighbour share one answer (rt_cache_route). */
  private shared(route: Route): Route {
    const { nextHop } = route;
    const known = this.answers.get(nextHop);
    if (
      known !== undefined &&
      known.kind === route.kind &&
      known.device === route.device &&
      known.source === route.source &&
      known.mtu === route.mtu
    )
      return known;
    if (this.answers.size >= MAX_ANSWERS) this.answers.clear();
    this.answers.set(nextHop, route);
    return route;
  }

  /** The flow's route, looked up again if the routes have changed; or the reason why there is none. */
  current(flow: Flow): Route | Errno {
    if (flow.route !== null && flow.generation === this.generation) return flow.route;
    try {
      return this.resolve(flow);
    } catch (error) {
      if (error instanceof Errno) return error;
      throw error;
    }
  }

  // Path MTU

  private pathMtu(destination: Ipv4Address): number {
    const known = this.pathMtus.get(destination);
    if (known === undefined) return Number.POSITIVE_INFINITY;
    if (known.until > this.network.clock.now()) return known.mtu;
    this.pathMtus.delete(destination);
    return Number.POSITIVE_INFINITY;
  }

  /** A router has told that larger packets don't get through to this destination; one that takes less is known already, perhaps. */
  learnPathMtu(destination: Ipv4Address, mtu: number): void {
    if (this.pathMtu(destination) < mtu) return;
    this.pathMtus.set(destination, { mtu, until: this.network.clock.now() + MTU_EXPIRES });
    this.generation++;
    this.network.emitIfTraced({ type: "ip.path-mtu", destination: formatIpv4(destination), mtu });
  }

  private report(action: "add" | "remove", table: "local" | "main", entry: RouteEntry): void {
    if (!this.network.traced) return;
    this.network.emit({
      type: "net.route",
      action,
      table,
      destination: formatIpv4(entry.destination),
      prefix: entry.length,
      kind: entry.kind,
      gateway: entry.gateway === null ? null : formatIpv4(entry.gateway),
      device: entry.device.name,
      source: entry.source === null ? null : formatIpv4(entry.source),
    });
  }
}
