// @ts-check
/**
 * Stamps: how a step of the set-up knows that it needn't run again.
 *
 * A step's stamp is a small file that holds a fingerprint of everything the result depends on. It is removed before the step
 * begins and written when the step has succeeded, so a step that was interrupted, even by a power cut, has no stamp and is
 * done again from the start. A stamp lies inside what it speaks for: whoever deletes `node_modules` deletes its stamp too.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * The fingerprint of texts and files, in order. A file that doesn't exist counts as such.
 * @param {Array<string | { file: string }>} parts
 */
export function fingerprint(parts) {
  const hash = createHash("sha256");
  for (const part of parts) {
    const content = typeof part === "string" ? part : (readIfThere(part.file) ?? "(missing)");
    hash.update(`${Buffer.byteLength(content)}:`).update(content);
  }
  return hash.digest("hex");
}

/**
 * Was the step done with just this fingerprint?
 * @param {string} stampFile
 * @param {string} print
 */
export function isStamped(stampFile, print) {
  return readIfThere(stampFile) === print;
}

/** @param {string} stampFile */
export function removeStamp(stampFile) {
  rmSync(stampFile, { force: true });
}

/**
 * Written beside and renamed, so that a stamp is there whole or not at all.
 * @param {string} stampFile
 * @param {string} print
 */
export function writeStamp(stampFile, print) {
  mkdirSync(dirname(stampFile), { recursive: true });
  const beside = `${stampFile}.${process.pid}`;
  writeFileSync(beside, print);
  renameSync(beside, stampFile);
}

/**
 * @param {string} file
 * @returns {string | null} its text, or null when it can't be read
 */
export function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

/**
 * Writes a file only when its content changes. A program that is just reading it never sees half of it.
 * @param {string} file
 * @param {string} content
 * @returns {boolean} whether it had to be written
 */
export function writeIfChanged(file, content) {
  if (readIfThere(file) === content) return false;
  writeStamp(file, content);
  return true;
}
