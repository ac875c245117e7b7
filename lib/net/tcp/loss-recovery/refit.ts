/**
 * Cutting and joining what is sent again: since it was sent first, its beginning may have been acknowledged, the MSS or the peer's
 * window may have become smaller, and small segments that left one by one can leave as one.
 *
 * Source: __tcp_retransmit_skb and tcp_retrans_try_collapse in net/ipv4/tcp_output.c; net.ipv4.tcp_retrans_collapse.
 */
import { currentMss } from "../send/mss";
import type { SendChunk } from "../send/send-chunk";
import { after, distance } from "../sequence";
import type { Tcb } from "../tcb";

/**
 * Makes the chunk fit for one segment. False when the peer's window has no room for it any more; the oldest goes nevertheless: as a
 * probe.
 */
export function refit(tcb: Tcb, chunk: SendChunk): boolean {
  const { snd, sendQueue } = tcb;
  const mss = currentMss(tcb);
  let room = distance(snd.windowEnd, chunk.seq);
  if (room <= 0) {
    if (chunk.seq !== snd.una) return false;
    room = mss;
  }
  const most = Math.min(mss, room);
  // The rest of its run is one buffer in Linux, and is cut anew from here.
  while (chunk.size < most && isSameRun(sendQueue.behind(chunk))) join(tcb, chunk);
  if (chunk.size > most) cut(tcb, chunk, most);
  else if (chunk.size < mss && tcb.host.sysctl.tcp_retrans_collapse !== 0) {
    while (joins(tcb, chunk, mss)) join(tcb, chunk);
  }
  return true;
}

function isSameRun(next: SendChunk | undefined): boolean {
  return next !== undefined && next.overhead === 0 && !next.sacked;
}

function cut(tcb: Tcb, chunk: SendChunk, size: number): void {
  const rest = tcb.sendQueue.split(chunk, size);
  tcb.sendQueue.beginsRun(rest);
  if (rest.lost) tcb.loss.lostOut++;
  if (rest.retransmitted) tcb.loss.retransmittedOut++;
}

/** Can the next chunk ride along? Not one that has arrived, nor one that doesn't fit whole. */
function joins(tcb: Tcb, chunk: SendChunk, mss: number): boolean {
  const { snd, sendQueue } = tcb;
  const next = sendQueue.behind(chunk);
  if (next === undefined || next.sacked || chunk.fin || chunk.eor) return false;
  return chunk.size + next.size <= mss && !after(next.endSeq, snd.windowEnd);
}

/** Puts the next chunk into this one (tcp_collapse_retrans): one segment less is under way. */
function join(tcb: Tcb, chunk: SendChunk): void {
  const next = tcb.sendQueue.takeBehind(chunk);
  chunk.append(next);
  chunk.transmissions = Math.max(chunk.transmissions, next.transmissions);
  if (next.lost) tcb.loss.lostOut--;
  if (next.retransmitted) tcb.loss.retransmittedOut--;
}
