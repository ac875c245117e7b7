// Misconception: with the signal ignored, write simply goes on.
// Fails: when the reader goes, the writer ends in good order
// Says: EPIPE
import { bytes, type Program, SIG_IGN, SIGPIPE, type Sys } from "fd3";

export function* numbers(sys: Sys, fd: number): Program<number> {
  const before = yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
  try {
    for (let n = 1; ; n++) yield* sys.write(fd, bytes(`${n}\n`));
  } finally {
    yield* sys.sigaction(SIGPIPE, before);
  }
}
