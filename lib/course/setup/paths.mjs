// @ts-check
/**
 * Where things are. Everything that the set-up makes lies in the project's own folder; `work/` holds what a learner makes
 * and belongs to them alone.
 */
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** The project's folder. */
export const root = resolve(here, "..", "..", "..");

/** Files that belong to this folder of the project. */
export const requirementsFile = join(here, "requirements.txt");
export const kernelWrapper = join(here, "tslab-kernel.cjs");

/**
 * The learner's folder. FD3_WORK names another one, for tests and screenshots.
 * @param {string} [projectRoot]
 */
export function workFolder(projectRoot = root) {
  return process.env.FD3_WORK ? resolve(process.env.FD3_WORK) : join(projectRoot, "work");
}

/**
 * The places inside a Python virtual environment; venv lays them out differently on Windows.
 * @param {string} [projectRoot]
 * @param {NodeJS.Platform} [platform]
 */
export function venvPaths(projectRoot = root, platform = process.platform) {
  const folder = join(projectRoot, ".venv");
  const windows = platform === "win32";
  const share = join(folder, "share", "jupyter");
  return {
    folder,
    python: windows ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python"),
    bin: join(folder, windows ? "Scripts" : "bin"),
    kernels: join(share, "kernels"),
    labSettings: join(share, "lab", "settings"),
    config: join(folder, "etc", "jupyter"),
    /** Jupyter's own scratch files: which servers and kernels run. */
    runtime: join(folder, "jupyter", "runtime"),
    emptyConfig: join(folder, "jupyter", "config"),
    data: join(folder, "jupyter", "data"),
  };
}
