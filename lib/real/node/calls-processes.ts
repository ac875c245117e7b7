/** The calls on processes, threads, signals and time. */
import {
  CLOCK_MONOTONIC,
  CLOCK_REALTIME,
  ECHILD,
  EDEADLK,
  EINVAL,
  ESRCH,
  RLIMIT_NOFILE,
  SIG_BLOCK,
  SIG_SETMASK,
  SIG_UNBLOCK,
  SIGALRM,
  SIGKILL,
  SIGSTOP,
  WNOHANG,
} from "../../sys";
import { nodeLimits } from "./limits";
import type { Process } from "./process";
import { sendSignal } from "./signals";
import type { Calls } from "./system-calls";
import { Replaced, type Thread } from "./thread";

function checkSignal(thread: Thread, signum: number): void {
  if (!Number.isInteger(signum) || signum < 0 || signum > 64) throw EINVAL;
  if (signum !== SIGSTOP) return;
  thread.machine.note(nodeLimits.stop.note);
  throw EINVAL;
}

function timespec(nanoseconds: bigint) {
  return { tv_sec: Number(nanoseconds / 1_000_000_000n), tv_nsec: Number(nanoseconds % 1_000_000_000n) };
}

export const processCalls = {
  fork(thread, child) {
    thread.machine.note(nodeLimits.processes.note);
    const parent = thread.process;
    const process = thread.machine.newProcess(`${parent.name}/child`, parent);
    process.table = parent.table.copy();
    process.signals = parent.signals.copy();
    process.start(child, thread.mask);
    return process.pid;
  },
  execve(thread, program) {
    const { process } = thread;
    process.table.closeOnExec();
    process.signals.forgetHandlers();
    for (const other of process.threads) if (other !== thread) other.abandon();
    process.threads.splice(0, process.threads.length, thread);
    throw new Replaced(program);
  },
  pthread_create(thread, program) {
    return thread.process.startThread(program, thread.mask).tid;
  },
  async pthread_join(thread, tid) {
    const { process } = thread;
    if (tid === thread.tid) throw EDEADLK;
    const other = process.threads.find((one) => one.tid === tid);
    if (!other) throw ESRCH;
    while (!other.finished) await thread.sleep([process.endings], `thread ${tid}: its end`);
    process.threads.splice(process.threads.indexOf(other), 1);
    return other.finished.result;
  },
  async waitpid(thread, pid, options) {
    if (options & ~WNOHANG) throw EINVAL;
    if (pid === -0x8000_0000) throw ESRCH;
    const { process } = thread;
    for (;;) {
      const children = process.children.filter((child) => pid <= 0 || child.pid === pid);
      if (children.length === 0) throw ECHILD;
      const ended = children.find((child) => child.result.status !== null);
      if (ended) {
        ended.reaped = true;
        return { pid: ended.pid, status: ended.result.status ?? 0 };
      }
      if (options & WNOHANG) return { pid: 0, status: 0 };
      await thread.sleep([process.endings], pid > 0 ? `process ${pid}: its end` : "any child: its end");
    }
  },
  exit(thread, status): never {
    thread.process.end((status & 0xff) << 8);
    return undefined as never;
  },
  getpid: (thread) => thread.process.pid,
  getppid: (thread) => thread.process.ppid,
  gettid: (thread) => thread.tid,
  kill(thread, pid, signum) {
    checkSignal(thread, signum);
    const { processes } = thread.machine;
    const alive = (process: Process) => !process.reaped;
    const targets = processes.filter((process) => alive(process) && (pid <= 0 || process.pid === pid));
    if (targets.length === 0) throw ESRCH;
    if (signum === 0) return;
    for (const process of targets) sendSignal(process, signum);
  },
  pthread_kill(thread, tid, signum) {
    checkSignal(thread, signum);
    const other = thread.process.threads.find((one) => one.tid === tid);
    if (!other) throw ESRCH;
    if (signum !== 0) sendSignal(thread.process, signum, other);
  },
  sigaction(thread, signum, action) {
    const { signals } = thread.process;
    if (!Number.isInteger(signum) || signum < 1 || signum > 64) throw EINVAL;
    const before = signals.action(signum);
    if (action) signals.setAction(signum, action);
    return before;
  },
  sigprocmask(thread, how, set) {
    const before = [...thread.mask];
    if (!set) return before;
    const blockable = set.filter((signum) => signum !== SIGKILL && signum !== SIGSTOP);
    if (how === SIG_BLOCK) thread.mask = new Set([...before, ...blockable]);
    else if (how === SIG_UNBLOCK) thread.mask = new Set(before.filter((signum) => !set.includes(signum)));
    else if (how === SIG_SETMASK) thread.mask = new Set(blockable);
    else throw EINVAL;
    return before;
  },
  async pause(thread): Promise<never> {
    for (;;) await thread.sleep([], "a signal");
  },
  alarm(thread, seconds) {
    const { process } = thread;
    const left = process.alarm ? Math.ceil((process.alarm.at - performance.now()) / 1000) : 0;
    if (process.alarm) clearTimeout(process.alarm.timer);
    process.alarm = null;
    if (seconds > 0) {
      const ring = () => {
        process.alarm = null;
        sendSignal(process, SIGALRM);
      };
      process.alarm = { timer: setTimeout(ring, seconds * 1000), at: performance.now() + seconds * 1000 };
    }
    return left;
  },
  async nanosleep(thread, { tv_sec, tv_nsec }) {
    if (tv_sec < 0 || tv_nsec < 0 || tv_nsec > 999_999_999) throw EINVAL;
    const deadline = performance.now() + tv_sec * 1000 + tv_nsec / 1e6;
    while (performance.now() < deadline) await thread.sleep([], "time to pass", deadline);
  },
  clock_gettime(_thread, clock) {
    if (clock === CLOCK_REALTIME) return timespec(BigInt(Date.now()) * 1_000_000n);
    if (clock === CLOCK_MONOTONIC) return timespec(process.hrtime.bigint());
    throw EINVAL;
  },
  setrlimit(thread, resource, limit) {
    if (resource !== RLIMIT_NOFILE || limit < 0) throw EINVAL;
    thread.process.table.limit = limit;
  },
  sched_yield() {},
} satisfies Partial<Calls>;
