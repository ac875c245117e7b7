/**
 * The tables of a machine as plain data: what `ps`, `lsof`, `/proc` and `ss` show of a real one.
 *
 * They hold numbers, names and flags, never the kernel's own objects, so that a picture, a time-travelling slider or a grader
 * can read them without being able to disturb what it looks at. Every value survives `structuredClone` and JSON.
 *
 * Source: proc(5), lsof(8); field names as in lib/kernel/events.ts.
 */
import type { FileKind, TaskState } from "../../kernel/events";
import type { SystemCallName } from "../../sys/calls";

/** All machines at one moment. */
export interface WorldTables {
  /** How many events have been folded in. */
  applied: number;
  /** Virtual nanoseconds of the last event. */
  time: number;
  hosts: Record<string, HostTables>;
  /** Set when everybody slept and nothing could wake anyone: the machine that reported it, and who slept. */
  deadlock: { host: string; sleepers: readonly DeadlockedTask[] } | null;
}

/** A thread that sleeps for ever, and the queues on which it does. */
export interface DeadlockedTask {
  readonly tid: number;
  readonly pid: number;
  readonly queues: readonly string[];
}

/** One machine. Rows are removed when the kernel frees what they stand for. */
export interface HostTables {
  name: string;
  /** Virtual nanoseconds of the last event on it. */
  time: number;
  /** By pid. */
  processes: Record<number, ProcessRow>;
  /** By tid. */
  tasks: Record<number, TaskRow>;
  /** By the table's id. */
  fdTables: Record<number, FdTableRow>;
  /** Open file descriptions, by their id. */
  files: Record<number, FileRow>;
  /** By the object's name, for example "inode 3". */
  inodes: Record<string, InodeRow>;
  /** By the object's name, for example "pipe 1". */
  pipes: Record<string, PipeRow>;
  /** By the object's name, for example "socket 2". */
  sockets: Record<string, SocketRow>;
  /** By the object's name, for example "epoll 1". */
  epolls: Record<string, EpollRow>;
  /** Timers that are set and haven't fired, by their id. */
  timers: Record<number, TimerRow>;
  /** What modules that replace ours did wrong, in order. */
  faults: { module: string; message: string }[];
  /** Tables that other rooms fold from their own events, by the room's name (room.ts). */
  rooms: Record<string, unknown>;
}

/** A process, alive or a zombie. */
export interface ProcessRow {
  pid: number;
  ppid: number;
  name: string;
  /** A zombie has ended and waits for its parent to ask for its status. */
  state: "alive" | "zombie";
  /** As waitpid(2) packs it; null while it lives. */
  status: number | null;
  /** Its descriptor table; null once that is released. */
  fdTable: number | null;
  /** Signals sent to the process that none of its threads has taken yet, in the order sent. */
  pendingSignals: number[];
}

/** A thread. */
export interface TaskRow {
  tid: number;
  pid: number;
  name: string;
  state: TaskState;
  /** The calls it is in, innermost last; more than one while a signal handler interrupts a call. Empty: in user space. */
  calls: CallRow[];
  /** The wait queues it is on, in the order in which it joined them. */
  queues: QueueEntry[];
  /** The queue whose wake-up it hasn't acted upon yet; null otherwise. */
  wokenBy: string | null;
  /** Signals sent to this very thread that it hasn't taken yet, in the order sent. */
  pendingSignals: number[];
}

/** A system call that a thread is in. */
export interface CallRow {
  name: SystemCallName;
  args: readonly unknown[];
  /** Virtual nanoseconds at which it was entered. */
  since: number;
}

/** A wait queue that a thread is on. */
export interface QueueEntry {
  queue: string;
  /** An exclusive sleeper is woken alone; the others all at once. */
  exclusive: boolean;
}

/** A descriptor table. */
export interface FdTableRow {
  table: number;
  /** Descriptor number → what it leads to. */
  fds: Record<number, FdRow>;
}

/** A descriptor. */
export interface FdRow {
  fd: number;
  /** Id of the open file description. */
  file: number;
  closeOnExec: boolean;
}

/** An open file description: what open(2) makes and dup(2) and fork(2) share. */
export interface FileRow {
  file: number;
  kind: FileKind;
  /** Name of the object it leads to. */
  object: string;
  /** O_* bits as fcntl(F_GETFL) gives them. */
  flags: number;
  /** Bytes from the start; stays 0 where a file has no offset (pipes, sockets). */
  offset: number;
  /** As given to open(2); null when it has no name (pipes, sockets). */
  path: string | null;
  /** How many descriptors, in all tables together, lead to it. */
  refcount: number;
}

/** A file or directory itself, apart from its names. */
export interface InodeRow {
  object: string;
  directory: boolean;
  /** The name under which it was made; it may have been removed since (`nlink` 0). */
  path: string;
  /** Bytes. */
  size: number;
  nlink: number;
}

/** A pipe. */
export interface PipeRow {
  object: string;
  /** Bytes in the buffer, and how many fit. */
  used: number;
  capacity: number;
  /** How many open file descriptions can read from it, and write to it. */
  readers: number;
  writers: number;
}

/** A socket. */
export interface SocketRow {
  object: string;
  /** AF_*, SOCK_* and IPPROTO_* numbers. */
  family: number;
  socketType: number;
  protocol: number;
  /** The field's own term, for example "UNCONNECTED", "LISTEN", "ESTABLISHED". */
  state: string;
  /** Addresses as text; null while there is none. */
  local: string | null;
  remote: string | null;
  /** Name of the socket at the other end on the same machine; null when there is none. */
  peer: string | null;
  /** Length of the queue of connections to accept; null unless it listens. */
  backlog: number | null;
  /** How long it may become, as listen(2) was told; null unless it listens. */
  backlogLimit: number | null;
  /** Bytes waiting to be read and to be sent, and how many fit. */
  receiveUsed: number;
  receiveSize: number;
  sendUsed: number;
  sendSize: number;
}

/** An epoll instance and its interest list. */
export interface EpollRow {
  object: string;
  interest: EpollInterestRow[];
}

/** One descriptor that an epoll instance watches. */
export interface EpollInterestRow {
  fd: number;
  file: number;
  /** EPOLL* bits. */
  events: number;
  data: number;
  ready: boolean;
}

/** A timer that is set. */
export interface TimerRow {
  timer: number;
  /** Virtual nanoseconds at which it will fire. */
  at: number;
  why: string;
}
