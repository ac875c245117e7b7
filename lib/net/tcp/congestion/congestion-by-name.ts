/** Congestion controls by the name that TCP_CONGESTION gives them; tcp_ca_find in net/ipv4/tcp_cong.c. */
import type { CongestionControl } from "./congestion-control";
import { Cubic } from "./cubic";
import { Reno } from "./reno";

const byName = new Map<string, () => CongestionControl>([
  ["cubic", () => new Cubic()],
  ["reno", () => new Reno()],
]);

/** A new one of this name; null when there is none, or no name. */
export function congestionControlOf(name: string | null): CongestionControl | null {
  return name === null ? null : (byName.get(name)?.() ?? null);
}
