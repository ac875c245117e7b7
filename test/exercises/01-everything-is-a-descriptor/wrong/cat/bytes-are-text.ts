// Misconception: what is read is text.
// Fails: a long file arrives whole, byte for byte
// Says: not every file is text
import { bytes, type Program, type Sys, text } from "fd3";

export function* cat(sys: Sys, from: number, to: number): Program<number> {
  let total = 0;
  for (;;) {
    const line = text(yield* sys.read(from, 4096));
    if (line === "") return total;
    total += yield* sys.write(to, bytes(line));
  }
}
