/**
 * What happens in the network, as plain data: the net room's part of the trace.
 *
 * Together with the core's events (lib/kernel/events.ts) they tell every table of the stack at any moment. `packet` is the number
 * that a packet keeps on its way through one host. Devices have events of their own (lib/device), TCP too (lib/net/tcp/events.ts).
 */
import type { EventBase, KernelEvent } from "../kernel/events";
import type { TcpEvent } from "./tcp/events";

type Ev<Type extends string, Fields> = EventBase & { readonly type: Type } & Readonly<Fields>;

/** Why a packet was thrown away; Linux's names in lower case (include/net/dropreason-core.h). */
export type DropReason =
  | "not for this host"
  | "unknown protocol"
  | "malformed"
  | "bad checksum"
  | "ttl exceeded"
  | "forwarding is off"
  | "no route"
  | "martian address"
  | "packet too big"
  | "no socket"
  | "receive buffer full"
  | "send queue full"
  | "backlog full"
  | "neighbour unknown"
  | "neighbour queue full"
  | "reassembly timeout"
  | "reassembly overlap"
  | "reassembly memory"
  | "device is down"
  | "not accepted by the socket"
  | "module fault";

export type IpEvent =
  | Ev<"net.device", { device: string; mac: string; mtu: number; up: boolean }>
  | Ev<"net.address", { device: string; address: string; prefix: number }>
  /** `action` "add" or "remove"; `gateway` is null for what is on the wire itself. */
  | Ev<
      "net.route",
      {
        action: "add" | "remove";
        table: "local" | "main";
        destination: string;
        prefix: number;
        kind: string;
        gateway: string | null;
        device: string;
        source: string | null;
      }
    >
  /** A frame on its way down to, or up from, a device: a copy of its bytes, Ethernet header first, checksums complete. */
  | Ev<"net.frame", { direction: "out" | "in"; device: string; packet: number; bytes: Uint8Array }>
  /** GRO has put the second's payload behind the first's: they go up as one. */
  | Ev<"net.merge", { packet: number; into: number }>
  /** So many packets wait for a device whose ring is full (the queueing discipline; `tc -s qdisc` shows the backlog). */
  | Ev<"net.queue", { device: string; packets: number }>
  /** `layer` is where it was, for example "ipv4", "udp", "arp". */
  | Ev<"net.drop", { packet: number; layer: string; reason: DropReason; device: string | null }>
  // IP
  | Ev<"ip.forward", { packet: number; from: string; to: string; nextHop: string; ttl: number }>
  | Ev<"ip.fragment", { packet: number; fragments: number; mtu: number }>
  | Ev<"ip.reassembly", { key: string; state: "begun" | "piece" | "complete" | "timeout"; bytes: number }>
  | Ev<"ip.path-mtu", { destination: string; mtu: number }>
  // ARP; `state` is Linux's: INCOMPLETE, REACHABLE, STALE, DELAY, PROBE, FAILED
  | Ev<"arp.entry", { device: string; address: string; mac: string | null; state: string; queued: number }>
  | Ev<"arp.remove", { device: string; address: string }>
  // ICMP: an error that was sent or came in, and the socket that it is for (null: none)
  | Ev<"icmp.send", { icmpType: number; code: number; to: string }>
  | Ev<"icmp.error", { icmpType: number; code: number; object: string | null; error: string }>
  // UDP: how many datagrams wait in a socket's queue is in socket.buffer
  | Ev<"udp.datagram", { direction: "out" | "in"; object: string; remote: string; length: number; packet: number }>
  // Ports: which socket has which
  | Ev<"port.bind", { object: string; protocol: string; address: string; port: number }>
  | Ev<"port.release", { object: string; protocol: string; port: number }>
  // Timers of protocols; `at` is null when it was stopped
  | Ev<"net.timer", { object: string; timer: string; at: number | null }>
  | Ev<"net.timer.fire", { object: string; timer: string }>;

export type { TcpControl, TcpEvent } from "./tcp/events";
/** Something that happened in a host's network; `type` says what. */
export type NetEvent = IpEvent | TcpEvent;

/** An event without what every event carries. */
export type NetEventFields = NetEvent extends infer E
  ? E extends EventBase
    ? Omit<E, keyof EventBase>
    : never
  : never;

/** Everything that kernel and network may tell. */
export type TraceEvent = KernelEvent | NetEvent;
