// @ts-check
/**
 * `node_modules`: the Node packages, exactly as package-lock.json lists them.
 *
 * `npm ci` empties the folder and fills it anew, so it runs only when the lock file or the platform has changed, or when an
 * earlier run didn't finish. Packages that somebody installed by hand (`npm install`) and that agree with the lock file are
 * left alone. No package's install script is run: none of ours needs it, and npm 11 wouldn't run them either.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "./child.mjs";
import { looksOffline, offlineProblem, Problem } from "./problem.mjs";
import { fingerprint, isStamped, readIfThere, removeStamp, writeStamp } from "./stamp.mjs";

/** @param {string} root */
const stampFile = (root) => join(root, "node_modules", ".fd3-stamp");

/** @param {string} root */
function print(root) {
  return fingerprint([
    `${process.platform} ${process.arch}`,
    { file: join(root, "package-lock.json") },
    { file: join(root, "lib", "package.json") },
  ]);
}

/** What npm itself notes of a folder that it has filled; it writes this last. @param {string} root */
const npmsNote = (root) => join(root, "node_modules", ".package-lock.json");

/** @param {string} root */
export function nodeModulesInPlace(root) {
  return isStamped(stampFile(root), print(root)) || filledByHand(root);
}

/**
 * Does npm's note name the same packages as the lock file? Optional ones may be missing: they are other platforms'.
 * @param {string} root
 */
function filledByHand(root) {
  const note = readIfThere(npmsNote(root));
  if (note === null) return false;
  /** @type {Record<string, { version?: string }>} */
  const there = JSON.parse(note).packages;
  const wanted = lockedPackages(root);
  return (
    Object.entries(wanted).every(
      ([path, p]) =>
        p.optional || path === "" || !path.startsWith("node_modules") || there[path]?.version === p.version,
    ) && Object.entries(there).every(([path, p]) => wanted[path]?.version === p.version)
  );
}

/**
 * npm as a program that Node can run: the one this command was started with, or the one that came with this Node.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [execPath]
 * @returns {string | null} the path of npm-cli.js
 */
export function findNpm(env = process.env, execPath = process.execPath) {
  const besideNode = dirname(execPath);
  const candidates = [
    env.npm_execpath ?? "",
    join(besideNode, "node_modules", "npm", "bin", "npm-cli.js"),
    join(besideNode, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    join(besideNode, "..", "share", "nodejs", "npm", "bin", "npm-cli.js"),
  ];
  return candidates.find((file) => /npm-cli\.c?js$/.test(file) && existsSync(file)) ?? null;
}

/**
 * @param {string} root
 * @param {import("./progress.mjs").Step} step
 * @param {(pid: number) => void} onStart
 */
export async function installNodeModules(root, step, onStart) {
  const npm = findNpm();
  if (npm === null) {
    throw new Problem("npm is missing.", [
      "npm comes with Node from https://nodejs.org/en/download; Debian and Ubuntu have it in a package of its own:",
      "  sudo apt-get install npm",
      "Then run the command again.",
    ]);
  }
  removeStamp(stampFile(root));
  removeStamp(npmsNote(root));
  const expected = countPackages(root);
  let fetched = 0;
  const outcome = await run(
    process.execPath,
    [
      npm,
      "ci",
      "--ignore-scripts",
      // NODE_ENV=production would leave out what we need.
      "--include=dev",
      "--no-audit",
      "--no-fund",
      "--loglevel=http",
      "--fetch-retries=2",
      "--fetch-retry-mintimeout=1000",
      "--fetch-retry-maxtimeout=5000",
    ],
    {
      cwd: root,
      onStart,
      onLine: (line) => {
        if (!/^npm http (fetch|cache) .*\.tgz/.test(line)) return;
        fetched += 1;
        step.detail(`${fetched} of about ${expected} packages`);
      },
    },
  );
  if (outcome.status === 0) {
    writeStamp(stampFile(root), print(root));
    return;
  }
  if (looksOffline(outcome.output)) throw offlineProblem("the Node packages", withoutTraffic(outcome.output));
  throw new Problem(
    "npm ci failed.",
    [
      "What it says is above. Running the command again often helps when a download broke off.",
      "If package-lock.json was changed by hand, bring it back: git checkout package-lock.json",
    ],
    // npm says what is wrong first, and then how it is used.
    withoutTraffic(outcome.output).split(/\r?\n/).slice(0, 15).join("\n").trimEnd(),
  );
}

/** @param {string} output */
function withoutTraffic(output) {
  return output.replace(/^npm http .*\r?\n/gm, "");
}

/** @param {string} root */
function countPackages(root) {
  return Object.entries(lockedPackages(root)).filter(
    ([path, p]) => path.startsWith("node_modules") && !p.optional && !p.link,
  ).length;
}

/**
 * @param {string} root
 * @returns {Record<string, { version?: string, optional?: boolean, link?: boolean }>} by path in the project
 */
function lockedPackages(root) {
  try {
    return JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  } catch {
    throw new Problem("package-lock.json is missing or damaged.", ["Bring it back: git checkout package-lock.json"]);
  }
}
