/**
 * What two kernels may do differently although both are right: the rules of `sideBySide`, as data.
 *
 * A program's trace on the model and on Linux must be the same but for these. Each rule says which kind of difference it
 * excuses and why; what no rule excuses is a bug of the model (or, on the node kernel, of that kernel). A new rule needs a
 * reason that a manual page supports: "they differ" is none.
 */
import {
  F_GETFL,
  F_GETPIPE_SZ,
  F_SETPIPE_SZ,
  FIONREAD,
  type KernelName,
  SIOCOUTQ,
  SO_RCVBUF,
  SO_SNDBUF,
  SOL_SOCKET,
  type SystemCallName,
  type SystemCallRecord,
} from "../sys";

/** What a value in a trace means: it decides whether two numbers may differ. */
export type Kind = "plain" | "descriptor" | "process" | "port" | "time" | "inode" | "bytes" | "outcome";

/** One value that is not the same on two kernels. */
export interface Difference {
  /** Where: "args.0", "result.port", "outcome". */
  readonly path: string;
  readonly kind: Kind;
  /** On the reference kernel, and on the other. Undefined where there is no such value. */
  readonly expected: unknown;
  readonly actual: unknown;
}

/** What a rule may look at besides the difference itself. */
export interface Circumstances {
  readonly expected: SystemCallRecord;
  readonly actual: SystemCallRecord;
  readonly kernel: KernelName;
  readonly notes: readonly string[];
  /** Does this pair of numbers agree with every earlier pair of its kind: always the same two together? */
  readonly consistent: boolean;
  /** Did this thread, on both kernels, move the same bytes in all through this descriptor? */
  readonly sameStream: boolean;
  /** Is one of the two still under way because its process ended meanwhile, by another thread or a signal? */
  readonly cutOff: boolean;
  /** What the descriptor in the first argument leads to on the reference kernel. */
  readonly leadsTo: DescriptorKind | undefined;
}

export type DescriptorKind = "file" | "pipe" | "unix" | "tcp" | "udp" | "epoll" | "console";

export interface Rule {
  readonly id: string;
  /** A few words for a table. */
  readonly title: string;
  readonly why: string;
  allows(difference: Difference, circumstances: Circumstances): boolean;
}

/** A call that one kernel made and the other did not. */
export interface LoneRule {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  allows(record: SystemCallRecord, circumstances: Pick<Circumstances, "sameStream" | "cutOff" | "leadsTo">): boolean;
}

const writes: ReadonlySet<SystemCallName> = new Set<SystemCallName>(["write", "writev", "send", "sendto", "sendmsg"]);
const reads: ReadonlySet<SystemCallName> = new Set<SystemCallName>(["read", "readv", "recv", "recvfrom", "recvmsg"]);
const waits: ReadonlySet<SystemCallName> = new Set<SystemCallName>([
  ...(["poll", "ppoll", "select", "epoll_wait", "nanosleep", "sched_yield"] as const),
]);
const streams: ReadonlySet<DescriptorKind | undefined> = new Set<DescriptorKind | undefined>(["pipe", "unix", "tcp"]);

/** Did Node say in its notes that it can't do this call, or this part of it, as Linux does? */
function noted({ kernel, notes, actual }: Circumstances): boolean {
  return kernel === "node" && notes.some((note) => note.startsWith(actual.name));
}

const cutOff = {
  id: "cut-off",
  title: "ended meanwhile",
  why: "When a process ends by a signal or another thread, how far its other threads had come is chance.",
};

const chunks = {
  id: "chunks",
  title: "cut elsewhere",
  why: "A stream has no borders: how many bytes one read finds depends on when it looks. All bytes together are the same.",
};

