/**
 * The retransmission timer has run out: nearly all that is under way is taken for lost, and the window begins anew at one segment.
 *
 * What was sent less than a round trip ago isn't taken for lost yet. And the whole may be a mistake: a round trip that took unusually
 * long. So first only the oldest segment is sent again, and then, if the answer allows, new ones: if what comes back is for
 * segments that were sent only once, the timeout was needless (F-RTO, recovery.ts).
 *
 * Source: RFC 5681 section 3.1, RFC 8985 section 6.3 (what is lost), RFC 5682; tcp_enter_loss, tcp_timeout_mark_lost in net/ipv4/tcp_input.c.
 */
import { currentThreshold } from "../congestion/congestion-window";
import { after } from "../sequence";
import type { Tcb } from "../tcb";
import { markLost } from "./mark-lost";
import { patience } from "./rack";

/** All but what has just been sent is lost, and the window begins anew (tcp_enter_loss). */
export function enterLoss(tcb: Tcb): void {
  const { congestionWindow: window, undo } = tcb;
  const before = tcb.recovery;
  const ordinary = before === "Open" || before === "Disorder";
  markUnheardLost(tcb);
  // Once for each window of data.
  const again = before === "Loss" && tcb.retransmits === 0;
  if (ordinary || !after(tcb.loss.recoveryPoint, tcb.snd.una) || again) {
    undo.priorThreshold = currentThreshold(tcb);
    tcb.loss.priorWindow = window.cwnd;
    window.ssthresh = tcb.congestion.thresholdAfterLoss(window);
    undo.begin(tcb.snd.una, tcb.loss.retransmittedOut);
  }
  // RFC 5681 3.1: "cwnd MUST be set to no more than the loss window, LW, which equals 1 full-sized segment".
  window.cwnd = tcb.inFlight + 1;
  window.count = 0;
  const { tcp_reordering, tcp_frto } = tcb.host.sysctl;
  if (ordinary && tcb.loss.sackedOut >= tcp_reordering) tcb.reordering = Math.min(tcb.reordering, tcp_reordering);
  tcb.setRecovery("Loss");
  tcb.congestion.timedOut();
  tcb.loss.recoveryPoint = tcb.snd.nxt;
  tcb.loss.tailProbe = null;
  if (tcb.ecn !== null) tcb.ecn.reduced = true;
  tcb.loss.frto = tcp_frto !== 0 && (ordinary || before === "CWR" || tcb.retransmits > 0);
}

/** RFC 8985 6.3: the oldest, and of the others those that were sent longer ago than a round trip (tcp_timeout_mark_lost). */
function markUnheardLost(tcb: Tcb): void {
  const { sendQueue } = tcb;
  // RFC 2018 section 5: "The data sender MUST retransmit the segment at the left edge of the window …, whether or not the SACKed bit is on":
  // if it is, the receiver has thrown it away, and the others too.
  const reneged = sendQueue.firstUnacknowledged()?.sacked === true;
  if (!tcb.sackPermitted || reneged) tcb.loss.sackedOut = 0;
  for (let i = 0; ; i++) {
    const chunk = sendQueue.unacknowledged(i);
    if (chunk === undefined) return;
    if (reneged) chunk.sacked = false;
    else if (i > 0 && tcb.sackPermitted && patience(tcb, chunk, 0) > 0) continue;
    markLost(tcb, chunk);
  }
}
