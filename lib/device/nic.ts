/**
 * A network card (NIC): it moves frames between the wire and buffers in the host's memory, without the CPU (DMA).
 *
 *     wire → address filter → next receive descriptor → DMA into its buffer → interrupt
 *     doorbell → transmit descriptors → DMA out of their buffers → wire → descriptors given back → interrupt
 *
 * What comes in while the driver has left no empty buffer is lost, and counted: the card can't ask the sender to wait.
 *
 * **Not modelled:** several queues (RSS), VLAN tags, segmentation offload (TSO, LRO), pause frames, multicast filters (all
 * groups pass), memory of the card's own. The real machine shows them with `ethtool -k`, `-l`, `-S`.
 *
 * Source: Intel 82574L datasheet; the model is in between it and virtio-net.
 */
import { formatMac, isGroupMac, type MacAddress } from "../net/addresses";
import { Page } from "../net/page";
import type { Nanoseconds } from "../world/clock";
import { type RxDescriptor, rxRing, type TxDescriptor, txRing } from "./descriptor-ring";
import type { CardDropReason } from "./events";
import { Frame } from "./frame";
import type { Lane } from "./lane";
import type { Medium } from "./medium";
import { insertChecksum, verifyChecksum } from "./nic-checksum";
import { InterruptLine } from "./nic-interrupt";
import type { InterruptCauses, NicRegisters } from "./nic-registers";
import type { Port } from "./port";

export interface NicOptions {
  /** The machine it is in. */
  readonly host: string;
  /** "eth0". */
  readonly device: string;
  readonly mac: MacAddress;
  /** Descriptors in each ring. Default 256. */
  readonly ringSize?: number;
  /** The shortest time from one interrupt to the next (moderation). Default 0: one for each frame that comes alone. */
  readonly interruptInterval?: Nanoseconds;
  /** Default false: the CPU computes and checks checksums. */
  readonly checksumOffload?: boolean;
  /** Takes what is addressed to others too. Default false. */
  readonly promiscuous?: boolean;
}

/** As `ip -s -s link` counts; names of struct rtnl_link_stats64. */
export interface NicCounters {
  rxPackets: number;
  rxBytes: number;
  txPackets: number;
  txBytes: number;
  /** No buffer was free: ring overflow. */
  rxMissedErrors: number;
  rxLengthErrors: number;
  /** Addressed to another card. */
  rxFiltered: number;
  txCarrierErrors: number;
}

/** Sent frames that are told together, unless the ring is empty before (`ethtool -C tx-frames`). */
const TX_FRAMES = 16;

export class Nic implements NicRegisters, Port {
  readonly host: string;
  readonly device: string;
  readonly mac: MacAddress;
  readonly checksumOffload: boolean;
  /** A card sends when the wire is free; what waits does so in its ring. */
  readonly queue = null;
  readonly rxRing: readonly RxDescriptor[];
  readonly txRing: readonly TxDescriptor[];
  readonly counters: NicCounters = {
    rxPackets: 0,
    rxBytes: 0,
    txPackets: 0,
    txBytes: 0,
    rxMissedErrors: 0,
    rxLengthErrors: 0,
    rxFiltered: 0,
    txCarrierErrors: 0,
  };
  readonly interrupts: InterruptLine;
  private readonly promiscuous: boolean;
  private wire: Lane | null = null;
  private up = false;
  private rxHead = 0;
  /** Descriptors from `txDone` to `txHead` have been sent and not given back; from there to `txTail` they are to be sent. */
  private txDone = 0;
  private txHead = 0;
  private txTail = 0;
  /** Is `leave` scheduled? */
  private leaving = false;
  private sentSinceInterrupt = 0;

  constructor(
    private readonly medium: Medium,
    private readonly options: NicOptions,
  ) {
    const { host, device, mac, ringSize = 256, interruptInterval = 0 } = options;
    this.host = host;
    this.device = device;
    this.mac = mac;
    this.checksumOffload = options.checksumOffload ?? false;
    this.promiscuous = options.promiscuous ?? false;
    this.rxRing = rxRing(ringSize);
    this.txRing = txRing(ringSize);
    this.interrupts = new InterruptLine(medium, host, device, interruptInterval);
  }

  // Registers

  start(interrupt: (causes: InterruptCauses) => void): void {
    this.up = true;
    this.interrupts.connect(interrupt);
    const { host, device, checksumOffload, options, medium } = this;
    const [rxSize, txSize, interval] = [this.rxRing.length, this.txRing.length, options.interruptInterval ?? 0];
    const mac = formatMac(this.mac);
    medium.emit({
      type: "nic.up",
      host,
      device,
      mac,
      rxRing: rxSize,
      txRing: txSize,
      interruptInterval: interval,
      checksumOffload,
    });
  }

  stop(): void {
    this.up = false;
    this.interrupts.disconnect();
    for (const descriptor of this.rxRing) descriptor.owner = "driver";
    for (const descriptor of this.txRing) descriptor.owner = "driver";
    this.rxHead = 0;
    this.txDone = 0;
    this.txHead = 0;
    this.txTail = 0;
    this.medium.emit({ type: "nic.down", host: this.host, device: this.device });
  }

  setRxTail(index: number): void {
    this.traceRing("rx", "tail", index);
  }

  setTxTail(index: number): void {
    this.txTail = index;
    this.traceRing("tx", "tail", index);
    this.send();
  }

  maskInterrupts(): void {
    this.interrupts.setMasked(true);
  }

