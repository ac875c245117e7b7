/**
 * The demultiplexer: from the four numbers of a packet to the one socket that it is for.
 *
 * A packet carries two addresses and two ports. A socket that is connected to exactly this pair comes first. Otherwise it is
 * whoever is bound to the port it was sent to: one that is bound to the very address before one that is bound to any; among
 * equals the newest, or, when they share by SO_REUSEPORT, one chosen by the packet's numbers, so that one peer always meets the
 * same.
 *
 * Connected sockets stand in a hash table by all four numbers, which stays fast with a hundred thousand of them.
 *
 * **A module:** `world.host(name, { modules: { demultiplexer: () => mine } })`.
 *
 * Source: net/ipv4/inet_hashtables.c (__inet_lookup_established, __inet_lookup_listener), net/ipv4/udp.c (__udp4_lib_lookup).
 */
import { IPV4_ANY, type Ipv4Address } from "../addresses";
import type { PortHolder } from "./port-table";

/** The contract of the module. */
export interface Demultiplexer<Holder extends PortHolder = PortHolder> {
  /** From now on packets may be for it. Its four numbers don't change until it is removed. */
  add(holder: Holder): void;
  remove(holder: Holder): void;
  /** The socket for a packet that came from `remote` to `local`; null when there is none. */
  lookup(local: Ipv4Address, localPort: number, remote: Ipv4Address, remotePort: number): Holder | null;
  /** Only a socket that is connected to exactly these. */
  lookupConnected(local: Ipv4Address, localPort: number, remote: Ipv4Address, remotePort: number): Holder | null;
}

interface Entry<Holder> {
  readonly holder: Holder;
  next: Entry<Holder> | null;
}

const FIRST_BUCKETS = 64;

/** Mixes the four numbers into 32 bits (the finalizer of MurmurHash3). */
function hash(local: number, localPort: number, remote: number, remotePort: number): number {
  let h =
    Math.imul(local ^ Math.imul(remote, 0x9e3779b1), 0x85ebca6b) ^
    Math.imul((localPort << 16) ^ remotePort, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function isConnected(holder: PortHolder): boolean {
  return holder.remotePort !== 0 || holder.remote !== IPV4_ANY;
}

export class SocketTable<Holder extends PortHolder = PortHolder> implements Demultiplexer<Holder> {
  /** Connected ones, in chains; the number of chains is a power of two. */
  private chains: (Entry<Holder> | null)[] = new Array(FIRST_BUCKETS).fill(null);
  private connected = 0;
  /** The others by port, newest first. */
  private readonly bound = new Map<number, Holder[]>();

  add(holder: Holder): void {
    if (isConnected(holder)) {
      if (this.connected >= this.chains.length * 2) this.grow();
      this.link({ holder, next: null });
      this.connected++;
      return;
    }
    const there = this.bound.get(holder.localPort);
    if (there === undefined) this.bound.set(holder.localPort, [holder]);
    else there.unshift(holder);
  }

  remove(holder: Holder): void {
    if (isConnected(holder)) {
      this.unlink(holder);
      return;
    }
    const left = (this.bound.get(holder.localPort) ?? []).filter((other) => other !== holder);
    if (left.length === 0) this.bound.delete(holder.localPort);
    else this.bound.set(holder.localPort, left);
  }

  lookup(local: Ipv4Address, localPort: number, remote: Ipv4Address, remotePort: number): Holder | null {
    const connected = this.lookupConnected(local, localPort, remote, remotePort);
    return connected ?? this.lookupBound(local, localPort, remote, remotePort);
  }

  lookupConnected(local: Ipv4Address, localPort: number, remote: Ipv4Address, remotePort: number): Holder | null {
    let entry = this.chains[hash(local, localPort, remote, remotePort) & (this.chains.length - 1)];
    for (; entry !== null; entry = entry.next) {
      const { holder } = entry;
      if (
        holder.remotePort === remotePort &&
        holder.localPort === localPort &&
        holder.remote === remote &&
        holder.local === local
      )
        return holder;
    }
    return null;
  }

  private lookupBound(local: Ipv4Address, localPort: number, remote: Ipv4Address, remotePort: number): Holder | null {
    const there = this.bound.get(localPort);
    if (there === undefined) return null;
    const exact = there.find((holder) => holder.local === local);
    const best = exact ?? there.find((holder) => holder.local === IPV4_ANY) ?? null;
    if (best === null || !best.options.reusePort) return best;
    const group = there.filter((holder) => holder.options.reusePort && holder.local === best.local);
    const chosen = Math.floor((hash(local, localPort, remote, remotePort) / 0x1_0000_0000) * group.length);
    return group[group.length - 1 - chosen];
  }

  private chainOf({ local, localPort, remote, remotePort }: PortHolder): number {
    return hash(local, localPort, remote, remotePort) & (this.chains.length - 1);
  }

  private link(entry: Entry<Holder>): void {
    const chain = this.chainOf(entry.holder);
    entry.next = this.chains[chain];
    this.chains[chain] = entry;
  }

  private unlink(holder: Holder): void {
    const chain = this.chainOf(holder);
    let before: Entry<Holder> | null = null;
    for (let entry = this.chains[chain]; entry !== null; entry = entry.next) {
      if (entry.holder === holder) {
        if (before === null) this.chains[chain] = entry.next;
        else before.next = entry.next;
        this.connected--;
        return;
      }
      before = entry;
    }
  }

  private grow(): void {
    const old = this.chains;
    this.chains = new Array(old.length * 4).fill(null);
    for (let entry of old) {
      while (entry !== null) {
        const { next } = entry as Entry<Holder>;
        this.link(entry);
        entry = next;
      }
    }
  }
}
