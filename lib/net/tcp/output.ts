/**
 * The way out: the bytes in the send queue become segments, as far as the send window lets them go (send-window.ts).
 *
 * Source: RFC 9293 section 3.8; tcp_write_xmit, __tcp_transmit_skb in tcp_output.c.
 */
import { MILLISECOND } from "../../world/clock";
import { PEERS_WINDOW, SEND_BUFFER } from "./chronograph";
import { noteWindowUse, restartAfterIdle } from "./congestion-window";
import { ackSent, dataSent } from "./delayed-ack";
import { markSegment } from "./ecn";
import { currentMss } from "./mss";
import { scheduleProbe } from "./probe";
import { advertiseWindow } from "./receive-window";
import { runSize } from "./run-size";
import { ACK, FIN, NO_BLOCKS, outgoing, PSH, type SackBlock, type Segment } from "./segment";
import { type Payload, SegmentRun } from "./segment-run";
import type { SendChunk } from "./send-chunk";
import type { Pushing } from "./send-window";
import { add, after, distance, type Seq } from "./sequence";
import { scheduleTailProbe } from "./tail-loss-probe";
import type { Tcb } from "./tcb";
import { reducing } from "./window-reduction";

/** Filled anew for each question. */
const question = {
  inFlight: 0,
  congestionWindow: 0,
  outstanding: 0,
  peerWindow: 0,
  length: 0,
  mayGrow: false,
  smallOutstanding: false,
  pushing: "nagle" as Pushing,
};

/** Sends what may be sent now, and sees to it that a timer runs for it. Returns whether anything left. */
export function push(
  tcb: Tcb,
  pushing: Pushing = tcb.settings.corked ? "cork" : tcb.settings.nodelay ? "now" : "nagle",
): boolean {
  if (!tcb.hasSendQueue) return false;
  const { sendQueue } = tcb;
  if (sendQueue.nextToSend() === undefined) return false;
  restartAfterIdle(tcb);
  const mss = currentMss(tcb);
  const most = runSize(tcb, mss);
  let run: SegmentRun | null = null;
  let sent = 0;
  for (;;) {
    const chunk = sendQueue.nextToSend();
    if (chunk === undefined) break;
    if (chunk.size < mss) fillUp(tcb, chunk, mss);
    const fits = mayLeave(tcb, chunk, mss, pushing);
    const part = fits || run === null || !run.takes(chunk) ? 0 : partThatFits(tcb, mss, pushing);
    if (!fits && part === 0) break;
    if (chunk.size > (part || mss)) sendQueue.split(chunk, part || mss);
    if (run?.takes(chunk)) {
      noteFirstTime(tcb, chunk, mss);
      sent++;
      run.add(chunk);
      continue;
    }
    if (run !== null) sendRun(tcb, run);
    run = null;
    if (sendQueue.below?.isFull(most, mss)) break;
    noteFirstTime(tcb, chunk, mss);
    sent++;
    sendQueue.beginsRun(chunk);
    run = new SegmentRun(chunk, mss, most);
  }
  if (run !== null) sendRun(tcb, run);
  const limited = tcb.inFlight >= tcb.cwnd;
  noteLimits(tcb, limited, mss);
  if (sent > 0 || limited) noteWindowUse(tcb, limited);
  if (sent > 0) {
    if (reducing(tcb)) tcb.loss.prrOut += sent;
    scheduleTailProbe(tcb, false);
  } else if (tcb.packetsOut === 0 && !tcb.timers.probePending) {
    // Something waits, nothing is on its way, so no acknowledgement will come that lets it go: ask from time to time (probe.ts).
    scheduleProbe(tcb);
  }
  return sent > 0;
}

/**
 * Is it the peer's window that holds back what waits? Or did all leave, and the program can't write more (tcp_write_xmit,
 * tcp_cwnd_validate)?
 */
