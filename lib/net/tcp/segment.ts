/**
 * A segment: what one TCP sends to the other, as meaning; header.ts turns it into bytes and back.
 *
 * Source: RFC 9293 section 3.1 (header), 3.2 (options); RFC 7323 (window scale, timestamps); RFC 2018 (SACK).
 */
import { IPV4_ANY, type Ipv4Address } from "../addresses";
import { Page } from "../packet/page";
import { NO_PIECES, Piece } from "../packet/piece";
import { add, type Seq, toSeq } from "./sequence";

// Flags of the header (RFC 9293 3.1).
export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;
export const URG = 0x20;
/** RFC 3168: "congestion was met", "the window was reduced". */
export const ECE = 0x40;
export const CWR = 0x80;

/** One run of bytes that has arrived ahead of a gap: from `left` up to, but not including, `right`. */
export interface SackBlock {
  /** The first number that has arrived. */
  readonly left: Seq;
  /** The number behind the last one. */
  readonly right: Seq;
}

export const NO_BLOCKS: readonly SackBlock[] = [];
const NO_PAGE = new Page(new Uint8Array(0));

export class Segment {
  /** Whose it is: these stand in the IP header. */
  source = IPV4_ANY;
  destination = IPV4_ANY;
  sourcePort = 0;
  destinationPort = 0;
  /** Number of the first byte (or of the SYN). */
  seq: Seq = toSeq(0);
  /** The next byte that the sender of this segment expects; means something only with the ACK flag. */
  ack: Seq = toSeq(0);
  flags = 0;
  /** The two bits of ECN in its IP header, when it has come in (congestion/ecn.ts). */
  ecn = 0;
  /** As in the header: not scaled. */
  window = 0;
  /** With the URG flag: how far behind `seq` the urgent byte ends (urgent.ts). */
  urgentPointer = 0;
  /** Options; 0, -1, false and none mean "not there". */
  mss = 0;
  windowScale = -1;
  sackPermitted = false;
  hasTimestamps = false;
  tsVal = 0;
  tsEcr = 0;
  sack: readonly SackBlock[] = NO_BLOCKS;
  /** The payload: these bytes from `start` up to, but not including, `end`. They belong to a packet and must not be changed. */
  page: Page = NO_PAGE;
  start = 0;
  end = 0;
  /**
   * When it stands for several on the wire (ethernet/gso.ts, ethernet/gro.ts): bytes of payload in each, the last may have less.
   * Else 0.
   */
  segmentSize = 0;
  /** The payloads of the others of them, when they don't lie in one piece. */
  more: readonly Piece[] = NO_PIECES;
  moreSize = 0;

  /** Memory that its packet takes, in bytes. */
  truesize = 0;
  /**
   * How much of that goes when its payload joins another packet's: its descriptor, and its head when that is empty. −1: the payload can't
   * be taken over.
   */
  overhead = -1;
  /** Free space behind the payload, in its block of memory. */
  tailroom = 0;
  /** All of the payload lies in pages, none behind the headers. */
  headEmpty = false;
  /** When it was sent, the sender still held the packets before it, the same that the receiver has: so it is on loopback. */
  sharedBefore = false;

  /** The one behind it in a socket's backlog. */
  next: Segment | null = null;

  /**
   * A new segment in the place of this one: empty, from here to there. What stays as it was means nothing without a flag or an option that
   * isn't set, or is filled in for each that comes (receive/segment-memory.ts).
   */
  begin(source: Ipv4Address, sourcePort: number, destination: Ipv4Address, destinationPort: number): this {
    this.source = source;
    this.destination = destination;
    this.sourcePort = sourcePort;
    this.destinationPort = destinationPort;
    this.seq = toSeq(0);
    this.ack = toSeq(0);
    this.flags = 0;
    this.ecn = 0;
    this.window = 0;
    this.mss = 0;
    this.windowScale = -1;
    this.sackPermitted = false;
    this.hasTimestamps = false;
    this.sack = NO_BLOCKS;
    this.page = NO_PAGE;
    this.start = 0;
    this.end = 0;
    this.segmentSize = 0;
    this.more = NO_PIECES;
    this.moreSize = 0;
    return this;
  }

  /** The payload stays where it is beyond the call that is going on. */
  holdPages(): void {
    this.page.hold();
    for (const { page } of this.more) page.hold();
  }

  releasePages(): void {
    this.page.release();
    for (const { page } of this.more) page.release();
  }

  /** How many bytes of payload. */
  get size(): number {
    return this.end - this.start + this.moreSize;
  }

  /** The payload from its `skip`th byte on, `size` bytes of it, in one piece or several. */
  pieces(skip: number, size: number): readonly Piece[] {
    const all = [new Piece(this.page, this.start, this.end), ...this.more];
    if (skip === 0 && size === this.size) return all;
    const some: Piece[] = [];
    let [toSkip, toTake] = [skip, size];
    for (const { page, start, end } of all) {
      const from = Math.min(start + toSkip, end);
      const to = Math.min(from + toTake, end);
      if (to > from) some.push(new Piece(page, from, to));
      toSkip -= from - start;
      toTake -= to - from;
    }
    return some;
  }

  /** SEG.LEN: how many sequence numbers it takes. SYN and FIN take one each. */
  get length(): number {
    return this.size + ((this.flags & SYN) !== 0 ? 1 : 0) + ((this.flags & FIN) !== 0 ? 1 : 0);
  }

  /** The number after its last one. */
  get endSeq(): Seq {
    return add(this.seq, this.length);
  }

  has(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }
}

/** The one that is being sent. Whoever sends it has turned it into bytes before the next, so one is enough for all. */
export const outgoing = new Segment();
