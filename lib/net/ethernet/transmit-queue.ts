/**
 * What waits to leave through one device: a queue, first in, first out.
 *
 * A device whose ring is full says so, and says when there is room again. Large packets wait uncut: they are cut into segments (gso.ts)
 * and their checksums computed only when it is their turn, just before the device reads the same bytes. So a packet counts
 * as one here, however long it is, and its bytes are still in the CPU's cache when the device takes them.
 *
 * **Not modelled:** queueing disciplines beside this simplest one. The real machine shows them with `tc -s qdisc`.
 *
 * Source: __dev_queue_xmit and validate_xmit_skb in net/core/dev.c; net/sched/sch_generic.c (pfifo_fast, sch_direct_xmit,
 * dev_requeue_skb).
 */
import { Fifo } from "../../kernel/fifo";
import type { NetDevice } from "../interface/net-device";
import type { Packet } from "../packet/packet";

/** Packets that may wait (txqueuelen). */
const LIMIT = 1000;

/** What the queue asks of the layer that it belongs to. */
export interface TransmitHelp {
  /** The packet as this device takes it, or the segments that it is cut into (validate_xmit_skb). */
  prepare(packet: Packet, device: NetDevice): readonly Packet[];
  full(packet: Packet): void;
  changed(device: NetDevice, waiting: number): void;
}

export class TransmitQueue {
  private readonly waiting = new Fifo<Packet>();
  /** Of the packet whose turn it is, what the device hasn't taken yet: from `next` on. */
  private ready: readonly Packet[] = [];
  private next = 0;

  constructor(
    private readonly device: NetDevice,
    private readonly help: TransmitHelp,
  ) {}

  /** How many wait. */
  get length(): number {
    return this.waiting.length + this.ready.length - this.next;
  }

  send(packet: Packet): void {
    const stopped = this.next < this.ready.length;
    if (!stopped) {
      this.take(packet);
      this.handOver();
    } else if (this.waiting.length < LIMIT) {
      this.waiting.add(packet);
    } else {
      this.help.full(packet);
      return;
    }
    if (this.length > 0) this.help.changed(this.device, this.length);
  }

  /** The device has room again. */
  resume(): void {
    if (this.length === 0) return;
    this.handOver();
    this.help.changed(this.device, this.length);
  }

  /** Gives the device what it takes. */
  private handOver(): void {
    const { device, waiting } = this;
    for (;;) {
      const { ready } = this;
      for (; this.next < ready.length; this.next++) {
        const more = this.next + 1 < ready.length || waiting.length > 0;
        if (!device.transmit(ready[this.next], more)) return;
      }
      const packet = waiting.take();
      if (packet === undefined) return;
      this.take(packet);
    }
  }

  /** It is this packet's turn. */
  private take(packet: Packet): void {
    this.ready = this.help.prepare(packet, this.device);
    this.next = 0;
  }
}
