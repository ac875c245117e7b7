/**
 * The receive window: how many bytes the peer may send beyond what has arrived.
 *
 * It is what is left of the receive buffer, with two rules on top. What was once offered is never taken back. And a window that opens by
 * a few bytes is not worth telling: it would be filled by a tiny segment, whose acknowledgement opens it by a few bytes
 * again ("silly window syndrome"), so a small opening is announced as zero until it is worth a full segment.
 *
 * Half of the buffer counts as window: the limit is memory, and a packet takes more memory than its payload.
 *
 * **Not modelled:** tuning the receive buffer's size to the speed of the reader (tcp_rcv_space_adjust), letting the window grow while
 * packets carry much payload (tcp_measure_rcv_mss, scaling_ratio). `ss -tim` shows both.
 *
 * Source: RFC 9293 section 3.8.6.2.2; __tcp_select_window and tcp_select_window in net/ipv4/tcp_output.c, tcp_grow_window in
 * tcp_input.c.
 */

import { MAX_WINDOW_SCALE } from "./header-options";
import { advertisedMss } from "./mss";
import { distance } from "./sequence";
import type { Tcb } from "./tcb";

/** The window field has 16 bits. */
export const MAX_UNSCALED = 65_535;
/** The most that a window can be, in bytes. */
export const LARGEST_WINDOW = MAX_UNSCALED * 2 ** MAX_WINDOW_SCALE;

/** Bytes that may wait in the receive buffer. */
export function fullReceiveSpace(receiveBuffer: number): number {
  return receiveBuffer >> 1;
}

function freeReceiveSpace(tcb: Tcb): number {
  const used = tcb.receiveQueue.bytes + (tcb.reassembler?.bytes ?? 0);
  return fullReceiveSpace(tcb.options.receiveBuffer) - used;
}

/** The shift count that we offer (RFC 7323 2.2): so that the field can hold the largest window we may ever want; `largest` is what tuning may reach. */
export function windowScaleFor(receiveBuffer: number, largest: number): number {
  const most = Math.max(receiveBuffer, largest);
  return Math.min(Math.max(31 - Math.clz32(most) - 15, 0), MAX_WINDOW_SCALE);
}

/** The window to begin with: a whole number of segments. The field on a SYN, which is never scaled, may not hold all of it (tcp_select_initial_window). */
export function initialWindow(receiveBuffer: number, mss: number): number {
  const space = fullReceiveSpace(receiveBuffer);
  return space > mss ? space - (space % mss) : space;
}

/** The handshake is over: one segment's worth of the buffer is kept back (tcp_init_buffer_space). */
export function beginReceiveWindow(tcb: Tcb): void {
  const { rcv } = tcb;
  const full = fullReceiveSpace(tcb.options.receiveBuffer);
  rcv.clamp = Math.min(rcv.clamp, full);
  const mss = advertisedMss(tcb);
  if (rcv.clamp > 2 * mss && rcv.clamp + mss > full) rcv.clamp = Math.max(2 * mss, full - mss);
  rcv.threshold = Math.min(rcv.wnd, rcv.clamp);
}

/** How much of the window that was advertised last is still open. */
export function receiveWindow(tcb: Tcb): number {
  const { rcv } = tcb;
  return Math.max(distance(rcv.wup, rcv.nxt) + rcv.wnd, 0);
}

/** The window that could be offered now, in bytes; zero when what is free isn't worth telling. */
export function offerableWindow(tcb: Tcb): number {
  const { rcv } = tcb;
  const full = Math.min(rcv.clamp, fullReceiveSpace(tcb.options.receiveBuffer));
  const mss = Math.min(rcv.mss, full);
  const free = freeReceiveSpace(tcb);
  // RFC 9293 3.8.6.2.2: not until the opening is "at least … Eff.snd.MSS" or a fair part of the buffer.
  if (free < full >> 4 || free < mss) return 0;
  const space = Math.min(free, rcv.threshold);
  if (rcv.scale > 0) {
    const unit = 1 << rcv.scale;
    return Math.ceil(space / unit) * unit;
  }
  // Without scaling: whole segments only, and the old value while that fits.
  if (rcv.wnd <= space - mss || rcv.wnd > space) return space - (space % mss);
  if (mss === full && space > rcv.wnd + (full >> 1)) return space;
  return rcv.wnd;
}

/** Decides on the window to advertise now, notes it, and returns it as it stands in the header. */
export function advertiseWindow(tcb: Tcb): number {
  const { rcv } = tcb;
  const current = receiveWindow(tcb);
  let offered = offerableWindow(tcb);
  // RFC 9293 3.8.6: "a TCP receiver … SHOULD NOT shrink the window, i.e., move the right window edge to the left".
  if (offered < current) {
    const unit = 1 << rcv.scale;
    offered = Math.ceil(current / unit) * unit;
  }
  offered = Math.min(offered, MAX_UNSCALED << rcv.scale);
  rcv.wnd = offered;
  rcv.wup = rcv.nxt;
  return offered >> rcv.scale;
}

/** Segments arrive and are taken care of: a little more may be offered (slow start of the window). */
export function growWindow(tcb: Tcb, segmentSize: number): void {
  const full = tcb.rcv.clamp;
  if (tcb.rcv.threshold < full && freeReceiveSpace(tcb) > tcb.rcv.threshold) {
    tcb.rcv.threshold = Math.min(tcb.rcv.threshold + 2 * Math.max(segmentSize, tcb.rcv.mss), full);
  }
}
