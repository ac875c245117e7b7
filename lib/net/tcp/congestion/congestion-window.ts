/**
 * Keeping the congestion window honest: it says how much the network has been seen to carry. A window that wasn't filled has shown
 * nothing, so it doesn't grow; and one that hasn't been filled for a while shrinks.
 *
 * Source: RFC 2861, on which RFC 7661 has improved since; RFC 5681 section 4.1; tcp_cwnd_validate, tcp_is_cwnd_limited, tcp_cwnd_restart, tcp_current_ssthresh in Linux.
 */
import type { Nanoseconds } from "../../../world/clock";
import { before, type Seq, toSeq } from "../sequence";
import type { Tcb } from "../tcb";
import { INITIAL_WINDOW } from "./congestion-control";
import { reducing } from "./window-reduction";

/** Was the congestion window filled lately? */
export class WindowUse {
  /** In the round trip that ends when `until` is acknowledged: was it; and else, how many segments were under way at most? */
  limited = false;
  most = 0;
  until: Seq = toSeq(0);
  /** When it was filled last, and how much of it was used at most since. */
  since: Nanoseconds = 0;
  used = 0;
  /** Windows of data are numbered; this one ends when `roundEnd` is acknowledged. */
  round = 0;
  roundEnd: Seq = toSeq(0);
}

/** The threshold to remember: three quarters of the window, if that is more (tcp_current_ssthresh). */
export function currentThreshold(tcb: Tcb): number {
  const { cwnd, ssthresh } = tcb.congestionWindow;
  return reducing(tcb) ? ssthresh : Math.max(ssthresh, (cwnd >> 1) + (cwnd >> 2));
}

/** Segments have left; `limited`: as many as the window allows. */
export function noteWindowUse(tcb: Tcb, limited: boolean): void {
  // Of one segment at a time there is nothing to note.
  if (!tcb.hasWindowUse && !limited && tcb.packetsOut <= 1) return;
  const { windowUse: use } = tcb;
  // The strongest sign of this round trip counts.
  if (!before(tcb.snd.una, use.until) || limited || (!use.limited && tcb.packetsOut > use.most)) {
    use.limited = limited;
    use.most = tcb.packetsOut;
    use.until = tcb.snd.nxt;
  }
  if (windowLimited(tcb)) {
    use.used = 0;
    use.since = tcb.now;
    return;
  }
  use.used = Math.max(use.used, tcb.packetsOut);
  if (tcb.host.sysctl.tcp_slow_start_after_idle !== 0 && tcb.now - use.since >= tcb.rtt.rto) shrinkUnused(tcb);
}

/** Was the window what held the sender back? In slow start it may grow to twice of what was under way. */
export function windowLimited(tcb: Tcb): boolean {
  if (!tcb.hasWindowUse) return tcb.cwnd < 2;
  const { windowUse: use, congestionWindow: window } = tcb;
  return use.limited || (window.slowStart && window.cwnd < 2 * use.most);
}

/** For a whole timeout the program, or the peer's window, has used less of it (tcp_cwnd_application_limited). */
function shrinkUnused(tcb: Tcb): void {
  const { windowUse: use, congestionWindow: window } = tcb;
  if (tcb.recovery === "Open" && !tcb.wantsRoom) {
    const used = Math.max(use.used, INITIAL_WINDOW);
    if (used < window.cwnd) {
      window.ssthresh = currentThreshold(tcb);
      window.cwnd = (window.cwnd + used) >> 1;
    }
    use.used = 0;
  }
  use.since = tcb.now;
}

/** RFC 5681 4.1: after an idle time of more than one RTO it falls back towards its initial size: by half for each. */
export function restartAfterIdle(tcb: Tcb): void {
  if (tcb.host.sysctl.tcp_slow_start_after_idle === 0 || tcb.packetsOut > 0 || tcb.lastSent === 0) return;
  const { rtt } = tcb;
  let idle = tcb.now - tcb.lastSent;
  // The window that a connection begins with is as small already.
  if (idle <= rtt.rto || !tcb.hasCongestionWindow) return;
  const { congestionWindow: window } = tcb;
  window.ssthresh = currentThreshold(tcb);
  const least = Math.min(INITIAL_WINDOW, window.cwnd);
  for (idle -= rtt.rto; idle > 0 && window.cwnd > least; idle -= rtt.rto) window.cwnd >>= 1;
  window.cwnd = Math.max(window.cwnd, least);
  tcb.windowUse.since = tcb.now;
  tcb.windowUse.used = 0;
}
