/**
 * The retransmission timer has run out: nothing was heard for longer than the estimate allows.
 *
 * Everything on its way is taken for lost, the congestion window falls to one segment, the oldest segment is sent again, and the timer
 * waits twice as long. After a quarter of an hour without progress the connection is given up.
 *
 * Source: RFC 6298 section 5, RFC 5681 section 3.1, RFC 9293 section 3.8.3; tcp_retransmit_timer, tcp_write_timeout, tcp_enter_loss.
 */
import { ETIMEDOUT } from "../../sys/errno";
import { MILLISECOND, type Nanoseconds, SECOND } from "../../world/clock";
import { fail } from "./abort";
import { sendSyn } from "./active-open";
import { enterLoss, retransmitLost } from "./recovery";
import { MAX_RTO, MIN_RTO } from "./retransmission-timer";
import type { Tcb } from "./tcb";

/** What tcp_orphan_retries = 0 means. */
const ORPHAN_RETRIES = 8;

export function orphanRetries(tcb: Tcb): number {
  return tcb.host.sysctl.tcp_orphan_retries || ORPHAN_RETRIES;
}

export function retransmissionTimeout(tcb: Tcb): void {
  if (tcb.state === "SYN_SENT" || tcb.state === "SYN_RECV") {
    synTimeout(tcb);
    return;
  }
  if (tcb.packetsOut === 0) return;
  tcb.retransmitSince ??= tcb.now - tcb.rtt.rto;
  if (givenUp(tcb)) {
    fail(tcb, tcb.softError ?? ETIMEDOUT);
    return;
  }
  enterLoss(tcb);
  tcb.retransmits++;
  // RFC 6298 (5.4) "Retransmit the earliest segment that has not been acknowledged", (5.5) back off, (5.6) start the timer.
  retransmitLost(tcb);
  tcb.rtt.backOff();
  tcb.timers.setRetransmit(tcb.rtt.rto);
}

/** Has it gone on for too long? */
function givenUp(tcb: Tcb): boolean {
  if (tcb.retransmitSince === null || tcb.retransmits === 0) return false;
  const elapsed = tcb.now - tcb.retransmitSince;
  if (tcb.owner.dead) return tcb.retransmits >= orphanRetries(tcb);
  return elapsed >= (tcb.settings.userTimeout || timeToGiveUp(tcb.host.sysctl.tcp_retries2));
}

/** How long so many timeouts take, doubling from the smallest RTO to the largest: 924.6 s for 15 (tcp_model_timeout). */
function timeToGiveUp(retries: number): Nanoseconds {
  const doublings = Math.floor(Math.log2(MAX_RTO / MIN_RTO));
  if (retries <= doublings) return (2 ** (retries + 1) - 1) * MIN_RTO;
  return (2 ** (doublings + 1) - 1) * MIN_RTO + (retries - doublings) * MAX_RTO;
}

/** No answer to the SYN. A few times a second apart, then at growing intervals. */
function synTimeout(tcb: Tcb): void {
  const linear = tcb.state === "SYN_SENT" ? tcb.host.sysctl.tcp_syn_linear_timeouts : 0;
  const expired = tcb.retransmits >= (tcb.settings.synRetries || tcb.host.sysctl.tcp_syn_retries) + linear;
  const tooLong =
    tcb.settings.userTimeout > 0 &&
    tcb.now - (tcb.retransmitSince ?? tcb.now) >= tcb.settings.userTimeout - MILLISECOND;
  if (expired || (tooLong && tcb.retransmits > 0)) {
    fail(tcb, tcb.softError ?? ETIMEDOUT);
    return;
  }
  tcb.retransmitSince ??= tcb.now - SECOND;
  tcb.retransmits++;
  tcb.totalRetransmits++;
  sendSyn(tcb);
  if (tcb.retransmits > linear) tcb.rtt.backOff();
  tcb.timers.setRetransmit(tcb.rtt.rto);
}
