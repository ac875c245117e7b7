/**
 * What all packets from one socket to one destination have in common: addresses, protocol, the fields of the IP header that a
 * program may set, and the route, looked up once and kept while the routes don't change.
 *
 * A transport keeps one per connection (or makes one per datagram), and gives it to `Ipv4.output` with each packet.
 *
 * Source: struct flowi4 (include/net/flow.h), sk_dst_cache (include/net/sock.h).
 */
import { IPV4_ANY, type Ipv4Address } from "../addresses";
import type { Route } from "./route";

/** net.ipv4.ip_default_ttl. */
export const DEFAULT_TTL = 64;

export class Flow {
  source: Ipv4Address = IPV4_ANY;
  destination: Ipv4Address = IPV4_ANY;
  ttl = DEFAULT_TTL;
  /** Type of service: the whole byte, DSCP and ECN. */
  tos = 0;
  /** Set "don't fragment": a router that would have to fragment reports back instead, which is how the path's MTU is found. */
  dontFragment = true;
  /** May this socket send to a broadcast address? (SO_BROADCAST) */
  broadcast = false;
  /** The next packet's identification field, for flows of a connected socket. */
  identification = 0;
  /** Found by `Routing.resolve`, valid while `generation` is that of the routes. */
  route: Route | null = null;
  generation = -1;

  /** `protocol` is IPPROTO_*. */
  constructor(readonly protocol: number) {}
}
