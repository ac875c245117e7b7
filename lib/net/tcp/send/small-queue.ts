/**
 * TCP small queues: a connection doesn't fill the queues below it.
 *
 * What is handed down waits for the device, and nobody can overtake it there: a large queue makes all who share the device slow, and the
 * connection itself, which sees its round trips grow. So it hands down no more than about a millisecond's worth, or
 * two runs, and goes on when the device has sent some of that. Over loopback it never waits: what is sent there is received at once.
 *
 * Source: tcp_small_queue_check, tcp_wfree, tcp_tsq_write in net/ipv4/tcp_output.c; "TCP Small Queues" (Eric Dumazet, 2012).
 */
import type { Packet, PacketOwner } from "../../packet/packet";
import { HEADER_TRUESIZE } from "../../packet/truesize";
import type { Tcb } from "../tcb";
import { push } from "./output";
import { sendRate } from "./run-size";

/** In 2⁻¹⁰ seconds: how much may wait (sk_pacing_shift). */
const SHARE = 1024;

export class SmallQueue implements PacketOwner {
  /** Memory of what was handed down and has not left, in bytes (sk_wmem_alloc). */
  memory = 0;
  /** It has more to send, and waits for some of that to leave. */
  private throttled = false;
  /** Some has left, but a call was at work on the socket. */
  private deferred = false;

  constructor(private readonly tcb: Tcb) {}

  charge(packet: Packet): void {
    packet.owner = this;
    this.memory += packet.truesize;
  }

  /** Must a run of up to `size` bytes wait? Then the connection goes on by itself later. */
  isFull(size: number, mss: number): boolean {
    const { tcb } = this;
    const share = Math.min(sendRate(tcb, mss) / SHARE, tcb.host.sysctl.tcp_limit_output_bytes);
    // Something must be on its way, or nothing would ever be acknowledged.
    this.throttled = this.memory > Math.max(share, 2 * (size + HEADER_TRUESIZE)) && tcb.packetsOut > 1;
    return this.throttled;
  }

  packetFreed(packet: Packet): void {
    this.memory -= packet.truesize;
    if (!this.throttled) return;
    this.throttled = false;
    this.tcb.host.throttled.add(this);
  }

  /** In a soft interrupt: the connection goes on, unless a call is at work on it; then it does when that is done. */
  resume(): void {
    if (this.tcb.owner.atWork) this.deferred = true;
    else this.send();
  }

  /** The call is done. */
  unlocked(): void {
    if (this.deferred) this.send();
  }

  private send(): void {
    this.deferred = false;
    const { tcb } = this;
    if (tcb.state !== "CLOSED" && tcb.state !== "TIME_WAIT") push(tcb);
    tcb.host.tracer?.changes(tcb);
  }
}

/** The connection's own; it has a send queue. */
export function smallQueueOf(tcb: Tcb): SmallQueue {
  const { sendQueue } = tcb;
  sendQueue.below ??= new SmallQueue(tcb);
  return sendQueue.below;
}
