// @ts-check
/**
 * Running another program and keeping what it prints, for steps whose output interests nobody unless they fail.
 *
 * Programs are started by path with a list of arguments, never through a shell: folders with spaces in their names and
 * Windows then need no quoting. When the set-up itself is told to stop, the program is stopped with it.
 */
import { spawn } from "node:child_process";

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

const statuses = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/**
 * Ends what was started here, then this process, with the exit status a shell shows for that signal.
 * @param {NodeJS.Signals} signal
 */
function stopAll(signal) {
  for (const child of running) child.kill("SIGTERM");
  process.stderr.write("\nStopped. Run the same command again to go on from here.\n");
  process.exit(statuses[/** @type {keyof typeof statuses} */ (signal)]);
}

/** @param {import("node:child_process").ChildProcess} child */
function begin(child) {
  if (running.size === 0) for (const signal of Object.keys(statuses)) process.on(signal, stopAll);
  running.add(child);
}

/** @param {import("node:child_process").ChildProcess} child */
function end(child) {
  running.delete(child);
  if (running.size === 0) for (const signal of Object.keys(statuses)) process.off(signal, stopAll);
}

/**
 * @typedef {object} Outcome
 * @property {number} status exit status; 127 when it couldn't be started, 128 + n when a signal ended it
 * @property {string} output what it printed, both streams
 * @property {string} code Node's code when it couldn't be started ("ENOENT"), else ""
 */

/**
 * @param {string} file
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {(line: string) => void} [options.onLine]
 * @param {(pid: number) => void} [options.onStart]
 * @returns {Promise<Outcome>}
 */
export function run(file, args, { cwd, env, onLine, onStart } = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
    begin(child);
    if (child.pid !== undefined) onStart?.(child.pid);
    let output = "";
    let rest = "";
    /** @param {string} chunk */
    const take = (chunk) => {
      output += chunk;
      if (!onLine) return;
      const lines = (rest + chunk).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line);
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    child.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
      end(child);
      resolve({ status: 127, output: output + error.message, code: error.code ?? "ERROR" });
    });
    child.on("close", (status, signal) => {
      end(child);
      resolve({ status: status ?? (signal ? 143 : 1), output, code: "" });
    });
  });
}
