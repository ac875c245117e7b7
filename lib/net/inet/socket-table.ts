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
  /** No more packets are for it. Its four numbers are still those with which it was added. */
  remove(holder: Holder): void;
  /** The socket for a packet that came from `remote` to `local`; null when there is none. */
  lookup(local: Ipv4Address, localPort: number, remote: Ipv4Address, remotePort: number): Holder | null;
  /** Only a socket that is connected to exactly these. */
  lookupConnected(local: Ipv4Address, localPort: number, remote: Ipv4Address, remotePort: number): Holder | null;
}

/** How many slots there are at first; a power of two. */
const FIRST_SLOTS = 64;

/** Mixes an address and a port into 32 bits, signed. */
function mix(address: number, port: number): number {
  const mixed = Math.imul(address ^ Math.imul(port, 0x9e3779b1), 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
}

/**
 * Mixes the four numbers into 32 bits, signed (in the manner of MurmurHash3). It is the same seen from the other end: where both ends are
 * on one machine they stand side by side, and a segment's answer finds its socket in memory that was fetched a moment ago. Of a
 * hundred thousand connections over loopback a message costs a tenth less.
 */
function hash(local: number, localPort: number, remote: number, remotePort: number): number {
  let h = (mix(local, localPort) + mix(remote, remotePort)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function hashOf({ local, localPort, remote, remotePort }: PortHolder): number {
  return hash(local, localPort, remote, remotePort);
}

function isConnected(holder: PortHolder): boolean {
  return holder.remotePort !== 0 || holder.remote !== IPV4_ANY;
}

export class SocketTable<Holder extends PortHolder = PortHolder> implements Demultiplexer<Holder> {
  /**
   * Connected ones. Each stands in the slot that its numbers hash to, or in the next free one behind it. The number of slots is a
   * power of two, and at most half of them are taken. Linux has chains instead; without them there is nothing to allocate.
   */
  private slots: (Holder | null)[] = new Array(FIRST_SLOTS).fill(null);
  /** The hash of the one in each slot: who looks for another needn't fetch it from memory. */
  private hashes = new Int32Array(FIRST_SLOTS);
  private connected = 0;
  /** The others by port, newest first. */
  private readonly bound = new Map<number, Holder[]>();

  add(holder: Holder): void {
    if (isConnected(holder)) {
      if (2 * (this.connected + 1) > this.slots.length) this.grow();
      this.put(holder, hashOf(holder));
      this.connected++;
      return;
    }
    const there = this.bound.get(holder.localPort);
    if (there === undefined) this.bound.set(holder.localPort, [holder]);
    else there.unshift(holder);
  }

  remove(holder: Holder): void {
    if (isConnected(holder)) {
      this.takeOut(holder);
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
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    const wanted = hash(local, localPort, remote, remotePort);
    let slot = wanted & mask;
    for (let holder = slots[slot]; holder !== null; holder = slots[slot]) {
      if (
        hashes[slot] === wanted &&
        holder.remotePort === remotePort &&
        holder.localPort === localPort &&
        holder.remote === remote &&
        holder.local === local
      )
        return holder;
      slot = (slot + 1) & mask;
    }
    return null;
  }

  private lookupBound(local: Ipv4Address, localPort: number, remote: Ipv4Address, remotePort: number): Holder | null {
    const there = this.bound.get(localPort);
    if (there === undefined) return null;
    const best = newestAt(there, local) ?? newestAt(there, IPV4_ANY);
    if (best === null || !best.options.reusePort) return best;
    const group = there.filter((holder) => holder.options.reusePort && holder.local === best.local);
    const chosen = Math.floor(((hash(local, localPort, remote, remotePort) >>> 0) / 0x1_0000_0000) * group.length);
    return group[group.length - 1 - chosen];
  }

  private put(holder: Holder, hashed: number): void {
    const mask = this.slots.length - 1;
    let slot = hashed & mask;
    while (this.slots[slot] !== null) slot = (slot + 1) & mask;
    this.slots[slot] = holder;
    this.hashes[slot] = hashed;
  }

  private takeOut(holder: Holder): void {
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    let gap = hashOf(holder) & mask;
    while (slots[gap] !== holder) {
      if (slots[gap] === null) return;
      gap = (gap + 1) & mask;
    }
    this.connected--;
    // Nobody may be separated by the gap from the slot where the search for it begins; so it wanders on until a free slot.
    for (let slot = (gap + 1) & mask; slots[slot] !== null; slot = (slot + 1) & mask) {
      const fromHome = (slot - hashes[slot]) & mask;
      if (fromHome < ((slot - gap) & mask)) continue;
      slots[gap] = slots[slot];
      hashes[gap] = hashes[slot];
      gap = slot;
    }
    slots[gap] = null;
  }

  private grow(): void {
    const { slots, hashes } = this;
    this.slots = new Array(slots.length * 2).fill(null);
    this.hashes = new Int32Array(slots.length * 2);
    for (const [slot, holder] of slots.entries()) if (holder !== null) this.put(holder, hashes[slot]);
  }
}

function newestAt<Holder extends PortHolder>(holders: readonly Holder[], local: Ipv4Address): Holder | null {
  for (const holder of holders) if (holder.local === local) return holder;
  return null;
}
