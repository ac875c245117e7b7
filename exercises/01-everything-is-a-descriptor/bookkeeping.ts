/**
 * Exercise: the kernel's bookkeeping, on paper.
 *
 * Given the list of calls that a program made on files, tell where each of its
 * descriptors stands in its file. To get it right you need what a kernel has:
 * descriptors, and something between them and the file.
 */

/** One call of the program. All of them succeeded. */
export type Step =
  /** open returned this descriptor; the offset starts at 0. */
  | { call: "open"; returned: number }
  /** `asked` bytes were asked for, `returned` bytes were read. */
  | { call: "read"; fd: number; asked: number; returned: number }
  /** `returned` bytes were written. */
  | { call: "write"; fd: number; returned: number }
  /** The offset was set to this place, in bytes from the start. */
  | { call: "lseek"; fd: number; offset: number }
  | { call: "dup"; fd: number; returned: number }
  /** `newfd` now leads where `fd` leads; if it was open, it was closed first. */
  | { call: "dup2"; fd: number; newfd: number }
  | { call: "close"; fd: number };

/** The offset behind each descriptor that is still open at the end. */
export function offsets(steps: readonly Step[]): Map<number, number> {
  const offsetOf = new Map<number, number>();
  for (const step of steps) {
    // open is done; the others are yours. Is a number behind each descriptor enough?
    if (step.call === "open") offsetOf.set(step.returned, 0);
  }
  return offsetOf;
}
