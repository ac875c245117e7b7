/**
 * Who is who on two kernels: processes by name and order of fork, threads by order of creation.
 *
 * Ids differ from kernel to kernel, and the order in which processes happen to move does too. What stays is the program
 * order inside each thread. So a trace is split into *tracks*, one a thread, and tracks are compared, never the wall clock.
 */
import { AF_INET, AF_UNIX, F_DUPFD, F_DUPFD_CLOEXEC, type Run, SOCK_DGRAM, type SystemCallRecord } from "../sys";
import type { DescriptorKind } from "./differences";

export interface Track {
  /** "server", "server/child", "server/child 2" for the second. */
  readonly process: string;
  /** 0 for the main thread, then 1, 2, … in the order of pthread_create. */
  readonly thread: number;
  readonly records: readonly SystemCallRecord[];
}

/** The name of each process of a run that says which one it is on any kernel. */
export function processKeys(run: Run): Map<number, string> {
  const keys = new Map<number, string>();
  const forked = new Set(run.calls.flatMap(({ name, result }) => (name === "fork" ? [Number(result)] : [])));
  for (const { pid, name } of run.processes) if (!forked.has(pid)) keys.set(pid, name);
  const children = new Map<number, number>();
  for (const { name, pid, result } of run.calls) {
    if (name !== "fork" || typeof result !== "number") continue;
    const count = (children.get(pid) ?? 0) + 1;
    children.set(pid, count);
    keys.set(result, `${keys.get(pid) ?? `process ${pid}`}/child${count > 1 ? ` ${count}` : ""}`);
  }
  return keys;
}

function threadNumbers(run: Run): Map<number, number> {
  const numbers = new Map<number, number>();
  const counts = new Map<number, number>();
  for (const { name, pid, result } of run.calls) {
    if (name !== "pthread_create" || typeof result !== "number") continue;
    const count = (counts.get(pid) ?? 0) + 1;
    counts.set(pid, count);
    numbers.set(result, count);
  }
  return numbers;
}

/** A run's tracks by "process, thread". */
export function tracksOf(run: Run): Map<string, Track> {
  const keys = processKeys(run);
  const numbers = threadNumbers(run);
  const tracks = new Map<string, Track & { records: SystemCallRecord[] }>();
  for (const record of [...run.calls].sort((a, b) => a.enter - b.enter)) {
    const process = keys.get(record.pid) ?? record.process;
    const thread = record.tid === record.pid ? 0 : (numbers.get(record.tid) ?? 0);
    const key = `${process}, ${thread}`;
    const track = tracks.get(key) ?? { process, thread, records: [] };
    track.records.push(record);
    tracks.set(key, track);
  }
  return tracks;
}

function socketKind(domain: unknown, type: unknown): DescriptorKind {
  if (domain === AF_UNIX) return "unix";
  return domain === AF_INET && (Number(type) & 0xf) === SOCK_DGRAM ? "udp" : "tcp";
}

/** What each record's first argument leads to, found by following descriptors through the run. */
export function descriptorKinds(run: Run): Map<SystemCallRecord, DescriptorKind> {
  const tables = new Map<number, Map<number, DescriptorKind>>();
  const found = new Map<SystemCallRecord, DescriptorKind>();
  const tableOf = (pid: number) => {
    const table = tables.get(pid) ?? new Map<number, DescriptorKind>([0, 1, 2].map((fd) => [fd, "console"]));
    tables.set(pid, table);
    return table;
  };
  for (const record of [...run.calls].sort((a, b) => (a.exit ?? a.enter) - (b.exit ?? b.enter))) {
    const table = tableOf(record.pid);
    const kind = table.get(Number(record.args[0]));
    if (kind) found.set(record, kind);
    follow(record, kind, table, (pid) => tables.set(pid, new Map(table)));
  }
  return found;
}

function follow(
  { name, args, result, error }: SystemCallRecord,
  kind: DescriptorKind | undefined,
  table: Map<number, DescriptorKind>,
  inherit: (pid: number) => void,
): void {
  if (error || result === undefined) return;
  const made = (fds: unknown, what: DescriptorKind | undefined) => {
    for (const fd of Array.isArray(fds) ? fds : [fds]) if (what) table.set(Number(fd), what);
  };
  if (name === "open") made(result, "file");
  else if (name === "pipe" || name === "pipe2") made(result, "pipe");
  else if (name === "socketpair" || name === "socket") made(result, socketKind(args[0], args[1]));
  else if (name === "epoll_create1") made(result, "epoll");
  else if (name === "fork") inherit(Number(result));
  else if (["dup", "dup2", "dup3", "accept", "accept4"].includes(name)) made(result, kind);
  else if (name === "fcntl" && (args[1] === F_DUPFD || args[1] === F_DUPFD_CLOEXEC)) made(result, kind);
}
