/** Signals and statuses as strace shows them in sigaction, sigprocmask and waitpid. */
import {
  SA_NOCLDWAIT,
  SA_NODEFER,
  SA_RESETHAND,
  SA_RESTART,
  SIG_DFL,
  SIG_IGN,
  type SigAction,
  signalName,
  WEXITSTATUS,
  WIFEXITED,
  WTERMSIG,
} from "../sys";
import { flags, POINTER } from "./strace-values";

/** `[INT USR1]`: a signal set, without the SIG. */
export function signalSet(set: readonly number[]): string {
  const sorted = [...set].sort((a, b) => a - b);
  return `[${sorted.map((signum) => signalName(signum).replace(/^SIG/, "")).join(" ")}]`;
}

export function sigaction(action: SigAction): string {
  const { handler } = action;
  const words: Record<number, string> = { [SIG_DFL]: "SIG_DFL", [SIG_IGN]: "SIG_IGN" };
  // A handler is an address in strace; a record keeps its name.
  const word = typeof handler === "number" ? words[handler] : POINTER;
  const bits = flags(action.flags ?? 0, [
    [SA_NOCLDWAIT, "SA_NOCLDWAIT"],
    [SA_RESTART, "SA_RESTART"],
    [SA_NODEFER, "SA_NODEFER"],
    [SA_RESETHAND, "SA_RESETHAND"],
  ]);
  return `{sa_handler=${word}, sa_mask=${signalSet(action.mask ?? [])}, sa_flags=${bits}}`;
}

/** What waitpid filled in: `[{WIFEXITED(s) && WEXITSTATUS(s) == 3}]`. */
export function waitStatus(status: number): string {
  return WIFEXITED(status)
    ? `[{WIFEXITED(s) && WEXITSTATUS(s) == ${WEXITSTATUS(status)}}]`
    : `[{WIFSIGNALED(s) && WTERMSIG(s) == ${signalName(WTERMSIG(status))}}]`;
}
