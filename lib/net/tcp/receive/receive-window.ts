/**
 * The receive window: how many bytes the peer may send beyond what has arrived.
 *
 * It is what is left of the receive buffer, with three rules on top. What was once offered is never taken back. A window that
 * opens by a few bytes is not worth telling: it would be filled by a tiny segment, whose acknowledgement opens it by a few bytes again
 * ("silly window syndrome"), so a small opening is announced as zero until it is worth a full segment. And no more is offered than
 * what segments like those that have come so far would leave room for: it begins with half of the buffer at most and grows
 * while they carry much payload.
 *
 * For the buffer is a limit on memory, and the window is a number of bytes. How many bytes fit into a piece of memory is learnt
 * from the segments that come (packet/truesize.ts): of 2,304 bytes for a full frame 1,448 are payload, so of such a buffer five
 * eighths are window. How large the buffer itself is to be, receive-tuning.ts finds out.
 *
 * Source: RFC 9293 section 3.8.6.2.2; __tcp_select_window, tcp_select_window and tcp_select_initial_window in net/ipv4/tcp_output.c,
 * tcp_init_buffer_space, tcp_grow_window and tcp_measure_rcv_mss in tcp_input.c, tcp_set_window_clamp in tcp.c,
 * tcp_win_from_space in include/net/tcp.h.
 */
import type { SocketOptions } from "../../socket/socket-options";
import { MAX_WINDOW_SCALE } from "../header-options";
import type { Segment } from "../segment";
import { advertisedMss } from "../send/mss";
import { distance } from "../sequence";
import type { TcpSysctl } from "../sysctl";
import type { Tcb } from "../tcb";

/** The window field has 16 bits. */
export const MAX_UNSCALED = 65_535;
/** The most that a window can be, in bytes. */
export const LARGEST_WINDOW = MAX_UNSCALED << MAX_WINDOW_SCALE;
/** Of so many bytes of memory … */
const MEMORY = 256;
/** … so many are taken for payload before any has come (TCP_DEFAULT_SCALING_RATIO). */
export const FIRST_PAYLOAD_SHARE = MEMORY / 2;
/** No clamp is set lower than half of the smallest buffer (SOCK_MIN_RCVBUF). */
const LOWEST_CLAMP = 2304 / 2;
/** net.core.rmem_max. */
const LARGEST_LOCKED = 4_194_304;
/** Segments with less payload don't let the window grow. */
export const SMALL = 128;

// Memory and payload

/** Of so much memory, the part that is expected to be payload (tcp_win_from_space). */
export function windowFrom(memory: number, share: number): number {
  return Math.floor((memory * share) / MEMORY);
}

/** The memory that so large a window needs, in bytes (tcp_space_from_win). */
function memoryFor(window: number, share: number): number {
  return Math.floor((window * MEMORY) / share);
}

/** Memory of all that has arrived and was not read (sk_rmem_alloc). */
export function receiveMemory({ receiveQueue, rcv }: Tcb): number {
  return receiveQueue.memory + rcv.memoryAhead;
}

/** Bytes that the empty buffer could hold (tcp_full_space). */
function fullSpace({ options, rcv }: Tcb): number {
  return windowFrom(options.receiveBuffer, rcv.payloadShare);
}

/** Bytes that it could hold now (tcp_space). Negative when more has come than it may hold. */
function freeSpace(tcb: Tcb): number {
  return windowFrom(tcb.options.receiveBuffer - receiveMemory(tcb), tcb.rcv.payloadShare);
}

// Beginning

/**
 * The window to begin with when the program asks for `asked` at the most (TCP_WINDOW_CLAMP; 0: it doesn't), how far the windows that
 * follow are shifted, and what none of them may exceed (tcp_select_initial_window).
 */
export function beginningWindow(
  { receiveBuffer, receiveBufferLocked }: SocketOptions,
  sysctl: TcpSysctl,
  mss: number,
  scaling: boolean,
  asked: number,
): { window: number; scale: number; clamp: number } {
  const full = windowFrom(receiveBuffer, FIRST_PAYLOAD_SHARE);
  const wanted = asked || LARGEST_WINDOW;
  const clamp = receiveBufferLocked ? Math.min(full, wanted) : wanted;
  const space = Math.min(full, clamp);
  const window = space > mss ? space - (space % mss) : space;
  // RFC 7323 2.2: so that the field can hold the largest window we may ever want.
  const most = Math.min(Math.max(window, sysctl.tcp_rmem[2], LARGEST_LOCKED), clamp);
  const scale = scaling ? Math.min(Math.max(31 - Math.clz32(most) - 15, 0), MAX_WINDOW_SCALE) : 0;
  return { window, scale, clamp: Math.min(clamp, MAX_UNSCALED << scale) };
}

/** The handshake is over: one segment's worth of the buffer is kept back (tcp_init_buffer_space). */
export function beginReceiveWindow(tcb: Tcb): void {
  const { rcv } = tcb;
  const full = fullSpace(tcb);
  rcv.clamp = Math.min(rcv.clamp, full);
  const mss = advertisedMss(tcb);
  if (rcv.clamp > 2 * mss && rcv.clamp + mss > full) rcv.clamp = Math.max(2 * mss, full - mss);
  rcv.threshold = Math.min(rcv.wnd, rcv.clamp);
}

// Offering

/** How much of the window that was advertised last is still open. */
export function receiveWindow(tcb: Tcb): number {
  const { rcv } = tcb;
  return Math.max(distance(rcv.wup, rcv.nxt) + rcv.wnd, 0);
}

