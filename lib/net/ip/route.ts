/**
 * Where a packet goes next: which device, which neighbour, and from which of our addresses.
 *
 * An entry says "for destinations that begin with these bits, this way". Several may fit; the one with the longest prefix wins,
 * and among equals the one with the smallest metric.
 *
 * **A module:** the lookup is `RouteTable`; `world.host(name, { modules: { routeTable: () => mine } })` boots with another one.
 *
 * Source: RFC 1812 section 5.2.4.3, ip-route(8), net/ipv4/fib_trie.c.
 */
import type { Ipv4Address } from "../addresses";
import type { NetDevice } from "../interface/net-device";

/**
 * - "unicast": to a neighbour on that device, or to the gateway there.
 * - "local": to this very host.
 * - "broadcast": to everybody on that device's wire.
 * - "unreachable": nowhere; whoever asks gets EHOSTUNREACH.
 */
export type RouteKind = "unicast" | "local" | "broadcast" | "unreachable";

/** One way: for destinations that begin with these bits. */
export interface RouteEntry {
  /** The network; the bits behind the prefix are 0. */
  readonly destination: Ipv4Address;
  /** How many leading bits of the destination count, 0 to 32. */
  readonly length: number;
  /** Where it leads. */
  readonly kind: RouteKind;
  /** The device to send through. */
  readonly device: NetDevice;
  /** The router to hand it to; null when the destination is on the device's own wire. */
  readonly gateway: Ipv4Address | null;
  /** Which of our addresses to send from, where the program hasn't said; null: the device's first. */
  readonly source: Ipv4Address | null;
  /** Of two with equal prefixes the one with the smaller metric is taken. */
  readonly metric: number;
}

/** The contract of the module. */
export interface RouteTable {
  /** Adds an entry. There is none yet with the same destination, length and metric. */
  add(entry: RouteEntry): void;
  /** Takes this very entry out. */
  remove(entry: RouteEntry): void;
  /** The entry with the longest prefix that this address begins with; among those the smallest metric; null when none fits. */
  lookup(destination: Ipv4Address): RouteEntry | null;
}

/** The answer for one destination. Never changed: when the routes change, `Routing.generation` does, and flows ask again. */
export interface Route {
  readonly kind: RouteKind;
  readonly device: NetDevice;
  /** Whom to hand the packet to on that device's wire. */
  readonly nextHop: Ipv4Address;
  readonly source: Ipv4Address;
  /** Largest packet that this path takes, in bytes: the device's MTU, or what routers have told. */
  readonly mtu: number;
}