export const rules: readonly Rule[] = [
  {
    id: "process-id",
    title: "ids of processes",
    why: "The numbers of processes and threads differ from run to run.",
    allows: ({ kind }, { consistent }) => kind === "process" && consistent,
  },
  {
    id: "port",
    title: "port chosen by the system",
    why: "Asked for port 0, the system chooses a free one; the same endpoint has the same port throughout.",
    allows: ({ kind }, { consistent }) => kind === "port" && consistent,
  },
  {
    id: "time",
    title: "time",
    why: "Clocks run at their own pace: virtual on the model, real elsewhere.",
    allows: ({ kind }) => kind === "time",
  },
  {
    id: "inode",
    title: "inode numbers, size of directories",
    why: "Inode numbers, and what a directory or device says its size is, are the file system's own business.",
    allows: ({ kind, path }, { expected }) =>
      kind === "inode" || ((expected.name === "stat" || expected.name === "fstat") && path === "result.nlink"),
  },
  {
    id: "console",
    title: "what 0, 1 and 2 are",
    why: "Who starts a program chooses what its first three descriptors lead to: a terminal, a pipe, a file.",
    allows: ({ path }, { expected: { name, args }, leadsTo }) =>
      leadsTo === "console" &&
      path.startsWith("result") &&
      (name === "fstat" || (name === "fcntl" && args[1] === F_GETFL)),
  },
  {
    ...chunks,
    allows: ({ path }, { expected, sameStream, leadsTo }) =>
      sameStream &&
      ((reads.has(expected.name) && streams.has(leadsTo) && path.startsWith("result")) ||
        (writes.has(expected.name) && (path === "result" || path.startsWith("args.1")))),
  },
  {
    id: "buffer-size",
    title: "size of buffers",
    why: "How large buffers are, and how full they are at one moment, is for each system and its load to say.",
    allows: (_difference, { expected: { name, args } }) =>
      (name === "getsockopt" && args[1] === SOL_SOCKET && (args[2] === SO_SNDBUF || args[2] === SO_RCVBUF)) ||
      (name === "ioctl" && (args[1] === SIOCOUTQ || args[1] === FIONREAD)),
  },
  {
    id: "room",
    title: "room in the buffer",
    why: "A nonblocking write takes as much as there is room for; how much that is depends on buffers and on the reader.",
    allows: ({ path, kind }, { expected, leadsTo }) =>
      writes.has(expected.name) && (leadsTo === "tcp" || leadsTo === "unix") && path === "result" && kind === "plain",
  },
  {
    id: "reset-underway",
    title: "when a reset arrives",
    why: "Writing to a TCP peer that is gone succeeds until its reset is here; then it is ECONNRESET or EPIPE; tcp(7).",
    allows: ({ path, expected, actual }, { expected: call, leadsTo }) =>
      writes.has(call.name) &&
      leadsTo === "tcp" &&
      path === "outcome" &&
      [expected, actual].every((word) => word === "returns" || word === "ECONNRESET" || word === "EPIPE") &&
      [expected, actual].some((word) => word !== "returns"),
  },
  { ...cutOff, allows: ({ path }, circumstances) => path === "outcome" && circumstances.cutOff },
  {
    id: "any-child",
    title: "which child first",
    why: "waitpid(-1) takes whichever child has ended; nothing orders children among themselves.",
    allows: ({ path }, { expected }) =>
      expected.name === "waitpid" && Number(expected.args[0]) <= 0 && path.startsWith("result"),
  },
  {
    id: "node-descriptor",
    title: "descriptors of the node kernel",
    why: "The node kernel's descriptor table is its own; the numbers that Node really uses are hidden.",
    allows: ({ kind }, { kernel, consistent }) => kernel === "node" && kind === "descriptor" && consistent,
  },
  {
    id: "node-bind",
    title: "Node binds when it listens",
    why: "Node has no line for bind: a taken address, and the port chosen for 0, show only at listen or connect.",
    allows: ({ actual }, { kernel, expected: call, actual: other }) =>
      kernel === "node" &&
      ((call.name === "bind" && actual === "returns") ||
        (call.name === "listen" && other.error?.code === "EADDRINUSE") ||
        (call.name === "getsockname" && actual === 0)),
  },
  {
    id: "node-hides",
    title: "hidden by Node",
    why: "Node doesn't offer this call, option or detail; the run's notes say what is missing.",
    allows: (_difference, circumstances) => noted(circumstances),
  },
  {
    id: "node-pipe-size",
    title: "emulated pipe",
    why: "The node kernel's pipes and socketpairs are emulated; their size can't be changed.",
    allows: (_difference, { kernel, expected: { name, args } }) =>
      kernel === "node" && name === "fcntl" && (args[1] === F_GETPIPE_SZ || args[1] === F_SETPIPE_SZ),
  },
];

export const loneRules: readonly LoneRule[] = [
  { ...cutOff, allows: (_record, circumstances) => circumstances.cutOff },
  {
    ...chunks,
    allows: ({ name, error }, { sameStream, leadsTo }) =>
      sameStream && !error && ((reads.has(name) && streams.has(leadsTo)) || writes.has(name)),
  },
  {
    id: "looked-again",
    title: "looked again",
    why: "A program that asks until something is ready asks as often as it has time to.",
    allows: ({ name, error, result }) =>
      waits.has(name) ||
      ["EAGAIN", "EALREADY", "EINPROGRESS", "EINTR"].includes(error?.code ?? "") ||
      (name === "waitpid" && typeof result === "object" && result !== null && "pid" in result && result.pid === 0),
  },
];
