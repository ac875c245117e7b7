/**
 * When to give up: how long a peer may be silent before its connection ends with ETIMEDOUT.
 *
 * Administrators count it in timeouts that double from one to the next (net.ipv4.tcp_retries2), programs in milliseconds
 * (TCP_USER_TIMEOUT). RFC 9293 asks for at least 100 seconds (R2); Linux's 15 timeouts are a quarter of an hour.
 *
 * Source: RFC 9293 section 3.8.3; tcp_write_timeout, tcp_model_timeout, tcp_orphan_retries, tcp_clamp_rto_to_user_timeout in
 * net/ipv4/tcp_timer.c.
 */
import { MILLISECOND, type Nanoseconds } from "../../../world/clock";
import { TICK } from "../../tick";
import type { TcpSettings } from "../settings";
import type { TcpSysctl } from "../sysctl";
import type { Tcb } from "../tcb";
import { INITIAL_RTO, MIN_RTO } from "./retransmission-timer";

/** What tcp_orphan_retries = 0 means. */
const ORPHAN_RETRIES = 8;

/** Timeouts, or probes, that may pass without an answer; fewer when no program has the socket open any more. */
export function retriesAllowed(tcb: Tcb): number {
  const { tcp_retries2, tcp_orphan_retries } = tcb.host.sysctl;
  return tcb.owner.dead ? tcp_orphan_retries || ORPHAN_RETRIES : tcp_retries2;
}

/** How long it is from one retransmission to the next at most: TCP_RTO_MAX_MS, or the machine's (tcp_rto_max). */
export function longestTimeout(settings: TcpSettings, sysctl: TcpSysctl): Nanoseconds {
  return settings.longestTimeout || sysctl.tcp_rto_max_ms * MILLISECOND;
}

/** Has it gone on for too long since the first retransmission (tcp_write_timeout)? */
export function isGivenUp(tcb: Tcb): boolean {
  const { firstRetransmissionAt } = tcb.undo;
  if (firstRetransmissionAt === null || tcb.retransmits === 0) return false;
  return (
    tcb.now - firstRetransmissionAt >= (tcb.settings.userTimeout || timeToGiveUp(tcb, retriesAllowed(tcb), MIN_RTO))
  );
}

/** The same for a SYN: so many times, those that are a second apart included, or for as long as they would take. */
export function isSynGivenUp(tcb: Tcb, linear: number): boolean {
  const retries = tcb.settings.synRetries || tcb.host.sysctl.tcp_syn_retries;
  if (tcb.retransmits >= retries + linear) return true;
  // When the first one left.
  const since = tcb.lastSent;
  return (
    tcb.retransmits > 0 && tcb.now - since >= (tcb.settings.userTimeout || timeToGiveUp(tcb, retries, INITIAL_RTO))
  );
}

/** The next try no later than TCP_USER_TIMEOUT allows (tcp_clamp_rto_to_user_timeout). */
export function withinUserTimeout(tcb: Tcb, since: Nanoseconds | null, span: Nanoseconds): Nanoseconds {
  const { userTimeout } = tcb.settings;
  if (userTimeout === 0 || since === null) return span;
  return Math.min(span, Math.max(userTimeout - (tcb.now - since), TICK));
}

/**
 * How long so many timeouts take, doubling from the first, to the largest: 924.6 s for 15 that begin with the smallest
 * (tcp_model_timeout).
 */
function timeToGiveUp(tcb: Tcb, retries: number, first: Nanoseconds): Nanoseconds {
  const longest = longestTimeout(tcb.settings, tcb.host.sysctl);
  const doublings = Math.floor(Math.log2(longest / first));
  if (retries <= doublings) return (2 ** (retries + 1) - 1) * first;
  return (2 ** (doublings + 1) - 1) * first + (retries - doublings) * longest;
}
