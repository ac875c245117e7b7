/**
 * Marking what is lost. Who decides that it is: rack.ts by time, recovery.ts by duplicates where there is no SACK, loss.ts when the
 * retransmission timer has run out.
 *
 * Source: RFC 6675 section 4; tcp_mark_skb_lost and tcp_undo_cwnd_reduction in net/ipv4/tcp_input.c.
 */
import type { SendChunk } from "../send/send-chunk";
import type { Tcb } from "../tcb";

/** A segment is taken for lost; if it was sent again, so is that retransmission. */
export function markLost(tcb: Tcb, chunk: SendChunk): void {
  if (chunk.sacked) return;
  if (!chunk.lost) {
    chunk.lost = true;
    tcb.loss.lostOut++;
    tcb.loss.losses++;
  } else if (chunk.retransmitted) {
    chunk.retransmitted = false;
    tcb.loss.retransmittedOut--;
    tcb.loss.losses++;
  }
}

/** Nothing counts as lost any more. */
export function unmarkLost(tcb: Tcb): void {
  for (let i = 0; tcb.loss.lostOut > 0; i++) {
    const chunk = tcb.sendQueue.unacknowledged(i);
    if (chunk === undefined) break;
    if (chunk.lost) tcb.loss.lostOut--;
    chunk.lost = false;
  }
}
