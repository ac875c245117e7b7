/**
 * Sending one segment of a connection: to what it carries it adds what every segment tells besides. That is the acknowledgement, the
 * window, the runs that have arrived ahead of a gap (SACK), and our clock (timestamps).
 *
 * When one is sent, and with which bytes, others decide: output.ts for data, receive/delayed-ack.ts for acknowledgements,
 * close/close.ts and close/abort.ts for the end.
 *
 * Source: RFC 9293 sections 3.1 and 3.10.7.4, RFC 2018 section 4 (SACK), RFC 7323 section 3 (timestamps); __tcp_transmit_skb,
 * tcp_established_options and tcp_send_ack in net/ipv4/tcp_output.c.
 */
import { markSegment } from "../congestion/ecn";
import { ackSent } from "../receive/quick-acks";
import { advertiseWindow } from "../receive/receive-window";
import { blocksToTell } from "../receive/sack-blocks";
import { ACK, outgoing, type Segment } from "../segment";
import { distance, type Seq } from "../sequence";
import type { Tcb } from "../tcb";
import { addTimestamps } from "../timestamps";
import { pointToMark } from "../urgent";
import type { Payload } from "./segment-run";

/**
 * Sends these bytes from `seq` on, null for none, once the handshake is over. `newData`: they leave for the first time (ECN asks for
 * that).
 */
export function sendSegment(tcb: Tcb, flags: number, seq: Seq, payload: Payload | null, newData = false): void {
  const segment = emptySegment(tcb, flags, seq);
  if (tcb.ecn !== null) markSegment(tcb, tcb.ecn, segment, newData);
  if ((flags & ACK) !== 0) {
    segment.ack = tcb.rcv.nxt;
    segment.window = advertiseWindow(tcb);
    if (tcb.sackPermitted) segment.sack = blocksToTell(tcb);
    ackSent(tcb);
  }
  if (tcb.timestamps) addTimestamps(tcb, segment);
  if (tcb.hasUrgent) pointToMark(tcb, segment);
  tcb.host.transmit(tcb, segment, payload);
}

/** An acknowledgement without data (tcp_send_ack). */
export function sendAck(tcb: Tcb): void {
  sendSegment(tcb, ACK, acceptableSeq(tcb), null);
}

/**
 * The number for a segment without data. SND.NXT; but where the peer has taken back window that we had used, that is beyond what it
 * accepts, and so the end of its window (tcp_acceptable_seq).
 */
export function acceptableSeq({ snd, rcv, scaling }: Tcb): Seq {
  const { windowEnd } = snd;
  const beyond = distance(snd.nxt, windowEnd);
  // A scaled window is told in units, and may seem smaller by less than one.
  return beyond <= 0 || (scaling && beyond < 1 << rcv.scale) ? snd.nxt : windowEnd;
}

/** The segment to be filled in, with this connection's addresses and nothing else. */
export function emptySegment(tcb: Tcb, flags: number, seq: Seq): Segment {
  const { local, localPort, remote, remotePort } = tcb.owner;
  const segment = outgoing.begin(local, localPort, remote, remotePort);
  segment.flags = flags;
  segment.seq = seq;
  return segment;
}
