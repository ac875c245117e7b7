// Misconception: every error of write means that the reader has gone.
// Fails: any other error comes out as it is
// Says: a mistake of the caller
import { bytes, type Program, SIG_IGN, SIGPIPE, type Sys } from "fd3";

export function* numbers(sys: Sys, fd: number): Program<number> {
  const before = yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
  let lines = 0;
  try {
    for (;;) {
      yield* sys.write(fd, bytes(`${lines + 1}\n`));
      lines++;
    }
  } catch {
    return lines;
  } finally {
    yield* sys.sigaction(SIGPIPE, before);
  }
}
