/**
 * SYN cookies: a listener that can't remember any more requests puts what it has to know into its answer.
 *
 * Who floods a port with SYNs from made-up addresses fills the queue of requests, and nobody else gets in. So beyond the backlog nothing
 * is remembered: our initial sequence number is a keyed hash of the four numbers and the time, with the peer's MSS (one of four) in it.
 * The ACK that completes a true handshake brings it back. What a sequence number has no room for travels in our timestamp, whose echo
 * comes back too; without timestamps there is no window scale and no SACK. A SYN-ACK that gets lost isn't sent again: nobody knows of it.
 *
 * Simpler than Linux: the hash is a short one, not SipHash, for nobody will break into a simulation.
 *
 * Source: RFC 4987 section 3.6; net/ipv4/syncookies.c; net.ipv4.tcp_syncookies.
 */
import { MILLISECOND, type Nanoseconds, SECOND } from "../../../world/clock";
import type { Segment } from "../segment";
import { add, type Seq, toSeq } from "../sequence";

/** What a peer's MSS is rounded down to (msstab[]). */
const MSS_TABLE: readonly number[] = [536, 1300, 1440, 1460];
/** The hash's lower bits carry the MSS, those above the minute. */
const DATA_BITS = 24;
const DATA_MASK = (1 << DATA_BITS) - 1;
const MINUTE: Nanoseconds = 60 * SECOND;
/** MAX_SYNCOOKIE_AGE, in minutes. */
const MAX_AGE = 2;

/** The lowest bits of a timestamp: the peer's window scale (15: none), and whether it takes SACK and ECN. */
const STAMP_BITS = 6;
const STAMP_MASK = (1 << STAMP_BITS) - 1;
const SCALE_MASK = 0xf;
const SACK_BIT = 1 << 4;
const ECN_BIT = 1 << 5;

/** What a SYN-ACK's timestamp tells, besides the time, to who made it. */
export interface StampedOptions {
  /** −1: none. */
  readonly windowScale: number;
  readonly sackPermitted: boolean;
  readonly ecn: boolean;
}

export class SynCookies {
  /** When a cookie was sent last: without one lately, an ACK can't be the answer to any. */
  private lastSent: Nanoseconds = Number.NEGATIVE_INFINITY;

  constructor(
    /** Known to nobody else. */
    private readonly secret: number,
  ) {}

  /** The initial sequence number that answers this SYN of a peer that takes segments of `mss` bytes. */
  make(syn: Segment, mss: number, now: Nanoseconds): Seq {
    this.lastSent = now;
    const minute = Math.floor(now / MINUTE);
    const data = (this.hash(syn, minute) + indexOfMss(mss)) & DATA_MASK;
    return toSeq((this.hash(syn, 0) + syn.seq + (minute << DATA_BITS) + data) | 0);
  }

  /** The peer's MSS, if this ACK answers a cookie of ours that isn't too old; 0 if not. */
  check(ack: Segment, now: Nanoseconds): number {
    if (now - this.lastSent > MAX_AGE * MINUTE) return 0;
    const cookie = (add(ack.ack, -1) - this.hash(ack, 0) - add(ack.seq, -1)) | 0;
    const minute = Math.floor(now / MINUTE);
    const age = (minute - (cookie >>> DATA_BITS)) & 0xff;
    if (age >= MAX_AGE) return 0;
    const index = (cookie - this.hash(ack, minute - age)) & DATA_MASK;
    return index < MSS_TABLE.length ? MSS_TABLE[index] : 0;
  }

  /** Where our timestamps towards this peer begin: the same for its SYN and its ACK. */
  stampOffset(segment: Segment): number {
    return this.hash(segment, -1);
  }

  /** A hash of the four numbers, the secret and `salt`. */
  private hash({ source, sourcePort, destination, destinationPort }: Segment, salt: number): number {
    let hash = this.secret ^ salt;
    for (const word of [source, destination, (sourcePort << 16) | destinationPort, salt]) {
      hash = Math.imul(hash ^ word, 0x9e3779b1);
      hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
      hash ^= hash >>> 13;
    }
    return hash;
  }
}

function indexOfMss(mss: number): number {
  let index = MSS_TABLE.length - 1;
  while (index > 0 && mss < MSS_TABLE[index]) index--;
  return index;
}

/** The clock's milliseconds, moved back a little so that the lowest bits tell the options (cookie_init_timestamp). */
export function stampWith({ windowScale, sackPermitted, ecn }: StampedOptions, now: Nanoseconds): number {
  const time = Math.floor(now / MILLISECOND);
  const options = (windowScale < 0 ? SCALE_MASK : windowScale) | (sackPermitted ? SACK_BIT : 0) | (ecn ? ECN_BIT : 0);
  const stamp = time - (time % (STAMP_MASK + 1)) + options;
  return stamp > time ? stamp - (STAMP_MASK + 1) : stamp;
}

/** What such a timestamp told (cookie_timestamp_decode). */
export function readStamp(stamp: number): StampedOptions {
  const scale = stamp & SCALE_MASK;
  return {
    windowScale: scale === SCALE_MASK ? -1 : scale,
    sackPermitted: (stamp & SACK_BIT) !== 0,
    ecn: (stamp & ECN_BIT) !== 0,
  };
}
