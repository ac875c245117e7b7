// Misconception: a function ends only where it returns.
// Fails: after another error too SIGPIPE does what it did before
// Says: however the function ends
import { bytes, isSystemError, type Program, SIG_IGN, SIGPIPE, type Sys } from "fd3";

export function* numbers(sys: Sys, fd: number): Program<number> {
  const before = yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
  let lines = 0;
  try {
    for (;;) {
      yield* sys.write(fd, bytes(`${lines + 1}\n`));
      lines++;
    }
  } catch (error) {
    if (!isSystemError(error, "EPIPE")) throw error;
    yield* sys.sigaction(SIGPIPE, before);
    return lines;
  }
}
