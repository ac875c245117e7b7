/**
 * The name of a Unix-domain socket in the file system, from bind to unlink.
 *
 * On Linux `bind` makes the name and only `unlink` takes it away, whatever becomes of the socket. Node makes it when it listens
 * and removes it when it closes. So an empty file holds the place before and after: it can't be bound again, and connecting to
 * it finds nobody, as it should be.
 *
 * Source: unix(7), bind(2).
 */
import * as fs from "node:fs";
import { EADDRINUSE, S_IFMT, S_IFSOCK, type Stat } from "../../sys";
import type { Machine } from "./machine";
import { orErrno } from "./node-errors";

/** bind: takes the name. Throws EADDRINUSE, ENOENT. */
export function takeName(machine: Machine, path: string): void {
  const place = machine.path(path);
  if (fs.existsSync(place)) throw EADDRINUSE;
  orErrno(() => fs.writeFileSync(place, ""));
  machine.socketNames.add(place);
}

/** listen: Node wants to make the name itself. */
export function handOverName(machine: Machine, path: string): void {
  fs.rmSync(machine.path(path), { force: true });
}

/** Node has taken the name away; it stands again, unless the program has removed it meanwhile. */
export function restoreName(machine: Machine, path: string): void {
  const place = machine.path(path);
  if (machine.socketNames.has(place) && !fs.existsSync(place)) fs.writeFileSync(place, "");
}

/** unlink: the program takes the name away. */
export function forgetName(machine: Machine, path: string): void {
  machine.socketNames.delete(machine.path(path));
}

export function isSocketName(machine: Machine, path: string): boolean {
  return machine.socketNames.has(machine.path(path));
}

/** What stat says of the name, whatever holds its place. */
export function socketNameStat(stat: Stat): Stat {
  return { ...stat, mode: (stat.mode & ~S_IFMT & ~0o777) | S_IFSOCK | 0o755, size: 0 };
}
