/**
 * Exercise: repair a program that never ends.
 *
 * Somebody wrote this: a parent sends lines through a pipe, and its child counts
 * them. It looks right, and it hangs. Find out who waits for whom, and mend it.
 * The loop and the counting are fine; leave them as they are.
 */
import { bytes, type Program, type Sys, WEXITSTATUS } from "fd3";

const NEWLINE = 10;

/** Sends the lines to a child; returns how many lines the child counted (at most 255). */
export function* countInChild(sys: Sys, lines: readonly string[]): Program<number> {
  const [readEnd, writeEnd] = yield* sys.pipe();

  const child = yield* sys.fork(function* counter(sys) {
    let count = 0;
    for (;;) {
      const data = yield* sys.read(readEnd, 4096);
      if (data.length === 0) break; // end of file
      for (const byte of data) if (byte === NEWLINE) count++;
    }
    yield* sys.exit(count);
  });

  for (const line of lines) yield* sys.write(writeEnd, bytes(`${line}\n`));

  const { status } = yield* sys.waitpid(child, 0);
  return WEXITSTATUS(status);
}
