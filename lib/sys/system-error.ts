/** A failed system call, as the program sees it. */
import type { Errno } from "./errno";

/**
 * What a program sees when a system call fails: an `Error` with `code`, `errno` and `syscall`, like the errors of Node's own
 * `net` and `fs`.
 *
 * Behind errno's own words its message says what the likely mistake is (hints.ts).
 *
 * It is made on the program's side of the trap, so `error.stack` shows the line of the program that made the call.
 */
export class SystemError extends Error {
  /** The symbolic name, for example "EPIPE". */
  readonly code: string;
  /** The number as the kernel returns it, negative as in Node, for example -32. */
  readonly errno: number;
  /** The call that failed, for example "write". */
  readonly syscall: string;

  constructor(errno: Errno, syscall: string, hint: string | null = null) {
    super(`${syscall}: ${errno.code} (${errno.message})${hint === null ? "" : `: ${hint}`}`);
    this.name = "SystemError";
    this.code = errno.code;
    this.errno = -errno.number;
    this.syscall = syscall;
  }
}

/** Is this the failure of a system call, with this code if one is named? */
export function isSystemError(error: unknown, code?: string): error is SystemError {
  return error instanceof SystemError && (code === undefined || error.code === code);
}
