/**
 * The way out: which of the bytes in the send queue leave now. The send window says how far they may (send-window.ts), run-size.ts how
 * many go down the stack as one; send-segment.ts makes a segment of them.
 *
 * Source: RFC 9293 section 3.8; tcp_write_xmit in net/ipv4/tcp_output.c.
 */
import { noteWindowUse, restartAfterIdle } from "../congestion/congestion-window";
import { reducing } from "../congestion/window-reduction";
import { PEERS_WINDOW, SEND_BUFFER } from "../info/chronograph";
import { scheduleTailProbe } from "../loss-recovery/tail-loss-probe";
import { PSH } from "../segment";
import { add, after, distance } from "../sequence";
import type { Tcb } from "../tcb";
import { scheduleProbe } from "../timers/probe";
import { inUrgentMode } from "../urgent";
import { type Deferral, deferral } from "./deferral";
import { currentMss } from "./mss";
import { largestPacket, runSize } from "./run-size";
import { SegmentRun } from "./segment-run";
import type { SendChunk } from "./send-chunk";
import type { SendQueue } from "./send-queue";
import { sendSegment } from "./send-segment";
import type { Pushing } from "./send-window";
import { flagsOf, noteFirstTime } from "./transmit-chunk";

/** What the send window is asked; filled anew each time, so that nothing is made for a segment. */
const question = {
  inFlight: 0,
  congestionWindow: 0,
  outstanding: 0,
  peerWindow: 0,
  length: 0,
  mayGrow: false,
  smallOutstanding: false,
  pushing: "nagle" as Pushing,
  deferred: "none" as Deferral,
  /** In the middle of a write: more follows at once, so what may leave isn't worth waiting for. */
  writing: false,
};

/** Sends what may be sent now, and sees to it that a timer runs for it. Returns whether anything left (__tcp_push_pending_frames). */
export function push(
  tcb: Tcb,
  pushing: Pushing = tcb.settings.corked ? "cork" : tcb.settings.nodelay ? "now" : "nagle",
): boolean {
  question.writing = false;
  return writeXmit(tcb, pushing);
}

/** The same in the middle of a write: full segments may leave, and the rest will have grown by the next time (tcp_push_one). */
export function pushWhileWriting(tcb: Tcb): void {
  question.writing = true;
  writeXmit(tcb, "cork");
}

/** Does what the two have in common (tcp_write_xmit). */
function writeXmit(tcb: Tcb, pushing: Pushing): boolean {
  if (!tcb.hasSendQueue || tcb.sendQueue.nextToSend() === undefined) return false;
  restartAfterIdle(tcb);
  const mss = currentMss(tcb);
  // What is urgent, nothing holds back but the windows.
  const sent = sendWhatMayLeave(tcb, mss, inUrgentMode(tcb) ? "now" : pushing);
  const limited = tcb.inFlight >= tcb.cwnd || question.deferred === "congestion window";
  noteLimits(tcb, limited, mss);
  if (sent > 0 || limited) noteWindowUse(tcb, limited);
  if (sent > 0) {
    if (reducing(tcb)) tcb.loss.prrOut += sent;
    scheduleTailProbe(tcb, tcb.timers.untilRetransmission());
  } else if (tcb.packetsOut === 0 && !tcb.timers.probePending) {
    // Something waits, nothing is on its way, so no acknowledgement will come that lets it go: ask from time to time (timers/probe.ts).
    scheduleProbe(tcb);
  }
  return sent > 0;
}

/** One chunk of the queue after the other, joined to runs (segment-run.ts), until one may not leave. Returns how many left. */
function sendWhatMayLeave(tcb: Tcb, mss: number, pushing: Pushing): number {
  const { sendQueue } = tcb;
  const most = inUrgentMode(tcb) || oneIsLeft(sendQueue, mss) ? mss : runSize(tcb, mss);
  const largest = largestPacket(tcb);
  let run: SegmentRun | null = null;
  let cut = false;
  let sent = 0;
  question.pushing = pushing;
  question.deferred = "none";
  for (;;) {
    const chunk = sendQueue.nextToSend();
    if (chunk === undefined) break;
    if (run === null) growFirstRun(tcb, mss, most);
    fillUp(tcb, chunk, mss);
    const room = run === null ? 0 : run.room;
    const joins = room > 0;
    const size = mayLeave(tcb, chunk, mss, joins ? room : most, joins);
    if (size < 0) break;
    let left = most;
    if (run !== null && (!joins || run.size + size > largest)) {
      sendRun(tcb, run, cut);
      // What one packet can't carry goes on in the next, as if it were one.
      cut = joins;
      if (cut) left = room;
      run = null;
    }
    if (run === null && !joins) {
      question.deferred = question.writing ? "none" : deferral(tcb, chunk, mss, most);
      if (question.deferred !== "none" || sendQueue.below?.isFull(most, mss)) break;
    }
    if (chunk.size > size) sendQueue.split(chunk, size);
    noteFirstTime(tcb, chunk, mss);
    sent += chunk.segments;
    if (run === null) {
      sendQueue.beginsRun(chunk);
      run = new SegmentRun(chunk, mss, left);
    } else {
      run.add(chunk);
    }
  }
  if (run !== null) sendRun(tcb, run, cut);
  const rest = sendQueue.nextToSend();
  if (sent > 0 && rest !== undefined) sendQueue.beginsRun(rest);
  return sent;
}

