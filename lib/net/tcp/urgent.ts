/**
 * Urgent data: a byte of the stream to which the sender draws attention, ahead of all that waits before it.
 *
 * `send` with MSG_OOB marks the last byte it writes. Until that is acknowledged, every segment before it says in its header how far
 * away the mark is: so the peer's program hears of it even while the window is shut. On the other side the byte is taken out of the
 * stream, to be read by `recv` with MSG_OOB; ordinary reads stop where it stood, and the next one begins behind it. With SO_OOBINLINE
 * it stays where it is, and reads only stop before it. There is one mark at a time: a later one takes its place.
 *
 * RFC 9293 lets the pointer point to the urgent byte, BSD and Linux point behind it (RFC 6093 section 3.1), unless tcp_stdurg is set.
 *
 * Source: RFC 9293 section 3.8.5, RFC 6093; tcp(7); tcp_mark_urg and tcp_recv_urg in net/ipv4/tcp.c, tcp_check_urg and tcp_urg in tcp_input.c, tcp_urg_mode.
 */
import type { Received } from "../../kernel/socket";
import { EAGAIN, EINVAL, ENOTCONN } from "../../sys/errno";
import { MSG_OOB, MSG_PEEK, MSG_TRUNC, SO_OOBINLINE } from "../../sys/socket";
import { isOn } from "../socket/remembered-options";
import { RCV_SHUTDOWN } from "../socket/sock";
import { type Segment, URG } from "./segment";
import { add, after, before, distance, type Seq } from "./sequence";
import type { TcpSocket } from "./socket/tcp-socket";
import type { Tcb } from "./tcb";

const INLINE = [SO_OOBINLINE];
/** How far the pointer of 16 bits reaches. */
const FARTHEST = 0xffff;

/** What a connection remembers of urgent data; made with the first. */
export class Urgent {
  /** SND.UP: the number behind the byte that we marked; null when that is acknowledged. */
  sent: Seq | null = null;
  /** The number of the byte that the peer marked (urg_seq); null when there is none, or it lies behind the reader. */
  mark: Seq | null = null;
  /** The byte itself: not here yet, here, or read by MSG_OOB. */
  state: "announced" | "arrived" | "read" = "announced";
  byte = 0;
}

// Sending

/** What was written last is urgent. */
export function markUrgent(tcb: Tcb): void {
  tcb.urgent.sent = tcb.sendQueue.tail;
}

/** Is something that we marked not acknowledged yet? Then nothing small is held back, and segments leave one by one. */
export function inUrgentMode(tcb: Tcb): boolean {
  return tcb.hasUrgent && tcb.urgent.sent !== null;
}

/** SND.UNA has moved. */
export function urgentAcknowledged(tcb: Tcb): void {
  const { urgent, snd } = tcb;
  if (urgent.sent !== null && !after(urgent.sent, snd.una)) urgent.sent = null;
}

/** Says in a segment that leaves how far the mark is, if it lies ahead. */
export function pointToMark({ urgent, snd }: Tcb, segment: Segment): void {
  const { sent } = urgent;
  if (sent === null || !before(segment.seq, sent)) return;
  const ahead = distance(sent, segment.seq);
  // Too far for the pointer: at least this far.
  if (ahead > FARTHEST && !after(add(segment.seq, FARTHEST), snd.nxt)) return;
  segment.flags |= URG;
  segment.urgentPointer = Math.min(ahead, FARTHEST);
}

/** May a probe of a shut window tell of it? */
export function isMarkNear({ urgent, snd }: Tcb): boolean {
  return urgent.sent !== null && distance(urgent.sent, snd.una) <= FARTHEST;
}

// Receiving

/** The number of the first byte that waits to be read (copied_seq). */
export function firstUnread({ rcv, receiveQueue, peerDone }: Tcb): Seq {
  return add(rcv.nxt, -receiveQueue.bytes - (peerDone ? 1 : 0));
}

/** Does the urgent byte stay in the stream (SO_OOBINLINE)? */
export function isInline({ options }: Tcb): boolean {
  return isOn(INLINE, options.remembered);
}

/** How many bytes lie between the reader and the mark; null when it is not ahead. */
export function bytesToMark(tcb: Tcb): number | null {
  if (!tcb.hasUrgent || tcb.urgent.mark === null) return null;
  const ahead = distance(tcb.urgent.mark, firstUnread(tcb));
  return ahead < 0 ? null : ahead;
}

/** "Sixth, check the URG bit": before the segment's data are queued. */
export function urgentArrives(tcb: Tcb, segment: Segment): void {
  if (segment.has(URG)) noteMark(tcb, segment);
  if (!tcb.hasUrgent) return;
  const { urgent, owner } = tcb;
  if (urgent.mark === null || urgent.state !== "announced") return;
  const at = distance(urgent.mark, segment.seq);
  if (at < 0 || at >= segment.size) return;
  const [{ page, start }] = segment.pieces(at, 1);
  urgent.byte = page.bytes[start];
  urgent.state = "arrived";
  if (!owner.dead) owner.wakeForData();
}

/** A pointer has come. It counts when it points to what was not read or received yet, beyond the mark that there is. */
function noteMark(tcb: Tcb, segment: Segment): void {
  const { urgent, rcv, receiveQueue } = tcb;
  const pointer = segment.urgentPointer;
  const behind = pointer > 0 && tcb.host.sysctl.tcp_stdurg === 0 ? 1 : 0;
  const mark = add(segment.seq, pointer - behind);
  if (after(firstUnread(tcb), mark) || before(mark, rcv.nxt)) return;
  if (urgent.mark !== null && !after(mark, urgent.mark)) return;
  // The reader stands right before the mark that there was: its byte leaves the stream with it.
  if (bytesToMark(tcb) === 0 && !isInline(tcb)) receiveQueue.discard(1);
  urgent.mark = mark;
  urgent.state = "announced";
}

/** The reader has moved: a mark that it has passed is forgotten. */
export function forgetPassedMark(tcb: Tcb): void {
  const { urgent } = tcb;
  if (urgent.mark !== null && after(firstUnread(tcb), urgent.mark)) urgent.mark = null;
}

/** recv(2) with MSG_OOB never sleeps. Throws EINVAL without urgent data, EAGAIN when the byte isn't here yet, ENOTCONN. */
export function receiveUrgent(
  { tcb, shutdownMask }: TcpSocket,
  size: number,
  into: Uint8Array | null,
  flags: number,
): Received {
  if (!tcb.hasUrgent || isInline(tcb)) throw EINVAL;
  const { urgent } = tcb;
  if (urgent.mark === null || urgent.state === "read") throw EINVAL;
  if (tcb.state === "CLOSED" && !tcb.peerDone) throw ENOTCONN;
  if (urgent.state === "announced") {
    if (tcb.state !== "CLOSED" && (shutdownMask & RCV_SHUTDOWN) === 0) throw EAGAIN;
    return { data: new Uint8Array(0), address: null, flags: 0 };
  }
  if ((flags & MSG_PEEK) === 0) urgent.state = "read";
  if (size === 0) return { data: new Uint8Array(0), address: null, flags: MSG_OOB | MSG_TRUNC };
  const data = into === null ? new Uint8Array(1) : into.subarray(0, 1);
  if ((flags & MSG_TRUNC) === 0) data[0] = urgent.byte;
  return { data, address: null, flags: MSG_OOB };
}
