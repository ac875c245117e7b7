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
import type { Nanoseconds } from "../world/clock";
import { type RxDescriptor, rxRing, type TxDescriptor, txRing } from "./descriptor-ring";
import type { CardDropReason } from "./events";
import type { Frame } from "./frame";
import type { Lane } from "./lane";
import type { Medium } from "./medium";
import { verifyChecksum } from "./nic-checksum";
import { InterruptLine } from "./nic-interrupt";
import type { InterruptCauses, NicRegisters } from "./nic-registers";
import { NicTransmitter } from "./nic-transmitter";
import type { Port } from "./port";

/** What a card is like. */
export interface NicOptions {
  /** The machine it is in. */
  readonly host: string;
  /** "eth0". */
  readonly device: string;
  /** Its hardware address. */
  readonly mac: MacAddress;
  /** Descriptors in each ring. Default 256. */
  readonly ringSize?: number;
  /** The shortest time from one interrupt to the next, in nanoseconds (moderation). Default: the driver adapts it to the traffic. */
  readonly interruptInterval?: Nanoseconds;
  /** The card computes and checks TCP's and UDP's checksums. Default false: the CPU does. */
  readonly checksumOffload?: boolean;
  /** Takes what is addressed to others too. Default false. */
  readonly promiscuous?: boolean;
}

/** As `ip -s -s link` counts; names of struct rtnl_link_stats64. */
export interface NicCounters {
  /** Frames handed to the driver. */
  rxPackets: number;
  /** Their bytes. */
  rxBytes: number;
  /** Frames put on the wire. */
  txPackets: number;
  /** Their bytes. */
  txBytes: number;
  /** No buffer was free: ring overflow. */
  rxMissedErrors: number;
  /** Frames longer than the buffer. */
  rxLengthErrors: number;
  /** Addressed to another card. */
  rxFiltered: number;
  /** Frames for which there was no wire. */
  txCarrierErrors: number;
}

/** A network card: registers and rings to its driver, a port to the wire. `world.host` and `world.card` make it. */
export class Nic implements NicRegisters, Port {
  readonly host: string;
  readonly device: string;
  readonly mac: MacAddress;
  readonly checksumOffload: boolean;
  readonly adaptiveModeration: boolean;
  /** A card sends when the wire is free; what waits does so in its ring. */
  readonly queue = null;
  readonly rxRing: readonly RxDescriptor[];
  readonly txRing: readonly TxDescriptor[];
  /** What has gone through it, and what was lost there. */
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
  /** Its interrupt line. */
  readonly interrupts: InterruptLine;
  private readonly promiscuous: boolean;
  private up = false;
  private rxHead = 0;
  private incoming: Lane | null = null;
  private readonly transmitter: NicTransmitter;

  constructor(
    private readonly medium: Medium,
    private readonly options: NicOptions,
  ) {
    const { host, device, mac, ringSize = 256, interruptInterval = 0 } = options;
    this.host = host;
    this.device = device;
    this.mac = mac;
    this.checksumOffload = options.checksumOffload ?? false;
    this.adaptiveModeration = options.interruptInterval === undefined;
    this.promiscuous = options.promiscuous ?? false;
    this.rxRing = rxRing(ringSize);
    this.txRing = txRing(ringSize);
    this.interrupts = new InterruptLine(medium, host, device, interruptInterval, () => this.incoming?.deliver());
    this.transmitter = new NicTransmitter(medium, this, this.interrupts);
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
    this.transmitter.stop();
    this.incoming?.deliver();
    this.medium.emit({ type: "nic.down", host: this.host, device: this.device });
  }

  setRxTail(index: number): void {
    this.traceRing("rx", "tail", index);
  }

  setTxTail(index: number): void {
    this.traceRing("tx", "tail", index);
    this.transmitter.sendUpTo(index);
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

  setInterruptInterval(interval: Nanoseconds): void {
    this.interrupts.interval = interval;
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

  // The wire

  get plugged(): boolean {
    return this.transmitter.wire !== null;
  }

  plugIncoming(lane: Lane): void {
    this.incoming = lane;
  }

  /** Nothing can be seen of a frame in the ring before the card tells of it. */
  looksAt(arrival: Nanoseconds): Nanoseconds {
    return this.up ? this.interrupts.tellsAt(arrival) : arrival;
  }

  plug(lane: Lane): void {
    this.transmitter.wire = lane;
  }

  // Trace

  /** Tells the trace that a frame was thrown away. */
  drop(frame: Frame, reason: CardDropReason): void {
    const { medium, host, device } = this;
    if (medium.traced) medium.emit({ type: "nic.drop", host, device, frame: frame.id, reason });
  }

  /** Tells the trace that an index of a ring has moved (events.ts). */
  traceRing(ring: "rx" | "tx", index: "head" | "tail" | "clean", value: number): void {
    const { medium, host, device } = this;
    if (medium.traced) medium.emit({ type: "nic.ring", host, device, ring, [index]: value });
  }
}
