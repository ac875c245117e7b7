/**
 * Brings one notebook of the learner's up to the course's newest version of it. How cells are merged: merge-notebooks.ts.
 *
 * As with other files (bring-file.ts), three versions decide and the base is written last. Unlike them, a notebook is always
 * brought up to date: a chapter with old text in it would no longer fit the library that its cells call.
 */
import { join } from "node:path";
import { formatNotebook, type Notebook, NotebookError, parseNotebook } from "../notebooks/notebook";
import { backUp } from "./backups";
import { type Bringing, basePath, bringFile, type Outcome } from "./bring-file";
import { hasOwnText, mergeNotebooks } from "./merge-notebooks";

const nothing: Notebook = { cells: [], metadata: {}, rest: {} };

/** Brings the notebook at `path` to `theirs`, or to nothing when the course no longer has it. null: it was all right. */
export function bringNotebook(path: string, theirs: Buffer | null, bringing: Bringing): Outcome | null {
  const { work, timestamp, disk } = bringing;
  const file = join(work, path);
  const mine = disk.read(file);
  if (mine === null) return bringFile(path, theirs, bringing);
  const base = disk.read(basePath(work, path));
  const myNotebook = tryParse(mine);

  if (myNotebook === null) {
    const place = backUp(work, path, timestamp, disk);
    disk.remove(file);
    if (theirs !== null) bringFile(path, theirs, bringing);
    return { path, what: "rescued", note: `${path} could not be read as a notebook. It is kept as ${place}` };
  }
  if (theirs !== null && base?.equals(theirs)) return null;
  const baseNotebook = (base && tryParse(base)) ?? nothing;
  if (theirs === null) {
    if (!hasOwnText(baseNotebook, myNotebook) && !base?.equals(mine)) {
      backUp(work, path, timestamp, disk);
      disk.remove(file);
      disk.remove(basePath(work, path));
      return { path, what: "removed" };
    }
    return bringFile(path, null, bringing);
  }
  const newNotebook = parseNotebook(theirs.toString("utf8"));
  const { notebook, both } = mergeNotebooks(baseNotebook, myNotebook, newNotebook);
  const untouched = base?.equals(mine) === true;
  const merged = untouched ? theirs : Buffer.from(formatNotebook(notebook));
  if (!merged.equals(mine)) {
    if (!untouched) backUp(work, path, timestamp, disk);
    disk.write(file, merged);
  }
  disk.write(basePath(work, path), theirs);
  if (both > 0) {
    const cells = both === 1 ? "one cell was" : `${both} cells were`;
    return { path, what: "merged", note: `${path}: ${cells} changed by you and by the course; both are there.` };
  }
  return merged.equals(mine) ? null : { path, what: untouched ? "updated" : "merged" };
}

function tryParse(bytes: Buffer): Notebook | null {
  try {
    return parseNotebook(bytes.toString("utf8"));
  } catch (error) {
    if (error instanceof NotebookError) return null;
    throw error;
  }
}
