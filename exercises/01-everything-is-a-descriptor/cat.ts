/**
 * Exercise: cat.
 *
 * The program copies bytes from one descriptor to another until the end of file.
 * It doesn't know, and must not care, what the two descriptors lead to: a file, a
 * pipe, a socket.
 */
import type { Program, Sys } from "fd3";

/** Copies everything from `from` to `to`; returns how many bytes that were. */
export function* cat(sys: Sys, from: number, to: number): Program<number> {
  // This copies one piece. How does cat know that there is more?
  // And does `write` always take all that it is given?
  const data = yield* sys.read(from, 4096);
  yield* sys.write(to, data);
  return data.length;
}
