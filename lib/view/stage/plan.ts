/**
 * Where everything stands in the drawing of descriptors, open files and objects, for all moments that will be shown.
 *
 * A plan looks at each moment in turn (`look`), notes who is there and how big, and then gives everybody a fixed place
 * (`stage`). For a single moment, look once.
 */
import type { FileRow, HostTables } from "../../trace/tables";
import { FILE_HEIGHT, objectHeight } from "./cards";
import { assignSlots, type Lodger } from "./slots";

export const TITLE_HEIGHT = 20;
export const TASK_HEIGHT = 36;
export const ROW_HEIGHT = 20;
export const HEADER_HEIGHT = 26;

export interface ProcessPlace {
  readonly y: number;
  /** Row of each of its threads. */
  readonly tasks: ReadonlyMap<number, number>;
  readonly taskRows: number;
  /** Every descriptor it ever has, in order: each keeps its row, so a gap shows which number is free. */
  readonly fds: readonly number[];
}

export interface Stage {
  readonly height: number;
  readonly processes: ReadonlyMap<number, ProcessPlace>;
  /** Upper edges. */
  readonly files: ReadonlyMap<number, number>;
  readonly objects: ReadonlyMap<string, number>;
}

interface ProcessNotes extends Lodger<number> {
  readonly tasks: Map<number, Lodger<number>>;
  readonly fds: Set<number>;
}

/** Processes with something to see: process 1, which only adopts orphans, has neither threads nor descriptors. */
export function visibleProcesses(host: HostTables): number[] {
  const withTask = new Set(Object.values(host.tasks).map((task) => task.pid));
  return Object.values(host.processes)
    .filter((process) => process.pid !== 1 || withTask.has(1))
    .map((process) => process.pid);
}

/** Open files in the order in which the descriptors lead to them, then those that no descriptor leads to. */
export function visibleFiles(host: HostTables): FileRow[] {
  const ids = new Set<number>();
  for (const pid of visibleProcesses(host)) {
    const table = host.processes[pid].fdTable;
    for (const row of Object.values(host.fdTables[table ?? -1]?.fds ?? {})) ids.add(row.file);
  }
  for (const file of Object.values(host.files)) ids.add(file.file);
  return [...ids].flatMap((id) => host.files[id] ?? []);
}

export class Plan {
  #moment = 0;
  readonly #processes = new Map<number, ProcessNotes>();
  readonly #files = new Map<number, Lodger<number>>();
  readonly #objects = new Map<string, Lodger<string>>();
  /** The first open file that led to each object: the object stands at its height. */
  readonly #leaders = new Map<string, number>();

  /** Notes who is there at the next moment. */
  look(host: HostTables): void {
    const now = this.#moment++;
    for (const pid of visibleProcesses(host)) this.#lookAtProcess(host, pid, now);
    for (const file of visibleFiles(host)) {
      note(this.#files, file.file, now, FILE_HEIGHT);
      note(this.#objects, file.object, now, objectHeight(host, file));
      if (!this.#leaders.has(file.object)) this.#leaders.set(file.object, file.file);
    }
  }

  #lookAtProcess(host: HostTables, pid: number, now: number): void {
    const known = this.#processes.get(pid);
    const notes = known ?? { key: pid, from: now, to: now, size: 0, tasks: new Map(), fds: new Set() };
    if (!known) this.#processes.set(pid, notes);
    notes.to = now;
    for (const task of Object.values(host.tasks)) if (task.pid === pid) note(notes.tasks, task.tid, now, 1);
    for (const fd of Object.keys(host.fdTables[host.processes[pid].fdTable ?? -1]?.fds ?? {}))
      notes.fds.add(Number(fd));
  }

  stage(): Stage {
    const inside = new Map<number, Omit<ProcessPlace, "y">>();
    for (const notes of this.#processes.values()) {
      const tasks = assignSlots([...notes.tasks.values()], 0);
      const fds = [...notes.fds].sort((a, b) => a - b);
      const taskRows = Math.max(tasks.end, 1);
      inside.set(notes.key, { tasks: tasks.at, taskRows, fds });
      notes.size = HEADER_HEIGHT + taskRows * TASK_HEIGHT + (fds.length > 0 ? fds.length * ROW_HEIGHT + 12 : 4);
    }
    const processes = assignSlots([...this.#processes.values()], 14);
    const files = assignSlots([...this.#files.values()], 10);
    for (const [object, file] of this.#leaders) {
      const lodger = this.#objects.get(object);
      if (lodger) lodger.wish = files.at.get(file);
    }
    const objects = assignSlots([...this.#objects.values()], 10);
    const down = <Key>(places: Map<Key, number>) => new Map([...places].map(([key, y]) => [key, y + TITLE_HEIGHT]));
    return {
      height: Math.max(processes.end, files.end, objects.end) + TITLE_HEIGHT + 3,
      processes: new Map(
        [...inside].map(([pid, place]) => [pid, { ...place, y: (processes.at.get(pid) ?? 0) + TITLE_HEIGHT }]),
      ),
      files: down(files.at),
      objects: down(objects.at),
    };
  }
}

function note<Key>(lodgers: Map<Key, Lodger<Key>>, key: Key, now: number, size: number): void {
  const lodger = lodgers.get(key);
  if (lodger) {
    lodger.to = now;
    lodger.size = Math.max(lodger.size, size);
  } else lodgers.set(key, { key, from: now, to: now, size });
}
