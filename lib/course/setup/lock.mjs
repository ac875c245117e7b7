// @ts-check
/**
 * The lock: one set-up at a time, though `npm run lab` and `npm test` may be started together.
 *
 * It is a file that says which process holds it and which program that process is running at the moment. A set-up that was
 * killed may leave `npm ci` behind, still filling `node_modules`; so the lock counts as held while either of the two lives. The holder
 * touches the file every second: on a folder shared between machines, where process ids say nothing, age decides.
 */
import { closeSync, openSync, rmSync, statSync, utimesSync, writeFileSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { readIfThere } from "./stamp.mjs";

/** Seconds without a touch after which the holder's id isn't believed any more, and the same for the program it left behind. */
const HOLDER_AGE = 60;
const ORPHAN_AGE = 900;

/** @param {number} pid */
function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}

/**
 * Who holds the lock, if anybody does.
 * @param {string} file
 * @returns {string | null} "process 4711", or null when it is free
 */
export function holder(file) {
  const content = readIfThere(file);
  if (content === null) return null;
  const age = (Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0)) / 1000;
  /** @type {{ host?: string, pid?: number, child?: number }} */
  let owner = {};
  try {
    owner = JSON.parse(content);
  } catch {
    // Killed between making the file and writing to it; or it is being written just now.
    return age < 5 ? "another process" : null;
  }
  if (owner.host !== hostname()) return age < HOLDER_AGE ? `another machine (${owner.host})` : null;
  if (owner.pid && alive(owner.pid) && age < HOLDER_AGE) return `process ${owner.pid}`;
  if (owner.child && alive(owner.child) && age < ORPHAN_AGE)
    return `process ${owner.child}, left over from a set-up that was killed`;
  return null;
}

/**
 * @typedef {object} Lock
 * @property {(pid: number) => void} running notes the program that is being run
 * @property {() => void} release
 */

/**
 * Takes the lock, waiting for as long as somebody else holds it.
 * @param {string} file
 * @param {(holder: string) => void} onWait called once when it has to wait
 * @returns {Promise<Lock>}
 */
export async function takeLock(file, onWait) {
  let told = false;
  for (;;) {
    try {
      const fd = openSync(file, "wx");
      writeSync(fd, JSON.stringify({ host: hostname(), pid: process.pid }));
      closeSync(fd);
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    }
    const by = holder(file);
    if (by === null) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told) onWait(by);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const touch = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      // Somebody removed it by hand: nothing to keep fresh.
    }
  }, 1000);
  touch.unref();
  const release = () => {
    clearInterval(touch);
    process.off("exit", release);
    rmSync(file, { force: true });
  };
  process.on("exit", release);
  return {
    running: (pid) => writeFileSync(file, JSON.stringify({ host: hostname(), pid: process.pid, child: pid })),
    release,
  };
}
