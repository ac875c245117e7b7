/**
 * The ARP cache: which card has which address, as far as this host knows.
 *
 * An entry is good for a while after it was confirmed ("fresh"). After that it is still used, because it is probably right, but
 * whoever uses it should ask again.
 *
 * **A module:** `world.host(name, { modules: { arpCache: () => mine } })`; one per device.
 *
 * Source: RFC 826; arp(7) (base_reachable_time).
 */
import { type Nanoseconds, SECOND } from "../../world/clock";
import type { Ipv4Address, MacAddress } from "../addresses";

/** base_reachable_time. Linux takes a random time around it, from half of it to one and a half. */
export const REACHABLE_TIME: Nanoseconds = 30 * SECOND;

/** What is known of a neighbour. */
export interface ArpCacheEntry {
  /** The card that has the address. */
  readonly mac: MacAddress;
  /** Confirmed less than REACHABLE_TIME ago. */
  readonly fresh: boolean;
}

/** The contract of the module. Times are nanoseconds since the world began. */
export interface ArpCache {
  /** What is known of this neighbour at the time `now`; null when nothing. */
  lookup(address: Ipv4Address, now: Nanoseconds): ArpCacheEntry | null;
  /**
   * The neighbour has this card. `confirmed`: it has answered a question of ours, so it hears us; else it only said so, and the
   * entry isn't fresh because of it. An entry that is fresh with the same card stays so.
   */
  learn(address: Ipv4Address, mac: MacAddress, now: Nanoseconds, confirmed: boolean): void;
  /** It doesn't answer any more. */
  forget(address: Ipv4Address): void;
}

export class StandardArpCache implements ArpCache {
  private readonly entries = new Map<Ipv4Address, { readonly mac: MacAddress; readonly confirmed: Nanoseconds }>();

  lookup(address: Ipv4Address, now: Nanoseconds): ArpCacheEntry | null {
    const entry = this.entries.get(address);
    if (entry === undefined) return null;
    return { mac: entry.mac, fresh: now - entry.confirmed < REACHABLE_TIME };
  }

  learn(address: Ipv4Address, mac: MacAddress, now: Nanoseconds, confirmed: boolean): void {
    const entry = this.entries.get(address);
    if (confirmed) this.entries.set(address, { mac, confirmed: now });
    else if (entry?.mac !== mac) this.entries.set(address, { mac, confirmed: Number.NEGATIVE_INFINITY });
  }

  forget(address: Ipv4Address): void {
    this.entries.delete(address);
  }
}
