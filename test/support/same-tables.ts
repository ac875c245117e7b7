/** Are the tables that were rebuilt from the trace those that the kernel really has? */
import { expect } from "vitest";
import type { ModelKernel } from "../../lib/kernel";
import type { WorldTables } from "../../lib/trace/tables";

function byKey<T>(entries: Iterable<[number | string, T]>): Record<string, T> {
  return Object.fromEntries(entries);
}

/** The kernel's own tables, as far as a trace must tell them. */
function liveTables(kernel: ModelKernel) {
  const processes = [...kernel.processes.values()];
  const alive = processes.filter((process) => process.status === null);
  const tasks = alive.flatMap((process) => process.tasks).filter((task) => task.state !== "zombie");
  return {
    processes: byKey(processes.map(({ pid, parent, status }) => [pid, { ppid: parent?.pid ?? 0, status }])),
    tasks: byKey(
      tasks.map(({ tid, process, state, queues }) => [
        tid,
        { pid: process.pid, state, queues: queues.map((queue) => queue.name) },
      ]),
    ),
    descriptors: byKey(
      alive.map(({ pid, fds }) => [
        pid,
        byKey(fds.entries().map(([fd, file]) => [fd, { file: file.id, closeOnExec: fds.isCloseOnExec(fd) }])),
      ]),
    ),
    files: byKey(
      [...kernel.openFiles].map(({ id, object, flags, offset }) => [
        id,
        { kind: object.kind, object: object.name, flags, offset },
      ]),
    ),
  };
}

function tracedTables(world: WorldTables, host: string) {
  const tables = world.hosts[host];
  const processes = Object.values(tables.processes);
  const tasks = Object.values(tables.tasks).filter((task) => task.state !== "zombie");
  return {
    processes: byKey(processes.map(({ pid, ppid, status }) => [pid, { ppid, status }])),
    tasks: byKey(
      tasks.map(({ tid, pid, state, queues }) => [tid, { pid, state, queues: queues.map(({ queue }) => queue) }]),
    ),
    descriptors: byKey(
      processes
        .filter(({ status }) => status === null)
        .map(({ pid, fdTable }) => [
          pid,
          byKey(
            Object.values(tables.fdTables[fdTable ?? -1]?.fds ?? {}).map(({ fd, file, closeOnExec }) => [
              fd,
              { file, closeOnExec },
            ]),
          ),
        ]),
    ),
    files: byKey(
      Object.values(tables.files).map(({ file, kind, object, flags, offset }) => [
        file,
        { kind, object, flags, offset },
      ]),
    ),
  };
}

export function expectSameTables(kernel: ModelKernel, traced: WorldTables): void {
  expect(tracedTables(traced, kernel.host)).toEqual(liveTables(kernel));
}
