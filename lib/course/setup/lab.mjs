// @ts-check
/**
 * `npm run lab`: the set-up, the learner's folder, then JupyterLab, opened at the first chapter.
 *
 * JupyterLab listens on 127.0.0.1 only and asks for a token that is made anew each time. On Linux and macOS it runs in a
 * session of its own, so that Ctrl-C reaches this process alone, which then ends JupyterLab in good order and without its
 * question.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { jupyterEnvironment } from "./jupyter-environment.mjs";
import { root, venvPaths, workFolder } from "./paths.mjs";
import { choosePort, takePort } from "./ports.mjs";
import { Progress } from "./progress.mjs";
import { setUp } from "./set-up.mjs";
import { prepare } from "./work.mjs";

const help = `npm run lab [-- arguments for JupyterLab]

Sets up what is missing, puts what is new of the course into work/, and opens JupyterLab there. For example:
  npm run lab
  npm run lab -- --no-browser --port 9999
Ctrl-C stops it. All arguments of JupyterLab pass through; JupyterLab's own list: npm run lab -- --help-all
`;

/** @param {string[]} args */
export async function main(args) {
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(help);
    return 0;
  }
  const progress = new Progress();
  const { port: asked, rest } = takePort(args);
  await setUp({ progress });
  const work = workFolder(root);
  await prepare(root, work, (line) => progress.say(line));
  const port = await choosePort(asked, (line) => progress.say(line));
  return start(work, port, rest, progress);
}

/**
 * The page that is opened: the first chapter, or the list of files when there is none.
 * @param {string} work
 */
function firstPage(work) {
  const notebooks = join(work, "notebooks");
  mkdirSync(notebooks, { recursive: true });
  const first = readdirSync(notebooks)
    .filter((name) => name.endsWith(".ipynb"))
    .sort()[0];
  return first ? `/lab/tree/notebooks/${encodeURIComponent(first)}` : "/lab";
}

/**
 * @param {string} work
 * @param {number} port
 * @param {string[]} args
 * @param {Progress} progress
 * @returns {Promise<number>} exit status
 */
function start(work, port, args, progress) {
  const page = firstPage(work);
  const token = process.env.JUPYTER_TOKEN || randomBytes(24).toString("hex");
  const child = spawn(
    venvPaths(root).python,
    [
      "-m",
      "jupyterlab",
      `--ServerApp.root_dir=${work}`,
      `--LabApp.default_url=${page}`,
      "--ServerApp.ip=127.0.0.1",
      `--ServerApp.port=${port}`,
      "--ServerApp.port_retries=0",
      "--ServerApp.answer_yes=True",
      // Root's JupyterLab in a container is nobody else's business than the container's owner's.
      "--ServerApp.allow_root=True",
      ...args,
    ],
    {
      cwd: work,
      env: { ...jupyterEnvironment(root, work), JUPYTER_TOKEN: token },
      stdio: ["ignore", "inherit", "inherit"],
      detached: process.platform !== "win32",
    },
  );
  const ready = tellWhenReady(port, () => {
    progress.say(`\nJupyterLab is ready: http://127.0.0.1:${port}${page}?token=${token}`);
    progress.say("Keep this terminal open. Ctrl-C stops JupyterLab; your work is in the folder work/.");
  });
  let stopping = false;
  const stop = () => {
    if (!stopping) progress.say("\nStopping JupyterLab …");
    stopping = true;
    child.kill("SIGTERM");
  };
  const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
  for (const signal of signals) process.on(signal, stop);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      clearInterval(ready);
      for (const signal of signals) process.off(signal, stop);
      resolve(stopping ? 0 : (status ?? 1));
    });
  });
}

/**
 * Asks the server until it answers.
 * @param {number} port
 * @param {() => void} tell
 */
function tellWhenReady(port, tell) {
  if (port === 0) return undefined;
  const timer = setInterval(async () => {
    try {
      await (await fetch(`http://127.0.0.1:${port}/api`)).arrayBuffer();
    } catch {
      return;
    }
    if (timer.hasRef()) tell();
    timer.unref();
    clearInterval(timer);
  }, 150);
  return timer;
}
