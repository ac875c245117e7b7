// @ts-check
/** Running a program in our place: it has our terminal, and its exit status becomes ours. */
import { spawn } from "node:child_process";
import { constants } from "node:os";

/**
 * @param {string} file
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions} [options]
 * @returns {Promise<number>} its exit status; 128 + n when a signal ended it, as a shell has it
 */
export function runAttached(file, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: "inherit", ...options });
    // Ctrl-C reaches the program from the terminal itself; other signals come to us alone.
    const ignore = () => {};
    const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    process.on("SIGINT", ignore);
    process.on("SIGTERM", forward);
    child.on("error", reject);
    child.on("close", (status, signal) => {
      process.off("SIGINT", ignore);
      process.off("SIGTERM", forward);
      resolve(status ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}
