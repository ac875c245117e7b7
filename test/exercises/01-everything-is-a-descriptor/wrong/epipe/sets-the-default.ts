// Misconception: SIGPIPE was at its default before.
// Fails: SIGPIPE that was ignored or handled before is so afterwards
// Says: SIGPIPE was ignored before
import { bytes, isSystemError, type Program, SIG_DFL, SIG_IGN, SIGPIPE, type Sys } from "fd3";

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
  } finally {
    yield* sys.sigaction(SIGPIPE, { handler: SIG_DFL });
  }
}
