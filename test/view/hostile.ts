/** A run whose names, paths and bytes try to be HTML. */
import type { KernelEvent } from "../../lib/kernel/events";
import { recorded } from "./pipe-and-fork";

const EVIL = `<img src=x onerror=alert(1)></script><script>alert(2)</script>"'&\u2028`;

export const hostile: readonly KernelEvent[] = recorded([
  { type: "fd-table.create", table: 1, copyOf: null },
  { type: "process.create", pid: 100, ppid: 1, name: EVIL, fdTable: 1 },
  { type: "task.create", tid: 100, pid: 100, name: EVIL },
  { type: "inode.create", object: "inode 1", directory: false, path: EVIL },
  { type: "file.open", file: 1, kind: "regular", object: "inode 1", flags: 0, path: EVIL },
  { type: "fd.install", table: 1, fd: 0, file: 1, closeOnExec: false },
  { type: "syscall.enter", tid: 100, pid: 100, call: "open", args: [EVIL, 0] },
  { type: "syscall.exit", tid: 100, pid: 100, call: "open", error: "ENOENT" },
  { type: "syscall.enter", tid: 100, pid: 100, call: "write", args: [0, new TextEncoder().encode(EVIL)] },
  { type: "wait.sleep", tid: 100, queue: EVIL, exclusive: true },
  { type: "task.state", tid: 100, state: "sleeping" },
  { type: "module.fault", module: EVIL, message: EVIL },
]);

/** What must not be in a picture of it: any element or end of a script that the picture didn't make itself. */
export function smuggled(html: string): string[] {
  return html.match(/<img|<script>alert|<\/script>(?!<\/div>$)/g) ?? [];
}
