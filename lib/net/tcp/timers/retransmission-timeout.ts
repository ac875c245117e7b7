/**
 * The retransmission timer has run out: nothing was heard for longer than the estimate allows.
 *
 * Everything on its way is taken for lost, the congestion window falls to one segment, the oldest segment is sent again, and the timer
 * waits twice as long. After a quarter of an hour without progress the connection is given up (give-up.ts).
 *
 * Source: RFC 6298 section 5, RFC 5681 section 3.1; tcp_retransmit_timer in net/ipv4/tcp_timer.c.
 */
import { ETIMEDOUT } from "../../../sys/errno";
import { fail } from "../close/abort";
import { enterLoss } from "../loss-recovery/loss";
import { retransmit } from "../loss-recovery/retransmit-lost";
import { sendSyn } from "../open/active-open";
import { isOpening } from "../state";
import type { Tcb } from "../tcb";
import { isGivenUp, isSynGivenUp, longestTimeout, withinUserTimeout } from "./give-up";

/** Takes what is under way for lost and sends the oldest again; or gives up. */
export function retransmissionTimeout(tcb: Tcb): void {
  if (isOpening(tcb.state) || tcb.loss.synUnderWay) {
    synTimeout(tcb);
    return;
  }
  const first = tcb.sendQueue.firstUnacknowledged();
  if (first === undefined) return;
  if (isGivenUp(tcb)) {
    fail(tcb, tcb.owner.softError ?? ETIMEDOUT);
    return;
  }
  enterLoss(tcb);
  tcb.retransmits++;
  // RFC 6298 (5.4) "Retransmit the earliest segment that has not been acknowledged", (5.5) back off, (5.6) start the timer.
  retransmit(tcb, first);
  tcb.backOff++;
  tcb.rtt.backOff(longestTimeout(tcb.settings, tcb.host.sysctl));
  tcb.timers.set("retransmit", withinUserTimeout(tcb, tcb.undo.firstRetransmissionAt, tcb.rtt.rto));
}

/** No answer to the SYN: it is sent again, a few times a second apart, then at growing intervals (net.ipv4.tcp_syn_linear_timeouts). */
function synTimeout(tcb: Tcb): void {
  const linear = tcb.state === "SYN_SENT" ? tcb.host.sysctl.tcp_syn_linear_timeouts : 0;
  if (isOpening(tcb.state) ? isSynGivenUp(tcb, linear) : isGivenUp(tcb)) {
    fail(tcb, tcb.owner.softError ?? ETIMEDOUT);
    return;
  }
  tcb.undo.firstRetransmissionAt ??= tcb.now;
  tcb.retransmits++;
  tcb.loss.totalRetransmits++;
  sendSyn(tcb);
  if (tcb.retransmits > linear) tcb.rtt.backOff(longestTimeout(tcb.settings, tcb.host.sysctl));
  tcb.timers.set("retransmit", withinUserTimeout(tcb, tcb.lastSent, tcb.rtt.rto));
}
