/**
 * Who has which port: the rules of bind(2).
 *
 * A port belongs to a protocol, and within it to whoever bound it first, unless both sides agree to share. Two sockets are in each
 * other's way when they want the same port at overlapping addresses; 0.0.0.0 overlaps with every address.
 *
 * | both have set | TCP | UDP |
 * | --- | --- | --- |
 * | SO_REUSEADDR | shared, unless one of them listens | shared; the newest gets the datagrams |
 * | SO_REUSEPORT | shared; connections are spread over the listeners | shared; datagrams are spread |
 *
 * A port that the kernel picks is in net.ipv4.ip_local_port_range: bind prefers odd ones, connect even ones, so that they don't
 * get in each other's way.
 *
 * **A module:** `world.host(name, { modules: { portTable: (rules) => mine } })`. **Not modelled:** SO_BINDTODEVICE, users.
 *
 * Source: ip(7), socket(7), net/ipv4/inet_connection_sock.c (inet_csk_get_port, inet_bind_conflict), net/ipv4/udp.c
 * (udp_lib_get_port), net/ipv4/inet_hashtables.c (__inet_hash_connect).
 */
import { EADDRINUSE, EADDRNOTAVAIL } from "../../sys/errno";
import { IPV4_ANY, type Ipv4Address } from "../addresses";
import type { RandomSource } from "../network-options";
import type { SocketOptions } from "../socket-options";

/** net.ipv4.ip_local_port_range: the first, and the one behind the last. */
export const FIRST_EPHEMERAL = 32_768;
export const LAST_EPHEMERAL = 60_999;

/** What the tables need to know of a socket. A connection in TIME_WAIT is one too. */
export interface PortHolder {
  readonly name: string;
  /** The address it receives at; 0.0.0.0 for any. */
  readonly local: Ipv4Address;
  readonly localPort: number;
  /** 0.0.0.0 and 0 while it isn't connected. */
  readonly remote: Ipv4Address;
  readonly remotePort: number;
  readonly options: Pick<SocketOptions, "reuseAddress" | "reusePort">;
  readonly listening: boolean;
}

/** In which the protocols differ. */
export type PortRules = "tcp" | "udp";

/** The contract of the module. `address` is where the socket is going to receive. */
export interface PortTable {
  /** Takes a port, or for port 0 one that is free, and returns it. Throws EADDRINUSE. */
  bind(holder: PortHolder, address: Ipv4Address, port: number): number;
  /**
   * Takes a port for a socket that connects without having bound: any port that nobody bound, and for which `isFree` says that
   * this connection doesn't exist yet. Several connections may so have one port. Throws EADDRNOTAVAIL.
   */
  bindForConnect(holder: PortHolder, address: Ipv4Address, isFree: (port: number) => boolean): number;
  /** Takes the same port as another holder, unasked: an accepted connection's, a connection that waits in TIME_WAIT. */
  share(holder: PortHolder, address: Ipv4Address, port: number): void;
  /** May this holder, which has its port, begin to listen? */
  mayListen(holder: PortHolder): boolean;
  release(holder: PortHolder): void;
}

/** What a holder has. */
interface Binding {
  readonly port: number;
  readonly address: Ipv4Address;
  /** Taken by connect: in nobody's way but that of bind. */
  readonly byConnect: boolean;
}

/** Everybody at one port. A listener's port has a holder for each accepted connection. */
interface Port {
  readonly holders: Set<PortHolder>;
  /** How many of them didn't get it by connect. */
  bound: number;
}

function overlap(a: Ipv4Address, b: Ipv4Address): boolean {
  return a === b || a === IPV4_ANY || b === IPV4_ANY;
}

export class StandardPortTable implements PortTable {
  private readonly ports = new Map<number, Port>();
  private readonly bindings = new Map<PortHolder, Binding>();

  constructor(
    private readonly rules: PortRules,
    private readonly random: RandomSource,
  ) {}

  bind(holder: PortHolder, address: Ipv4Address, port: number): number {
    const free = (candidate: number) => !this.inTheWay(holder, address, candidate, true);
    const found = port === 0 ? this.findFree(free, 1) : port;
    if (found === null || (port !== 0 && this.inTheWay(holder, address, port, false))) throw EADDRINUSE;
    this.add(holder, { port: found, address, byConnect: false });
    return found;
  }

  bindForConnect(holder: PortHolder, address: Ipv4Address, isFree: (port: number) => boolean): number {
    const unbound = (port: number) => (this.ports.get(port)?.bound ?? 0) === 0;
    const port = this.findFree((candidate) => unbound(candidate) && isFree(candidate), 0);
    if (port === null) throw EADDRNOTAVAIL;
    this.add(holder, { port, address, byConnect: true });
    return port;
  }

  share(holder: PortHolder, address: Ipv4Address, port: number): void {
    const byConnect = (this.ports.get(port)?.bound ?? 0) === 0;
    this.add(holder, { port, address, byConnect });
  }

  mayListen(holder: PortHolder): boolean {
    const own = this.bindings.get(holder);
    return own !== undefined && !this.inTheWay(holder, own.address, own.port, false);
  }

  release(holder: PortHolder): void {
    const binding = this.bindings.get(holder);
    if (binding === undefined) return;
    this.bindings.delete(holder);
    const port = this.ports.get(binding.port);
    if (port === undefined) return;
    port.holders.delete(holder);
    if (!binding.byConnect) port.bound--;
    if (port.holders.size === 0) this.ports.delete(binding.port);
  }

  private add(holder: PortHolder, binding: Binding): void {
    let port = this.ports.get(binding.port);
    if (port === undefined) {
      port = { holders: new Set(), bound: 0 };
      this.ports.set(binding.port, port);
    }
    port.holders.add(holder);
    if (!binding.byConnect) port.bound++;
    this.bindings.set(holder, binding);
  }

  /** Is somebody there who doesn't want to share? A port that the kernel picks (`picked`) is shared with nobody. */
  private inTheWay(holder: PortHolder, address: Ipv4Address, port: number, picked: boolean): boolean {
    for (const other of this.ports.get(port)?.holders ?? []) {
      if (other === holder) continue;
      const theirs = this.bindings.get(other);
      if (theirs === undefined || !overlap(theirs.address, address)) continue;
      if (picked || !this.mayShare(holder, other)) return true;
    }
    return false;
  }

  private mayShare(holder: PortHolder, other: PortHolder): boolean {
    const reuseAddress = holder.options.reuseAddress && other.options.reuseAddress;
    if (reuseAddress && (this.rules === "udp" || !other.listening)) return true;
    return holder.options.reusePort && other.options.reusePort;
  }

  /** A usable port, beginning at random and preferring those with this parity; null when there is none. */
  private findFree(usable: (port: number) => boolean, parity: 0 | 1): number | null {
    const count = LAST_EPHEMERAL + 1 - FIRST_EPHEMERAL;
    const begin = Math.floor((this.random.uint32() / 0x1_0000_0000) * count) & ~1;
    for (const odd of [parity, 1 - parity]) {
      for (let i = 0; i < count; i += 2) {
        const port = FIRST_EPHEMERAL + ((begin + i) % count) + odd;
        if (usable(port)) return port;
      }
    }
    return null;
  }
}
