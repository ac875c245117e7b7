// @ts-check
/**
 * The environment in which Jupyter's programs run: the person's own Jupyter settings are neither read nor written.
 *
 * What a learner chooses in JupyterLab (theme, layout, shortcuts) is theirs: it is kept in `work/.jupyter`.
 */
import { delimiter, dirname, join } from "node:path";
import { venvPaths, workFolder } from "./paths.mjs";

/**
 * @param {string} root
 * @param {string} [work]
 * @param {NodeJS.ProcessEnv} [base]
 * @returns {NodeJS.ProcessEnv}
 */
export function jupyterEnvironment(root, work = workFolder(root), base = process.env) {
  const venv = venvPaths(root);
  /** @type {NodeJS.ProcessEnv} */
  const env = {};
  for (const [name, value] of Object.entries(base)) {
    if (!/^(JUPYTER|JPY_|IPYTHON|PYTHONHOME$|PYTHONPATH$|PYTHONSTARTUP$|npm_)/.test(name)) env[name] = value;
  }
  const pathName = Object.keys(env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  return {
    ...env,
    // A terminal opened inside JupyterLab finds this Node and this Python.
    [pathName]: [venv.bin, dirname(process.execPath), env[pathName]].filter(Boolean).join(delimiter),
    VIRTUAL_ENV: venv.folder,
    FD3_WORK: work,
    PYTHONNOUSERSITE: "1",
    PYTHONUTF8: "1",
    JUPYTER_PREFER_ENV_PATH: "1",
    JUPYTER_PLATFORM_DIRS: "1",
    JUPYTER_CONFIG_DIR: venv.emptyConfig,
    JUPYTER_DATA_DIR: venv.data,
    JUPYTER_RUNTIME_DIR: venv.runtime,
    JUPYTERLAB_SETTINGS_DIR: join(work, ".jupyter", "settings"),
    JUPYTERLAB_WORKSPACES_DIR: join(work, ".jupyter", "workspaces"),
    // PyZMQ and the notebook server warn about things that a learner can do nothing about.
    PYDEVD_DISABLE_FILE_VALIDATION: "1",
  };
}
