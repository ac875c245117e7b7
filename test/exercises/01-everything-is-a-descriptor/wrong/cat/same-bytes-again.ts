// Misconception: when write didn't take everything, all of it must be written again.
// Fails: what write didn't take is written again
// Says: the same bytes again and again
import type { Program, Sys } from "fd3";

export function* cat(sys: Sys, from: number, to: number): Program<number> {
  let total = 0;
  for (;;) {
    const data = yield* sys.read(from, 4096);
    if (data.length === 0) return total;
    let taken = 0;
    while (taken < data.length) taken = yield* sys.write(to, data);
    total += data.length;
  }
}
