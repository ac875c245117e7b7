/**
 * A packet on its way through the kernel. Linux calls it an sk_buff, and so do its books.
 *
 * Every layer puts its header *in front* of what the layer above gave it, and takes it off again on the way up. So the data
 * begins in the middle of its page, with headroom before it, and nothing is ever moved:
 *
 *     head page:  | headroom      | Ethernet | IP | TCP |            fragment page:  | … payload … |
 *                                 ^start                ^end                         ^from         ^to
 *
 * The payload may stand right behind the headers (a frame that a card has received), or elsewhere, as a `fragment` that is
 * only referred to: the bytes that a program wrote are copied once into the kernel and never again until the device takes
 * them. The bytes of a fragment belong to everybody who refers to them and must never be changed.
 *
 * A packet may stand for several segments of one stream: `segmentSize` says how much of the payload each of them has. On the way down
 * they are cut apart as late as possible (ethernet/gso.ts), on the way up put together as early as possible (ethernet/gro.ts): what is
 * between is then done once for all of them.
 *
 * Invariant: the payload is in one piece. Once all headers are pulled, either the head part or the fragment is empty. Only a packet
 * that stands for several segments may have more, behind that, in `merged`.
 *
 * Source: include/linux/skbuff.h; "How SKBs work" (David Miller).
 */
import type { Ipv4Address } from "../addresses";
import type { NetDevice } from "../interface/net-device";
import type { Route } from "../ip/route";
import { Page, Slab } from "./page";
import { NO_PIECES, type Piece } from "./piece";

/** Room for Ethernet, IP with options, TCP with options, and 2 to align (LL_MAX_HEADER and MAX_TCP_HEADER). */
export const HEADROOM = 144;

/** To whom the frame was addressed (skb->pkt_type). */
export type Addressee = "host" | "broadcast" | "multicast" | "other";

/**
 * What is known of the checksum behind the IP header (skb->ip_summed).
 * - "none": nothing; the receiver must verify it.
 * - "verified": the device has verified it.
 * - "partial": only the pseudo header's part stands in the field; whoever puts it on a wire must add the rest.
 */
export type ChecksumState = "none" | "verified" | "partial";

/** Who pays for the packet's memory until it is gone. */
export interface PacketOwner {
  packetFreed(packet: Packet): void;
}

const EMPTY_PAGE = new Page(new Uint8Array(0));
const slab = new Slab();

/** A packet: headers in the head page, the payload behind them or in pages of its own (struct sk_buff). */
export class Packet {
  /** For traces: the same number from layer to layer on one host. */
  id = 0;
  /** The fragment and where it begins and ends in its page; empty when both are 0. */
  fragment: Page = EMPTY_PAGE;
  /** Offset in its page, in bytes. */
  fragmentStart = 0;
  /** Offset behind its last byte. */
  fragmentEnd = 0;
  /** Where the headers begin in the head page, once known. */
  macHeader = 0;
  /** Offset of the IP header in the head page. */
  networkHeader = 0;
  /** Offset of the TCP, UDP or ICMP header in the head page. */
  transportHeader = 0;
  /** The device it came in through, or goes out through. */
  device: NetDevice | null = null;
  /** To whom the frame was addressed. */
  addressee: Addressee = "host";
  /** EtherType: what stands behind the Ethernet header. */
  etherType = 0;
  /** From the IP header, once that has been looked at. */
  source = 0 as Ipv4Address;
  /** From the IP header, once that has been looked at. */
  destination = 0 as Ipv4Address;
  /** Where it goes, once that is decided. */
  route: Route | null = null;
  /** What is known of the checksum behind the IP header. */
  checksum: ChecksumState = "none";
  /** For "partial": where the checksum field is, from the transport header. */
  checksumOffset = 0;
  /** When it stands for several segments: bytes of payload in each, the last may have less (gso_size). 0: it is one. */
  segmentSize = 0;
  /** The rest of the payload of a packet that stands for several segments; none of them is in two pieces (frags, frag_list). */
  merged: readonly Piece[] = NO_PIECES;
  /** Bytes in `merged`. */
  mergedLength = 0;
  /** Who pays for its memory; null for nobody. */
  owner: PacketOwner | null = null;
  /** Memory it counts as against a socket's buffer, in bytes (truesize.ts). */
  truesize = 0;
  /** Its head lies in a page fragment, so another packet can take it over whole (skb->head_frag). */
  headInPage = false;
  /** Its sender still keeps what it sent before this, for it may have to be sent again: on loopback that is in the receiver's queue too. */
  heldBefore = false;
  /** It is its turn to release the page of its head. */
  private holdsHead = false;

  constructor(
    /** The page that its headers are in, and perhaps its payload. */
    public head: Page,
    /** Offset of its first byte in the head page. */
    public start: number,
    /** Offset behind the last byte of its head part. */
    public end: number,
  ) {}

  /** An empty packet with headroom, and space for `size` bytes behind `end`. */
  static allocate(size: number): Packet {
    const page = slab.take(HEADROOM + size);
    const start = slab.offset + HEADROOM;
    return new Packet(page, start, start);
  }

  /**
   * A packet whose headers take so many bytes and are still to be written; no more will be put in front. They lie to words as at `like`
   * in their page.
   */
  static withHeaders(size: number, like: number): Packet {
    const skew = like & 3;
    const page = slab.take(size + skew);
    const start = slab.offset + skew;
    return new Packet(page, start, start + size);
  }

