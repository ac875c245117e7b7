/** The network: what notebooks, tools and exercises use of it. */
export { formatIpv4, formatMac, type Ipv4Address, ipv4Address, type MacAddress, macAddress } from "./addresses";
export { type ArpCache, type ArpCacheEntry, REACHABLE_TIME } from "./arp/arp-cache";
export { type InternetChecksum, internetChecksum } from "./checksum";
export type { DeviceStack, NetDevice } from "./device";
export type { DropReason, NetEvent, TraceEvent } from "./events";
export type { PortHolder, PortRules, PortTable } from "./inet/port-table";
export type { Demultiplexer } from "./inet/socket-table";
export type { Piece, Reassembler } from "./ip/reassembler";
export type { RouteEntry, RouteKind, RouteTable } from "./ip/route";
export { type NetModules, standardNetModules } from "./modules";
export { type Network, networkOf } from "./network";
export { Packet } from "./packet";
export type { Datagram, DatagramQueue } from "./udp/datagram-queue";
