/**
 * The retransmission timer has run out: nothing was heard for longer than the estimate allows.
 *
 * Everything on its way is taken for lost, the congestion window falls to one segment, the oldest segment is sent again, and the timer
 * waits twice as long. After a quarter of an hour without progress the connection is given up.
 *
 * Source: RFC 6298 section 5, RFC 5681 section 3.1, RFC 9293 section 3.8.3; tcp_retransmit_timer, tcp_write_timeout, tcp_enter_loss.
 */
import { ETIMEDOUT } from "../../../sys/errno";
import { MILLISECOND, type Nanoseconds } from "../../../world/clock";
import { TICK } from "../../tick";
import { fail } from "../close/abort";
import { enterLoss } from "../loss-recovery/loss";
import { retransmit } from "../loss-recovery/retransmit-lost";
import { sendSyn } from "../open/active-open";
import type { TcpSettings } from "../settings";
import { isOpening } from "../state";
import type { TcpSysctl } from "../sysctl";
import type { Tcb } from "../tcb";
import { INITIAL_RTO, MIN_RTO } from "./retransmission-timer";

/** What tcp_orphan_retries = 0 means. */
const ORPHAN_RETRIES = 8;

export function orphanRetries(tcb: Tcb): number {
  return tcb.host.sysctl.tcp_orphan_retries || ORPHAN_RETRIES;
}

export function retransmissionTimeout(tcb: Tcb): void {
  if (isOpening(tcb.state) || tcb.loss.synUnderWay) {
    synTimeout(tcb);
    return;
  }
  const first = tcb.sendQueue.firstUnacknowledged();
  if (first === undefined) return;
  if (givenUp(tcb)) {
    fail(tcb, tcb.owner.softError ?? ETIMEDOUT);
    return;
  }
  enterLoss(tcb);
  tcb.retransmits++;
  // RFC 6298 (5.4) "Retransmit the earliest segment that has not been acknowledged", (5.5) back off, (5.6) start the timer.
  retransmit(tcb, first);
  tcb.backOff++;
  tcb.rtt.backOff(longestTimeout(tcb.owner.settings, tcb.host.sysctl));
  tcb.timers.set("retransmit", withinUserTimeout(tcb, tcb.undo.firstRetransmissionAt, tcb.rtt.rto));
}

/** How long it is from one retransmission to the next at most (tcp_rto_max). */
export function longestTimeout(settings: TcpSettings, sysctl: TcpSysctl): Nanoseconds {
  return settings.longestTimeout || sysctl.tcp_rto_max_ms * MILLISECOND;
}

/** Has it gone on for too long since the first retransmission (tcp_write_timeout)? */
function givenUp(tcb: Tcb): boolean {
  const { firstRetransmissionAt } = tcb.undo;
  if (firstRetransmissionAt === null || tcb.retransmits === 0) return false;
  const retries = tcb.owner.dead ? orphanRetries(tcb) : tcb.host.sysctl.tcp_retries2;
  return (
    tcb.now - firstRetransmissionAt >=
    (tcb.settings.userTimeout || timeToGiveUp(retries, longestTimeout(tcb.settings, tcb.host.sysctl)))
  );
}

/** The next try no later than TCP_USER_TIMEOUT allows (tcp_clamp_rto_to_user_timeout). */
export function withinUserTimeout(tcb: Tcb, since: Nanoseconds | null, span: Nanoseconds): Nanoseconds {
  const { userTimeout } = tcb.settings;
  if (userTimeout === 0 || since === null) return span;
  return Math.min(span, Math.max(userTimeout - (tcb.now - since), TICK));
}

/**
 * How long so many timeouts take, doubling from the first RTO, at least the smallest, to the largest: 924.6 s for 15
 * (tcp_model_timeout).
 */
function timeToGiveUp(retries: number, longest: Nanoseconds, first = MIN_RTO): Nanoseconds {
  const doublings = Math.floor(Math.log2(longest / first));
  if (retries <= doublings) return (2 ** (retries + 1) - 1) * first;
  return (2 ** (doublings + 1) - 1) * first + (retries - doublings) * longest;
}

/** No answer to the SYN. A few times a second apart, then at growing intervals; so many times, or for as long as those would take. */
function synTimeout(tcb: Tcb): void {
  const { settings, host } = tcb;
  const linear = tcb.state === "SYN_SENT" ? host.sysctl.tcp_syn_linear_timeouts : 0;
  const retries = settings.synRetries || host.sysctl.tcp_syn_retries;
  const longest = longestTimeout(settings, host.sysctl);
  // When the first one left.
  const since = tcb.lastSent;
  const most = settings.userTimeout || timeToGiveUp(retries, longest, INITIAL_RTO);
  const over = tcb.retransmits >= retries + linear || (tcb.retransmits > 0 && tcb.now - since >= most);
  if (isOpening(tcb.state) ? over : givenUp(tcb)) {
    fail(tcb, tcb.owner.softError ?? ETIMEDOUT);
    return;
  }
  tcb.undo.firstRetransmissionAt ??= tcb.now;
  tcb.retransmits++;
  tcb.loss.totalRetransmits++;
  sendSyn(tcb);
  if (tcb.retransmits > linear) tcb.rtt.backOff(longest);
  tcb.timers.set("retransmit", withinUserTimeout(tcb, since, tcb.rtt.rto));
}
