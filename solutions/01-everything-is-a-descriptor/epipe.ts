/** Ignore the signal so that write can return its error; end on EPIPE only; leave the signal as it was. */
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
    return lines;
  } finally {
    yield* sys.sigaction(SIGPIPE, before);
  }
}
