/**
 * Adaptive interrupt moderation: how long a card should wait before it interrupts again.
 *
 * Few interrupts save the CPU, and what comes with one of them can be dealt with together (NAPI, GRO). Many keep the delay short. A
 * card can't know which is wanted, but its driver can guess from what the last poll brought: few small frames are a conversation,
 * where somebody waits for each; many full ones are a stream, where nobody waits for any.
 *
 * Source: e1000_update_itr and e1000_set_itr in drivers/net/ethernet/intel/e1000e/netdev.c (InterruptThrottleRate=1); today's drivers
 * share a more general one, lib/dim/net_dim.c. `ethtool -c` shows it as "Adaptive RX".
 */
import { type Nanoseconds, SECOND } from "../world/clock";

type Latency = "lowest" | "low" | "bulk";

/** The shortest time from one interrupt to the next: 70,000, 20,000 and 4,000 a second at most. */
const INTERVALS: Readonly<Record<Latency, Nanoseconds>> = {
  lowest: SECOND / 70_000,
  low: SECOND / 20_000,
  bulk: SECOND / 4_000,
};

/** One direction's traffic, as the last polls have seen it. */
class Traffic {
  private latency: Latency = "lowest";

  /** So many frames and bytes since the last time: the interval that suits them. */
  interval(packets: number, bytes: number): Nanoseconds {
    if (packets > 0) this.latency = this.next(packets, bytes);
    return INTERVALS[this.latency];
  }

  private next(packets: number, bytes: number): Latency {
    const { latency } = this;
    const size = bytes / packets;
    if (latency === "lowest") return size > 8000 ? "bulk" : packets < 5 && bytes > 512 ? "low" : latency;
    if (latency === "bulk") return (bytes > 25_000 && packets > 35) || bytes < 6000 ? "low" : latency;
    if (bytes > 10_000) return size > 1200 || packets < 10 ? "bulk" : packets > 35 ? "lowest" : latency;
    if (size > 2000) return "bulk";
    return packets <= 2 && bytes < 512 ? "lowest" : latency;
  }
}

export class InterruptModeration {
  private readonly received = new Traffic();
  private readonly sent = new Traffic();

  /** After a poll that brought so much: the interval for the card, in nanoseconds. The direction with more traffic decides. */
  interval(rxPackets: number, rxBytes: number, txPackets: number, txBytes: number): Nanoseconds {
    return Math.round(Math.max(this.received.interval(rxPackets, rxBytes), this.sent.interval(txPackets, txBytes)));
  }
}
