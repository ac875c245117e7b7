/**
 * The connections whose small queues have room again (small-queue.ts): they send in a soft interrupt of their own, not in the middle
 * of a driver that tells what has left.
 *
 * Source: struct tsq_tasklet, tcp_tsq_workfn in net/ipv4/tcp_output.c.
 */
import type { PollSource, SoftInterrupts } from "../../interface/softirq";
import type { SmallQueue } from "./small-queue";

export class ThrottledQueues implements PollSource {
  scheduled = false;
  private queues: SmallQueue[] = [];

  constructor(private readonly softirq: SoftInterrupts) {}

  add(queue: SmallQueue): void {
    this.queues.push(queue);
    this.softirq.scheduleFromInterrupt(this);
  }

  poll(): number {
    const { queues } = this;
    this.queues = [];
    for (const queue of queues) queue.resume();
    return 0;
  }
}
