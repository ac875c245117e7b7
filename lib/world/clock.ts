/**
 * Virtual time, as everything below the world sees it.
 *
 * A kernel asks two things of time: what is it, and call me then. Nothing in the model ever looks at the real clock, so one
 * seed gives one run, and an hour of waiting costs nothing.
 */

/** A moment or a span, in nanoseconds. A number holds 104 days of them exactly. */
export type Nanoseconds = number;

/** A millionth of a second, in nanoseconds. */
export const MICROSECOND: Nanoseconds = 1_000;
/** A thousandth of a second, in nanoseconds: `latency: 5 * MILLISECOND`. */
export const MILLISECOND: Nanoseconds = 1_000_000;
/** A second, in nanoseconds. */
export const SECOND: Nanoseconds = 1_000_000_000;

/** Something that will happen, and can be called off until it has. */
export interface Timer {
  cancel(): void;
  /** It happens at that moment instead; once more, if it has happened or was called off (mod_timer in Linux). */
  move(moment: Nanoseconds): void;
}

export interface Clock {
  /** Nanoseconds since the world began. */
  now(): Nanoseconds;
  /** Calls `action` at that moment, or right after what happens now if the moment has passed. Same moment: first come, first served. */
  at(moment: Nanoseconds, action: () => void): Timer;
}
