/**
 * Soft interrupts: packet processing, put off until whoever is at work now has finished.
 *
 * An interrupt handler, a timer, or a program's system call may leave work behind: packets to be received. It is not done on
 * the spot, in the middle of something else, but right afterwards, here, and never nested: work that this work leaves behind is
 * appended. What runs here has no thread, so it can wake others but never sleep.
 *
 * The one thing to remember: **a system call that transmits over loopback finds the answer already processed when `transmit`
 * returns**, because the soft interrupt runs at the end of the transmission. A protocol that is in the middle of changing a
 * socket must be ready for it: TCP keeps what arrives meanwhile in the socket's backlog (tcp/socket/tcp-socket.ts).
 *
 * **Not modelled:** several CPUs, other kinds of soft interrupts. /proc/softirqs and /proc/net/softnet_stat show the real ones.
 *
 * Source: kernel/softirq.c, net/core/dev.c (net_rx_action, process_backlog).
 */
import { Fifo } from "../../kernel/fifo";
import type { Clock } from "../../world/clock";
import { MICROSECOND } from "../../world/clock";

/** Something that can be asked for packets: a device, or the queue behind loopback. Returns how many it had, at most `budget`. */
export interface PollSource {
  /** Is it waiting to be polled? Soft interrupts note it here (NAPI_STATE_SCHED). */
  scheduled: boolean;
  poll(budget: number): number;
}

/** Packets that one source may bring at a time, and all together before others get the CPU (netdev_budget). */
const WEIGHT = 64;
const BUDGET = 300;
/** How long the rest waits when the budget is used up: somebody else's turn (ksoftirqd). */
const PAUSE = MICROSECOND;

export class SoftInterrupts {
  private readonly sources = new Fifo<PollSource>();
  private running = false;
  private resuming = false;

  constructor(private readonly clock: Clock) {}

  /** This source has something. It will be polled until it has no more. */
  schedule(source: PollSource): void {
    if (source.scheduled) return;
    source.scheduled = true;
    this.sources.add(source);
  }

  /** For an interrupt handler: poll right after it. */
  scheduleFromInterrupt(source: PollSource): void {
    this.schedule(source);
    this.resumeAt(this.clock.now());
  }

  /** Does what has been scheduled, unless that is being done already further up. */
  run(): void {
    if (this.running || this.sources.length === 0) return;
    this.running = true;
    try {
      this.pollAll();
    } finally {
      this.running = false;
    }
  }

  /** Runs a timer's action as a soft interrupt: what it leaves behind is done after it, not within it. */
  runTimer(action: () => void): void {
    if (this.running) {
      action();
      return;
    }
    this.running = true;
    try {
      action();
      this.pollAll();
    } finally {
      this.running = false;
    }
  }

  private pollAll(): void {
    let budget = BUDGET;
    for (let source = this.sources.take(); source !== undefined; source = this.sources.take()) {
      const done = source.poll(WEIGHT);
      budget -= done;
      if (done >= WEIGHT) this.sources.add(source);
      else source.scheduled = false;
      if (budget <= 0) break;
    }
    if (this.sources.length > 0) this.resumeAt(this.clock.now() + PAUSE);
  }

  private resumeAt(moment: number): void {
    if (this.resuming) return;
    this.resuming = true;
    this.clock.at(moment, () => {
      this.resuming = false;
      this.run();
    });
  }
}
