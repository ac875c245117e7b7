/** Times as system calls take them; clock_gettime(2), nanosleep(2), select(2). */

/** Time since 1970-01-01 00:00:00 UTC; a world of the model begins with 2025; clock_gettime(2). */
export const CLOCK_REALTIME = 0;
/** Time since some moment in the past, which nobody can set back; clock_gettime(2). */
export const CLOCK_MONOTONIC = 1;

/** Seconds and nanoseconds (0 to 999,999,999). */
export interface Timespec {
  /** Seconds. */
  tv_sec: number;
  /** Nanoseconds, 0 to 999,999,999. */
  tv_nsec: number;
}

/** Seconds and microseconds (0 to 999,999). */
export interface Timeval {
  /** Seconds. */
  tv_sec: number;
  /** Microseconds, 0 to 999,999. */
  tv_usec: number;
}

/** A number of milliseconds as a Timespec. */
export function milliseconds(ms: number): Timespec {
  const tv_sec = Math.floor(ms / 1000);
  return { tv_sec, tv_nsec: Math.round((ms - tv_sec * 1000) * 1e6) };
}
