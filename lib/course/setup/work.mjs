// @ts-check
/** The learner's folder, made ready by the compiled course (lib/course/work), which exists once the set-up is done. */
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);

/**
 * Copies what is missing in the learner's folder and brings in what is new; nothing of the learner's is overwritten.
 * @param {string} root
 * @param {string} work
 * @param {(line: string) => void} print
 */
export function prepare(root, work, print) {
  const compiled = require(join(root, "lib", "dist", "course", "work", "index.js"));
  return compiled.prepareWork(root, { work, print });
}
