// @ts-check
/**
 * JupyterLab's settings for this course, in `.venv` only: no questions, no news, nothing fetched from the network.
 *
 * `overrides.json` holds *defaults*: what a learner chooses in JupyterLab's settings wins, and is kept in `work/.jupyter`.
 */
import { join } from "node:path";
import { KERNEL } from "./kernelspec.mjs";
import { venvPaths } from "./paths.mjs";
import { readIfThere, writeIfChanged } from "./stamp.mjs";

/** Defaults of JupyterLab's settings, by plugin. */
const overrides = {
  "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
  "@jupyterlab/apputils-extension:themes": { "adaptive-theme": true },
  "@jupyterlab/extensionmanager-extension:plugin": { enabled: false },
  // A file that is saved under its first name shouldn't be asked for another.
  "@jupyterlab/docmanager-extension:plugin": { autosaveInterval: 30, renameUntitledFileOnSave: false },
  "@jupyterlab/notebook-extension:tracker": {
    autoStartDefaultKernel: true,
    codeCellConfig: { lineNumbers: false, lineWrap: true },
    kernelStatus: { showOnStatusBar: true, showProgress: true, showJumpToRecentExecutionButton: false },
  },
  "@jupyterlab/fileeditor-extension:plugin": { editorConfig: { lineNumbers: true, indentUnit: "2", lineWrap: true } },
};

/** How JupyterLab's server is configured. */
const server = {
  ServerApp: {
    // jupytext is used by commands only, not while editing; and tslab itself completes what is typed, no language server.
    jpserver_extensions: { jupytext: false, jupyter_lsp: false },
    log_level: 30,
  },
  LabApp: {
    log_level: 30,
    extension_manager: "readonly",
    check_for_updates_class: "jupyterlab.NeverCheckForUpdate",
    news_url: null,
  },
  LabServerApp: {},
  KernelSpecManager: { allowed_kernelspecs: [KERNEL], ensure_native_kernel: false },
};

/** What is switched off in the browser's part. */
const page = {
  disabledExtensions: { "jupyterlab-jupytext": true, "@jupyterlab/lsp-extension": true },
  buildAvailable: false,
  buildCheck: false,
  // JupyterLab would add this at its first start.
  lockedExtensions: { "jupyterlab-jupytext": true, "@jupyterlab/lsp-extension": true },
};

/**
 * @param {string} root
 * @returns {Array<[file: string, content: object]>}
 */
function files(root) {
  const { labSettings, config } = venvPaths(root);
  return [
    [join(labSettings, "overrides.json"), overrides],
    [join(config, "jupyter_server_config.json"), server],
    [join(config, "labconfig", "page_config.json"), page],
  ];
}

/** @param {object} content */
const text = (content) => `${JSON.stringify(content, null, 2)}\n`;

/** @param {string} root */
export function labSettingsInPlace(root) {
  return files(root).every(([file, content]) => readIfThere(file) === text(content));
}

/** @param {string} root */
export function writeLabSettings(root) {
  for (const [file, content] of files(root)) writeIfChanged(file, text(content));
}
