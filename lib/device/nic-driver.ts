/**
 * The driver of a card: between the stack, which has packets, and the card, which has descriptor rings.
 *
 * Sending, it points descriptors at a packet's bytes and rings the doorbell; the packet is freed when its bytes have left.
 * Receiving, it works as all Linux drivers do (NAPI). The first frame interrupts. The handler does nearly nothing: it masks
 * further interrupts and asks to be polled. Then `poll` takes what is there, at most a budget of frames; only when it found
 * fewer does it unmask. So a quiet card interrupts for each frame, and a flooded one hardly ever.
 *
 * **Invariant:** in each ring one descriptor at least stays the driver's, so that a full ring and an empty one look different.
 *
 * **A module:** `world.host(name, { modules: { nicDriver: (card, device, mtu) => mine } })`, or for one card `driver`. All that it may
 * use is NicRegisters; guarded-driver.ts holds it to its contract.
 *
 * Source: drivers/net/ethernet/intel/e1000e/netdev.c (e1000_xmit_frame, e1000_clean_rx_irq); Documentation/networking/napi.rst.
 */
import type { MacAddress } from "../net/addresses";
import { ETHERNET_HEADER } from "../net/ethernet/header";
import type { DeviceStack, NetDevice } from "../net/interface/net-device";
import { Packet } from "../net/packet/packet";
import { copyBytes, type Page } from "../net/packet/page";
import { PageFragments } from "../net/packet/page-fragments";
import { blockTruesize, SKB_SIZE } from "../net/packet/truesize";
import type { RxDescriptor, TxDescriptor } from "./descriptor-ring";
import { InterruptModeration } from "./interrupt-moderation";
import type { NicRegisters } from "./nic-registers";

/** Empty space before a received frame (NET_SKB_PAD), and 2 bytes that put the IP header on a multiple of 16 (NET_IP_ALIGN). */
const PAD = 64 + 2;
/** Frames up to this length are copied out, so that their buffer can be used again at once (copybreak). */
const COPY_BREAK = 256;
/** A stopped queue goes on when this part of the ring is free. */
const WAKE_PART = 4;

/** Buffers that a driver keeps for the next frames; two rings full. */
const SPARE_RINGS = 2;

/** Our driver of a card: a NetDevice to the stack. It uses nothing of the card but its NicRegisters. */
export class NicDriver implements NetDevice {
  readonly mac: MacAddress;
  readonly loopback = false;
  readonly checksumOffload: boolean;
  private readonly bufferSize: number;
  private readonly buffers: PageFragments;
  /** Both rings have it. */
  private readonly ringSize: number;
  private stack: DeviceStack | null = null;
  /** Descriptors from `clean` on are the card's or done; those from `next` on are ours, to be given to it. */
  private rxClean = 0;
  private rxNext = 0;
  private txClean = 0;
  private txNext = 0;
  /** How far the card has been told. */
  private txTail = 0;
  /** The packet whose last piece is in this transmit descriptor. */
  private readonly sending: (Packet | null)[];
  private readonly moderation = new InterruptModeration();
  /** Was a packet refused? Then the stack waits for `transmitReady`. */
  private stopped = false;
  /** What the last poll found sent. */
  private txPackets = 0;
  private txBytes = 0;

  constructor(
    readonly name: string,
    private readonly card: NicRegisters,
    readonly mtu = 1500,
  ) {
    this.mac = card.mac;
    this.checksumOffload = card.checksumOffload;
    // For the usual 1,500 this is 2,048, as in e1000e.
    this.bufferSize = Math.ceil((PAD + ETHERNET_HEADER + mtu) / 1024) * 1024;
    this.ringSize = card.txRing.length;
    this.buffers = new PageFragments(this.bufferSize, SPARE_RINGS * this.ringSize);
    this.sending = card.txRing.map(() => null);
  }

  open(stack: DeviceStack): void {
    this.stack = stack;
    this.card.start(() => this.interrupt());
    for (let i = 0; i < this.ringSize - 1; i++) this.giveNewBuffer();
    this.card.setRxTail(this.rxNext);
    this.card.unmaskInterrupts();
  }

  close(): void {
    this.card.stop();
    this.stack = null;
    for (let i = 0; i < this.sending.length; i++) {
      this.sending[i]?.free();
      this.sending[i] = null;
    }
    this.rxClean = 0;
    this.rxNext = 0;
    this.txClean = 0;
    this.txNext = 0;
    this.txTail = 0;
    this.stopped = false;
  }

  /** The interrupt handler. */
  private interrupt(): void {
    this.card.maskInterrupts();
    this.stack?.schedulePoll(this);
  }

  // Transmitting

