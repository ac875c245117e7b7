/** The network: what notebooks, tools and exercises use of it. */
export { formatIpv4, formatMac, type Ipv4Address, ipv4Address, type MacAddress, macAddress } from "./addresses";
export { type ArpCache, type ArpCacheEntry, REACHABLE_TIME } from "./arp/arp-cache";
export type { DropReason, NetEvent, TraceEvent } from "./events";
export type { PortHolder, PortRules, PortTable } from "./inet/port-table";
export type { Demultiplexer } from "./inet/socket-table";
export type { DeviceStack, NetDevice } from "./interface/net-device";
export type { Fragment, Reassembler } from "./ip/reassembler";
export type { RouteEntry, RouteKind, RouteTable } from "./ip/route";
export { type NetModules, standardNetModules } from "./modules/modules";
export { type Network, networkOf } from "./network";
export { type InternetChecksum, internetChecksum } from "./packet/checksum";
export { Packet } from "./packet/packet";
// TCP's organs
export {
  additiveIncrease,
  type CongestionControl,
  CongestionWindow,
  INFINITE_THRESHOLD,
  INITIAL_WINDOW,
  slowStart,
} from "./tcp/congestion/congestion-control";
export type { TcpControl, TcpEvent } from "./tcp/events";
export type { ListenQueues } from "./tcp/open/listen-queues";
export type { StreamReassembler } from "./tcp/receive/stream-reassembler";
export type { SackBlock } from "./tcp/segment";
export type { Pushing, SendQuestion, SendWindow } from "./tcp/send/send-window";
export { add as addToSeq, after, before, distance, type Seq, toSeq } from "./tcp/sequence";
export type { WakeUpRule } from "./tcp/socket/wake-up-rule";
export { INITIAL_RTO, MAX_RTO, MIN_RTO, type RetransmissionTimer } from "./tcp/timers/retransmission-timer";
export type { Datagram, DatagramQueue } from "./udp/datagram-queue";
