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
 * get in each other's way. bind looks from a random place on; connect begins at a random place and goes on from where it found the
 * last one, so that it doesn't pass again by all those that are taken (RFC 6056 section 3.3.3). It takes one that nobody has, and
 * shares one with a connection to somebody else only when there is none.
 *
 * **A module:** `world.host(name, { modules: { portTable: (rules) => mine } })`.
 *
 * **Not modelled:** SO_BINDTODEVICE, users (whose ports are below 1,024, and who may share by SO_REUSEPORT), another place to begin for
 * each destination. The real machine shows ports with `ss -ane`.
 *
 * Source: ip(7), socket(7), net/ipv4/inet_connection_sock.c (inet_csk_get_port, inet_bind_conflict), net/ipv4/udp.c
 * (udp_lib_get_port), net/ipv4/inet_hashtables.c (__inet_hash_connect).
 */
import { EADDRINUSE, EADDRNOTAVAIL } from "../../sys/errno";
import { IPV4_ANY, type Ipv4Address } from "../addresses";
import type { RandomSource } from "../network-options";
import type { SocketOptions } from "../socket/socket-options";
import { PortSet } from "./port-set";

/** net.ipv4.ip_local_port_range: the first and the last of the ports that the kernel picks from. */
export const FIRST_EPHEMERAL = 32_768;
export const LAST_EPHEMERAL = 60_999;

/** What the tables need to know of a socket. A connection in TIME_WAIT is one too. */
export interface PortHolder {
  /** For traces, for example "socket 3". */
  readonly name: string;
  /** The address it receives at; 0.0.0.0 for any. It may change while the holder has its port. */
  readonly local: Ipv4Address;
  /** 0 while it has none. */
  readonly localPort: number;
  /** 0.0.0.0 and 0 while it isn't connected. */
  readonly remote: Ipv4Address;
  /** 0 while it isn't connected. */
  readonly remotePort: number;
  /** With whom it is ready to share its port. */
  readonly options: Pick<SocketOptions, "reuseAddress" | "reusePort">;
  /** Does it take connections? */
  readonly listening: boolean;
  /** Where the port table keeps what it knows of this holder (icsk_bind_hash and sk_bind_node in Linux). */
  atPort?: object | null;
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
  /** The holder gives its port back; one that has none changes nothing. */
  release(holder: PortHolder): void;
}

/** By which call a holder got its port. */
type Taker = "bind" | "connect";

/** A holder's place at its port: one link of the list of all who are there. */
class Place {
  previous: Place | null = null;
  next: Place | null = null;

  constructor(
    readonly holder: PortHolder,
    readonly port: Port,
    /** Taken by connect, it is in nobody's way but that of bind. */
    readonly takenBy: Taker,
  ) {}
}

/** Everybody at one port (struct inet_bind_bucket). A listener's port has a place for each accepted connection. */
class Port {
  first: Place | null = null;
  /** How many of them didn't get it by connect. */
  bound = 0;

  constructor(readonly number: number) {}
}

function overlap(a: Ipv4Address, b: Ipv4Address): boolean {
  return a === b || a === IPV4_ANY || b === IPV4_ANY;
}

/** How many ports the kernel picks from. */
const EPHEMERAL = LAST_EPHEMERAL + 1 - FIRST_EPHEMERAL;

export class StandardPortTable implements PortTable {
  /** By the number's high byte, then by its low byte: a table of 65,536 that is only as large as what is in use. */
  private readonly ports: (Port | null)[][] = [];
  /** Those of them that somebody has. */
  private readonly taken = new PortSet();
  /** Where connect looks next: an even offset into the ephemeral ports (table_perturb in Linux). */
  private nextForConnect = -1;

  constructor(
    private readonly rules: PortRules,
    private readonly random: RandomSource,
  ) {}

  bind(holder: PortHolder, address: Ipv4Address, port: number): number {
    const found = port === 0 ? this.pick(holder, address) : port;
    if (port !== 0 && this.inTheWay(holder, address, port)) throw EADDRINUSE;
    this.add(holder, found, "bind");
    return found;
  }

  /** A free port at random, an odd one if there is one. */
  private pick(holder: PortHolder, address: Ipv4Address): number {
    const begin = this.randomOffset();
    for (let i = 0; i < EPHEMERAL; i++) {
      const port = nth(begin, i, 1);
      if (!this.anybodyAt(holder, address, port)) return port;
    }
    throw EADDRINUSE;
  }

