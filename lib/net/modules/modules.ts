/**
 * The network's organs that can be replaced: `world.host("alice", { modules: { routeTable: () => mine } })`.
 *
 * Each is a narrow interface, described where our own implementation of it stands. What a replacement must do is tested by
 * test/net/contracts before it is used, and held to by a guard while it is (guard.ts): one that throws, never returns
 * (kernel/patience.ts) or breaks its contract is reported by name in `faults` of the machine, and ours goes on with its work. A card's
 * driver is a module too: `card: { driver: … }` (lib/device/nic-driver.ts).
 */
import { type ArpCache, StandardArpCache } from "../arp/arp-cache";
import { type PortRules, type PortTable, StandardPortTable } from "../inet/port-table";
import { type Demultiplexer, SocketTable } from "../inet/socket-table";
import { type Reassembler, StandardReassembler } from "../ip/reassembler";
import type { RouteTable } from "../ip/route";
import { LongestPrefixTable } from "../ip/route-table";
import type { RandomSource } from "../network-options";
import { type InternetChecksum, internetChecksum } from "../packet/checksum";
import { standardTcpModules, type TcpModules } from "../tcp/modules";
import { type DatagramQueue, StandardDatagramQueue } from "../udp/datagram-queue";

/** The network's organs that can be replaced: for each, a function that makes one (for the checksum, the function itself). */
export interface NetModules extends TcpModules {
  /** The Internet checksum of some bytes: the function itself; lib/net/packet/checksum.ts. */
  checksum: InternetChecksum;
  /** Which card has which address; one for each device; lib/net/arp/arp-cache.ts. */
  arpCache: () => ArpCache;
  /** Which way a packet goes; one for the host's own addresses, and one for all others; lib/net/ip/route.ts. */
  routeTable: () => RouteTable;
  /** Makes datagrams whole from IP's fragments; one for the host; lib/net/ip/reassembler.ts. */
  reassembler: () => Reassembler;
  /** Who has which port; one for TCP and one for UDP; lib/net/inet/port-table.ts. */
  portTable: (rules: PortRules, random: RandomSource) => PortTable;
  /** From a packet's addresses and ports to a socket; one for TCP and one for UDP; lib/net/inet/socket-table.ts. */
  demultiplexer: () => Demultiplexer;
  /** What has come for a UDP socket and wasn't read; one for each socket; lib/net/udp/datagram-queue.ts. */
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
