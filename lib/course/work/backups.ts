/**
 * Backups of the learner's files: `work/backups/<timestamp>/<path in work>`.
 *
 * One is made before anything of the learner's is changed, and none is ever changed or removed afterwards. They are plain
 * copies, so that one can be read, compared and put back without any command of ours.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Disk, disk as realDisk } from "./disk";

export interface Backup {
  /** The name of its folder: when it was made. */
  timestamp: string;
  /** The path of the backed-up file inside the learner's folder. */
  path: string;
}

/** Copies a file of the learner's; returns where to, as a path inside `work`, or null when there is nothing to copy. */
export function backUp(work: string, path: string, timestamp: string, disk: Disk = realDisk): string | null {
  const contents = disk.read(join(work, path));
  if (contents === null) return null;
  for (let count = 1; ; count++) {
    const place = `backups/${count === 1 ? timestamp : `${timestamp}-${count}`}/${path}`;
    const there = disk.read(join(work, place));
    if (there?.equals(contents)) return place;
    if (there !== null) continue;
    disk.write(join(work, place), contents);
    return place;
  }
}

/** The backups of one file, newest first. */
export function backupsOf(work: string, path: string): Backup[] {
  const folder = join(work, "backups");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((timestamp) => existsSync(join(folder, timestamp, path)))
    .sort((a, b) => b.localeCompare(a, "en", { numeric: true }))
    .map((timestamp) => ({ timestamp, path }));
}
