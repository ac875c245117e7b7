/**
 * The calls that the runner answers itself: those about programs (a generator can't be copied into another process) and about
 * signals, whose handlers are programs. What of them is the kernel's, the kernel does: fork passes the real descriptor table,
 * execve really closes what is marked.
 */
import type { SystemCallName, SystemCalls } from "../../../sys/calls";
import { EDEADLK, EINVAL, ESRCH } from "../../../sys/errno";
import { SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK, SIGALRM, SIGKILL, SIGSTOP, type SigAction } from "../../../sys/signal";
import type { ProgramFunction } from "../../../sys/sys";
import { execve, fork, waitpid } from "./processes";
import { actionFor, blockable, isIgnored, sendSignal, sendSignalToThread } from "./signals";
import { ENDED, Thread } from "./thread";

type LocalCalls = {
  readonly [Name in SystemCallName]?: (
    thread: Thread,
    ...args: Parameters<SystemCalls[Name]>
  ) => Promise<ReturnType<SystemCalls[Name]>> | ReturnType<SystemCalls[Name]>;
};

/** How long calls of other threads get to fall asleep before a thread is made. */
const SETTLE = 3;

function checkSignal(signum: number): void {
  if (!Number.isInteger(signum) || signum < 1 || signum > 64) throw EINVAL;
}

async function createThread(creator: Thread, program: ProgramFunction): Promise<number> {
  const { run, process } = creator;
  while (process.gate !== null) await process.gate;
  let open = (): void => {};
  process.gate = new Promise((resolve) => {
    open = resolve;
  });
  try {
    if (process.threads.some((thread) => thread.waiting?.kind === "kernel")) await run.pass(SETTLE);
    const agentThread = await process.agent.startThread(creator.agentThread);
    if (process.ending) throw ENDED;
    const thread = new Thread(run, process, agentThread);
    thread.blocked = new Set(creator.blocked);
    void thread.start(program);
    return thread.tid;
  } finally {
    process.gate = null;
    open();
  }
}

async function join(thread: Thread, tid: number): Promise<unknown> {
  if (tid === thread.tid) throw EDEADLK;
  const other = thread.process.threads.find((candidate) => candidate.tid === tid && !candidate.joined);
  if (other === undefined) throw ESRCH;
  const request = { name: "pthread_join", args: [tid] } as const;
  await thread.sleep(request, `thread ${tid}: its end`, () => (other.ended ? true : undefined), "always");
  other.joined = true;
  return other.result;
}

function setAction(thread: Thread, signum: number, action: SigAction): void {
  const { process } = thread;
  process.actions.set(signum, action);
  if (!isIgnored(process, signum)) return;
  process.pending.delete(signum);
  for (const each of process.threads) each.pending.delete(signum);
}

function setAlarm(thread: Thread, seconds: number): number {
  const { process } = thread;
  const before = process.alarm;
  if (before !== null) clearTimeout(before.timer);
  process.alarm = null;
  if (seconds > 0) {
    const ring = (): void => {
      process.alarm = null;
      sendSignal(process, SIGALRM);
    };
    const timer = setTimeout(ring, seconds * 1000);
    timer.unref();
    process.alarm = { timer, at: performance.now() + seconds * 1000 };
  }
  // Rounded to the nearest second, but never to "none"; alarm(2).
  return before === null ? 0 : Math.max(1, Math.round((before.at - performance.now()) / 1000));
}

export const localCalls: LocalCalls = {
  fork,
  execve,
  waitpid,
  pthread_create: createThread,
  pthread_join: join,
  async exit(thread, status): Promise<never> {
    await thread.run.endProcess(thread.process, (status & 0xff) << 8);
    throw ENDED;
  },
  getppid: (thread) => thread.process.parent?.pid ?? 1,
  kill(thread, pid, signum) {
    if (signum !== 0) checkSignal(signum);
    const target = thread.run.processes.find((process) => process.pid === pid && thread.run.isKnown(process));
    if (target === undefined) throw ESRCH;
    if (signum === 0) return;
    // A signal to oneself is taken before kill returns, if any thread may take it: the sender is asked first.
    sendSignal(target, signum, target === thread.process ? thread : undefined);
  },
  pthread_kill(thread, tid, signum) {
    if (signum !== 0) checkSignal(signum);
    const target = thread.process.threads.find((candidate) => candidate.tid === tid && !candidate.ended);
    if (target === undefined) throw ESRCH;
    if (signum !== 0) sendSignalToThread(target, signum);
  },
  sigaction(thread, signum, action) {
    checkSignal(signum);
    const before = actionFor(thread.process, signum);
    if (action === null) return before;
    if (signum === SIGKILL || signum === SIGSTOP) throw EINVAL;
    setAction(thread, signum, action);
    return before;
  },
  sigprocmask(thread, how, set) {
    const before = [...thread.blocked].sort((a, b) => a - b);
    if (set === null) return before;
    for (const signum of set) checkSignal(signum);
    if (how === SIG_BLOCK) thread.blocked = blockable([...before, ...set]);
    else if (how === SIG_UNBLOCK) thread.blocked = blockable(before.filter((signum) => !set.includes(signum)));
    else if (how === SIG_SETMASK) thread.blocked = blockable(set);
    else throw EINVAL;
    return before;
  },
  alarm: setAlarm,
};
