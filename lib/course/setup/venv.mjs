// @ts-check
/**
 * `.venv`: a Python of the project's own, with JupyterLab in it, exactly as requirements.txt lists it.
 *
 * The packages are checked against the hashes in that file. A folder that isn't stamped as finished is thrown away whole:
 * telling what is missing in half a virtual environment isn't worth it.
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "./child.mjs";
import { requirementsFile, venvPaths } from "./paths.mjs";
import { lastLines, looksOffline, offlineProblem, Problem } from "./problem.mjs";
import { findPython } from "./python.mjs";
import { fingerprint, isStamped, writeStamp } from "./stamp.mjs";

/** @param {string} root */
const stampFile = (root) => join(venvPaths(root).folder, ".fd3-stamp");

/** @param {string} requirements */
function print(requirements) {
  return fingerprint([`${process.platform} ${process.arch}`, { file: requirements }]);
}

/**
 * Stamped, and its Python still starts: a virtual environment is bound to the Python it was made with, and that one may have
 * been upgraded or removed.
 * @param {string} root
 * @param {string} [requirements]
 */
export async function venvInPlace(root, requirements = requirementsFile) {
  if (!isStamped(stampFile(root), print(requirements))) return false;
  const { folder, python } = venvPaths(root);
  if (!existsSync(python)) return false;
  const made = /^version(?:_info)? *= *(\d+\.\d+)/m.exec(readFileSync(join(folder, "pyvenv.cfg"), "utf8"))?.[1];
  const outcome = await run(python, ["-I", "-S", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]);
  return outcome.status === 0 && outcome.output.trim() === made;
}

/**
 * @param {string} root
 * @param {import("./progress.mjs").Step} step
 * @param {(pid: number) => void} onStart
 * @param {string} [requirements]
 */
export async function makeVenv(root, step, onStart, requirements = requirementsFile) {
  const base = await findPython();
  const { folder, python } = venvPaths(root);
  step.detail("removing what is left of an earlier one");
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  step.detail(`a virtual environment with Python ${base.version}`);
  const made = await run(base.file, [...base.args, "-I", "-m", "venv", folder], {
    cwd: root,
    env: pipEnvironment(),
    onStart,
  });
  if (made.status !== 0) {
    throw new Problem(
      `Python ${base.version} can't make a virtual environment.`,
      [
        "On Debian and Ubuntu the reason usually is a missing package: sudo apt-get install python3-venv",
        "Then run the command again.",
      ],
      lastLines(made.output),
    );
  }
  const expected = countRequirements(requirements);
  let seen = 0;
  const installed = await run(
    python,
    ["-m", "pip", "install", "--require-hashes", "--no-input", "--progress-bar=off", "-r", requirements],
    {
      cwd: root,
      env: pipEnvironment(),
      onStart,
      onLine: (line) => {
        if (line.startsWith("Collecting ")) {
          seen += 1;
          step.detail(`${seen} of about ${expected} packages`);
        }
        if (line.startsWith("Installing ")) step.detail("unpacking");
      },
    },
  );
  if (installed.status !== 0) {
    if (looksOffline(installed.output)) throw offlineProblem("the Python packages", installed.output);
    throw new Problem(
      "pip couldn't install the Python packages.",
      ["Its last words are above. Running the command again often helps when a download broke off."],
      lastLines(installed.output),
    );
  }
  writeStamp(stampFile(root), print(requirements));
}

/** A person's own pip settings may name a mirror or a proxy, which is welcome, but mustn't lead outside of `.venv`. */
function pipEnvironment() {
  const env = {
    ...process.env,
    PIP_USER: "0",
    PIP_REQUIRE_VIRTUALENV: "0",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PYTHONUTF8: "1",
  };
  for (const name of ["PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONHOME", "PYTHONPATH"])
    delete (/** @type {NodeJS.ProcessEnv} */ (env)[name]);
  return env;
}

/** @param {string} requirements */
function countRequirements(requirements) {
  return readFileSync(requirements, "utf8").match(/^[a-z0-9][\w.-]*==/gim)?.length ?? 0;
}
