/** Keeps the record of every system call: who, with what, what came back, and in which order entries and exits happened. */
import { Errno, type Request, type SystemCallName, type SystemCallRecord } from "../../sys";
import type { Thread } from "./thread";

/** Calls whose arguments are filled by the kernel, and so differ afterwards. */
const fillsArguments: ReadonlySet<SystemCallName> = new Set<SystemCallName>(["poll", "ppoll", "select"]);

/** A copy that later changes don't reach; a function (a program, a handler) is kept by its name. */
export function snapshot(value: unknown): unknown {
  if (typeof value === "function") return value.name === "" ? "program" : value.name;
  if (value instanceof Uint8Array) return value.slice();
  if (Array.isArray(value)) return value.map(snapshot);
  if (value instanceof Set) return new Set(value);
  if (value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, snapshot(field)]));
  }
  return value;
}

export class Recorder {
  readonly calls: SystemCallRecord[] = [];
  private order = 0;
  private readonly began = process.hrtime.bigint();

  /** Nanoseconds since the run began. */
  now(): number {
    return Number(process.hrtime.bigint() - this.began);
  }

  enter(thread: Thread, request: Request): SystemCallRecord {
    const record: SystemCallRecord = {
      process: thread.process.name,
      pid: thread.process.pid,
      tid: thread.tid,
      name: request.name,
      args: request.args.map(snapshot),
      enter: this.order++,
      exit: null,
      startTime: this.now(),
      endTime: null,
    };
    this.calls.push(record);
    return record;
  }

  exit(record: SystemCallRecord, request: Request, reply: unknown): void {
    record.exit = this.order++;
    record.endTime = this.now();
    if (reply instanceof Errno) record.error = reply;
    else record.result = snapshot(reply);
    if (fillsArguments.has(request.name)) record.argsAfter = request.args.map(snapshot);
  }
}
