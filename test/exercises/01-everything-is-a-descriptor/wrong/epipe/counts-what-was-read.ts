// Misconception: a write counts only when somebody has read it.
// Fails: it returns how many lines write took
// Says: in the pipe, read or not
import { bytes, isSystemError, type Program, SIG_IGN, SIGPIPE, type Sys } from "fd3";

export function* numbers(sys: Sys, fd: number): Program<number> {
  const before = yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
  let read = 0;
  try {
    for (let n = 1; ; n++) {
      const taken = yield* sys.write(fd, bytes(`${n}\n`));
      if (taken === 0) read++;
    }
  } catch (error) {
    if (!isSystemError(error, "EPIPE")) throw error;
    return read;
  } finally {
    yield* sys.sigaction(SIGPIPE, before);
  }
}
