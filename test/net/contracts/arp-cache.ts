/** What any ARP cache must do. An exercise's answer is held to the same. */
import { expect } from "vitest";
import { ipv4Address, macAddress } from "../../../lib/net/addresses";
import { type ArpCache, REACHABLE_TIME } from "../../../lib/net/arp/arp-cache";
import { SECOND } from "../../../lib/world/clock";
import { asTest, type Case } from "./cases";

const bob = ipv4Address("10.0.0.2");
const card = macAddress("02:00:00:00:00:02");
const otherCard = macAddress("02:00:00:00:00:99");

export function arpCacheContract(make: () => ArpCache, test: Case = asTest): void {
  test("knows nobody at first, and only who was learned", () => {
    const cache = make();
    expect(cache.lookup(bob, 0)).toBeNull();
    cache.learn(bob, card, 0, true);
    expect(cache.lookup(ipv4Address("10.0.0.3"), 0)).toBeNull();
    expect(cache.lookup(bob, SECOND)).toEqual({ mac: card, fresh: true });
  });

  test("an entry gets old, and fresh again when confirmed", () => {
    const cache = make();
    cache.learn(bob, card, 0, true);
    expect(cache.lookup(bob, REACHABLE_TIME - 1)).toEqual({ mac: card, fresh: true });
    expect(cache.lookup(bob, REACHABLE_TIME)).toEqual({ mac: card, fresh: false });
    cache.learn(bob, card, REACHABLE_TIME, true);
    expect(cache.lookup(bob, REACHABLE_TIME + SECOND)).toEqual({ mac: card, fresh: true });
  });

  test("who wasn't confirmed isn't fresh, but doesn't make a fresh entry old", () => {
    const cache = make();
    cache.learn(bob, card, 0, false);
    expect(cache.lookup(bob, 0)).toEqual({ mac: card, fresh: false });
    cache.learn(bob, card, SECOND, true);
    cache.learn(bob, card, 2 * SECOND, false);
    expect(cache.lookup(bob, 2 * SECOND)).toEqual({ mac: card, fresh: true });
  });

  test("another card takes the place of the first", () => {
    const cache = make();
    cache.learn(bob, card, 0, true);
    cache.learn(bob, otherCard, SECOND, false);
    expect(cache.lookup(bob, SECOND)).toEqual({ mac: otherCard, fresh: false });
    cache.forget(bob);
    expect(cache.lookup(bob, SECOND)).toBeNull();
  });
}
