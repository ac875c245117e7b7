/**
 * Tuning the receive buffer: how large must it be, so that the window never holds the sender back?
 *
 * As large as what the program reads in a round trip, for so much is on its way meanwhile; twice that, because what is measured is
 * always a round trip late; and more while it grows, since the sender may double its speed each round trip. So a fast reader far
 * away is given megabytes, and a connection on which little happens keeps what it began with. A buffer that the program has set
 * (SO_RCVBUF) stays as it is.
 *
 * How long a round trip takes is seen from here as the time until the sender has filled a window that we offered, or, better, until
 * it echoes one of our timestamps.
 *
 * Source: tcp(7) (tcp_moderate_rcvbuf); "Dynamic Right-Sizing" (Fisk and Feng, 2001); tcp_rcv_rtt_measure, tcp_rcv_rtt_measure_ts,
 * tcp_rcv_space_adjust, tcp_rcvbuf_grow in net/ipv4/tcp_input.c (Linux 6.18).
 */
import { MICROSECOND, MILLISECOND, type Nanoseconds } from "../../../world/clock";
import { INITIAL_WINDOW } from "../congestion/congestion-control";
import type { Segment } from "../segment";
import { advertisedMss } from "../send/mss";
import { add, before, distance, type Seq } from "../sequence";
import type { Tcb } from "../tcb";
import { echoes, timestampNow } from "../timestamps";
import { growReceiveBuffer } from "./receive-window";

const MICROSECONDS = MILLISECOND / MICROSECOND;

export class ReceiveTuning {
  /** The round trip as the receiver sees it, in eighths of a microsecond; 0 while there is none. */
  roundTrip = 0;
  /** The window that was open at a time is used up when RCV.NXT has come here. */
  private windowEnd: Seq;
  private windowAt: Nanoseconds | null = null;
  /** The echo that was looked at last. */
  private lastEcho = 0;
  /** What the program has read in the best round trip so far, in bytes. */
  space: number;
  /** Where the round trip that is being measured began in the stream, and when. */
  private from: Seq;
  private since: Nanoseconds;

  /** Begins with what may come before anything is acknowledged (tcp_init_buffer_space). */
  constructor(tcb: Tcb) {
    const { rcv } = tcb;
    this.space = Math.min(rcv.threshold, rcv.wnd, INITIAL_WINDOW * advertisedMss(tcb));
    this.windowEnd = rcv.nxt;
    this.from = rcv.nxt;
    this.since = tcb.establishedAt;
  }

  /** A segment has come that echoes a timestamp of ours. */
  echoArrived(tcb: Tcb, segment: Segment): void {
    if (!echoes(tcb, segment) || segment.tsEcr === this.lastEcho) return;
    this.lastEcho = segment.tsEcr;
    // Small ones may have waited for something else.
    if (segment.length < tcb.rcv.mss) return;
    const milliseconds = (timestampNow(tcb) - segment.tsEcr) | 0;
    if (milliseconds > 0) this.measuredByEcho(milliseconds * MICROSECONDS);
  }

  /** RCV.NXT has moved on. */
  dataArrived({ rcv, now }: Tcb): void {
    if (this.windowAt !== null) {
      if (before(rcv.nxt, this.windowEnd)) return;
      this.measuredByWindow(Math.max(Math.floor((now - this.windowAt) / MICROSECOND), 1));
    }
    this.windowEnd = add(rcv.nxt, rcv.wnd);
    this.windowAt = now;
  }

  /** A window may take longer than a round trip to fill, so of those only the shortest counts. */
  private measuredByWindow(microseconds: number): void {
    const sample = microseconds * 8;
    if (this.roundTrip === 0 || sample < this.roundTrip) this.roundTrip = sample;
  }

  /** An echo tells exactly: a shorter one counts at once, longer ones by an eighth. */
  private measuredByEcho(microseconds: number): void {
    const before = this.roundTrip;
    this.measuredByWindow(microseconds);
    if (before > 0 && microseconds * 8 >= before) this.roundTrip += microseconds - (before >> 3);
  }

  /** The program has read: once a round trip, how much? */
  hasRead(tcb: Tcb): void {
    const elapsed = Math.floor((tcb.now - this.since) / MICROSECOND);
    if (this.roundTrip === 0 || elapsed < this.roundTrip >> 3) return;
    const waiting = tcb.receiveQueue.bytes;
    const readTo = add(tcb.rcv.nxt, -waiting);
    // What waits still has come in that time too, but the program doesn't keep up with it.
    const read = distance(readTo, this.from) - waiting;
    if (read > this.space) this.grow(tcb, read);
    this.from = readTo;
    this.since = tcb.now;
  }

  /** So much is read in a round trip; what waits ahead of a gap needs room as well. */
  grow(tcb: Tcb, space: number): void {
    const former = this.space;
    this.space = space;
    if (tcb.host.sysctl.tcp_moderate_rcvbuf === 0 || tcb.options.receiveBufferLocked) return;
    const twice = 2 * space;
    const faster = 2 * Math.floor((twice * (space - former)) / former);
    growReceiveBuffer(tcb, twice + faster + spanAhead(tcb));
  }
}

/** How far beyond RCV.NXT the bytes reach that wait ahead of a gap. */
function spanAhead({ rcv, runsAhead }: Tcb): number {
  return runsAhead.reduce((span, { right }) => Math.max(span, distance(right, rcv.nxt)), 0);
}
