/**
 * The path takes less than was thought: what was too long is cut, and sent again without blaming congestion.
 *
 * Source: RFC 1191; tcp_simple_retransmit in net/ipv4/tcp_input.c.
 */
import { currentThreshold } from "../congestion/congestion-window";
import { markLost } from "../loss-recovery/mark-lost";
import { retransmitLost } from "../loss-recovery/retransmit-lost";
import type { Tcb } from "../tcb";

/** Segments under way have more than `mss` bytes: they never arrive (tcp_simple_retransmit). */
export function shrinkUnacknowledged(tcb: Tcb, mss: number): void {
  const { sendQueue } = tcb;
  for (let i = 0; ; i++) {
    const chunk = sendQueue.unacknowledged(i);
    if (chunk === undefined) break;
    if (chunk.size <= mss || chunk.sacked) continue;
    markLost(tcb, chunk);
    if (chunk.retransmitted) tcb.loss.retransmittedOut--;
    chunk.retransmitted = false;
    sendQueue.split(chunk, mss);
    tcb.loss.lostOut++;
  }
  if (tcb.loss.lostOut === 0) return;
  if (tcb.recovery !== "Loss") {
    tcb.loss.recoveryPoint = tcb.snd.nxt;
    tcb.congestionWindow.ssthresh = currentThreshold(tcb);
    tcb.undo.priorThreshold = 0;
    tcb.undo.marker = null;
    tcb.setRecovery("Loss");
  }
  retransmitLost(tcb);
}
