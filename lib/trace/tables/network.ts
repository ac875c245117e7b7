/**
 * The network's tables, rebuilt from its events: what `ip address`, `ip route`, `ip neigh`, `ss` and `nstat` show of a real host.
 *
 *     networkTables(tables.hosts.alice).routes
 */
import type { IpEvent } from "../../net/events";
import { defineRoom } from "./room";

/** A network device, as `ip link` lists it. */
export interface InterfaceRow {
  device: string;
  mac: string;
  mtu: number;
  up: boolean;
  /** "10.0.0.1/24". */
  addresses: string[];
  /** Packets that wait because its ring is full. */
  queued: number;
}

/** A route, as `ip route` lists it. */
export interface RouteRow {
  table: "local" | "main";
  /** "10.0.0.0/24". */
  destination: string;
  kind: string;
  gateway: string | null;
  device: string;
  source: string | null;
}

/** A neighbour, as `ip neigh` lists it. */
export interface NeighbourRow {
  device: string;
  address: string;
  mac: string | null;
  state: string;
  /** Packets that wait for its answer. */
  queued: number;
}

/** A port that is taken. */
export interface PortRow {
  object: string;
  protocol: string;
  address: string;
  port: number;
}

/** A protocol's timer that is set. */
export interface ProtocolTimerRow {
  object: string;
  timer: string;
  /** Virtual nanoseconds at which it will fire. */
  at: number;
}

/** A host's network: devices, routes, neighbours, ports, timers, drops. */
export interface NetworkTables {
  /** By the device's name. */
  interfaces: Record<string, InterfaceRow>;
  routes: RouteRow[];
  /** By device and address: "eth0 10.0.0.2". */
  neighbours: Record<string, NeighbourRow>;
  /** Who has which port, by socket. */
  ports: Record<string, PortRow>;
  /** Datagrams whose fragments haven't all come, by key: bytes so far. */
  incomplete: Record<string, number>;
  /** What routers have told of paths: bytes, by destination. */
  pathMtus: Record<string, number>;
  /** Timers that are set, by socket and name: "socket 3 retransmit". */
  timers: Record<string, ProtocolTimerRow>;
  /** Packets thrown away, by layer and reason: "udp: no socket". */
  drops: Record<string, number>;
}

function empty(): NetworkTables {
  return {
    interfaces: {},
    routes: [],
    neighbours: {},
    ports: {},
    incomplete: {},
    pathMtus: {},
    timers: {},
    drops: {},
  };
}

/** The network's tables of one machine. */
export const networkTables = defineRoom<IpEvent, NetworkTables>("network", empty, {
  "net.device": (tables, { device, mac, mtu, up }) => {
    const { addresses, queued } = tables.interfaces[device] ?? { addresses: [], queued: 0 };
    tables.interfaces[device] = { device, mac, mtu, up, addresses, queued };
  },
  "net.address": (tables, { device, address, prefix }) => {
    tables.interfaces[device]?.addresses.push(`${address}/${prefix}`);
  },
  "net.route": (tables, { action, table, destination, prefix, kind, gateway, device, source }) => {
    const row = { table, destination: `${destination}/${prefix}`, kind, gateway, device, source };
    if (action === "add") tables.routes.push(row);
    else tables.routes = tables.routes.filter((other) => JSON.stringify(other) !== JSON.stringify(row));
  },
  "net.frame": () => {},
  "net.merge": () => {},
  "net.queue": (tables, { device, packets }) => {
    const row = tables.interfaces[device];
    if (row !== undefined) row.queued = packets;
  },
  "net.drop": (tables, { layer, reason }) => {
    const key = `${layer}: ${reason}`;
    tables.drops[key] = (tables.drops[key] ?? 0) + 1;
  },
  "ip.forward": () => {},
  "ip.fragment": () => {},
  "ip.reassembly": (tables, { key, state, bytes }) => {
    if (state === "begun" || state === "piece") tables.incomplete[key] = bytes;
    else delete tables.incomplete[key];
  },
  "ip.path-mtu": (tables, { destination, mtu }) => {
    tables.pathMtus[destination] = mtu;
  },
  "arp.entry": (tables, { device, address, mac, state, queued }) => {
    tables.neighbours[`${device} ${address}`] = { device, address, mac, state, queued };
  },
  "arp.remove": (tables, { device, address }) => {
    delete tables.neighbours[`${device} ${address}`];
  },
  "icmp.send": () => {},
  "icmp.error": () => {},
  "udp.datagram": () => {},
  "port.bind": (tables, { object, protocol, address, port }) => {
    tables.ports[object] = { object, protocol, address, port };
  },
  "port.release": (tables, { object }) => {
    delete tables.ports[object];
  },
  "net.timer": (tables, { object, timer, at }) => {
    const key = `${object} ${timer}`;
    if (at === null) delete tables.timers[key];
    else tables.timers[key] = { object, timer, at };
  },
  "net.timer.fire": (tables, { object, timer }) => {
    delete tables.timers[`${object} ${timer}`];
  },
});