function noteLimits(tcb: Tcb, limited: boolean, mss: number): void {
  const { sendQueue, snd, now } = tcb;
  const chunk = sendQueue.nextToSend();
  const end = chunk === undefined ? snd.nxt : add(chunk.seq, Math.min(chunk.size, mss));
  if (!limited && after(end, add(snd.una, snd.wnd))) tcb.chronograph.start(PEERS_WINDOW, now);
  else tcb.stopTiming(PEERS_WINDOW, sendQueue.empty);
  if (!limited && chunk === undefined && tcb.wantsRoom) tcb.chronograph.start(SEND_BUFFER, now);
}

/** The MSS has grown since this was written: bytes from behind make a full segment of it (tcp_grow_skb). */
function fillUp({ sendQueue }: Tcb, chunk: SendChunk, mss: number): void {
  while (chunk.size < mss && !chunk.fin && !chunk.eor && !sendQueue.isLast(chunk)) {
    const next = sendQueue.behindNextToSend();
    const missing = mss - chunk.size;
    if (next !== undefined && next.size > missing) chunk.takeFrom(next, missing);
    else chunk.append(sendQueue.takeBehind(chunk));
  }
}

/** Asks the send window about the first `mss` bytes of this piece. */
function mayLeave(tcb: Tcb, chunk: SendChunk, mss: number, pushing: Pushing): boolean {
  const { snd } = tcb;
  question.inFlight = tcb.inFlight;
  question.congestionWindow = tcb.cwnd;
  question.outstanding = distance(snd.nxt, snd.una);
  question.peerWindow = snd.wnd;
  question.length = chunk.size > mss ? mss : chunk.size + (chunk.fin ? 1 : 0);
  question.mayGrow = chunk.size < mss && !chunk.fin && tcb.sendQueue.isLast(chunk);
  question.smallOutstanding = after(snd.small, snd.una) && !after(snd.small, snd.nxt);
  question.pushing = pushing;
  return tcb.host.sendWindow.maySend(question);
}

/**
 * A run may end at the edge of the peer's window, in the middle of a segment: how much of the next one belongs to it
 * (tcp_mss_split_point)?
 */
function partThatFits(tcb: Tcb, mss: number, pushing: Pushing): number {
  const room = question.peerWindow - question.outstanding;
  if (room <= 0 || room >= Math.min(question.length, mss)) return 0;
  question.length = room;
  question.mayGrow = true;
  question.pushing = pushing;
  return tcb.host.sendWindow.maySend(question) ? room : 0;
}

/** The next piece of the queue leaves. */
export function sendFirstTime(tcb: Tcb, chunk: SendChunk, mss: number): void {
  noteFirstTime(tcb, chunk, mss);
  transmit(tcb, chunk.seq, chunk, chunk.push, chunk.fin, true);
}

/** The next piece of the queue is about to leave: SND.NXT moves. */
function noteFirstTime(tcb: Tcb, chunk: SendChunk, mss: number): void {
  const { snd } = tcb;
  const first = tcb.packetsOut === 0;
  tcb.sendQueue.advance();
  snd.nxt = chunk.endSeq;
  if (chunk.size < mss) snd.small = chunk.endSeq;
  noteTransmission(tcb, chunk);
  // RFC 6298 (5.1): "Every time a packet containing data is sent …, if the timer is not running, start it running".
  if (first || tcb.timers.tailProbePending) tcb.timers.rearm();
}

/** A piece leaves once more. */
export function sendAgain(tcb: Tcb, chunk: SendChunk): void {
  tcb.loss.totalRetransmits++;
  noteTransmission(tcb, chunk);
  transmit(tcb, chunk.seq, chunk, chunk.push, chunk.fin, false);
}

function noteTransmission(tcb: Tcb, chunk: SendChunk): void {
  chunk.sentAt = tcb.now;
  chunk.transmissions++;
  dataSent(tcb);
}

