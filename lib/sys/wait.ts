/** How a child ended, as waitpid(2) packs it into one number: the low 7 bits hold a signal, the next 8 the exit status. */
export const WNOHANG = 1;

/** What waitpid(2) returns: whose status it is. With WNOHANG and no child that has ended, `pid` is 0. */
export interface WaitResult {
  /** The child's id; 0 when none has ended (WNOHANG). */
  pid: number;
  /** To be taken apart by WIFEXITED and its relatives. */
  status: number;
}

/** Did it end by exit(2) or by returning? */
export function WIFEXITED(status: number): boolean {
  return (status & 0x7f) === 0;
}

/** Its exit status, 0 to 255. */
export function WEXITSTATUS(status: number): number {
  return (status >> 8) & 0xff;
}

/** Did a signal end it? */
export function WIFSIGNALED(status: number): boolean {
  return (status & 0x7f) !== 0;
}

/** Which signal ended it? */
export function WTERMSIG(status: number): number {
  return status & 0x7f;
}
