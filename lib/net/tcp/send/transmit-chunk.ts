/**
 * A chunk of the send queue leaves, for the first time or once more: what is noted about that.
 *
 * Source: RFC 9293 section 3.8.1, RFC 6298 section 5; tcp_event_new_data_sent and __tcp_retransmit_skb in net/ipv4/tcp_output.c.
 */
import { dataSent } from "../receive/quick-acks";
import { ACK, FIN, PSH } from "../segment";
import type { Tcb } from "../tcb";
import type { SendChunk } from "./send-chunk";
import { sendSegment } from "./send-segment";

/** The next chunk of the queue leaves, alone. */
export function sendFirstTime(tcb: Tcb, chunk: SendChunk, mss: number): void {
  noteFirstTime(tcb, chunk, mss);
  sendSegment(tcb, flagsOf(chunk), chunk.seq, chunk, chunk.size > 0);
}

/** A chunk leaves once more. */
export function sendAgain(tcb: Tcb, chunk: SendChunk): void {
  tcb.loss.totalRetransmits++;
  noteTransmission(tcb, chunk);
  sendSegment(tcb, flagsOf(chunk), chunk.seq, chunk);
}

/** With PSH and FIN as the chunk has them. */
export function flagsOf({ push, fin }: SendChunk): number {
  return ACK | (push ? PSH : 0) | (fin ? FIN : 0);
}

/** The next chunk of the queue leaves, alone or in a run: SND.NXT moves, and the retransmission timer runs. */
export function noteFirstTime(tcb: Tcb, chunk: SendChunk, mss: number): void {
  const { snd } = tcb;
  const first = tcb.packetsOut === 0 && !(tcb.hasLoss && tcb.loss.synUnderWay);
  tcb.sendQueue.advance(mss);
  snd.nxt = chunk.endSeq;
  if (chunk.size < chunk.segments * mss) snd.small = chunk.endSeq;
  noteTransmission(tcb, chunk);
  // RFC 6298 (5.1): "Every time a packet containing data is sent …, if the timer is not running, start it running".
  if (first || tcb.timers.tailProbePending) tcb.timers.rearm();
}

function noteTransmission(tcb: Tcb, chunk: SendChunk): void {
  chunk.sentAt = tcb.hasLoss ? tcb.loss.stamp(tcb.now) : tcb.now;
  chunk.transmissions++;
  dataSent(tcb);
}
