/**
 * Exercise: a writer that notices that nobody reads any more.
 *
 * `seq 1000000 | head -3` ends at once: `head` reads three lines and goes, and
 * `seq` notices. Write such a `seq`.
 */
import { bytes, type Program, type Sys } from "fd3";

/** Writes 1, 2, 3, …, a number a line, until nobody can read; returns how many lines. */
export function* numbers(sys: Sys, fd: number): Program<number> {
  for (let n = 1; ; n++) {
    yield* sys.write(fd, bytes(`${n}\n`));
  }
}