function sendRun(tcb: Tcb, run: SegmentRun): void {
  // Whoever receives it in pieces needn't wait for more.
  transmit(tcb, run.seq, run, run.last.push || run.segmentSize > 0, run.last.fin, true);
}

/** Bytes of the queue leave. */
function transmit(tcb: Tcb, seq: Seq, payload: Payload, push: boolean, fin: boolean, first: boolean): void {
  send(tcb, ACK | (push ? PSH : 0) | (fin ? FIN : 0), seq, payload, first && payload.size > 0);
}

/** An acknowledgement without data. */
export function sendAck(tcb: Tcb): void {
  send(tcb, ACK, acceptableSeq(tcb), null);
}

/**
 * The number for a segment without data. SND.NXT; but where the peer has taken back window that we had used, that is beyond what it
 * accepts, and so the end of its window (tcp_acceptable_seq).
 */
export function acceptableSeq({ snd, rcv, scaling }: Tcb): Seq {
  const windowEnd = add(snd.una, snd.wnd);
  const beyond = distance(snd.nxt, windowEnd);
  // A scaled window is told in units, and may seem smaller by less than one.
  return beyond <= 0 || (scaling && beyond < 1 << rcv.scale) ? snd.nxt : windowEnd;
}

/** A segment of a connection whose handshake is over. */
export function send(tcb: Tcb, flags: number, seq: Seq, payload: Payload | null, newData = false): void {
  const segment = fresh(tcb, flags, seq);
  if (tcb.ecn !== null) markSegment(tcb, tcb.ecn, segment, newData);
  if ((flags & ACK) !== 0) {
    segment.ack = tcb.rcv.nxt;
    segment.window = advertiseWindow(tcb);
    if (tcb.sackPermitted) segment.sack = blocksToTell(tcb);
    ackSent(tcb);
  }
  if (tcb.timestamps) addTimestamps(tcb, segment);
  tcb.host.transmit(tcb, segment, payload);
}

/** What has arrived ahead of a gap; before that, RFC 2883, what has come twice. */
function blocksToTell(tcb: Tcb): readonly SackBlock[] {
  const { duplicate } = tcb;
  const blocks = aheadOfGap(tcb);
  return duplicate === null ? blocks : [duplicate, ...blocks];
}

/** The peer's FIN counts as the byte after the last. */
function aheadOfGap({ reassembler, rcv: { fin } }: Tcb): readonly SackBlock[] {
  const blocks = reassembler === null || reassembler.bytes === 0 ? NO_BLOCKS : reassembler.blocks();
  if (fin === null) return blocks;
  const end = add(fin, 1);
  if (!blocks.some(({ right }) => right === fin)) return [{ left: fin, right: end }, ...blocks];
  return blocks.map(({ left, right }) => (right === fin ? { left, right: end } : { left, right }));
}

/** The segment to be filled in, with this connection's addresses and nothing else. */
export function fresh(tcb: Tcb, flags: number, seq: Seq): Segment {
  const { local, localPort, remote, remotePort } = tcb.owner;
  const segment = outgoing.begin(local, localPort, remote, remotePort);
  segment.flags = flags;
  segment.seq = seq;
  return segment;
}

/** RFC 7323 3.2: our clock, and the peer's latest value as an echo. */
export function addTimestamps(tcb: Tcb, segment: Segment): void {
  segment.hasTimestamps = true;
  segment.tsVal = timestampNow(tcb);
  segment.tsEcr = tcb.tsRecent;
}

/** Our timestamp clock: milliseconds from a beginning of its own. */
export function timestampNow(tcb: Tcb): number {
  return (Math.floor(tcb.now / MILLISECOND) + tcb.tsOffset) | 0;
}

/** Sequence numbers of the send queue that the peer hasn't acknowledged, SYN and FIN counted: Send-Q of ss(8). */
export function unacknowledgedNumbers(tcb: Tcb): number {
  return tcb.state === "CLOSED" ? 0 : Math.max(distance(tcb.sendQueue.tail, tcb.snd.una), 0);
}
