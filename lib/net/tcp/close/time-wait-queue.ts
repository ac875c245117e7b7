/**
 * All entries in TIME_WAIT, first to expire first. Nearly all wait equally long, so one queue and one alarm are enough for all, and a new
 * one belongs at the end or close to it.
 *
 * A straggler makes its entry wait longer and go back to the end. An entry takes the place of its connection in the tables, and the
 * connection must have left it before.
 */
import { Alarm } from "../../alarm";
import type { Tcp } from "../tcp";
import type { TimeWait } from "./time-wait";

export class TimeWaitQueue {
  private first: TimeWait | null = null;
  private last: TimeWait | null = null;
  /** Entries whose connection is about to leave the tables. */
  private coming: TimeWait | null = null;
  private readonly alarm: Alarm;

  constructor(private readonly tcp: Tcp) {
    this.alarm = new Alarm(tcp.clock, () => this.expire());
  }

  add(entry: TimeWait): void {
    this.coming = entry;
  }

  /** The connection has left the tables. */
  settle(): void {
    const entry = this.coming;
    if (entry === null) return;
    this.coming = null;
    this.append(entry);
    this.tcp.timeWaitBegins(entry);
    this.alarm.by(entry.expiresAt);
  }

  /** It waits its whole time again. */
  prolong(entry: TimeWait): void {
    this.takeOut(entry);
    this.append(entry);
  }

  remove(entry: TimeWait): void {
    this.takeOut(entry);
    if (this.first === null) this.alarm.stop();
  }

  private append(entry: TimeWait): void {
    let earlier = this.last;
    while (earlier !== null && earlier.expiresAt > entry.expiresAt) earlier = earlier.earlier;
    const later = earlier === null ? this.first : earlier.later;
    entry.earlier = earlier;
    entry.later = later;
    if (earlier === null) this.first = entry;
    else earlier.later = entry;
    if (later === null) this.last = entry;
    else later.earlier = entry;
  }

  private takeOut(entry: TimeWait): void {
    const { earlier, later } = entry;
    if (earlier === null) this.first = later;
    else earlier.later = later;
    if (later === null) this.last = earlier;
    else later.earlier = earlier;
    entry.earlier = null;
    entry.later = null;
  }

  private expire(): void {
    const now = this.tcp.now();
    while (this.first !== null && this.first.expiresAt <= now) this.tcp.timeWaitOver(this.first);
    if (this.first !== null) this.alarm.by(this.first.expiresAt);
  }
}
