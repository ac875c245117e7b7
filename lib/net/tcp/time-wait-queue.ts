/**
 * All entries in TIME_WAIT, first to expire first. They wait equally long, so one queue and one alarm are enough for all.
 *
 * A straggler makes its entry wait longer and go back to the end. An entry takes the place of its connection in the tables, and the connection must have left it before.
 */
import type { Nanoseconds, Timer } from "../../world/clock";
import type { Tcp } from "./tcp";
import type { TimeWait } from "./time-wait";

export class TimeWaitQueue {
  /** In order of their beginning; a Set keeps it, and an entry can leave from the middle. */
  private readonly entries = new Set<TimeWait>();
  /** Entries whose connection is about to leave the tables. */
  private coming: TimeWait | null = null;
  private alarm: Timer | null = null;

  constructor(private readonly tcp: Tcp) {}

  add(entry: TimeWait): void {
    this.coming = entry;
  }

  /** The connection has left the tables. */
  settle(): void {
    const entry = this.coming;
    if (entry === null) return;
    this.coming = null;
    this.entries.add(entry);
    this.tcp.timeWaitBegins(entry);
    if (this.alarm === null) this.setAlarm(entry.expiresAt);
  }

  /** It waits its whole time again. */
  prolong(entry: TimeWait): void {
    this.entries.delete(entry);
    this.entries.add(entry);
  }

  remove(entry: TimeWait): void {
    this.entries.delete(entry);
    if (this.entries.size > 0) return;
    this.alarm?.cancel();
    this.alarm = null;
  }

  private setAlarm(at: Nanoseconds): void {
    this.alarm = this.tcp.clock.at(at, () => this.expire());
  }

  private expire(): void {
    this.alarm = null;
    const now = this.tcp.now();
    for (const entry of this.entries) {
      if (entry.expiresAt > now) break;
      this.tcp.timeWaitOver(entry);
    }
    const [next] = this.entries;
    if (next !== undefined && this.alarm === null) this.setAlarm(next.expiresAt);
  }
}