/** As much as may leave at once is put together while it waits: half of the congestion window at the most (tcp_cwnd_test). */
function growFirstRun(tcb: Tcb, mss: number, most: number): void {
  const { cwnd } = tcb;
  const segments = Math.min(cwnd - tcb.inFlight, Math.max(cwnd >> 1, 1));
  if (segments > 0) tcb.sendQueue.growRun(Math.min(segments * mss, most), tcb.snd.nxt);
}

/** Is all that waits one segment, and has nothing been handed down before it? A FIN often is. */
function oneIsLeft(sendQueue: SendQueue, mss: number): boolean {
  const chunk = sendQueue.nextToSend();
  return sendQueue.below === null && chunk !== undefined && chunk.size <= mss && sendQueue.isLast(chunk);
}

/**
 * Is it the peer's window that holds back what waits? Or did all leave, and the program can't write more (tcp_write_xmit,
 * tcp_cwnd_validate)?
 */
function noteLimits(tcb: Tcb, limited: boolean, mss: number): void {
  const { sendQueue, snd, now } = tcb;
  const chunk = sendQueue.nextToSend();
  const end = chunk === undefined ? snd.nxt : add(chunk.seq, Math.min(chunk.size, mss));
  const heldBack = question.deferred === "peer's window" || after(end, snd.windowEnd);
  if (!limited && heldBack) tcb.chronograph.start(PEERS_WINDOW, now);
  else tcb.stopTiming(PEERS_WINDOW);
  if (!limited && chunk === undefined && tcb.wantsRoom) tcb.chronograph.start(SEND_BUFFER, now);
}

/** The chunk doesn't end with a full segment, and is not the last: bytes from behind make it full (tcp_grow_skb). */
function fillUp({ sendQueue }: Tcb, chunk: SendChunk, mss: number): void {
  for (let begun = chunk.size % mss; begun > 0; begun = chunk.size % mss) {
    const next = sendQueue.behindNextToSend();
    if (next === undefined || chunk.fin || chunk.eor) return;
    if (chunk.size > mss && !chunk.touches(next)) {
      // That segment's turn is next.
      sendQueue.split(chunk, chunk.size - begun);
      return;
    }
    const missing = mss - begun;
    if (next.size > missing) chunk.takeFrom(next, missing);
    else chunk.append(sendQueue.takeBehind(chunk));
  }
}

/**
 * How much of the beginning of this chunk, up to `most` bytes, may leave now; −1: nothing. The send window is asked segment by segment.
 * `joins`: it goes with others that leave.
 */
function mayLeave(tcb: Tcb, chunk: SendChunk, mss: number, most: number, joins: boolean): number {
  const { snd, host } = tcb;
  question.inFlight = tcb.inFlight;
  question.congestionWindow = tcb.cwnd;
  question.outstanding = distance(snd.nxt, snd.una);
  question.peerWindow = snd.wnd;
  question.smallOutstanding = after(snd.small, snd.una) && !after(snd.small, snd.nxt);
  const small = tcb.sendQueue.isLast(chunk) && !chunk.fin;
  const end = Math.min(chunk.size, most);
  let size = 0;
  do {
    const bytes = Math.min(mss, chunk.size - size);
    question.length = bytes + (chunk.fin && size + bytes === chunk.size ? 1 : 0);
    question.mayGrow = small && bytes < mss;
    if (!host.sendWindow.maySend(question)) {
      const part = size > 0 || joins ? partThatFits(tcb, mss) : 0;
      return size + part > 0 ? size + part : -1;
    }
    size += bytes;
    question.inFlight++;
    question.outstanding += question.length;
  } while (size < end);
  return size;
}

/**
 * A run may end at the edge of the peer's window, in the middle of a segment: how much of the next one belongs to it
 * (tcp_mss_split_point)?
 */
function partThatFits(tcb: Tcb, mss: number): number {
  const room = question.peerWindow - question.outstanding;
  if (room <= 0 || room >= Math.min(question.length, mss)) return 0;
  question.length = room;
  question.mayGrow = true;
  const { pushing } = question;
  if (question.writing) question.pushing = "now";
  const fits = tcb.host.sendWindow.maySend(question);
  question.pushing = pushing;
  return fits ? room : 0;
}

/** `cut`: it is the rest of one that was more than a packet can carry. */
function sendRun(tcb: Tcb, run: SegmentRun, cut: boolean): void {
  // Whoever receives it in parts needn't wait for more.
  const push = run.segmentSize > 0 || cut ? PSH : 0;
  sendSegment(tcb, flagsOf(run.last) | push, run.seq, run, run.size > 0);
}
