// @ts-check
/**
 * The kernelspec: how JupyterLab starts the TypeScript kernel.
 *
 * It stands in `.venv` only, with absolute paths, so that it depends on nobody's PATH; it is written again whenever the
 * project or Node has moved. `tslab install` isn't used: what it writes depends on PATH, and it adds a JavaScript kernel.
 * Python's own kernel is taken away: with one kernel left, JupyterLab has nothing to ask.
 */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { kernelWrapper, venvPaths } from "./paths.mjs";
import { readIfThere, writeIfChanged } from "./stamp.mjs";

/** The kernel's name, as notebooks have it in their metadata. */
export const KERNEL = "tslab";

/**
 * What kernel.json holds.
 * @param {string} root
 * @param {string} [node]
 * @param {string} [wrapper]
 */
export function kernelspec(root, node = process.execPath, wrapper = kernelWrapper) {
  const tslab = join(root, "node_modules", "tslab", "dist", "main.js");
  return {
    argv: [node, wrapper, tslab, "kernel", "--config-path", "{connection_file}"],
    display_name: "TypeScript (fd3)",
    language: "typescript",
    interrupt_mode: "signal",
  };
}

/** @param {string} root */
const text = (root) => `${JSON.stringify(kernelspec(root), null, 2)}\n`;
/** @param {string} root */
const specFile = (root) => join(venvPaths(root).kernels, KERNEL, "kernel.json");
/** @param {string} root */
const pythonKernel = (root) => join(venvPaths(root).kernels, "python3");

/** @param {string} root */
export function kernelspecInPlace(root) {
  return readIfThere(specFile(root)) === text(root) && !existsSync(pythonKernel(root));
}

/** @param {string} root */
export function writeKernelspec(root) {
  rmSync(pythonKernel(root), { recursive: true, force: true });
  writeIfChanged(specFile(root), text(root));
}
