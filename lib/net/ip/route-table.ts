/**
 * Our route table: a list per prefix length, longest first, each a hash table by network.
 *
 * A lookup asks at most 33 times, and only for lengths that occur. Linux uses a compressed trie, which is faster with a million
 * routes and no clearer with ten.
 *
 * Source: net/ipv4/fib_trie.c (fib_table_lookup), and its predecessor fib_hash.c, which was this.
 */
import { type Ipv4Address, networkOf } from "../addresses";
import type { RouteEntry, RouteTable } from "./route";

export class LongestPrefixTable implements RouteTable {
  /** By prefix length, longest first; then by network; then by metric, smallest first. */
  private readonly lengths: { readonly length: number; readonly networks: Map<Ipv4Address, RouteEntry[]> }[] = [];

  add(entry: RouteEntry): void {
    let level = this.lengths.find(({ length }) => length === entry.length);
    if (level === undefined) {
      level = { length: entry.length, networks: new Map() };
      this.lengths.push(level);
      this.lengths.sort((a, b) => b.length - a.length);
    }
    const network = networkOf(entry.destination, entry.length);
    const entries = level.networks.get(network) ?? [];
    entries.push(entry);
    entries.sort((a, b) => a.metric - b.metric);
    level.networks.set(network, entries);
  }

  remove(entry: RouteEntry): void {
    const level = this.lengths.find(({ length }) => length === entry.length);
    const network = networkOf(entry.destination, entry.length);
    const left = (level?.networks.get(network) ?? []).filter((other) => other !== entry);
    if (left.length > 0) level?.networks.set(network, left);
    else level?.networks.delete(network);
  }

  lookup(destination: Ipv4Address): RouteEntry | null {
    for (const { length, networks } of this.lengths) {
      const entries = networks.get(networkOf(destination, length));
      if (entries !== undefined) return entries[0];
    }
    return null;
  }
}
