/** The run's diary: each call as it was when it was made, and what came of it. */
import type { SystemCallName } from "../../../sys/calls";
import { Errno } from "../../../sys/errno";
import type { SystemCallRecord } from "../../../sys/run";
import type { Request } from "../../../sys/sys";

/** A copy, so that what happens later doesn't change what was recorded; a function is kept by its name. */
export function snapshot(value: unknown): unknown {
  if (typeof value === "function") return value.name === "" ? "program" : value.name;
  if (value === null || typeof value !== "object") return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value as Uint8Array);
  if (Object.prototype.toString.call(value) === "[object Set]") return new Set(value as Set<unknown>);
  if (Array.isArray(value)) return value.map(snapshot);
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, snapshot(field)]));
}

const FILLING = new Set<SystemCallName>(["poll", "ppoll", "select"]);
const READING = new Set<SystemCallName>(["read", "readv", "pread", "recv", "recvfrom", "recvmsg"]);

function fillsArguments({ name, args }: Request): boolean {
  const buffers = [args[1]].flat();
  return FILLING.has(name) || (READING.has(name) && buffers.some((buffer) => ArrayBuffer.isView(buffer)));
}

export class Records {
  readonly calls: SystemCallRecord[] = [];
  private events = 0;
  private begun = process.hrtime.bigint();

  /** The programs start now: times count from here. */
  startClock(): void {
    this.begun = process.hrtime.bigint();
  }

  enter(who: { process: string; pid: number; tid: number }, request: Request): SystemCallRecord {
    const record: SystemCallRecord = {
      ...who,
      name: request.name,
      args: request.args.map(snapshot),
      enter: this.events++,
      exit: null,
      startTime: this.now(),
      endTime: null,
    };
    this.calls.push(record);
    return record;
  }

  leave(record: SystemCallRecord, reply: unknown, request: Request): void {
    record.exit = this.events++;
    record.endTime = this.now();
    if (reply instanceof Errno) {
      record.error = reply;
      return;
    }
    record.result = snapshot(reply);
    if (fillsArguments(request)) record.argsAfter = request.args.map(snapshot);
  }

  private now(): number {
    return Number(process.hrtime.bigint() - this.begun);
  }
}
