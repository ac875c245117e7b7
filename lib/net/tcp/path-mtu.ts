/**
 * The path takes less than was thought: what was too long is cut, and sent again without blaming congestion.
 *
 * Source: RFC 1191; tcp_simple_retransmit in net/ipv4/tcp_input.c.
 */
import { retransmitLost } from "./retransmit-queue";
import { markLost } from "./scoreboard";
import type { Tcb } from "./tcb";

export function shrinkUnacknowledged(tcb: Tcb, mss: number): void {
  const { sendQueue } = tcb;
  for (let i = 0; ; i++) {
    const chunk = sendQueue.unacknowledged(i);
    if (chunk === undefined) break;
    if (chunk.size <= mss || chunk.sacked) continue;
    markLost(tcb, chunk);
    if (chunk.retransmitted) tcb.retransmittedOut--;
    chunk.retransmitted = false;
    sendQueue.split(chunk, mss);
    tcb.lostOut++;
  }
  if (tcb.lostOut > 0) retransmitLost(tcb);
}
