/**
 * Timestamps: each segment says what time it is for its sender, and gives back the time that the other end's latest one said.
 *
 * Two things come of it. The echo tells how long the round trip took, even of what was sent twice: it says which of the two was answered.
 * And a segment that says an earlier time than one before it is old, whatever its sequence number: those begin anew after 4 GB, which
 * is soon on a fast path (PAWS, "protection against wrapped sequences").
 *
 * The clock counts milliseconds from a beginning of its own for each connection, so that nobody learns how long the machine is up.
 *
 * Source: RFC 7323 sections 3 to 5; tcp_time_stamp_ms, tcp_paws_discard, tcp_replace_ts_recent, tcp_rtt_tsopt_us, secure_tcp_ts_off.
 */
import { MILLISECOND, type Nanoseconds, SECOND } from "../../world/clock";
import type { Segment } from "./segment";
import { after } from "./sequence";
import type { Tcb } from "./tcb";

/** RFC 7323 5.5: a timestamp older than 24 days means nothing any more; in seconds. */
const TIMESTAMP_LIFE = 24 * 24 * 3600;

/** A connection's clock at this moment: milliseconds, plus where it begins; modulo 2³². */
export function stampAt(moment: Nanoseconds, offset: number): number {
  return (Math.floor(moment / MILLISECOND) + offset) | 0;
}

/** Our timestamp clock. */
export function timestampNow(tcb: Tcb): number {
  return stampAt(tcb.now, tcb.tsOffset);
}

/** Is the first of the two the earlier one? They wrap around as sequence numbers do. */
export function isEarlier(stamp: number, other: number): boolean {
  return ((stamp - other) | 0) < 0;
}

/** RFC 7323 3.2: TSval, our clock, and TSecr, the peer's latest value as an echo. */
export function writeTimestamps(segment: Segment, value: number, echo: number): void {
  segment.hasTimestamps = true;
  segment.tsVal = value;
  segment.tsEcr = echo;
}

/** The same for a segment of this connection. */
export function addTimestamps(tcb: Tcb, segment: Segment): void {
  writeTimestamps(segment, timestampNow(tcb), tcb.tsRecent);
}

/** Does it bring one of our timestamps back? */
export function echoes(tcb: Tcb, segment: Segment): boolean {
  return tcb.timestamps && segment.hasTimestamps && segment.tsEcr !== 0;
}

/** The round trip of the segment whose timestamp comes back, of one millisecond at least (RFC 7323 4.1; tcp_rtt_tsopt_us). */
export function roundTripOfEcho(tcb: Tcb, segment: Segment): Nanoseconds {
  return Math.max((timestampNow(tcb) - segment.tsEcr) | 0, 1) * MILLISECOND;
}

/**
 * RFC 7323 5.3 (R1): "If there is a Timestamps option …, SEG.TSval < TS.Recent, … then treat the arriving segment as not acceptable".
 * One tick older may be: a clock that has just been adjusted (tcp_paws_discard).
 */
export function isOldDuplicate(tcb: Tcb, segment: Segment, tolerance = 1): boolean {
  if (!tcb.timestamps || !segment.hasTimestamps || tcb.tsRecent === 0) return false;
  return ((tcb.tsRecent - segment.tsVal) | 0) > tolerance && tcb.now / SECOND - tcb.tsRecentAt < TIMESTAMP_LIFE;
}

/** RFC 7323 4.3 (2): the value to echo is that of the segment that the next acknowledgement is about (tcp_replace_ts_recent). */
export function noteTimestamp(tcb: Tcb, segment: Segment): void {
  if (!tcb.timestamps || !segment.hasTimestamps || after(segment.seq, tcb.rcv.wup)) return;
  if (isOldDuplicate(tcb, segment, 0)) return;
  tcb.noteTimestamp(segment.tsVal);
}
