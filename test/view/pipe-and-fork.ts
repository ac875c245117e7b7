/**
 * Events written by hand: a shell-like process makes a pipe and forks a `cat`. The child sleeps on the empty pipe, the parent
 * writes and wakes it, closes its end, and collects the child.
 */
import type { KernelEvent } from "../../lib/kernel/events";
import { O_RDONLY, O_RDWR, O_WRONLY } from "../../lib/sys/fcntl";

type Bare<E> = E extends KernelEvent ? Omit<E, "time" | "host"> : never;

/** Puts time and machine to events, one microsecond apart. */
export function recorded(bare: readonly Bare<KernelEvent>[], host = "machine"): KernelEvent[] {
  return bare.map((event, i) => ({ ...event, time: i * 1000, host }) as KernelEvent);
}

const bytes = (text: string) => new TextEncoder().encode(text);
const pipe = (used: number, readers: number, writers: number): Bare<KernelEvent> => {
  return { type: "pipe.buffer", object: "pipe 1", used, capacity: 65536, readers, writers };
};
const enter = (tid: number, call: "pipe" | "fork" | "read" | "write" | "close" | "waitpid", ...args: unknown[]) =>
  ({ type: "syscall.enter", tid, pid: tid, call, args }) as const;
const exit = (tid: number, call: "pipe" | "fork" | "read" | "write" | "close" | "waitpid", result: unknown) =>
  ({ type: "syscall.exit", tid, pid: tid, call, result }) as const;
const state = (tid: number, to: "running" | "ready" | "sleeping" | "zombie") =>
  ({ type: "task.state", tid, state: to }) as const;

/** The run up to the moment at which the child sleeps and the parent is about to write. */
const upToSleep: Bare<KernelEvent>[] = [
  { type: "fd-table.create", table: 2, copyOf: null },
  { type: "process.create", pid: 100, ppid: 1, name: "shell", fdTable: 2 },
  { type: "file.open", file: 1, kind: "device", object: "tty", flags: O_RDONLY, path: "/dev/tty" },
  { type: "file.open", file: 2, kind: "device", object: "tty", flags: O_RDWR, path: "/dev/tty" },
  { type: "fd.install", table: 2, fd: 0, file: 1, closeOnExec: false },
  { type: "fd.install", table: 2, fd: 1, file: 2, closeOnExec: false },
  { type: "fd.install", table: 2, fd: 2, file: 2, closeOnExec: false },
  { type: "task.create", tid: 100, pid: 100, name: "shell" },
  state(100, "ready"),
  state(100, "running"),
  enter(100, "pipe"),
  { type: "pipe.create", object: "pipe 1", capacity: 65536 },
  pipe(0, 1, 1),
  { type: "file.open", file: 3, kind: "pipe", object: "pipe 1", flags: O_RDONLY, path: null },
  { type: "file.open", file: 4, kind: "pipe", object: "pipe 1", flags: O_WRONLY, path: null },
  { type: "fd.install", table: 2, fd: 3, file: 3, closeOnExec: false },
  { type: "fd.install", table: 2, fd: 4, file: 4, closeOnExec: true },
  exit(100, "pipe", [3, 4]),
  enter(100, "fork", "cat"),
  { type: "fd-table.create", table: 3, copyOf: 2 },
  ...[0, 1, 2, 3, 4].map((fd) => {
    return { type: "fd.install", table: 3, fd, file: [1, 2, 2, 3, 4][fd], closeOnExec: fd === 4 } as const;
  }),
  { type: "process.create", pid: 101, ppid: 100, name: "shell/cat", fdTable: 3 },
  { type: "task.create", tid: 101, pid: 101, name: "shell/cat" },
  state(101, "ready"),
  exit(100, "fork", 101),
  state(100, "ready"),
  state(101, "running"),
  enter(101, "close", 4),
  { type: "fd.remove", table: 3, fd: 4, file: 4 },
  exit(101, "close", undefined),
  enter(101, "read", 3, 4096),
  { type: "wait.sleep", tid: 101, queue: "pipe 1: data", exclusive: true },
  state(101, "sleeping"),
  state(100, "running"),
];

/** From the write to the end. */
const fromWrite: Bare<KernelEvent>[] = [
  enter(100, "write", 4, bytes("hello, pipe\n")),
  pipe(12, 1, 1),
  { type: "wait.wake", tid: 101, queue: "pipe 1: data" },
  state(101, "ready"),
  exit(100, "write", 12),
  enter(100, "close", 4),
  { type: "fd.remove", table: 2, fd: 4, file: 4 },
  { type: "file.release", file: 4 },
  pipe(12, 1, 0),
  exit(100, "close", undefined),
  enter(100, "waitpid", 101, 0),
  { type: "wait.sleep", tid: 100, queue: "process 100: end of a child", exclusive: false },
  state(100, "sleeping"),
  state(101, "running"),
  { type: "wait.leave", tid: 101, queue: "pipe 1: data" },
  pipe(0, 1, 0),
  exit(101, "read", bytes("hello, pipe\n")),
  enter(101, "write", 1, bytes("hello, pipe\n")),
  exit(101, "write", 12),
  enter(101, "read", 3, 4096),
  exit(101, "read", bytes("")),
  ...[0, 1, 2, 3].map((fd) => ({ type: "fd.remove", table: 3, fd, file: [1, 2, 2, 3][fd] }) as const),
  { type: "fd-table.release", table: 3 },
  { type: "process.exit", pid: 101, status: 0 },
  state(101, "zombie"),
  { type: "task.end", tid: 101 },
  { type: "signal.send", pid: 100, tid: null, signal: 17, by: "kernel" },
  { type: "wait.wake", tid: 100, queue: "process 100: end of a child" },
  state(100, "ready"),
  state(100, "running"),
  { type: "wait.leave", tid: 100, queue: "process 100: end of a child" },
  { type: "process.reap", pid: 101, by: 100 },
  exit(100, "waitpid", { pid: 101, status: 0 }),
];

/** The whole story. */
export const pipeAndFork: readonly KernelEvent[] = recorded([...upToSleep, ...fromWrite]);

/** How many of its events have passed when the child sleeps and the parent is about to write. */
export const childSleeps = upToSleep.length;

/** The classic mistake: the reader keeps the writing end too, so the end of file that it waits for can't come. */
export const ownWriter: readonly KernelEvent[] = recorded([
  { type: "fd-table.create", table: 1, copyOf: null },
  { type: "process.create", pid: 100, ppid: 1, name: "reader", fdTable: 1 },
  { type: "pipe.create", object: "pipe 1", capacity: 65536 },
  pipe(0, 1, 1),
  { type: "file.open", file: 1, kind: "pipe", object: "pipe 1", flags: O_RDONLY, path: null },
  { type: "file.open", file: 2, kind: "pipe", object: "pipe 1", flags: O_WRONLY, path: null },
  { type: "fd.install", table: 1, fd: 3, file: 1, closeOnExec: false },
  { type: "fd.install", table: 1, fd: 4, file: 2, closeOnExec: false },
  { type: "task.create", tid: 100, pid: 100, name: "reader" },
  state(100, "running"),
  enter(100, "read", 3, 4096),
  { type: "wait.sleep", tid: 100, queue: "pipe 1: data", exclusive: true },
  state(100, "sleeping"),
  { type: "deadlock", sleepers: [{ tid: 100, pid: 100, queues: ["pipe 1: data"] }] },
]);
