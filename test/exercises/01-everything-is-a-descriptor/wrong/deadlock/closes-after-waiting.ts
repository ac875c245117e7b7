// Misconception: it doesn't matter when the writing end is closed, as long as it is.
// Fails: it ends, and counts right
// Says: sleeps for ever
import { bytes, type Program, type Sys, WEXITSTATUS } from "fd3";

const NEWLINE = 10;

export function* countInChild(sys: Sys, lines: readonly string[]): Program<number> {
  const [readEnd, writeEnd] = yield* sys.pipe();

  const child = yield* sys.fork(function* counter(sys) {
    yield* sys.close(writeEnd); // else the child itself is the last writer, for whom it waits for ever
    let count = 0;
    for (;;) {
      const data = yield* sys.read(readEnd, 4096);
      if (data.length === 0) break;
      for (const byte of data) if (byte === NEWLINE) count++;
    }
    yield* sys.exit(count);
  });

  yield* sys.close(readEnd);
  for (const line of lines) yield* sys.write(writeEnd, bytes(`${line}\n`));

  const { status } = yield* sys.waitpid(child, 0);
  yield* sys.close(writeEnd);
  return WEXITSTATUS(status);
}
