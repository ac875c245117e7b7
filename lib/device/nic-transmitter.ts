/**
 * The transmitting half of a card: from descriptors to the wire, and descriptors back to the driver.
 *
 * It fetches a batch of descriptors at a time, and the next when the last byte of these has left. Only then, all together, are
 * they given back: until then the card may still read the buffers. That is told by an interrupt.
 *
 * Source: 82574L datasheet, sections 3.3.3 (fetching) and 3.3.4 (writing back).
 */
import { ETHERNET_HEADER } from "../net/ethernet/header";
import { Page } from "../net/packet/page";
import type { Timer } from "../world/clock";
import type { TxDescriptor } from "./descriptor-ring";
import { Frame } from "./frame";
import type { Lane } from "./lane";
import type { Medium } from "./medium";
import type { Nic } from "./nic";
import { insertChecksum } from "./nic-checksum";
import type { InterruptLine } from "./nic-interrupt";

/** Frames that are fetched at a time (PTHRESH). As many are told together, unless the ring is empty before (`ethtool -C tx-frames`). */
const BATCH = 16;

export class NicTransmitter {
  wire: Lane | null = null;
  private readonly ring: readonly TxDescriptor[];
  /** Descriptors from `done` to `head` have been sent and not given back; from there to `tail` they are to be sent. */
  private done = 0;
  private head = 0;
  private tail = 0;
  /** Is `leave` scheduled? */
  private leaving: Timer | null = null;
  private sentSinceInterrupt = 0;

  constructor(
    private readonly medium: Medium,
    private readonly card: Nic,
    private readonly interrupts: InterruptLine,
  ) {
    this.ring = card.txRing;
  }

  sendUpTo(tail: number): void {
    this.tail = tail;
    this.send();
  }

  stop(): void {
    this.leaving?.cancel();
    this.leaving = null;
    this.done = 0;
    this.head = 0;
    this.tail = 0;
    this.sentSinceInterrupt = 0;
  }

  /** Puts the next batch on the wire, one frame behind the other, unless the one before is still leaving. */
  private send(): void {
    if (this.leaving !== null) return;
    const { clock } = this.medium;
    for (let i = 0; i < BATCH && this.head !== this.tail; i++) {
      const frame = this.gather();
      if (frame === null) break;
      if (this.wire === null) {
        this.card.counters.txCarrierErrors++;
        this.card.drop(frame, "no carrier");
      } else {
        this.card.counters.txPackets++;
        this.card.counters.txBytes += frame.length;
        this.wire.send(frame);
      }
      this.card.traceRing("tx", "head", this.head);
    }
    if (this.done !== this.head) {
      this.leaving = clock.at(this.wire?.freeAt() ?? clock.now(), this.leave);
    }
  }

  /** The last bytes have left: descriptors go back to the driver, and the next batch goes out. */
  private readonly leave = (): void => {
    this.leaving = null;
    while (this.done !== this.head) {
      const descriptor = this.ring[this.done];
      descriptor.owner = "driver";
      if (descriptor.endOfFrame) this.sentSinceInterrupt++;
      this.done = this.after(this.done);
    }
    this.send();
    if (this.sentSinceInterrupt < BATCH && this.head !== this.tail) return;
    if (this.sentSinceInterrupt === 0) return;
    this.sentSinceInterrupt = 0;
    this.interrupts.request("tx");
  };

  /** The next frame from its descriptors, of which it has one or two; null when the driver has left it unfinished. */
  private gather(): Frame | null {
    const { ring, head } = this;
    const first = ring[head];
    let last = head;
    let pieces = 1;
    while (ring[last].owner === "card" && !ring[last].endOfFrame) {
      last = this.after(last);
      pieces++;
      if (last === this.tail) return null;
    }
    if (ring[last].owner !== "card") return null;
    this.head = this.after(last);
    // A frame's first piece must hold the Ethernet header for it to be sent as it lies.
    const frame =
      pieces <= 2 && first.length >= ETHERNET_HEADER
        ? this.refer(first, pieces === 2 ? ring[last] : null)
        : this.copy(head, pieces);
    if (this.card.checksumOffload && first.checksumStart >= 0) {
      insertChecksum(frame, first.checksumStart, first.checksumStart + first.checksumOffset);
    }
    return frame;
  }

  private after(index: number): number {
    return index + 1 === this.ring.length ? 0 : index + 1;
  }

  private refer(first: TxDescriptor, second: TxDescriptor | null): Frame {
    const { page, offset, length } = first;
    const id = this.medium.nextFrame();
    if (second === null) return new Frame(id, page, offset, offset + length);
    return new Frame(id, page, offset, offset + length, second.page, second.offset, second.offset + second.length);
  }

  /** A frame in more pieces than usual, put together. */
  private copy(from: number, pieces: number): Frame {
    const parts = Array.from({ length: pieces }, (_, i) => this.ring[(from + i) % this.ring.length]);
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const bytes = new Uint8Array(Math.max(ETHERNET_HEADER, length));
    let at = 0;
    for (const part of parts) {
      bytes.set(part.page.bytes.subarray(part.offset, part.offset + part.length), at);
      at += part.length;
    }
    return new Frame(this.medium.nextFrame(), new Page(bytes), 0, bytes.length);
  }
}
