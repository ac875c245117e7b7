/**
 * The reordering timer has run out: what RACK had given some more time (rack.ts) is lost after all.
 *
 * Source: RFC 8985 section 6.2, step 5; tcp_rack_reo_timeout in net/ipv4/tcp_recovery.c.
 */
import { reduceWindow } from "../congestion/window-reduction";
import type { Tcb } from "../tcb";
import { detectLoss } from "./rack";
import { enterRecovery } from "./recovery";
import { retransmitLost } from "./retransmit-lost";

/** Whatever was only reordered would have arrived by now (tcp_rack_reo_timeout). */
export function reorderingTimeout(tcb: Tcb): void {
  const before = tcb.inFlight;
  detectLoss(tcb);
  if (tcb.inFlight !== before) {
    if (tcb.recovery !== "Recovery") {
      enterRecovery(tcb);
      reduceWindow(tcb, 1);
    }
    retransmitLost(tcb);
  }
  if (!tcb.timers.retransmitPending) tcb.timers.rearm();
}
