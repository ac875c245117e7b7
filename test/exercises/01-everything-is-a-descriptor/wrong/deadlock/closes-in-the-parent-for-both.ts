// Misconception: closing in the parent before fork also serves the child's needs: it has its own pipe.
// Fails: it ends, and counts right
// Says: You wrote to descriptor 4 after this process had closed it
import { bytes, type Program, type Sys, WEXITSTATUS } from "fd3";

const NEWLINE = 10;

export function* countInChild(sys: Sys, lines: readonly string[]): Program<number> {
  const [readEnd, writeEnd] = yield* sys.pipe();

  yield* sys.close(writeEnd);
  const child = yield* sys.fork(function* counter(sys) {
    let count = 0;
    for (;;) {
      const data = yield* sys.read(readEnd, 4096);
      if (data.length === 0) break;
      for (const byte of data) if (byte === NEWLINE) count++;
    }
    yield* sys.exit(count);
  });

  for (const line of lines) yield* sys.write(writeEnd, bytes(`${line}\n`));

  const { status } = yield* sys.waitpid(child, 0);
  return WEXITSTATUS(status);
}
