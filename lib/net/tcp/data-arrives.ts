/**
 * Data arrives: what is next goes to the receive queue, what is ahead of a gap waits, what was there already is dropped.
 *
 * Source: RFC 9293 section 3.10.7.4 (seventh, process the segment text; eighth, check the FIN bit); tcp_data_queue, tcp_fin in Linux.
 */

import { Piece } from "../piece";
import { peerFinished } from "./close";
import { dataReceived, enterQuickAcks } from "./delayed-ack";
import { sendAck } from "./output";
import { growWindow, receiveWindow } from "./receive-window";
import { FIN, PSH, type Segment } from "./segment";
import { add, after, before, distance } from "./sequence";
import { mayReceive } from "./state";
import type { Tcb } from "./tcb";
import { isReadable } from "./wake-up-rule";

/** Queues what is new of the segment's payload, and takes note of its FIN. */
export function dataArrives(tcb: Tcb, segment: Segment): void {
  if (segment.length === 0) return;
  const { rcv } = tcb;
  if (!after(segment.endSeq, rcv.nxt)) {
    // All of it has been here before: our acknowledgement was lost, perhaps.
    enterQuickAcks(tcb);
    sendAck(tcb);
    return;
  }
  const edge = add(rcv.nxt, receiveWindow(tcb));
  if (!before(segment.seq, edge) && segment.size > 0) {
    // Nothing of it fits: a probe of a window that is shut.
    enterQuickAcks(tcb);
    sendAck(tcb);
    return;
  }
  // "Trim off any portions outside the window."
  const skip = Math.min(Math.max(distance(rcv.nxt, segment.seq), 0), segment.size);
  const beyond = Math.max(distance(add(segment.seq, segment.size), edge), 0);
  const size = segment.size - skip - beyond;
  if (segment.has(FIN) && beyond === 0) rcv.fin = add(segment.seq, segment.size);
  if (size > 0) {
    if (before(rcv.nxt, segment.seq)) keepAhead(tcb, segment, size);
    else takeInOrder(tcb, segment, skip, size);
  } else if (after(segment.seq, rcv.nxt)) {
    tcb.ackPending = true;
    enterQuickAcks(tcb);
    sendAck(tcb);
  }
  if (rcv.fin !== null && rcv.fin === rcv.nxt && mayReceive(tcb.state)) peerFinished(tcb);
}

/** The bytes that were expected: they go to the program, and with them those that waited for them. */
function takeInOrder(tcb: Tcb, segment: Segment, skip: number, size: number): void {
  const { rcv, receiveQueue } = tcb;
  for (const piece of segment.pieces(skip, size)) receiveQueue.add(piece);
  rcv.nxt = add(rcv.nxt, size);
  dataReceived(tcb, segment.segmentSize || size, segment.has(PSH));
  const { reassembler } = tcb;
  if (reassembler !== null && reassembler.bytes > 0) {
    for (let more = reassembler.take(rcv.nxt); more !== null; more = reassembler.take(rcv.nxt)) {
      receiveQueue.add(new Piece(more, 0, more.length));
      rcv.nxt = add(rcv.nxt, more.length);
    }
    // RFC 5681 4.2: "a TCP receiver SHOULD send an immediate ACK when the incoming segment fills in all or part of a gap".
    enterQuickAcks(tcb);
    tcb.pingPong = false;
    sendAck(tcb);
  }
  growWindow(tcb, size);
  if (!tcb.owner.dead && isReadable(tcb)) tcb.owner.wakeForData();
}

/** RFC 5681 4.2: "Out-of-order data segments SHOULD be acknowledged immediately, in order to accelerate loss recovery". */
function keepAhead(tcb: Tcb, segment: Segment, size: number): void {
  tcb.reassembler ??= tcb.host.modules.streamReassembler();
  let next = segment.seq;
  for (const { bytes, start, end } of segment.pieces(0, size)) {
    tcb.reassembler.insert(next, bytes.subarray(start, end));
    next = add(next, end - start);
  }
  dataReceived(tcb, segment.segmentSize || size, false);
  tcb.pingPong = false;
  sendAck(tcb);
}