  transmit(packet: Packet, more = false): boolean {
    const inHead = packet.end - packet.start;
    const inFragment = packet.fragmentEnd - packet.fragmentStart;
    if (this.freeDescriptors() < 2) {
      this.stopped = true;
      this.ringDoorbell();
      return false;
    }
    const first = this.card.txRing[this.txNext];
    const partial = packet.checksum === "partial";
    first.checksumStart = partial ? packet.transportHeader - packet.start : -1;
    first.checksumOffset = packet.checksumOffset;
    this.point(first, packet.head, packet.start, inHead, inFragment === 0);
    let last = this.txNext;
    if (inFragment > 0) {
      last = this.after(last);
      const second = this.card.txRing[last];
      second.checksumStart = -1;
      this.point(second, packet.fragment, packet.fragmentStart, inFragment, true);
    }
    this.sending[last] = packet;
    this.txNext = this.after(last);
    if (!more) this.ringDoorbell();
    return true;
  }

  private ringDoorbell(): void {
    if (this.txTail === this.txNext) return;
    this.txTail = this.txNext;
    this.card.setTxTail(this.txTail);
  }

  private point(descriptor: TxDescriptor, page: Page, offset: number, length: number, endOfFrame: boolean): void {
    descriptor.page = page;
    descriptor.offset = offset;
    descriptor.length = length;
    descriptor.endOfFrame = endOfFrame;
    descriptor.owner = "card";
  }

  private after(index: number): number {
    return index + 1 === this.ringSize ? 0 : index + 1;
  }

  private freeDescriptors(): number {
    return (this.txClean - this.txNext - 1 + this.ringSize) % this.ringSize;
  }

  /** Frees packets whose bytes have left, and notes how many frames and bytes those were. */
  private cleanTransmitted(): void {
    const { txRing } = this.card;
    this.txPackets = 0;
    this.txBytes = 0;
    const before = this.txClean;
    while (this.txClean !== this.txNext && txRing[this.txClean].owner === "driver") {
      const packet = this.sending[this.txClean];
      this.sending[this.txClean] = null;
      this.txBytes += txRing[this.txClean].length;
      if (packet !== null) this.txPackets++;
      this.txClean = this.after(this.txClean);
      packet?.free();
    }
    if (this.txClean !== before) this.card.traceClean("tx", this.txClean);
    if (this.stopped && this.freeDescriptors() >= Math.max(2, Math.floor(this.ringSize / WAKE_PART))) {
      this.stopped = false;
      this.stack?.transmitReady(this);
    }
  }

  // Receiving

  poll(budget: number): number {
    this.card.acknowledgeInterrupts();
    this.cleanTransmitted();
    const { rxRing } = this.card;
    let received = 0;
    let bytes = 0;
    while (received < budget && this.rxClean !== this.rxNext && rxRing[this.rxClean].owner === "driver") {
      bytes += rxRing[this.rxClean].length;
      const packet = this.take(rxRing[this.rxClean]);
      this.rxClean = this.after(this.rxClean);
      received++;
      this.stack?.receive(this, packet);
    }
    if (received > 0) {
      this.card.traceClean("rx", this.rxClean);
      this.card.setRxTail(this.rxNext);
    }
    if (this.card.adaptiveModeration) {
      this.card.setInterruptInterval(this.moderation.interval(received, bytes, this.txPackets, this.txBytes));
    }
    if (received < budget) this.card.unmaskInterrupts();
    return received;
  }

  /** The frame in this descriptor's buffer as a packet. The card gets another empty buffer for it, or the same again. */
  private take(descriptor: RxDescriptor): Packet {
    const { page, offset, length } = descriptor;
    let packet: Packet;
    if (length <= COPY_BREAK) {
      packet = Packet.allocate(length);
      copyBytes(page, offset, length, packet.head, packet.start);
      packet.end = packet.start + length;
      packet.truesize = blockTruesize(PAD + length);
      this.giveBuffer(page, offset);
    } else {
      packet = Packet.inBuffer(page, offset, length);
      packet.truesize = this.bufferSize + SKB_SIZE;
      this.giveNewBuffer();
    }
    if (descriptor.checksumVerified) packet.checksum = "verified";
    return packet;
  }

  private giveNewBuffer(): void {
    this.giveBuffer(this.buffers.take(), this.buffers.offset + PAD);
  }

  /** Puts an empty buffer into the next free receive descriptor; frames go there from `offset` on. */
  private giveBuffer(page: Page, offset: number): void {
    const descriptor = this.card.rxRing[this.rxNext];
    descriptor.page = page;
    descriptor.offset = offset;
    descriptor.size = this.bufferSize - PAD;
    descriptor.owner = "card";
    this.rxNext = this.after(this.rxNext);
  }
}
