/**
 * Puts a learner's file back to how the course has it, or to an earlier state of it from a backup.
 *
 * Either way what the file holds now is backed up first, so that nothing done here is final.
 */
import { join } from "node:path";
import { nearest } from "../exercises/nearest";
import { type Backup, backUp, backupsOf } from "./backups";
import { basePath } from "./bring-file";
import { disk, filesBelow } from "./disk";

export interface Course {
  root: string;
  work: string;
  timestamp: string;
}

/** What was asked for can't be done; the message says why and what can. */
export class ResetError extends Error {
  override readonly name = "ResetError";
}

/** What can be reset, as paths inside the learner's folder: every exercise, and every chapter's notebook. */
export function resettable(root: string): string[] {
  const below = (folder: string) => filesBelow(join(root, folder)).map((path) => `${folder}/${path}`);
  return [...below("exercises"), ...below("notebooks").filter((path) => path.endsWith(".ipynb"))];
}

/** The exercises, as people name them: "01-slug/name". */
export function exerciseNames(root: string): string[] {
  return resettable(root)
    .filter((path) => path.endsWith(".ts"))
    .map(nameOf);
}

/** The file that a name means: "01-slug/name", the bare name where only one has it, or a chapter's "01-slug.ipynb". */
export function findFile(root: string, name: string): string {
  const paths = resettable(root);
  const wanted = name
    .replaceAll("\\", "/")
    .replace(/^(\.\/)?(work\/)?(exercises|notebooks)\//, "")
    .replace(/\.ts$/, "");
  const exact = paths.filter((path) => nameOf(path) === wanted);
  const found = exact.length > 0 ? exact : paths.filter((path) => nameOf(path).endsWith(`/${wanted}`));
  if (found.length === 1) return found[0];
  if (found.length > 1) throw new ResetError(`"${name}" is the name of several: ${found.map(nameOf).join(", ")}`);
  const like = nearest(wanted, paths.map(nameOf));
  const hint = like.length > 0 ? `Did you mean ${like.join(" or ")}?` : "npm run reset -- --list shows all exercises.";
  throw new ResetError(`There is no exercise "${name}". ${hint}`);
}

/** Puts the file back as the course has it. Returns where the backup is; null when there was nothing to back up. */
export function reset(path: string, { root, work, timestamp }: Course): string | null {
  const pristine = disk.read(join(root, path));
  if (pristine === null) throw new ResetError(`${path} is not in the course.`);
  const mine = disk.read(join(work, path));
  const place = mine === null || mine.equals(pristine) ? null : backUp(work, path, timestamp);
  if (!mine?.equals(pristine)) disk.write(join(work, path), pristine);
  disk.write(basePath(work, path), pristine);
  const beside = join(work, `${path}.new`);
  if (disk.read(beside)?.equals(pristine)) disk.remove(beside);
  return place;
}

/** Puts a backup's contents back. Returns where the backup of what was there until now is; null when nothing was. */
export function restore(path: string, backup: string, { work, timestamp }: Course): string | null {
  const all = backupsOf(work, path);
  const which = backup === "latest" ? all[0]?.timestamp : backup;
  if (!all.some((one) => one.timestamp === which)) {
    const there = all.length > 0 ? `There are: ${all.map((one) => one.timestamp).join(", ")}` : "It has none.";
    throw new ResetError(`${nameOf(path)} has no backup "${backup}". ${there}`);
  }
  const contents = disk.read(join(work, "backups", which, path));
  if (contents === null) throw new ResetError(`The backup ${which} could not be read.`);
  const mine = disk.read(join(work, path));
  const place = mine === null || mine.equals(contents) ? null : backUp(work, path, timestamp);
  if (!mine?.equals(contents)) disk.write(join(work, path), contents);
  return place;
}

/** Every backup of every file that can be reset, newest first for each. */
export function allBackups(root: string, work: string): Backup[] {
  return resettable(root).flatMap((path) => backupsOf(work, path));
}

/** "exercises/01-slug/name.ts" as people call it: "01-slug/name". */
export function nameOf(path: string): string {
  return path.replace(/^\w+\//, "").replace(/\.ts$/, "");
}
