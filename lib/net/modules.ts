/**
 * The network's organs that can be replaced: `world.host("alice", { modules: { routeTable: () => mine } })`.
 *
 * Each is a narrow interface, described where our own implementation of it stands. A replacement that throws is reported by
 * name (`module.fault` in the trace, `kernel.faults`), and from then on ours does its work, so that the machine goes on. What
 * its contract forbids is caught by the contract tests (test/net/contracts).
 */
import type { Kernel } from "../kernel/kernel";
import { Errno } from "../sys/errno";
import type { ArpCache } from "./arp/arp-cache";
import { StandardArpCache } from "./arp/arp-cache";
import { type InternetChecksum, internetChecksum } from "./checksum";
import { type PortRules, type PortTable, StandardPortTable } from "./inet/port-table";
import { type Demultiplexer, SocketTable } from "./inet/socket-table";
import { type Reassembler, StandardReassembler } from "./ip/reassembler";
import type { RouteTable } from "./ip/route";
import { LongestPrefixTable } from "./ip/route-table";
import type { RandomSource } from "./network-options";
import { standardTcpModules, type TcpModules } from "./tcp/modules";
import { type DatagramQueue, StandardDatagramQueue } from "./udp/datagram-queue";

export interface NetModules extends TcpModules {
  /** checksum.ts */
  checksum: InternetChecksum;
  /** arp/arp-cache.ts */
  arpCache: () => ArpCache;
  /** ip/route.ts */
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

/** Tells of something a module did that its contract forbids. */
export function reportFault(kernel: Kernel, module: string, message: string): void {
  kernel.faults.push(`${module}: ${message}`);
  kernel.emitIfTraced({ type: "module.fault", module, message });
}

/**
 * Holds an object of methods to not throwing: after its first exception (an `Errno` is an answer, not an exception), ours
 * takes over and is told nothing of what was before; `makeOurs` makes it. An object of ours is returned as it is.
 */
export function guarded<Module extends object>(
  kernel: Kernel,
  name: string,
  make: () => Module,
  makeOurs: () => Module,
): Module {
  if (make === makeOurs) return make();
  let active: Module;
  try {
    active = make();
  } catch (error) {
    reportFault(kernel, name, `making it threw ${describe(error)}`);
    return makeOurs();
  }
  return new Proxy(active, {
    get(_target, property) {
      const value: unknown = Reflect.get(active, property, active);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        try {
          return Reflect.apply(value, active, args);
        } catch (error) {
          if (error instanceof Errno) throw error;
          reportFault(kernel, name, `${String(property)} threw ${describe(error)}`);
          active = makeOurs();
          const ours: unknown = Reflect.get(active, property, active);
          return typeof ours === "function" ? Reflect.apply(ours, active, args) : undefined;
        }
      };
    },
  });
}

/** The port table of one protocol. */
export function guardedPortTable(
  kernel: Kernel,
  modules: NetModules,
  rules: PortRules,
  random: RandomSource,
): PortTable {
  const { portTable: ours } = standardNetModules;
  if (modules.portTable === ours) return ours(rules, random);
  return guarded(
    kernel,
    "portTable",
    () => modules.portTable(rules, random),
    () => ours(rules, random),
  );
}

/** The checksum is called for every packet, so only a replacement is wrapped. A wrong sum isn't noticed here: the peer will drop. */
export function guardedChecksum(kernel: Kernel, checksum: InternetChecksum): InternetChecksum {
  if (checksum === internetChecksum) return checksum;
  let active = checksum;
  return (data, from, to, initial) => {
    try {
      return active(data, from, to, initial);
    } catch (error) {
      reportFault(kernel, "checksum", `it threw ${describe(error)}`);
      active = internetChecksum;
      return active(data, from, to, initial);
    }
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
