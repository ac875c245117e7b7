/**
 * The loopback device: what goes out comes in. How a host talks to itself.
 *
 * No wire and no card, so nothing can be damaged: checksums are left unfinished ("partial") and taken as good. The very packet
 * that was sent is received, large ones uncut; nothing is copied. It is not received on the spot but in the soft interrupt that follows.
 *
 * Source: drivers/net/loopback.c, net/core/dev.c (enqueue_to_backlog).
 */
import { Fifo } from "../../kernel/fifo";
import { MAC_ZERO } from "../addresses";
import type { Network } from "../network";
import type { Packet } from "../packet/packet";
import type { NetDevice } from "./net-device";
import type { PollSource } from "./softirq";

/** net.core.netdev_max_backlog, in packets. */
const MAX_BACKLOG = 1000;

export class Loopback implements NetDevice, PollSource {
  readonly name = "lo";
  readonly mac = MAC_ZERO;
  readonly mtu = 65_536;
  readonly loopback = true;
  readonly checksumOffload = true;
  readonly segmentationOffload = true;
  scheduled = false;
  /** Frames, Ethernet header first. */
  private readonly backlog = new Fifo<Packet>();
  /** Copies of our own broadcasts, IP header first. */
  private readonly ownBroadcasts = new Fifo<Packet>();

  constructor(private readonly network: Network) {}

  open(): void {}

  close(): void {}

  transmit(packet: Packet): boolean {
    packet.orphan();
    if (this.backlog.length >= MAX_BACKLOG) {
      this.network.drop(packet, "loopback", "backlog full");
      return true;
    }
    this.backlog.add(packet);
    this.network.softirq.schedule(this);
    return true;
  }

  /** A copy of a broadcast for the sender itself to hear (dev_loopback_xmit). */
  hearLater(packet: Packet): void {
    this.ownBroadcasts.add(packet);
    this.network.softirq.schedule(this);
  }

  poll(budget: number): number {
    let done = 0;
    for (; done < budget; done++) {
      const copy = this.ownBroadcasts.take();
      if (copy !== undefined) {
        this.network.ip.receive(copy);
        continue;
      }
      const packet = this.backlog.take();
      if (packet === undefined) break;
      this.network.ethernet.receive(this, packet);
    }
    return done;
  }
}
