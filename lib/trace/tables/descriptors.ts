/**
 * Descriptor tables and open file descriptions. A description's `refcount` isn't in the events: it is counted here from
 * the descriptors that lead to it, so that a leak shows as a description that lives on with none.
 */
import type { KernelEvent } from "../../kernel/events";
import type { Reducers } from "./room";
import type { FdRow, HostTables } from "./types";

type DescriptorEvent = Extract<KernelEvent, { type: `fd-table.${string}` | `fd.${string}` | `file.${string}` }>;

/** Puts an entry in, or takes it out (null), and keeps the count of whatever it led and leads to. */
function set(host: HostTables, table: number, fd: number, entry: FdRow | null): void {
  const row = host.fdTables[table];
  if (!row) return;
  const before = row.fds[fd];
  if (before && host.files[before.file]) host.files[before.file].refcount--;
  if (entry) {
    row.fds[fd] = entry;
    if (host.files[entry.file]) host.files[entry.file].refcount++;
  } else delete row.fds[fd];
}

export const descriptorReducers: Reducers<DescriptorEvent> = {
  "fd-table.create": (host, { table, copyOf }) => {
    host.fdTables[table] = { table, fds: {} };
    const original = copyOf === null ? undefined : host.fdTables[copyOf];
    if (original) for (const entry of Object.values(original.fds)) set(host, table, entry.fd, { ...entry });
  },
  "fd-table.release": (host, { table }) => {
    for (const entry of Object.values(host.fdTables[table]?.fds ?? {})) set(host, table, entry.fd, null);
    delete host.fdTables[table];
    for (const process of Object.values(host.processes)) if (process.fdTable === table) process.fdTable = null;
  },

  "fd.install": (host, { table, fd, file, closeOnExec }) => set(host, table, fd, { fd, file, closeOnExec }),
  "fd.flags": (host, { table, fd, closeOnExec }) => {
    const entry = host.fdTables[table]?.fds[fd];
    if (entry) entry.closeOnExec = closeOnExec;
  },
  "fd.remove": (host, { table, fd }) => set(host, table, fd, null),

  "file.open": (host, { file, kind, object, flags, path }) => {
    host.files[file] = { file, kind, object, flags, offset: 0, path, refcount: 0 };
  },
  "file.offset": (host, { file, offset }) => {
    if (host.files[file]) host.files[file].offset = offset;
  },
  "file.flags": (host, { file, flags }) => {
    if (host.files[file]) host.files[file].flags = flags;
  },
  "file.release": (host, { file }) => {
    delete host.files[file];
  },
};
