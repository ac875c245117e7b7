/** Signals: signal(7), sigaction(2), sigprocmask(2). Numbers: Linux on x86-64 and arm64. */
import type { Program } from "./sys";

/** The terminal is gone. Default: the process ends. */
export const SIGHUP = 1;
/** Ctrl-C. Default: the process ends. */
export const SIGINT = 2;
/** Ctrl-\\. Default: the process ends. */
export const SIGQUIT = 3;
/** abort(3). Default: the process ends. */
export const SIGABRT = 6;
/** The process ends; it can't be handled, blocked or ignored. */
export const SIGKILL = 9;
/** The program's own. Default: the process ends. */
export const SIGUSR1 = 10;
/** A bad memory access. Default: the process ends. */
export const SIGSEGV = 11;
/** The program's own. Default: the process ends. */
export const SIGUSR2 = 12;
/** A write that nobody can read: EPIPE follows if it is handled or ignored. Default: the process ends. */
export const SIGPIPE = 13;
/** alarm(2). Default: the process ends. */
export const SIGALRM = 14;
/** Please end. Default: the process ends. */
export const SIGTERM = 15;
/** A child has ended. Default: ignored. */
export const SIGCHLD = 17;
/** Go on after a stop. Default: ignored here; stopping isn't modelled. */
export const SIGCONT = 18;
/** Stop; it can't be handled. Here it does nothing: stopping isn't modelled. */
export const SIGSTOP = 19;
/** Urgent data has come. Default: ignored. */
export const SIGURG = 23;
/** Input or output is possible. Default: the process ends. */
export const SIGIO = 29;

/** The disposition "do what signal(7) lists as the default": mostly, end the process. */
export const SIG_DFL = 0;
/** The disposition "discard it". */
export const SIG_IGN = 1;

/** A call that a handler interrupted starts again instead of failing with EINTR; signal(7) lists which. */
export const SA_RESTART = 0x1000_0000;
/** Children that end leave no zombie. */
export const SA_NOCLDWAIT = 2;
/** Back to SIG_DFL once the handler has been entered. */
export const SA_RESETHAND = 0x8000_0000;
/** The signal isn't blocked while its own handler runs. */
export const SA_NODEFER = 0x4000_0000;

/** sigprocmask(2): these are blocked, too. */
export const SIG_BLOCK = 0;
/** sigprocmask(2): these are no longer blocked. */
export const SIG_UNBLOCK = 1;
/** sigprocmask(2): these are blocked, and no others. */
export const SIG_SETMASK = 2;

/** A handler is a program of its own, run by the thread that takes the signal; its argument is the signal's number. */
export type SignalHandler = (signum: number) => Program<void>;

/** What a process does with a signal; sigaction(2). */
export interface SigAction {
  /** SIG_DFL, SIG_IGN, or a program that is run for it. */
  handler: typeof SIG_DFL | typeof SIG_IGN | SignalHandler;
  /** SA_* bits; 0 when left out. */
  flags?: number;
  /** Signals also blocked while the handler runs. */
  mask?: readonly number[];
}

const names: Record<number, string> = {
  [SIGHUP]: "SIGHUP",
  [SIGINT]: "SIGINT",
  [SIGQUIT]: "SIGQUIT",
  [SIGABRT]: "SIGABRT",
  [SIGKILL]: "SIGKILL",
  [SIGUSR1]: "SIGUSR1",
  [SIGSEGV]: "SIGSEGV",
  [SIGUSR2]: "SIGUSR2",
  [SIGPIPE]: "SIGPIPE",
  [SIGALRM]: "SIGALRM",
  [SIGTERM]: "SIGTERM",
  [SIGCHLD]: "SIGCHLD",
  [SIGCONT]: "SIGCONT",
  [SIGSTOP]: "SIGSTOP",
  [SIGURG]: "SIGURG",
  [SIGIO]: "SIGIO",
};

/** "SIGPIPE" for 13; "signal 77" for a number without a name here. */
export function signalName(signum: number): string {
  return names[signum] ?? `signal ${signum}`;
}
