/**
 * Sending lost segments again, as far as the congestion window allows.
 *
 * Source: RFC 6675 section 4 (NextSeg); tcp_xmit_retransmit_queue, tcp_retransmit_skb in net/ipv4/tcp_output.c.
 */
import { reducing } from "../congestion/window-reduction";
import type { SendChunk } from "../send/send-chunk";
import { sendAgain } from "../send/transmit-chunk";
import type { Tcb } from "../tcb";
import { refit } from "./refit";

/** As many as the window has room for, the oldest first (tcp_xmit_retransmit_queue). */
export function retransmitLost(tcb: Tcb): void {
  const { sendQueue } = tcb;
  let restart = false;
  for (let i = 0; tcb.loss.lostOut > tcb.loss.retransmittedOut && tcb.inFlight < tcb.cwnd; i++) {
    const chunk = sendQueue.unacknowledged(i);
    if (chunk === undefined) break;
    if (!chunk.lost || chunk.retransmitted) continue;
    if (!retransmit(tcb, chunk)) break;
    if (reducing(tcb)) tcb.loss.prrOut++;
    if (i === 0 && !tcb.timers.reorderingPending) restart = true;
  }
  if (restart) tcb.timers.set("retransmit", tcb.rtt.rto);
}

/** A segment that is taken for lost leaves once more. False when the peer's window has no room for it. */
export function retransmit(tcb: Tcb, chunk: SendChunk): boolean {
  if (!refit(tcb, chunk)) return false;
  sendAgain(tcb, chunk);
  chunk.retransmitted = true;
  tcb.loss.retransmittedOut++;
  tcb.undo.retransmitted(tcb.now);
  return true;
}
