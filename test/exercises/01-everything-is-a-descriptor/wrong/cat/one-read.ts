// Misconception: one read returns all there is.
// Fails: a long file arrives whole, byte for byte
// Says: stopped before the end
import type { Program, Sys } from "fd3";

export function* cat(sys: Sys, from: number, to: number): Program<number> {
  const data = yield* sys.read(from, 65536);
  return yield* sys.write(to, data);
}