  bindForConnect(holder: PortHolder, _address: Ipv4Address, isFree: (port: number) => boolean): number {
    if (this.nextForConnect < 0) this.nextForConnect = this.randomOffset();
    const port = this.nobodys(0, isFree) || this.nobodys(1, isFree) || this.shareable(isFree);
    if (port === 0) throw EADDRNOTAVAIL;
    // The next even one, whichever this is.
    this.nextForConnect = ((port & ~1) + 2 - FIRST_EPHEMERAL) % EPHEMERAL;
    this.add(holder, port, "connect");
    return port;
  }

  /** A port of this parity that nobody has, from where connect looks next on and around; 0 when there is none. */
  private nobodys(parity: 0 | 1, isFree: (port: number) => boolean): number {
    const begin = FIRST_EPHEMERAL + this.nextForConnect;
    return (
      this.taken.firstMissing(begin + parity, LAST_EPHEMERAL, isFree) ||
      this.taken.firstMissing(FIRST_EPHEMERAL + parity, begin - 1, isFree)
    );
  }

  /** A port that only others have who got it by connect as well, and that this connection can share with them. */
  private shareable(isFree: (port: number) => boolean): number {
    for (let i = 0; i < EPHEMERAL; i++) {
      const port = nth(this.nextForConnect, i, 0);
      if ((this.at(port)?.bound ?? 0) === 0 && isFree(port)) return port;
    }
    return 0;
  }

  private randomOffset(): number {
    return Math.floor((this.random.uint32() / 0x1_0000_0000) * EPHEMERAL) & ~1;
  }

  share(holder: PortHolder, _address: Ipv4Address, port: number): void {
    this.add(holder, port, (this.at(port)?.bound ?? 0) === 0 ? "connect" : "bind");
  }

  mayListen(holder: PortHolder): boolean {
    const { atPort: place } = holder;
    return place instanceof Place && !this.inTheWay(holder, holder.local, place.port.number);
  }

  release(holder: PortHolder): void {
    const { atPort: place } = holder;
    if (!(place instanceof Place)) return;
    holder.atPort = null;
    const { port, previous, next } = place;
    if (previous === null) port.first = next;
    else previous.next = next;
    if (next !== null) next.previous = previous;
    if (place.takenBy === "bind") port.bound--;
    if (port.first !== null) return;
    this.ports[port.number >> 8][port.number & 0xff] = null;
    this.taken.delete(port.number);
  }

  private at(port: number): Port | null {
    return this.ports[port >> 8]?.[port & 0xff] ?? null;
  }

  private add(holder: PortHolder, number: number, takenBy: Taker): void {
    let port = this.at(number);
    if (port === null) {
      port = new Port(number);
      this.ports[number >> 8] ??= new Array(256).fill(null);
      this.ports[number >> 8][number & 0xff] = port;
      this.taken.add(number);
    }
    const place = new Place(holder, port, takenBy);
    place.next = port.first;
    if (port.first !== null) port.first.previous = place;
    port.first = place;
    if (takenBy === "bind") port.bound++;
    holder.atPort = place;
  }

  /** Is somebody there who doesn't want to share (inet_bind_conflict)? */
  private inTheWay(holder: PortHolder, address: Ipv4Address, port: number): boolean {
    return this.someAt(holder, address, port, (other) => !this.mayShare(holder, other));
  }

  /** Is anybody there? A port that the kernel picks is shared with nobody. */
  private anybodyAt(holder: PortHolder, address: Ipv4Address, port: number): boolean {
    return this.someAt(holder, address, port, () => true);
  }

  /**
   * Is there one like this among the others at an address that overlaps? What counts is where they receive now: who was bound to any
   * address has but one once it is connected (inet_bhash2_update_saddr).
   */
  private someAt(
    holder: PortHolder,
    address: Ipv4Address,
    port: number,
    isLike: (other: PortHolder) => boolean,
  ): boolean {
    let place = this.at(port)?.first ?? null;
    for (; place !== null; place = place.next) {
      const other = place.holder;
      if (other !== holder && overlap(other.local, address) && isLike(other)) return true;
    }
    return false;
  }

  private mayShare(holder: PortHolder, other: PortHolder): boolean {
    const reuseAddress = holder.options.reuseAddress && other.options.reuseAddress;
    if (reuseAddress && (this.rules === "udp" || !other.listening)) return true;
    return holder.options.reusePort && other.options.reusePort;
  }
}

/** The ephemeral ports in the order in which they are tried: from `begin` on around all of one parity, then the others. */
function nth(begin: number, i: number, parity: 0 | 1): number {
  const half = EPHEMERAL / 2;
  const odd = i < half ? parity : 1 - parity;
  return FIRST_EPHEMERAL + ((begin + 2 * (i < half ? i : i - half)) % EPHEMERAL) + odd;
}
