/**
 * How many segments may leave as one run (segment-run.ts).
 *
 * A run saves work, but it is also a burst: nothing else gets onto the wire meanwhile, and its acknowledgement comes for all of it at
 * once. So it is made no longer than what the connection sends in about a millisecond; where the peer is near, bursts do no harm, and it
 * may be longer.
 *
 * What the program has written in smaller portions is put together for it (tcp_grow_skb).
 *
 * **Not modelled:** runs over loopback that one packet can't carry, once half of the peer's window doesn't bound the segments any more. The
 * real machine shows how such a run is cut with `tcpdump -i lo`.
 *
 * Source: tcp_tso_autosize in net/ipv4/tcp_output.c, tcp_update_pacing_rate in tcp_input.c.
 */
import { MICROSECOND, SECOND } from "../../../world/clock";
import { MAX_OPTIONS_LENGTH, TIMESTAMPS_LENGTH } from "../header-options";
import type { Tcb } from "../tcb";
import { wholeMss } from "./mss";

/** In 2⁻¹⁰ seconds: how much of the rate a run may be (sk_pacing_shift). */
const RUNS_PER_SECOND = 1024;
/** One bit of the longest run is taken off for each 512 microseconds of round-trip time (net.ipv4.tcp_tso_rtt_log = 9). */
const NEAR = 512 * MICROSECOND;

/**
 * In bytes: a whole number of segments. While half of the peer's window is what bounds a segment, these are two at least, even where one
 * packet can't carry both, as on loopback. For larger windows that would cost the model two thirds of its speed there.
 */
export function runSize(tcb: Tcb, mss: number): number {
  const { largestRun, sysctl } = tcb.host;
  const least = sysctl.tcp_min_tso_segs;
  const burst = Math.max(Math.floor(burstSize(tcb, mss, largestRun) / mss), least);
  const segments = Math.min(Math.floor(largestPacket(tcb) / mss), burst);
  const small = largestRun > 0 && segments < least && mss < wholeMss(tcb);
  return (small ? least : segments) * mss;
}

/** How much one packet can carry, in bytes. A run of very large segments may be more: then each goes by itself (gso_features_check). */
export function largestPacket(tcb: Tcb): number {
  return tcb.host.largestRun + spareHeader(tcb);
}

/** What of the longest header isn't used while nothing has arrived out of order: then timestamps are the only option. */
function spareHeader({ host, hasGap, dsack, timestamps }: Tcb): number {
  const tells = hasGap || dsack !== null;
  return host.largestRun === 0 || tells ? 0 : MAX_OPTIONS_LENGTH - (timestamps ? TIMESTAMPS_LENGTH : 0);
}

function burstSize(tcb: Tcb, mss: number, largestRun: number): number {
  const { minRtt, rtt } = tcb;
  if (rtt.srtt === 0) return largestRun;
  const distance = Math.floor(minRtt / NEAR);
  const near = distance < 32 ? largestRun >>> distance : 0;
  return Math.min(sendRate(tcb, mss) / RUNS_PER_SECOND + near, largestRun);
}

/** How fast the connection may send, in bytes a second (sk_pacing_rate); Infinity before anything was measured. */
export function sendRate(tcb: Tcb, mss: number): number {
  const { rtt, cwnd } = tcb;
  if (rtt.srtt === 0) return Number.POSITIVE_INFINITY;
  // Twice the rate at which the window is acknowledged while it grows fast, a fifth more later (tcp_pacing_ss_ratio, _ca_ratio).
  const { tcp_pacing_ss_ratio, tcp_pacing_ca_ratio } = tcb.host.sysctl;
  const ratio = (cwnd < tcb.congestionWindow.ssthresh / 2 ? tcp_pacing_ss_ratio : tcp_pacing_ca_ratio) / 100;
  return (mss * Math.max(cwnd, tcb.packetsOut) * ratio * SECOND) / rtt.srtt;
}