/**
 * The window that could be offered now, in bytes; zero when what is free isn't worth telling. With half of it used up, acknowledgements
 * may wait.
 */
export function offerableWindow(tcb: Tcb): number {
  const { rcv } = tcb;
  const all = fullSpace(tcb);
  const full = Math.min(rcv.clamp, all);
  const mss = Math.min(rcv.mss, full);
  if (mss <= 0) return 0;
  const unit = 1 << rcv.scale;
  const mayShrink = tcb.host.sysctl.tcp_shrink_window !== 0 && rcv.scale > 0;
  let free = freeSpace(tcb);
  if (mayShrink) free = roundDown(free, unit);
  if (free < full >> 1) {
    tcb.quickAcks = 0;
    free = roundDown(free, unit);
    // RFC 9293 3.8.6.2.2: the window isn't opened in small steps; Linux: not for less than a segment, or a sixteenth of the buffer.
    if (free < all >> 4 || free < mss || (mayShrink && free < unit)) return 0;
  }
  const space = Math.min(free, rcv.threshold);
  if (rcv.scale > 0) return roundUp(space, unit);
  // Without scaling: whole segments only, and the old value while that fits.
  if (rcv.wnd <= space - mss || rcv.wnd > space) return roundDown(space, mss);
  if (mss === full && space > rcv.wnd + (full >> 1)) return space;
  return rcv.wnd;
}

/** Decides on the window to advertise now, notes it, and returns it as it stands in the header. */
export function advertiseWindow(tcb: Tcb): number {
  const { rcv } = tcb;
  const current = receiveWindow(tcb);
  rcv.wup = rcv.nxt;
  if (rcv.noMemory) {
    // What has come had to be thrown away.
    rcv.wnd = 0;
    return 0;
  }
  let offered = offerableWindow(tcb);
  const mayShrink = tcb.host.sysctl.tcp_shrink_window !== 0 && rcv.scale > 0;
  // RFC 9293 3.8.6: "a TCP receiver … SHOULD NOT shrink the window, i.e., move the right window edge to the left".
  if (offered < current && !mayShrink) offered = roundUp(current, 1 << rcv.scale);
  rcv.wnd = offered;
  return Math.min(offered, MAX_UNSCALED << rcv.scale) >> rcv.scale;
}

// Growing

/** What of this segment's memory is payload? That of those to come is expected to be as much. */
export function learnPayloadShare(tcb: Tcb, segment: Segment): void {
  const { rcv, tuning } = tcb;
  const share = Math.max(Math.floor((segment.size * MEMORY) / segment.truesize), 1);
  if (share === rcv.payloadShare) return;
  rcv.payloadShare = share;
  setClamp(tcb, fullSpace(tcb));
  tuning.space = Math.min(tuning.space, rcv.clamp);
}

/** A window that is asked for with TCP_WINDOW_CLAMP isn't smaller than this. */
export function leastClamp(asked: number): number {
  return Math.max(asked, LOWEST_CLAMP);
}

/** tcp_set_window_clamp. */
export function setClamp({ rcv }: Tcb, asked: number): void {
  const clamp = leastClamp(asked);
  if (clamp === rcv.clamp) return;
  const grows = clamp > rcv.clamp;
  rcv.clamp = clamp;
  rcv.threshold = grows ? Math.max(Math.min(rcv.wnd, clamp), rcv.threshold) : Math.min(rcv.threshold, clamp);
}

/**
 * A segment has come and is taken care of: more may be offered, if the buffer would hold what comes of segments like this one (slow
 * start of the window; tcp_grow_window). `truesize`: the memory that it takes.
 */
export function growWindow(tcb: Tcb, segment: Segment, truesize: number): void {
  const { rcv } = tcb;
  const { size } = segment;
  const room = Math.min(rcv.clamp, freeSpace(tcb)) - rcv.threshold;
  if (room <= 0) return;
  const memory = windowFrom(truesize, rcv.payloadShare);
  const most = memory <= size ? 2 * advertisedMss(tcb) : growthFor(tcb, memory, size);
  if (most === 0) return;
  rcv.threshold += Math.min(room, Math.max(most, 2 * size));
  tcb.quickAcks |= 1;
}

/** The memory of a segment that joins others: its descriptor and empty head don't count, as they go then (truesize_adjust). */
export function joinedTruesize({ headEmpty, truesize, overhead }: Segment): number {
  return headEmpty ? truesize - overhead : truesize;
}

/** Segments that carry less are borne while the window is small: the smaller it is, the less they may carry (__tcp_grow_window). */
function growthFor(tcb: Tcb, memory: number, size: number): number {
  const { rcv, host } = tcb;
  let [cost, window] = [memory >> 1, windowFrom(host.sysctl.tcp_rmem[2], rcv.payloadShare) >> 1];
  for (; rcv.threshold <= window; cost >>= 1, window >>= 1) if (cost <= size) return 2 * rcv.mss;
  return 0;
}

/** The buffer is to hold so large a window (tcp_rcvbuf_grow). */
export function growReceiveBuffer(tcb: Tcb, window: number): void {
  const { rcv, owner, options, host } = tcb;
  const size = Math.min(memoryFor(window, rcv.payloadShare), host.sysctl.tcp_rmem[2]);
  if (size <= options.receiveBuffer) return;
  owner.options = options.withReceiveBuffer(size);
  rcv.clamp = fullSpace(tcb);
}

function roundDown(value: number, unit: number): number {
  return Math.floor(value / unit) * unit;
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
