/**
 * Data arrives: what is next goes to the receive queue, what is ahead of a gap waits, what was there already is dropped.
 *
 * Nothing is sent here: that an acknowledgement is due, and how urgently, is only noted (delayed-ack.ts decides when all is done).
 *
 * Source: RFC 9293 section 3.10.7.4 (seventh, process the segment text; eighth, check the FIN bit), RFC 2883 (what has come twice);
 * tcp_data_queue, tcp_data_queue_ofo, tcp_ofo_queue in net/ipv4/tcp_input.c.
 */
import { Page } from "../../packet/page";
import { Piece } from "../../packet/piece";
import { peerFinished } from "../close/close";
import { noteMark } from "../congestion/ecn";
import { FIN, type Segment } from "../segment";
import { add, after, before, distance } from "../sequence";
import { isReadable } from "../socket/wake-up-rule";
import { mayReceive } from "../state";
import type { Tcb } from "../tcb";
import { dataReceived, measureSegment } from "./delayed-ack";
import { enterQuickAcks } from "./quick-acks";
import { makeRoom } from "./receive-overflow";
import { growWindow, joinedTruesize, receiveWindow, SMALL } from "./receive-window";
import { aheadOfGap, blockWithFin, noteDuplicate, noteOverlap } from "./sack-blocks";
import type { StreamReassembler } from "./stream-reassembler";

/** Queues what is new of the segment's payload, and takes note of its FIN (tcp_data_queue). */
export function dataArrives(tcb: Tcb, segment: Segment): void {
  if (segment.length === 0) return;
  const { rcv } = tcb;
  tcb.dsack = null;
  // Behind a FIN nothing comes that a larger buffer would be good for.
  const lastOfAll = segment.size === 0 && segment.seq === rcv.nxt;
  if (tcb.state === "ESTABLISHED" && !lastOfAll) tcb.tuning.echoArrived(tcb, segment);
  if (!bringsNews(tcb, segment, lastOfAll)) {
    enterQuickAcks(tcb);
    tcb.ackPending = true;
    return;
  }
  const end = add(segment.seq, segment.size);
  const told = rcv.fin === null ? null : blockWithFin(tcb);
  if (segment.has(FIN)) rcv.fin = end;
  if (before(rcv.nxt, segment.seq)) keepAhead(tcb, segment, told !== null);
  else if (!makeRoom(tcb, segment) && dropped(tcb, segment)) return;
  else if (after(end, rcv.nxt)) takeInOrder(tcb, segment);
  if (rcv.fin !== null && rcv.fin === rcv.nxt && mayReceive(tcb.state)) {
    // What acknowledges the FIN leaves before what has waited with it is struck off (tcp_fin, called by tcp_ofo_queue).
    if (told !== null) tcb.dsack = told;
    peerFinished(tcb);
  }
}

/** Is anything of it new, and does it lie in the window? What has come before is noted. A FIN alone needs no window. */
function bringsNews(tcb: Tcb, segment: Segment, lastOfAll: boolean): boolean {
  const { rcv } = tcb;
  // All of it has been here before: our acknowledgement was lost, perhaps.
  if (!after(segment.endSeq, rcv.nxt)) {
    noteDuplicate(tcb, segment.seq, segment.endSeq);
    return false;
  }
  const window = receiveWindow(tcb);
  // Nothing of it fits: a probe of a window that is shut.
  if (!before(segment.seq, add(rcv.nxt, window)) && !lastOfAll) return false;
  if (!before(segment.seq, rcv.nxt)) return true;
  noteDuplicate(tcb, segment.seq, rcv.nxt);
  return window > 0;
}

