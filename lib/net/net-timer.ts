/**
 * A protocol's timer: set, moved, stopped, set again, many times for each time it fires. ARP's neighbours and IP's reassembly have
 * such timers; a TCP connection has its own, which put three deadlines into one (tcp/timers/timers.ts).
 *
 * As most timers never fire, moving one only notes the new deadline; the event that is in the world's queue stays where it is, and when
 * it comes too early it is scheduled once more. Stopping it leaves the event to come and do nothing.
 *
 * Its action runs as a soft interrupt.
 *
 * Source: include/linux/timer.h (mod_timer), net/core/sock.c (sk_reset_timer).
 */
import type { Nanoseconds, Timer } from "../world/clock";
import type { Network } from "./network";

const STOPPED = Number.POSITIVE_INFINITY;

export class NetTimer {
  private deadline: Nanoseconds = STOPPED;
  private event: Timer | null = null;
  private eventAt: Nanoseconds = STOPPED;

  /** `object` and `name` are what traces show, for example "socket 3" and "retransmit". */
  constructor(
    private readonly network: Network,
    private readonly object: string,
    private readonly name: string,
    private readonly action: () => void,
  ) {}

  get pending(): boolean {
    return this.deadline !== STOPPED;
  }

  /** When it will fire; Infinity when it won't. */
  get at(): Nanoseconds {
    return this.deadline;
  }

  /** Fires once, at `moment`, instead of whenever it would have. */
  set(moment: Nanoseconds): void {
    this.deadline = moment;
    this.report(moment);
    if (this.eventAt > moment) this.schedule(moment);
  }

  /** Fires once, so many nanoseconds from now. */
  setIn(span: Nanoseconds): void {
    this.set(this.network.clock.now() + span);
  }

  stop(): void {
    if (this.deadline === STOPPED) return;
    this.deadline = STOPPED;
    this.report(null);
  }

  /** For good: nothing of it is left in the world's queue. */
  destroy(): void {
    this.stop();
    this.event?.cancel();
    this.eventAt = STOPPED;
  }

  private schedule(moment: Nanoseconds): void {
    this.eventAt = moment;
    if (this.event === null) this.event = this.network.clock.at(moment, this.due);
    else this.event.move(moment);
  }

  private readonly due = (): void => {
    this.eventAt = STOPPED;
    if (this.deadline === STOPPED) return;
    if (this.deadline > this.network.clock.now()) {
      this.schedule(this.deadline);
      return;
    }
    this.deadline = STOPPED;
    this.network.emitIfTraced({ type: "net.timer.fire", object: this.object, timer: this.name });
    this.network.softirq.runTimer(this.action);
  };

  private report(at: Nanoseconds | null): void {
    if (this.network.traced) this.network.emit({ type: "net.timer", object: this.object, timer: this.name, at });
  }
}
