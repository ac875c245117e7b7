/**
 * A system call taken apart into values that can be compared one by one, each with what it means.
 *
 * Whether two numbers may differ depends on what they are: descriptors must agree, process ids and chosen ports needn't.
 */
import { F_DUPFD, F_DUPFD_CLOEXEC, S_IFDIR, S_IFMT, type SystemCallName, type SystemCallRecord } from "../../sys";
import type { Difference, Kind } from "../differences/rule";

interface Fact {
  kind: Kind;
  value: unknown;
}

const descriptorArguments: Partial<Record<SystemCallName, RegExp>> = {
  dup2: /^args\.[01]$/,
  dup3: /^args\.[01]$/,
  epoll_ctl: /^args\.2$/,
  poll: /^args.*\.fd$/,
  ppoll: /^args.*\.fd$/,
  select: /^args\.[0-3]/,
};
const withDescriptor: ReadonlySet<SystemCallName> = new Set<SystemCallName>([
  ...(["read", "write", "readv", "writev", "pread", "pwrite", "lseek", "close", "dup", "fcntl", "ioctl"] as const),
  ...([
    "fstat",
    "ftruncate",
    "epoll_wait",
    "epoll_ctl",
    "bind",
    "listen",
    "accept",
    "accept4",
    "connect",
    "shutdown",
  ] as const),
  ...(["getsockname", "getpeername", "getsockopt", "setsockopt"] as const),
  ...(["send", "sendto", "sendmsg", "recv", "recvfrom", "recvmsg"] as const),
]);
const makesDescriptor: ReadonlySet<SystemCallName> = new Set<SystemCallName>([
  ...(["open", "dup", "dup2", "dup3", "pipe", "pipe2", "socketpair", "socket"] as const),
  ...(["accept", "accept4", "epoll_create1"] as const),
]);
const aboutProcesses: Partial<Record<SystemCallName, RegExp>> = {
  fork: /^result$/,
  getpid: /^result$/,
  getppid: /^result$/,
  gettid: /^result$/,
  pthread_create: /^result$/,
  pthread_join: /^args\.0$/,
  pthread_kill: /^args\.0$/,
  kill: /^args\.0$/,
  waitpid: /^(args\.0|result\.pid)$/,
};

/** Is its first argument a descriptor? */
export function takesDescriptor(name: SystemCallName): boolean {
  return withDescriptor.has(name) || name === "dup2" || name === "dup3";
}

function isDescriptor({ name, args }: SystemCallRecord, path: string): boolean {
  if (withDescriptor.has(name) && path === "args.0") return true;
  if (descriptorArguments[name]?.test(path)) return true;
  if (name === "fcntl" && (args[1] === F_DUPFD || args[1] === F_DUPFD_CLOEXEC)) return path === "result";
  return makesDescriptor.has(name) && path.startsWith("result");
}

function kindOf(record: SystemCallRecord, path: string): Kind {
  if (isDescriptor(record, path)) return "descriptor";
  if (aboutProcesses[record.name]?.test(path)) return "process";
  if (path.endsWith(".port")) return "port";
  if (path.endsWith(".ino")) return "inode";
  if (path === "result.size" && ((statMode(record) ?? 0) & S_IFMT) === S_IFDIR) return "inode";
  if (record.name === "clock_gettime" && path.startsWith("result")) return "time";
  return "plain";
}

function statMode({ name, result }: SystemCallRecord): number | null {
  if ((name !== "stat" && name !== "fstat") || typeof result !== "object" || result === null) return null;
  return "mode" in result ? Number(result.mode) : null;
}

/** Walks through a value and notes every leaf under its path. */
function collect(record: SystemCallRecord, path: string, value: unknown, into: Map<string, Fact>): void {
  if (value instanceof Uint8Array) into.set(path, { kind: "bytes", value });
  else if (value instanceof Set) collect(record, path, [...value].sort(), into);
  else if (Array.isArray(value)) for (const [i, item] of value.entries()) collect(record, `${path}.${i}`, item, into);
  else if (value !== null && typeof value === "object") {
    for (const [key, field] of Object.entries(value)) collect(record, `${path}.${key}`, field, into);
  } else if (value !== undefined) into.set(path, { kind: kindOf(record, path), value });
}

/** How a call came out, in one word. */
export function outcomeOf({ exit, error }: SystemCallRecord): string {
  if (exit === null) return "sleeps";
  return error ? error.code : "returns";
}

const fillsArguments: ReadonlySet<SystemCallName> = new Set<SystemCallName>(["poll", "ppoll", "select"]);

function factsOf(record: SystemCallRecord): Map<string, Fact> {
  const facts = new Map<string, Fact>();
  record.args.forEach((arg, i) => {
    // Where the kernel is to put the bytes is an address, not a value: only the size counts.
    const isBuffer = arg instanceof Uint8Array && (record.name === "read" || record.name.startsWith("recv"));
    collect(record, `args.${i}`, isBuffer ? arg.length : arg, facts);
  });
  facts.set("outcome", { kind: "outcome", value: outcomeOf(record) });
  if (outcomeOf(record) !== "returns") return facts;
  // What one pthread_join hands over is the program's own value: it may hold anything.
  if (record.name !== "pthread_join") collect(record, "result", record.result, facts);
  // sa_flags that are not given are 0.
  if (record.name === "sigaction" && !facts.has("result.flags")) facts.set("result.flags", { kind: "plain", value: 0 });
  // Only the first four: Linux counts select's timeout down to what is left of it.
  if (fillsArguments.has(record.name)) {
    record.argsAfter?.slice(0, 4).forEach((arg, i) => {
      collect(record, `args.after.${i}`, arg, facts);
    });
  }
  return facts;
}

function equal(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
  }
  return Object.is(a, b);
}

/** Every value in which two records differ. */
export function differencesBetween(expected: SystemCallRecord, actual: SystemCallRecord): Difference[] {
  const [ours, theirs] = [factsOf(expected), factsOf(actual)];
  const found: Difference[] = [];
  for (const path of new Set([...ours.keys(), ...theirs.keys()])) {
    const [a, b] = [ours.get(path), theirs.get(path)];
    if (a && b && equal(a.value, b.value)) continue;
    const kind = (a ?? b)?.kind ?? "plain";
    found.push({ path, kind, expected: a?.value, actual: b?.value });
  }
  // With another outcome there is no common result to compare.
  const outcome = found.find(({ path }) => path === "outcome");
  return outcome ? found.filter(({ path }) => path === "outcome" || path.startsWith("args.0")) : found;
}
