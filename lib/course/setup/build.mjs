// @ts-check
/**
 * `lib/dist`: fd3 compiled to CommonJS with declarations, which is what notebooks import.
 *
 * The compiler is called by its path: the command `tsc` in node_modules/.bin may be the old one that tslab brings. A type
 * error doesn't stop the set-up, because the compiler writes the JavaScript all the same, and somebody who is changing fd3
 * wants to see it run; it is shown, and the build isn't stamped.
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { run } from "./child.mjs";
import { lastLines, Problem } from "./problem.mjs";
import { fingerprint, isStamped, removeStamp, writeStamp } from "./stamp.mjs";

/** @param {string} root */
const dist = (root) => join(root, "lib", "dist");
/** @param {string} root */
const stampFile = (root) => join(dist(root), ".fd3-stamp");

/**
 * Every file below a folder whose name passes, sorted.
 * @param {string} folder
 * @param {(name: string) => boolean} wanted
 * @param {string[]} [skip] names of folders
 * @returns {string[]}
 */
function filesBelow(folder, wanted, skip = ["dist", "node_modules"]) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return skip.includes(entry.name) ? [] : filesBelow(path, wanted, skip);
      return wanted(entry.name) ? [path] : [];
    })
    .sort();
}

/** @param {string} root */
function print(root) {
  const sources = filesBelow(join(root, "lib"), (name) => name.endsWith(".ts"));
  const settings = ["tsconfig.json", "lib/tsconfig.json", "lib/package.json", "node_modules/typescript/package.json"];
  return fingerprint(
    [...settings, ...sources.map((file) => relative(root, file))].flatMap((file) => [file, { file: join(root, file) }]),
  );
}

/** @param {string} root */
export function buildInPlace(root) {
  return isStamped(stampFile(root), print(root));
}

/**
 * Compiles what has changed; everything, when the last build didn't finish.
 * @param {string} root
 * @param {(pid: number) => void} onStart
 * @returns {Promise<string>} "" or the compiler's complaints
 */
export async function build(root, onStart) {
  if (!existsSync(stampFile(root)) && !existsSync(join(dist(root), ".fd3-type-errors"))) {
    rmSync(dist(root), { recursive: true, force: true });
  }
  removeStamp(stampFile(root));
  removeStamp(join(dist(root), ".fd3-type-errors"));
  removeOrphans(root);
  const before = print(root);
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const outcome = await run(process.execPath, [compiler, "-p", join(root, "lib"), "--pretty", "false"], {
    cwd: root,
    onStart,
  });
  const complaints = outcome.output.split(/\r?\n/).filter((line) => line.includes("error TS"));
  if (outcome.status !== 0 && complaints.length === 0) {
    throw new Problem("The TypeScript compiler failed.", ["Its last words are above."], lastLines(outcome.output));
  }
  if (!existsSync(join(dist(root), "index.js"))) {
    throw new Problem(
      "fd3 doesn't compile.",
      ["Undo the last change in lib/, or repair it."],
      lastLines(complaints.join("\n")),
    );
  }
  // A source that was saved while the compiler ran may or may not be in: then the next set-up builds again.
  if (complaints.length === 0 && before === print(root)) writeStamp(stampFile(root), before);
  else writeStamp(join(dist(root), ".fd3-type-errors"), "The last build had type errors; it can be continued.");
  return complaints.join("\n");
}

/**
 * Removes what was compiled from sources that are no more: a notebook could import it still.
 * @param {string} root
 */
function removeOrphans(root) {
  for (const file of filesBelow(dist(root), (name) => /\.(js|js\.map|d\.ts)$/.test(name), [])) {
    const source = relative(dist(root), file).replace(/\.(js|js\.map|d\.ts)$/, ".ts");
    if (!existsSync(join(root, "lib", ...source.split(sep)))) rmSync(file, { force: true });
  }
}
