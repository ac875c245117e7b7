// Misconception: read fails at the end of a file.
// Fails: a short file arrives
// Says: never ends
import type { Program, Sys } from "fd3";

export function* cat(sys: Sys, from: number, to: number): Program<number> {
  let total = 0;
  try {
    for (;;) {
      const data = yield* sys.read(from, 4096);
      yield* sys.write(to, data);
      total += data.length;
    }
  } catch {
    return total;
  }
}
