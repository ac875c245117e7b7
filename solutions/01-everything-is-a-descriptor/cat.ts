/** Read until an empty answer; write each piece until all of it has been taken. */
import type { Program, Sys } from "fd3";

export function* cat(sys: Sys, from: number, to: number): Program<number> {
  let total = 0;
  for (;;) {
    let data = yield* sys.read(from, 65536);
    if (data.length === 0) return total;
    total += data.length;
    while (data.length > 0) data = data.subarray(yield* sys.write(to, data));
  }
}
