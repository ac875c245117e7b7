/**
 * What a run did, as lines of text, for comparing it with another.
 *
 * In it are the calls of each thread in their order with arguments, results and errors, how each process ended, what was written
 * to 1 and 2, and who was stuck where. Not in it is what differs between any two runs on Linux: which pid, tid, inode number or
 * free port it was (they are numbered in order of appearance), the time of day, and which thread was first.
 */
import { type Run, S_IFDIR, S_IFMT, type Stat, type SystemCallRecord, text } from "fd3";

/** A run as lines of text, without what is left to chance. */
export function portrait(run: Run): Record<string, unknown> {
  const names = new Names();
  for (const { pid } of run.processes) names.of("pid", pid);
  const threads: Record<string, string[]> = {};
  for (const record of run.calls) {
    const label = `${record.process} ${names.of("pid", record.pid)} thread ${threadNumber(run, record)}`;
    threads[label] ??= [];
    threads[label].push(line(record, names));
  }
  return {
    threads,
    processes: run.processes.map(({ name, status, error }) => ({ name, status, error: error?.message })),
    output: run.output,
    stuck: run.deadlock.map(({ process, call }) => `${process}: ${call.replace(/\(.*/, "")}`).sort(),
  };
}

/** Threads of a process in the order in which they made their first call. */
function threadNumber(run: Run, { pid, tid }: SystemCallRecord): number {
  const tids = new Set(run.calls.filter((other) => other.pid === pid).map((other) => other.tid));
  return [...tids].indexOf(tid);
}

/** Numbers things in the order in which they appear. */
class Names {
  private readonly known = new Map<string, string>();

  of(kind: string, value: number): string {
    const key = `${kind}:${value}`;
    const name =
      this.known.get(key) ?? `${kind} ${[...this.known.keys()].filter((other) => other.startsWith(`${kind}:`)).length}`;
    this.known.set(key, name);
    return name;
  }
}

function line(record: SystemCallRecord, names: Names): string {
  const args = record.args.map((arg, index) => show(chanceless(record, "argument", arg, index, names)));
  const after = record.argsAfter === undefined || !FILLED.has(record.name) ? "" : ` → ${show(record.argsAfter)}`;
  const outcome =
    record.error !== undefined
      ? record.error.code
      : record.exit === null
        ? "?"
        : show(chanceless(record, "result", record.result, 0, names));
  return `${record.name}(${args.join(", ")}) = ${outcome}${record.error === undefined ? after : ""}`;
}

const FILLED = new Set(["poll", "ppoll", "select"]);
const PID_RESULTS = new Set(["fork", "getpid", "getppid"]);
const TID_RESULTS = new Set(["gettid", "pthread_create"]);
const PID_ARGUMENTS = new Set(["waitpid", "kill"]);
const TID_ARGUMENTS = new Set(["pthread_join", "pthread_kill"]);

function chanceless(
  { name }: SystemCallRecord,
  place: "argument" | "result",
  value: unknown,
  index: number,
  names: Names,
): unknown {
  if (typeof value === "number") {
    const isPid = place === "result" ? PID_RESULTS.has(name) : PID_ARGUMENTS.has(name) && index === 0;
    if (isPid && value > 1) return names.of("pid", value);
    const isTid = place === "result" ? TID_RESULTS.has(name) : TID_ARGUMENTS.has(name) && index === 0;
    if (isTid) return "a tid";
  }
  if (place === "result" && name === "waitpid") {
    const { pid, status } = value as { pid: number; status: number };
    return { pid: pid > 1 ? names.of("pid", pid) : pid, status };
  }
  if (place === "result" && (name === "stat" || name === "fstat")) return withoutChance(value as Stat, names);
  if (place === "result" && name === "clock_gettime") return "a time";
  // Of TCP_INFO the rest counts time, or what one machine's path is like.
  if (isObject(value) && "tcpi_state" in value) return { tcpi_state: value.tcpi_state };
  return withoutPorts(value, names);
}

/** Socket addresses, by themselves or in what recvfrom, recvmsg and sendmsg take or give. */
function withoutPorts(value: unknown, names: Names): unknown {
  if (!isObject(value)) return value;
  if (typeof value.port === "number") return { ...value, port: value.port === 0 ? 0 : names.of("port", value.port) };
  if (isObject(value.address)) return { ...value, address: withoutPorts(value.address, names) };
  if (isObject(value.name)) return { ...value, name: withoutPorts(value.name, names) };
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** A directory's size and number of names are its file system's own affair. */
function withoutChance(stat: Stat, names: Names): unknown {
  const ino = names.of("inode", stat.ino);
  return (stat.mode & S_IFMT) === S_IFDIR ? { mode: stat.mode, ino } : { ...stat, ino };
}

function show(value: unknown): string {
  if (value instanceof Uint8Array) {
    return value.length > 40 ? `${value.length} bytes` : JSON.stringify(text(value));
  }
  if (value instanceof Set) return `{${[...value].join(" ")}}`;
  if (Array.isArray(value) && value.length > 20) return `${value.length} of ${show(value[0])}`;
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return `{${fields
      .map(([key, field]) => `${key}: ${show(field)}`)
      .sort()
      .join(", ")}}`;
  }
  return value === undefined ? "nothing" : typeof value === "string" ? value : String(value);
}
