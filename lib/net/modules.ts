/**
 * The network's organs that can be replaced: `world.host("alice", { modules: { routeTable: () => mine } })`.
 *
 * Each is a narrow interface, described where our own implementation of it stands. What a replacement must do is tested by
 * test/net/contracts before it is used, and held to by a guard while it is (guard.ts): one that throws or breaks its contract is reported by
 * name, and ours goes on with its work. A card's driver is a module too: `card: { driver: … }` (lib/device/nic-driver.ts).
 */
import { type ArpCache, StandardArpCache } from "./arp/arp-cache";
import { type InternetChecksum, internetChecksum } from "./checksum";
import { type PortRules, type PortTable, StandardPortTable } from "./inet/port-table";
import { type Demultiplexer, SocketTable } from "./inet/socket-table";
import { type Reassembler, StandardReassembler } from "./ip/reassembler";
import type { RouteTable } from "./ip/route";
import { LongestPrefixTable } from "./ip/route-table";
import type { RandomSource } from "./network-options";
import { standardTcpModules, type TcpModules } from "./tcp/modules";
import { type DatagramQueue, StandardDatagramQueue } from "./udp/datagram-queue";

/** The network's organs that can be replaced: for each, a function that makes one (for the checksum, the function itself). */
export interface NetModules extends TcpModules {
  /** checksum.ts */
  checksum: InternetChecksum;
  /** arp/arp-cache.ts; one for each device */
  arpCache: () => ArpCache;
  /** ip/route.ts; one for the host's own addresses, and one for all others */
  routeTable: () => RouteTable;
  /** ip/reassembler.ts */
  reassembler: () => Reassembler;
  /** inet/port-table.ts; one for TCP and one for UDP */
  portTable: (rules: PortRules, random: RandomSource) => PortTable;
  /** inet/socket-table.ts; one for TCP and one for UDP */
  demultiplexer: () => Demultiplexer;
  /** udp/datagram-queue.ts; one for each socket */
  datagramQueue: () => DatagramQueue;
}

/** Ours. */
export const standardNetModules: NetModules = {
  ...standardTcpModules,
  checksum: internetChecksum,
  arpCache: () => new StandardArpCache(),
  routeTable: () => new LongestPrefixTable(),
  reassembler: () => new StandardReassembler(),
  portTable: (rules, random) => new StandardPortTable(rules, random),
  demultiplexer: () => new SocketTable(),
  datagramQueue: () => new StandardDatagramQueue(),
};
