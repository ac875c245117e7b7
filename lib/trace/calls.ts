/**
 * From events to system calls: pairs each entry into the kernel with its exit.
 *
 * This is what strace does with the two stops that ptrace gives it per call. A thread may enter a call while another of its
 * calls is still open (a signal handler runs while `pause` hasn't returned), so the open calls of a thread are a stack.
 *
 * A call that never returns keeps `exit: null`: its thread was asleep at the end, was killed in it, or it was `exit`.
 *
 * Source: ptrace(2), PTRACE_SYSCALL; strace(1).
 */
import type { KernelEvent, Trace } from "../kernel/events";
import { errnoByCode } from "../sys/errno";
import type { SystemCallRecord } from "../sys/run";

/** Collects the system calls of a run while it runs. Use it alone, or beside a recorder (`tee`). */
export class CallLog implements Trace {
  /** In the order in which the calls were entered. */
  readonly calls: SystemCallRecord[] = [];
  /** Entries and exits seen so far: the place of the next one. */
  #place = 0;
  readonly #names = new Map<string, string>();
  readonly #open = new Map<string, SystemCallRecord[]>();

  emit(event: KernelEvent): void {
    if (event.type === "process.create") this.#names.set(`${event.host} ${event.pid}`, event.name);
    else if (event.type === "syscall.enter") this.#enter(event);
    else if (event.type === "syscall.exit") this.#exit(event);
  }

  #enter(event: KernelEvent & { type: "syscall.enter" }): void {
    const record: SystemCallRecord = {
      process: this.#names.get(`${event.host} ${event.pid}`) ?? `pid ${event.pid}`,
      pid: event.pid,
      tid: event.tid,
      name: event.call,
      args: event.args,
      enter: this.#place++,
      exit: null,
      startTime: event.time,
      endTime: null,
    };
    this.calls.push(record);
    const key = `${event.host} ${event.tid}`;
    const open = this.#open.get(key);
    if (open) open.push(record);
    else this.#open.set(key, [record]);
  }

  #exit(event: KernelEvent & { type: "syscall.exit" }): void {
    const open = this.#open.get(`${event.host} ${event.tid}`) ?? [];
    const at = open.findLastIndex((call) => call.name === event.call);
    if (at < 0) return;
    const record = open[at];
    // What lies above it on the stack was left by a jump out of it and never returns.
    open.length = at;
    record.exit = this.#place++;
    record.endTime = event.time;
    if (event.error !== undefined) record.error = errnoByCode(event.error);
    else record.result = event.result;
    if (event.argsAfter) record.argsAfter = event.argsAfter;
  }
}

/** The system calls of a recording, in the order in which they were entered. */
export function callsOf(events: readonly KernelEvent[]): SystemCallRecord[] {
  const log = new CallLog();
  for (const event of events) log.emit(event);
  return log.calls;
}
