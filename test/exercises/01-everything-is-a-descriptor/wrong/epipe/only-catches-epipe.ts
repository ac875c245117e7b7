// Misconception: the error comes first, and the signal doesn't matter.
// Fails: when the reader goes, the writer ends in good order
// Says: killed by SIGPIPE
import { bytes, isSystemError, type Program, type Sys } from "fd3";

export function* numbers(sys: Sys, fd: number): Program<number> {
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
