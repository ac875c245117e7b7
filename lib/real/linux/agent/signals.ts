/**
 * Signals inside an agent: one that interrupts, one that is watched for, and one that cleans up.
 *
 * INTERRUPT_SIGNAL gets a handler that does nothing, without SA_RESTART: a thread asleep in a call comes out of it with EINTR,
 * really. The handler is libc's `abs`: it takes an int, does nothing else, and needs no JavaScript, which couldn't run there.
 *
 * Node ignores SIGPIPE for the whole process. But a signal that is blocked is kept even if it would be ignored, so each
 * thread blocks SIGPIPE and asks after each write whether one has come: then it is the kernel that decides about SIGPIPE.
 *
 * Source: signal(7), sigaction(2), sigtimedwait(2), sig_ignored() in kernel/signal.c, prctl(2).
 */
import { INTERRUPT_SIGNAL } from "../protocol";
import { addressOfFunction, libc } from "./libc";

const SIG_BLOCK = 0;
const SIG_UNBLOCK = 1;
const SIGKILL = 9;
const SIGPIPE = 13;
const PR_SET_PDEATHSIG = 1;

function signalSet(signum: number): Buffer {
  const set = Buffer.alloc(128);
  set[(signum - 1) >> 3] |= 1 << ((signum - 1) & 7);
  return set;
}

const sigpipe = signalSet(SIGPIPE);
const noTime = Buffer.alloc(16);

/** Once in each process. */
export function prepareProcessSignals(): void {
  // When the notebook's process dies, however it dies, no agent outlives it.
  libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  const action = Buffer.alloc(152);
  action.writeBigUInt64LE(addressOfFunction("abs"), 0);
  libc.sigaction(INTERRUPT_SIGNAL, action, null);
}

/** Once in each thread. */
export function prepareThreadSignals(): void {
  libc.pthread_sigmask(SIG_BLOCK, sigpipe, null);
  libc.pthread_sigmask(SIG_UNBLOCK, signalSet(INTERRUPT_SIGNAL), null);
}

/** Has the kernel sent this thread a SIGPIPE since it was last asked? */
export function takeSigpipe(): boolean {
  return libc.sigtimedwait(sigpipe, null, noTime) === SIGPIPE;
}
