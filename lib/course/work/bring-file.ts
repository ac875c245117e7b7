/**
 * Brings one file of the learner's up to the course's newest version of it: an exercise, or a file beside a notebook.
 *
 * Three versions decide: `base`, what the course had when the learner's copy was made (kept in `work/.fd3/base/`); `mine`,
 * the learner's; and `theirs`, what the course has now. A file that the learner hasn't changed is replaced. One that the
 * learner has changed is never touched: what is new comes beside it as `name.ts.new`, which no import and no compiler finds.
 *
 * The base is written last, so that being interrupted anywhere leads to doing the same again, not to forgetting it.
 */
import { join } from "node:path";
import { backUp } from "./backups";
import type { Disk } from "./disk";

/** What was done to one file. */
export interface Outcome {
  /** Inside the learner's folder. */
  path: string;
  what: "created" | "recreated" | "updated" | "merged" | "kept" | "removed" | "rescued" | "failed";
  /** A sentence for the learner, where there is something to know. */
  note?: string;
}

export interface Bringing {
  work: string;
  timestamp: string;
  disk: Disk;
}

/** Where the base of a file is kept. */
export function basePath(work: string, path: string): string {
  return join(work, ".fd3", "base", path);
}

/** Brings the file at `path` to `theirs`, or to nothing when the course no longer has it. null: it was all right. */
export function bringFile(path: string, theirs: Buffer | null, { work, timestamp, disk }: Bringing): Outcome | null {
  const file = join(work, path);
  const mine = disk.read(file);
  const base = disk.read(basePath(work, path));
  if (mine !== null && theirs !== null && base?.equals(theirs)) return null;
  const untouched = mine !== null && base?.equals(mine) === true;
  let outcome: Outcome | null;

  if (theirs === null) {
    if (untouched) disk.remove(file);
    disk.remove(basePath(work, path));
    if (mine === null) return null;
    return untouched
      ? { path, what: "removed" }
      : { path, what: "kept", note: `${path} is no longer part of the course; yours stays.` };
  }
  if (mine === null) {
    disk.write(file, theirs);
    outcome =
      base === null
        ? { path, what: "created" }
        : { path, what: "recreated", note: `${path} was gone and is there again, as the course has it.` };
  } else if (mine.equals(theirs)) {
    outcome = null;
  } else if (untouched) {
    disk.write(file, theirs);
    outcome = { path, what: "updated" };
  } else {
    const beside = `${path}.new`;
    if (disk.read(join(work, beside))?.equals(theirs) !== true) backUp(work, beside, timestamp, disk);
    disk.write(join(work, beside), theirs);
    outcome = {
      path,
      what: "kept",
      note: `${path} has a new version. Yours stays; the new one is beside it: ${beside}`,
    };
  }
  disk.write(basePath(work, path), theirs);
  return outcome;
}
