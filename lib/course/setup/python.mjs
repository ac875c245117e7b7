// @ts-check
/** The machine's Python: JupyterLab is a Python program. Only its `venv` module is used, so that nothing else is touched. */
import { run } from "./child.mjs";
import { Problem } from "./problem.mjs";

/** The oldest Python that the pinned packages work with: [major, minor]. */
export const OLDEST_PYTHON = /** @type {const} */ ([3, 10]);

/**
 * @typedef {object} Python
 * @property {string} file what to start
 * @property {string[]} args what comes before any other argument
 * @property {string} version for example "3.11.7"
 * @property {boolean} venv whether it can make virtual environments
 */

/** Prints its version, and whether the module `venv` and the pip that venv installs are there (Debian packs them apart). */
const probe = `
import sys, importlib.util as u
print("fd3-python", ".".join(map(str, sys.version_info[:3])), all(u.find_spec(m) for m in ("venv", "ensurepip")))
`;

/**
 * Asks one command whether it is a Python, and which.
 * @param {string} file
 * @param {string[]} args
 * @returns {Promise<Python | null>}
 */
async function ask(file, args) {
  const outcome = await run(file, [...args, "-I", "-c", probe]);
  const found = /^fd3-python (\S+) (True|False)/m.exec(outcome.output);
  if (outcome.status !== 0 || !found) return null;
  return { file, args, version: found[1], venv: found[2] === "True" };
}

/**
 * Is this version new enough?
 * @param {string} version
 */
export function newEnough(version) {
  const [major, minor] = version.split(".").map(Number);
  return major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1];
}

/** Commands under which a Python may be found, the usual first. PYTHON names another. */
function candidates() {
  /** @type {Array<[string, ...string[]]>} */
  const list = process.platform === "win32" ? [["py", "-3"], ["python"], ["python3"]] : [["python3"], ["python"]];
  if (process.platform !== "win32")
    for (let minor = 15; minor >= OLDEST_PYTHON[1]; minor -= 1) list.push([`python3.${minor}`]);
  if (process.env.PYTHON) list.unshift([process.env.PYTHON]);
  return list;
}

/**
 * The first Python that will do.
 * @returns {Promise<Python>}
 */
export async function findPython() {
  /** @type {Python[]} */
  const unfit = [];
  for (const [file, ...args] of candidates()) {
    const python = await ask(file, args);
    if (python?.venv && newEnough(python.version)) return python;
    if (python) unfit.push(python);
  }
  throw pythonProblem(unfit);
}

/**
 * What to do when no Python will do.
 * @param {Python[]} unfit those that were found
 * @param {NodeJS.Platform} [platform]
 */
export function pythonProblem(unfit, platform = process.platform) {
  const wanted = OLDEST_PYTHON.join(".");
  const withoutVenv = unfit.find((python) => newEnough(python.version));
  if (withoutVenv) {
    return new Problem(`Python ${withoutVenv.version} is here, but its module venv is missing.`, [
      "Debian and Ubuntu have it in a package of its own:",
      "  sudo apt-get install python3-venv",
      "Then run the command again.",
    ]);
  }
  const how =
    platform === "darwin"
      ? ["Install it from https://www.python.org/downloads/ or with: brew install python"]
      : platform === "win32"
        ? ["Install it from https://www.python.org/downloads/ or with: winget install Python.Python.3.13"]
        : ["Debian, Ubuntu: sudo apt-get install python3 python3-venv", "Fedora: sudo dnf install python3"];
  const found = unfit.length > 0 ? ` Found only ${unfit.map((python) => python.version).join(", ")}.` : "";
  return new Problem(`Python ${wanted} or newer is missing: JupyterLab needs it.${found}`, [
    ...how,
    "Is it installed under another name? Then say which: PYTHON=/path/to/python3 npm run lab",
    "Then run the command again.",
  ]);
}
