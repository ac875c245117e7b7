// Misconception: ignoring a signal concerns only the function that does it.
// Fails: afterwards SIGPIPE does what it did before
// Says: still ignored SIGPIPE
import { bytes, isSystemError, type Program, SIG_IGN, SIGPIPE, type Sys } from "fd3";

export function* numbers(sys: Sys, fd: number): Program<number> {
  yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
  let lines = 0;
  try {
    for (;;) {
      yield* sys.write(fd, bytes(`${lines + 1}\n`));
      lines++;
    }
  } catch (error) {
    if (!isSystemError(error, "EPIPE")) throw error;
    return lines;
  }
}
