// Misconception: write takes all that it is given.
// Fails: what write didn't take is written again
// Says: are lost
import type { Program, Sys } from "fd3";

export function* cat(sys: Sys, from: number, to: number): Program<number> {
  let total = 0;
  for (;;) {
    const data = yield* sys.read(from, 4096);
    if (data.length === 0) return total;
    yield* sys.write(to, data);
    total += data.length;
  }
}
