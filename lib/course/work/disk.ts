/**
 * The few things that are done to files in the learner's folder, so that a test can let the power fail between any two.
 *
 * A file is replaced whole or not at all: the new contents go to a temporary file beside it, are forced to the disk, and
 * take its name in one step (rename(2) is atomic). Whoever reads meanwhile sees the old file or the new one, never half of
 * one. A crash can leave such a temporary file behind; its name begins with a dot and nobody reads it.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

export interface Disk {
  /** The file's bytes, or null when there is no such file. */
  read(path: string): Buffer | null;
  /** Puts the file there, with its folders, replacing what was there in one step. */
  write(path: string, contents: Buffer | string): void;
  /** Takes the file away; nothing happens when there is none. */
  remove(path: string): void;
}

export const disk: Disk = {
  read(path) {
    try {
      return readFileSync(path);
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  },
  write(path, contents) {
    mkdirSync(dirname(path), { recursive: true });
    const target = followLink(path);
    const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
    try {
      const fd = openSync(temporary, "w");
      try {
        const bytes = Buffer.from(contents);
        for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      renameSync(temporary, target);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  },
  remove(path) {
    rmSync(path, { force: true });
  },
};

/** All files below a folder, as paths relative to it with "/", sorted; names that begin with a dot are left out. */
export function filesBelow(folder: string, prefix = ""): string[] {
  let entries: import("node:fs").Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  return entries
    .filter((entry) => !entry.name.startsWith("."))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${prefix}${entry.name}`;
      if (entry.isDirectory()) return filesBelow(join(folder, entry.name), `${path}/`);
      return entry.isFile() || entry.isSymbolicLink() ? [path] : [];
    });
}

/** A learner may keep a file elsewhere and link to it: then that one is replaced, not the link. */
function followLink(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (isMissing(error)) return path;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