  /** A frame in a card's buffer, which was held for it (page-fragments.ts) and is free again when the packet is. */
  static inBuffer(page: Page, start: number, length: number): Packet {
    const packet = new Packet(page, start, start + length);
    packet.headInPage = true;
    packet.holdsHead = true;
    return packet;
  }

  /** Bytes from `start` on, fragment and what was merged included. */
  get length(): number {
    return this.end - this.start + this.fragmentEnd - this.fragmentStart + this.mergedLength;
  }

  /** The head page as numbers in network byte order. */
  get view(): DataView {
    return this.head.view;
  }

  /** Appends a copy of these bytes to the head part, which must have space for them. */
  put(bytes: Uint8Array): void {
    this.head.bytes.set(bytes, this.end);
    this.end += bytes.length;
  }

  /** Makes these bytes of a page the payload, without copying them. The page is held until the packet is freed. */
  refer(page: Page, from: number, to: number): void {
    page.hold();
    this.fragment = page;
    this.fragmentStart = from;
    this.fragmentEnd = to;
  }

  /** Puts these pieces behind the fragment: more segments of the stream that it is part of. Their pages are held, as the fragment's. */
  append(pieces: readonly Piece[], length: number): void {
    for (const { page } of pieces) page.hold();
    this.takeOver(pieces, length);
  }

  /** The same with pieces whose pages are held already. */
  takeOver(pieces: readonly Piece[], length: number): void {
    this.merged = pieces;
    this.mergedLength = length;
  }

  /** Makes room for a header in front, and returns where it begins. */
  push(size: number): number {
    this.start -= size;
    return this.start;
  }

  /** Takes a header off. */
  pull(size: number): void {
    this.start += size;
  }

  /** Cuts off what is behind the first `length` bytes, such as the padding of a short frame. */
  trim(length: number): void {
    const inHead = this.end - this.start;
    if (length < inHead) this.end = this.start + length;
    this.fragmentEnd =
      this.fragmentStart + Math.max(0, Math.min(length - inHead, this.fragmentEnd - this.fragmentStart));
  }

  // The payload, once all headers are pulled: `payloadLength` bytes of `payloadPage` from `payloadStart`.

  /** The page that the payload is in. */
  get payloadPage(): Page {
    return this.end > this.start ? this.head : this.fragment;
  }

  /** Where it begins there, in bytes. */
  get payloadStart(): number {
    return this.end > this.start ? this.start : this.fragmentStart;
  }

  /** Its length in bytes. */
  get payloadLength(): number {
    return this.length;
  }

  /** All bytes from `start` on, copied to `target` at `at`: what a device's DMA does. */
  copyTo(target: Uint8Array, at: number): void {
    copyBytes(this.head.bytes, this.start, this.end, target, at);
    let next = at + this.end - this.start;
    copyBytes(this.fragment.bytes, this.fragmentStart, this.fragmentEnd, target, next);
    next += this.fragmentEnd - this.fragmentStart;
    for (const { page, start, end } of this.merged) {
      copyBytes(page.bytes, start, end, target, next);
      next += end - start;
    }
  }

  /** All bytes from `start` on, as a copy. */
  bytes(): Uint8Array {
    const copy = new Uint8Array(this.length);
    this.copyTo(copy, 0);
    return copy;
  }

  /** Another packet with the same contents, headers copied, fragment shared; nobody pays for it. */
  clone(): Packet {
    const copy = Packet.allocate(this.end - this.start);
    copy.put(this.head.bytes.subarray(this.start, this.end));
    copy.refer(this.fragment, this.fragmentStart, this.fragmentEnd);
    copy.segmentSize = this.segmentSize;
    copy.append(this.merged, this.mergedLength);
    const moved = copy.start - this.start;
    copy.macHeader = this.macHeader + moved;
    copy.networkHeader = this.networkHeader + moved;
    copy.transportHeader = this.transportHeader + moved;
    copy.device = this.device;
    copy.addressee = this.addressee;
    copy.etherType = this.etherType;
    copy.source = this.source;
    copy.destination = this.destination;
    copy.route = this.route;
    copy.checksum = this.checksum;
    copy.checksumOffset = this.checksumOffset;
    return copy;
  }

  /** Its owner no longer pays for it (skb_orphan). */
  orphan(): void {
    const { owner } = this;
    this.owner = null;
    owner?.packetFreed(this);
  }

  /** It has done its work (consume_skb). What was thrown away goes through `Network.drop`, which says why. */
  free(): void {
    this.orphan();
    if (this.holdsHead) this.head.release();
    this.holdsHead = false;
    this.fragment.release();
    this.fragment = EMPTY_PAGE;
    this.fragmentStart = 0;
    this.fragmentEnd = 0;
    for (const { page } of this.merged) page.release();
    this.merged = NO_PIECES;
    this.mergedLength = 0;
  }
}

/** For a few bytes a loop is faster than making a view for `set`. */
function copyBytes(source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): void {
  if (to - from > 64) {
    target.set(source.subarray(from, to), at);
    return;
  }
  for (let i = from; i < to; i++) target[at + i - from] = source[i];
}
