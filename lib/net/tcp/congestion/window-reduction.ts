/**
 * How the congestion window shrinks after a loss: not at once, but with each acknowledgement a little ("proportional rate reduction").
 *
 * Halving it at once would silence the sender until half of what is under way has arrived. So as much leaves as arrives, in the
 * proportion in which the window is to shrink; and when more was lost than that, as in slow start, up to the threshold.
 *
 * Source: RFC 9937 (once RFC 6937); tcp_init_cwnd_reduction, tcp_cwnd_reduction, tcp_end_cwnd_reduction in net/ipv4/tcp_input.c.
 */
import type { Tcb } from "../tcb";
import { INFINITE_THRESHOLD } from "./congestion-control";

/** RFC 6675 section 5 (4): "RecoveryPoint = HighData"; the new threshold is the module's to say (tcp_init_cwnd_reduction). */
export function beginReduction(tcb: Tcb): void {
  tcb.loss.recoveryPoint = tcb.snd.nxt;
  tcb.loss.tailProbe = null;
  tcb.congestionWindow.count = 0;
  tcb.loss.priorWindow = tcb.congestionWindow.cwnd;
  tcb.loss.prrDelivered = 0;
  tcb.loss.prrOut = 0;
  tcb.congestionWindow.ssthresh = tcb.congestion.thresholdAfterLoss(tcb.congestionWindow);
  if (tcb.ecn !== null) tcb.ecn.reduced = true;
}

/** Does the window shrink at present, with each acknowledgement (tcp_in_cwnd_reduction)? */
export function reducing(tcb: Tcb): boolean {
  return tcb.recovery === "Recovery" || tcb.recovery === "CWR";
}

/**
 * So many segments have arrived. `safe`: SND.UNA has moved on and nothing more was found lost, so the network carries what is sent
 * (SafeACK of RFC 9937).
 */
export function reduceWindow(tcb: Tcb, delivered: number, safe = false): void {
  if (delivered <= 0 || tcb.loss.priorWindow === 0) return;
  const { congestionWindow: window, inFlight } = tcb;
  tcb.loss.prrDelivered += delivered;
  const below = window.ssthresh - inFlight;
  let allowed: number;
  if (below < 0) {
    allowed = Math.ceil((tcb.loss.prrDelivered * window.ssthresh) / tcb.loss.priorWindow) - tcb.loss.prrOut;
  } else {
    allowed = Math.max(tcb.loss.prrDelivered - tcb.loss.prrOut, delivered);
    if (safe) allowed++;
    allowed = Math.min(below, allowed);
  }
  // At the beginning of recovery one segment may always leave.
  window.cwnd = inFlight + Math.max(allowed, tcb.loss.prrOut > 0 ? 0 : 1);
}

/** It has shrunk enough: it is what it was to become (tcp_end_cwnd_reduction). */
export function endReduction(tcb: Tcb): void {
  const { congestionWindow: window } = tcb;
  if (window.ssthresh < INFINITE_THRESHOLD && (tcb.recovery === "CWR" || tcb.undo.marker !== null))
    window.cwnd = window.ssthresh;
}
