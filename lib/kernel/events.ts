/**
 * Everything that happens inside the kernel, as plain data.
 *
 * The kernel calls `trace.emit` at each change of state, and at nothing else: from the events up to any moment every table
 * can be rebuilt (lib/trace/tables.ts). Pictures, time travel and graders read events; nobody reads live objects. With
 * nobody listening (`trace` is null) no event is even made.
 *
 * Events hold no references to the kernel's objects: ids, names, numbers and copied bytes only.
 */
import type { SystemCallName } from "../sys/calls";

/** What every event carries. */
export interface EventBase {
  /** Virtual nanoseconds since the world began. */
  readonly time: number;
  /** The machine's name. */
  readonly host: string;
}

/** What a thread is doing: on the CPU, in the run queue, on wait queues, or ended and not yet collected. */
export type TaskState = "running" | "ready" | "sleeping" | "zombie";

/** What an open file description leads to: the branch that gives `read` its meaning. */
export type FileKind = "regular" | "directory" | "pipe" | "socket" | "epoll" | "device";

type Ev<Type extends string, Fields> = EventBase & { readonly type: Type } & Readonly<Fields>;

/** Something that happened inside a kernel; `type` says what. */
export type KernelEvent =
  // Processes and threads
  | Ev<"process.create", { pid: number; ppid: number; name: string; fdTable: number }>
  /** Ended: `status` as waitpid packs it. A zombie until its parent asks (process.reap). */
  | Ev<"process.exit", { pid: number; status: number }>
  | Ev<"process.reap", { pid: number; by: number }>
  /** Its parent ended; process 1 adopts it. */
  | Ev<"process.adopt", { pid: number; ppid: number }>
  | Ev<"task.create", { tid: number; pid: number; name: string }>
  | Ev<"task.state", { tid: number; state: TaskState }>
  | Ev<"task.end", { tid: number }>
  // The trap
  | Ev<"syscall.enter", { tid: number; pid: number; call: SystemCallName; args: readonly unknown[] }>
  /** `error` is the code, for example "EPIPE"; `argsAfter` where the call fills its arguments. */
  | Ev<
      "syscall.exit",
      {
        tid: number;
        pid: number;
        call: SystemCallName;
        result?: unknown;
        error?: string;
        argsAfter?: readonly unknown[];
      }
    >
  // Sleeping and waking
  | Ev<"wait.sleep", { tid: number; queue: string; exclusive: boolean }>
  | Ev<"wait.wake", { tid: number; queue: string }>
  | Ev<"wait.leave", { tid: number; queue: string }>
  // Descriptor → open file → object
  | Ev<"fd-table.create", { table: number; copyOf: number | null }>
  | Ev<"fd-table.release", { table: number }>
  | Ev<"fd.install", { table: number; fd: number; file: number; closeOnExec: boolean }>
  | Ev<"fd.flags", { table: number; fd: number; closeOnExec: boolean }>
  | Ev<"fd.remove", { table: number; fd: number; file: number }>
  | Ev<"file.open", { file: number; kind: FileKind; object: string; flags: number; path: string | null }>
  | Ev<"file.offset", { file: number; offset: number }>
  | Ev<"file.flags", { file: number; flags: number }>
  /** The last descriptor is gone. */
  | Ev<"file.release", { file: number }>
  // Objects; named "inode 3", "pipe 1", "socket 2", "epoll 1", "console", "null"
  | Ev<"inode.create", { object: string; directory: boolean; path: string }>
  | Ev<"inode.size", { object: string; size: number }>
  | Ev<"inode.links", { object: string; nlink: number }>
  | Ev<"inode.free", { object: string }>
  | Ev<"pipe.create", { object: string; capacity: number }>
  | Ev<"pipe.buffer", { object: string; used: number; capacity: number; readers: number; writers: number }>
  | Ev<"pipe.free", { object: string }>
  | Ev<"socket.create", { object: string; family: number; socketType: number; protocol: number }>
  /**
   * Any of the fields that changed. `state` is the field's own term, for example "UNCONNECTED", "ESTABLISHED". For one that listens,
   * `backlog` is how many connections wait to be accepted, and `backlogLimit` what listen(2) was told.
   */
  | Ev<
      "socket.change",
      {
        object: string;
        state?: string;
        local?: string;
        remote?: string;
        peer?: string | null;
        backlog?: number;
        backlogLimit?: number;
      }
    >
  | Ev<
      "socket.buffer",
      { object: string; receiveUsed: number; receiveSize: number; sendUsed: number; sendSize: number }
    >
  | Ev<"socket.free", { object: string }>
  // Epoll
  | Ev<"epoll.interest", { object: string; fd: number; file: number; events: number; data: number }>
  | Ev<"epoll.forget", { object: string; fd: number; file: number }>
  | Ev<"epoll.ready", { object: string; fd: number; file: number; ready: boolean }>
  // Signals and timers
  | Ev<"signal.send", { pid: number; tid: number | null; signal: number; by: string }>
  | Ev<"signal.deliver", { tid: number; signal: number; action: "handler" | "terminate" | "ignore" }>
  | Ev<"timer.set", { timer: number; at: number; why: string }>
  | Ev<"timer.fire", { timer: number }>
  | Ev<"timer.cancel", { timer: number }>
  // What a module that replaces one of ours did wrong
  | Ev<"module.fault", { module: string; message: string }>
  /** Every thread of every host sleeps, and no timer and nothing in flight can wake one. */
  | Ev<"deadlock", { sleepers: readonly { tid: number; pid: number; queues: readonly string[] }[] }>;

/** Any event of any room: at least when, where and what. The network and the devices have events of their own. */
export type AnyEvent = EventBase & { readonly type: string };

/** Where events go. The kernel holds one of these, or null. */
export interface Trace {
  /** Something has happened. */
  emit(event: AnyEvent): void;
}

/** An event without what every event carries. */
export type EventFields = KernelEvent extends infer E
  ? E extends EventBase
    ? Omit<E, keyof EventBase>
    : never
  : never;
