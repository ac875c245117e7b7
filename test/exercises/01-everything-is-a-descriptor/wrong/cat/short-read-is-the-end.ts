// Misconception: a read that returns less than it was asked for has reached the end.
// Fails: a pipe that is filled slowly arrives whole
// Says: not that the end has come
import type { Program, Sys } from "fd3";

export function* cat(sys: Sys, from: number, to: number): Program<number> {
  let total = 0;
  for (;;) {
    let data = yield* sys.read(from, 4096);
    total += data.length;
    const last = data.length < 4096;
    while (data.length > 0) data = data.subarray(yield* sys.write(to, data));
    if (last) return total;
  }
}
