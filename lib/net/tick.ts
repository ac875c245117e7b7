/**
 * A tick of the kernel's clock. Linux counts most deadlines in ticks ("jiffies"), 250 of them a second: so what was set for 1 ms goes off
 * after 4, and a timeout that a program sets is rounded up.
 *
 * Source: CONFIG_HZ=250, as Debian and Ubuntu build it; time(7), "The software clock, HZ, and jiffies"; usecs_to_jiffies.
 */
import { MICROSECOND, MILLISECOND, type Nanoseconds } from "../world/clock";

/** In nanoseconds. */
export const TICK: Nanoseconds = 4 * MILLISECOND;

/**
 * In which tick a moment is (tcp_jiffies32). What a connection remembers of the time it remembers as ticks, where that is enough: they are
 * small numbers, which JavaScript keeps in the object itself; a moment in nanoseconds takes memory of its own.
 */
export function tickOf(moment: Nanoseconds): number {
  return Math.floor(moment / TICK);
}

/** Whole microseconds in ticks, rounded up (usecs_to_jiffies); the ticks in nanoseconds. */
export function inTicks(span: Nanoseconds): Nanoseconds {
  return Math.ceil((Math.floor(span / MICROSECOND) * MICROSECOND) / TICK) * TICK;
}
