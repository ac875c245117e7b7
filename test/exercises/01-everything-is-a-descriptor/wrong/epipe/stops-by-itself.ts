// Misconception: the writer knows beforehand how much the reader wants.
// Fails: it writes 1, 2, 3, …, a number a line, until nobody reads
// Says: stopped by itself
import { bytes, type Program, type Sys } from "fd3";

export function* numbers(sys: Sys, fd: number): Program<number> {
  for (let n = 1; n <= 3; n++) yield* sys.write(fd, bytes(`${n}\n`));
  return 3;
}