  acknowledgeInterrupts(): void {
    this.interrupts.acknowledge();
  }

  unmaskInterrupts(): void {
    this.interrupts.setMasked(false);
  }

  traceClean(ring: "rx" | "tx", index: number): void {
    this.traceRing(ring, "clean", index);
  }

  // Receiving

  receive(frame: Frame): void {
    const { counters } = this;
    if (!this.up) {
      this.drop(frame, "card is down");
      return;
    }
    const to = frame.destination;
    if (to !== this.mac && !isGroupMac(to) && !this.promiscuous) {
      counters.rxFiltered++;
      this.drop(frame, "not for this card");
      return;
    }
    const descriptor = this.rxRing[this.rxHead];
    const { length } = frame;
    if (descriptor.owner !== "card") {
      counters.rxMissedErrors++;
      this.drop(frame, "ring overflow");
      return;
    }
    if (length > descriptor.size) {
      counters.rxLengthErrors++;
      this.drop(frame, "longer than the buffer");
      return;
    }
    frame.copyTo(descriptor.page, descriptor.offset);
    descriptor.length = length;
    descriptor.checksumVerified =
      this.checksumOffload && (frame.checksumIsRight || verifyChecksum(descriptor.page, descriptor.offset, length));
    descriptor.owner = "driver";
    counters.rxPackets++;
    counters.rxBytes += length;
    this.rxHead = (this.rxHead + 1) % this.rxRing.length;
    this.traceRing("rx", "head", this.rxHead);
    this.interrupts.request("rx");
  }

  // Transmitting

  get plugged(): boolean {
    return this.wire !== null;
  }

  plug(lane: Lane): void {
    this.wire = lane;
  }

  /** Sends what the wire takes now; the rest when it is free again. */
  private send(): void {
    const { clock } = this.medium;
    while (this.txHead !== this.txTail) {
      if (this.wire !== null && this.wire.freeAt() > clock.now()) break;
      const frame = this.gather();
      if (frame === null) break;
      if (this.wire === null) {
        this.counters.txCarrierErrors++;
        this.drop(frame, "no carrier");
      } else {
        this.counters.txPackets++;
        this.counters.txBytes += frame.length;
        this.wire.send(frame);
      }
      this.traceRing("tx", "head", this.txHead);
    }
    if (this.txDone !== this.txHead && !this.leaving) {
      this.leaving = true;
      clock.at(this.wire?.freeAt() ?? clock.now(), this.leave);
    }
  }

  /** The last bytes have left: descriptors go back to the driver, and the next frame goes out. */
  private readonly leave = (): void => {
    this.leaving = false;
    if (!this.up) return;
    while (this.txDone !== this.txHead) {
      const descriptor = this.txRing[this.txDone];
      descriptor.owner = "driver";
      if (descriptor.endOfFrame) this.sentSinceInterrupt++;
      this.txDone = (this.txDone + 1) % this.txRing.length;
    }
    this.send();
    if (this.sentSinceInterrupt < TX_FRAMES && this.txHead !== this.txTail) return;
    if (this.sentSinceInterrupt === 0) return;
    this.sentSinceInterrupt = 0;
    this.interrupts.request("tx");
  };

  /** The next frame from its descriptors, of which it has one or two; null when the driver has left it unfinished. */
  private gather(): Frame | null {
    const { txRing, txHead } = this;
    const size = txRing.length;
    const first = txRing[txHead];
    let last = txHead;
    while (txRing[last].owner === "card" && !txRing[last].endOfFrame) {
      last = (last + 1) % size;
      if (last === this.txTail) return null;
    }
    if (txRing[last].owner !== "card") return null;
    const pieces = ((last - txHead + size) % size) + 1;
    this.txHead = (last + 1) % size;
    const frame =
      pieces <= 2 && first.length >= 14
        ? this.refer(first, pieces === 2 ? txRing[last] : null)
        : this.copy(txHead, pieces);
    if (this.checksumOffload && first.checksumStart >= 0) {
      insertChecksum(frame, first.checksumStart, first.checksumStart + first.checksumOffset);
    }
    return frame;
  }

  private refer(first: TxDescriptor, second: TxDescriptor | null): Frame {
    const { page, offset, length } = first;
    const id = this.medium.nextFrame();
    if (second === null) return new Frame(id, page, offset, offset + length);
    return new Frame(id, page, offset, offset + length, second.page, second.offset, second.offset + second.length);
  }

  /** A frame in more pieces than usual, put together. */
  private copy(from: number, pieces: number): Frame {
    const parts = Array.from({ length: pieces }, (_, i) => this.txRing[(from + i) % this.txRing.length]);
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const bytes = new Uint8Array(Math.max(14, length));
    let at = 0;
    for (const part of parts) {
      bytes.set(part.page.bytes.subarray(part.offset, part.offset + part.length), at);
      at += part.length;
    }
    return new Frame(this.medium.nextFrame(), new Page(bytes), 0, bytes.length);
  }

  // Trace

  private drop(frame: Frame, reason: CardDropReason): void {
    const { medium, host, device } = this;
    if (medium.traced) medium.emit({ type: "nic.drop", host, device, frame: frame.id, reason });
  }

  private traceRing(ring: "rx" | "tx", index: "head" | "tail" | "clean", value: number): void {
    const { medium, host, device } = this;
    if (medium.traced) medium.emit({ type: "nic.ring", host, device, ring, [index]: value });
  }
}
