/**
 * The way out: the bytes in the send queue become segments, as far as the send window lets them go (send-window.ts).
 *
 * Source: RFC 9293 section 3.8; tcp_write_xmit, __tcp_transmit_skb in tcp_output.c.
 */
import { MILLISECOND } from "../../world/clock";
import { ackSent, dataSent } from "./delayed-ack";
import { currentMss } from "./mss";
import { advertiseWindow } from "./receive-window";
import { runSize } from "./run-size";
import { ACK, FIN, NO_BLOCKS, outgoing, PSH, type SackBlock, type Segment } from "./segment";
import { type Payload, SegmentRun } from "./segment-run";
import type { SendChunk } from "./send-queue";
import type { Pushing } from "./send-window";
import { after, distance, type Seq } from "./sequence";
import type { Tcb } from "./tcb";

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
  const { sendQueue } = tcb;
  const mss = currentMss(tcb);
  const most = runSize(tcb, mss);
  let run: SegmentRun | null = null;
  let sent = false;
  for (;;) {
    const chunk = sendQueue.nextToSend();
    if (chunk === undefined) break;
    if (!mayLeave(tcb, chunk, mss, pushing)) break;
    if (chunk.size > mss) sendQueue.split(chunk, mss);
    noteFirstTime(tcb, chunk, mss);
    sent = true;
    if (run?.takes(chunk)) {
      run.add(chunk);
      continue;
    }
    if (run !== null) sendRun(tcb, run);
    run = new SegmentRun(chunk, mss, most);
  }
  if (run !== null) sendRun(tcb, run);
  if (sent) noteWindowUse(tcb);
  // Something waits, nothing is on its way, so no acknowledgement will come that lets it go: ask from time to time (probe.ts).
  else if (tcb.packetsOut === 0 && sendQueue.nextToSend() !== undefined && !tcb.timers.probePending) {
    tcb.timers.setProbe(tcb.rtt.rto);
  }
  return sent;
}

/** Asks the send window about the first `mss` bytes of this piece. */
function mayLeave(tcb: Tcb, chunk: SendChunk, mss: number, pushing: Pushing): boolean {
  const { snd } = tcb;
  question.inFlight = tcb.inFlight;
  question.congestionWindow = tcb.window.cwnd;
  question.outstanding = distance(snd.nxt, snd.una);
  question.peerWindow = snd.wnd;
  question.length = chunk.size > mss ? mss : chunk.size + (chunk.fin ? 1 : 0);
  question.mayGrow = chunk.size < mss && !chunk.fin && tcb.sendQueue.isLast(chunk);
  question.smallOutstanding = after(snd.small, snd.una) && !after(snd.small, snd.nxt);
  question.pushing = pushing;
  return tcb.host.sendWindow.maySend(question);
}

/** The congestion window may grow only while it is used (RFC 7661; tcp_is_cwnd_limited). */
function noteWindowUse(tcb: Tcb): void {
  const { window, inFlight } = tcb;
  tcb.windowLimited = window.slowStart ? window.cwnd < 2 * inFlight : inFlight >= window.cwnd;
}

/** The next piece of the queue leaves. */
export function sendFirstTime(tcb: Tcb, chunk: SendChunk, mss: number): void {
  noteFirstTime(tcb, chunk, mss);
  transmit(tcb, chunk.seq, chunk, chunk);
}

/** The next piece of the queue is about to leave: SND.NXT moves. */
function noteFirstTime(tcb: Tcb, chunk: SendChunk, mss: number): void {
  const { snd } = tcb;
  restartIfIdle(tcb);
  tcb.sendQueue.advance();
  snd.nxt = chunk.endSeq;
  if (chunk.size < mss) snd.small = chunk.endSeq;
  // RFC 6298 (5.1): "Every time a packet containing data is sent …, if the timer is not running, start it running".
  if (!tcb.timers.retransmitPending) tcb.timers.setRetransmit(tcb.rtt.rto);
  noteTransmission(tcb, chunk);
}

/** RFC 5681 4.1: after an idle time of more than one RTO the window falls back to its initial size. */
function restartIfIdle(tcb: Tcb): void {
  if (tcb.packetsOut > 0 || tcb.now - tcb.lastSent <= tcb.rtt.rto || tcb.lastSent === 0) return;
  for (let idle = tcb.now - tcb.lastSent; idle > tcb.rtt.rto && tcb.window.cwnd > 10; idle -= tcb.rtt.rto) {
    tcb.window.cwnd = Math.max(tcb.window.cwnd >> 1, 10);
  }
}

/** A piece leaves once more. */
export function sendChunk(tcb: Tcb, chunk: SendChunk): void {
  noteTransmission(tcb, chunk);
  transmit(tcb, chunk.seq, chunk, chunk);
}

function noteTransmission(tcb: Tcb, chunk: SendChunk): void {
  chunk.sentAt = tcb.now;
  chunk.transmissions++;
  dataSent(tcb);
}

function sendRun(tcb: Tcb, run: SegmentRun): void {
  // Whoever receives it in pieces needn't wait for more.
  if (run.segmentSize > 0) run.last.push = true;
  transmit(tcb, run.seq, run, run.last);
}

/** Bytes of the queue leave, `last` being the piece at their end. */
function transmit(tcb: Tcb, seq: Seq, payload: Payload, last: SendChunk): void {
  send(tcb, ACK | (last.push ? PSH : 0) | (last.fin ? FIN : 0), seq, payload);
}

/** An acknowledgement without data. */
export function sendAck(tcb: Tcb): void {
  send(tcb, ACK, tcb.snd.nxt, null);
}

/** A segment of a connection whose handshake is over. */
export function send(tcb: Tcb, flags: number, seq: Seq, payload: Payload | null): void {
  const segment = fresh(tcb, flags, seq);
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
function blocksToTell({ reassembler, duplicate }: Tcb): readonly SackBlock[] {
  const blocks = reassembler === null || reassembler.bytes === 0 ? NO_BLOCKS : reassembler.blocks();
  return duplicate === null ? blocks : [duplicate, ...blocks];
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
