/**
 * An Ethernet frame on its way: destination, source, EtherType, payload.
 *
 * A frame refers to the sender's memory; its bytes are copied once, by the receiving card, into a buffer of the receiver's.
 * That saves the copy that a real card makes into its own memory, and asks one thing of drivers: what a descriptor has
 * pointed at isn't written to again. A frame never changes, so one can go to several receivers.
 *
 * **Not modelled:** preamble, gap between frames, frame check sequence (a wire counts them as time, in lane.ts; corruption here is
 * the kind that the check doesn't find). `ethtool -S` counts what a real card throws away.
 *
 * Source: IEEE 802.3 clause 3; RFC 894.
 */
import type { MacAddress } from "../net/addresses";
import { readMac } from "../net/ethernet/header";
import { copyBytes, Page } from "../net/packet/page";

/** What is shorter is filled up with zeros by the sending card: 64 bytes with the check sequence. */
export const SHORTEST_FRAME = 60;

const NOTHING = new Page(new Uint8Array(0));

export class Frame {
  /** In bytes, on the wire. */
  readonly length: number;
  /** Where the card's checksum goes, from the start of the frame; -1 for nowhere. The card doesn't write to the host's memory. */
  checksumAt = -1;
  checksumValue = 0;
  /** Made by a card that computed the checksum, and not changed since: the receiving card needn't do it again. */
  checksumIsRight = false;

  /** The bytes are `page` from `start` to before `end`, then the same of `fragment`. The first piece holds at least 14 bytes. */
  constructor(
    readonly id: number,
    readonly page: Page,
    readonly start: number,
    readonly end: number,
    readonly fragment: Page = NOTHING,
    readonly fragmentStart: number = 0,
    readonly fragmentEnd: number = 0,
  ) {
    this.length = Math.max(end - start + fragmentEnd - fragmentStart, SHORTEST_FRAME);
  }

  static of(id: number, bytes: Uint8Array): Frame {
    return new Frame(id, new Page(bytes), 0, bytes.length);
  }

  get destination(): MacAddress {
    return readMac(this.page.view, this.start);
  }

  get source(): MacAddress {
    return readMac(this.page.view, this.start + 6);
  }

  /** Writes all of it, `length` bytes, to `target` at `at`. */
  copyTo(target: Page, at: number): void {
    const inHead = this.end - this.start;
    const inFragment = this.fragmentEnd - this.fragmentStart;
    copyBytes(this.page, this.start, inHead, target, at);
    if (inFragment > 0) copyBytes(this.fragment, this.fragmentStart, inFragment, target, at + inHead);
    const length = inHead + inFragment;
    if (length < SHORTEST_FRAME) target.bytes.fill(0, at + length, at + SHORTEST_FRAME);
    if (this.checksumAt >= 0) target.view.setUint16(at + this.checksumAt, this.checksumValue);
  }

  /** It is under way: nobody may use the memory for anything else. */
  hold(): void {
    this.page.hold();
    this.fragment.hold();
  }

  /** It has arrived. */
  release(): void {
    this.page.release();
    this.fragment.release();
  }

  bytes(): Uint8Array {
    const page = new Page(new Uint8Array(this.length));
    this.copyTo(page, 0);
    return page.bytes;
  }
}