/** The bytes that were expected: they go to the program, and with them those that waited for them. */
function takeInOrder(tcb: Tcb, segment: Segment): void {
  const { rcv, reassembler } = tcb;
  const skip = distance(rcv.nxt, segment.seq);
  const size = segment.size - skip;
  // On loopback the sender holds the packets too, until it has looked at their acknowledgement: not in the middle of a write.
  tcb.growingReceiveQueue.append(segment, skip, size, !segment.sharedBefore);
  if (tcb.hasGap) noteOverlap(tcb, tcb.runsAhead, rcv.nxt, add(rcv.nxt, size));
  rcv.nxt = add(rcv.nxt, size);
  dataReceived(tcb, segment);
  if (tcb.ecn !== null) noteMark(tcb, tcb.ecn, segment);
  if (segment.size >= SMALL) growWindow(tcb, segment, joinedTruesize(segment));
  if (reassembler !== null && reassembler.bytes > 0) fillGap(tcb, reassembler);
  if (!tcb.owner.dead && isReadable(tcb)) tcb.owner.wakeForData();
}

/** What waited for these bytes follows them. */
function fillGap(tcb: Tcb, reassembler: StreamReassembler): void {
  const { rcv, growingReceiveQueue: receiveQueue } = tcb;
  // What it took of the buffer goes with it, and also what was taken by bytes that have come once more.
  const perByte = rcv.memoryAhead / reassembler.bytes;
  for (let more = reassembler.take(rcv.nxt); more !== null; more = reassembler.take(rcv.nxt)) {
    receiveQueue.appendPiece(new Piece(new Page(more), 0, more.length), Math.ceil(more.length * perByte));
    rcv.nxt = add(rcv.nxt, more.length);
  }
  rcv.memoryAhead = Math.floor(reassembler.bytes * perByte);
  // RFC 5681 4.2: "a TCP receiver SHOULD send an immediate ACK when the incoming segment fills in all or part of a gap".
  if (reassembler.bytes === 0) tcb.ackNow = true;
}

/** There is no room for it: drops it, unless nothing else is there. The peer is told that the window is shut. */
function dropped(tcb: Tcb, segment: Segment): boolean {
  tcb.rcv.noMemory = true;
  tcb.ackNow = true;
  tcb.ackPending = true;
  tcb.owner.wakeForData();
  return !tcb.receiveQueue.empty && segment.size > 0;
}

/** Ahead of a gap. `finTold`: a FIN that waits there is told by SACK already; it may be this one. */
function keepAhead(tcb: Tcb, segment: Segment, finTold: boolean): void {
  const { owner, rcv, tuning } = tcb;
  if (tcb.ecn !== null) noteMark(tcb, tcb.ecn, segment);
  if (!makeRoom(tcb, segment)) {
    owner.wakeForData();
    return;
  }
  tcb.ackPending = true;
  noteOverlap(tcb, finTold ? aheadOfGap(tcb) : tcb.runsAhead, segment.seq, segment.endSeq);
  if (segment.size === 0) return;
  measureSegment(tcb, segment);
  tcb.reassembler ??= tcb.host.modules.streamReassembler();
  const { reassembler } = tcb;
  const joins =
    segment.overhead >= 0 && !segment.sharedBefore && reassembler.blocks().some(({ right }) => right === segment.seq);
  const before = reassembler.bytes;
  let next = segment.seq;
  for (const { page, start, end } of segment.pieces(0, segment.size)) {
    // Never released: the module may keep the bytes for as long as it likes.
    page.hold();
    reassembler.insert(next, page.bytes.subarray(start, end));
    next = add(next, end - start);
  }
  const isNew = reassembler.bytes > before;
  if (isNew && joins) rcv.memoryAhead += segment.truesize - segment.overhead;
  // Without SACK the window stays as it is: only then are our acknowledgements duplicates, which tell of the loss.
  if (tcb.sackPermitted) growWindow(tcb, segment, joins ? joinedTruesize(segment) : segment.truesize);
  if (isNew && !joins) rcv.memoryAhead += segment.truesize;
  if (owner.attached && !owner.dead) tuning.grow(tcb, tuning.space);
}
