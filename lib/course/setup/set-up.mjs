// @ts-check
/**
 * The set-up: everything between a fresh clone and a working course, each step only when it is needed.
 *
 * First every step is asked whether its result is in place; only if one isn't, the lock is taken and the question asked
 * again. That makes the usual case, nothing to do, a matter of a few files read.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { build, buildInPlace } from "./build.mjs";
import { kernelspecInPlace, writeKernelspec } from "./kernelspec.mjs";
import { labSettingsInPlace, writeLabSettings } from "./lab-settings.mjs";
import { takeLock } from "./lock.mjs";
import { installNodeModules, nodeModulesInPlace } from "./node-modules.mjs";
import { root as projectRoot, venvPaths } from "./paths.mjs";
import { Progress, seconds } from "./progress.mjs";
import { makeVenv, venvInPlace } from "./venv.mjs";

/**
 * @typedef {object} SetUpStep
 * @property {string} title
 * @property {() => boolean | Promise<boolean>} inPlace
 * @property {(step: import("./progress.mjs").Step, onStart: (pid: number) => void) => Promise<void>} make
 */

/**
 * @param {string} root
 * @param {Progress} progress
 * @returns {SetUpStep[]}
 */
function steps(root, progress) {
  return [
    {
      title: "Node packages into node_modules/",
      inPlace: () => nodeModulesInPlace(root),
      make: (step, onStart) => installNodeModules(root, step, onStart),
    },
    {
      title: "JupyterLab into .venv/",
      inPlace: () => venvInPlace(root),
      make: (step, onStart) => makeVenv(root, step, onStart),
    },
    {
      title: "fd3 compiled into lib/dist/",
      inPlace: () => buildInPlace(root),
      make: async (_step, onStart) => {
        const complaints = await build(root, onStart);
        if (complaints)
          progress.say(`\n${complaints}\nType errors in lib/, see above; what was compiled is used all the same.`);
      },
    },
    {
      title: "The TypeScript kernel and JupyterLab's settings",
      inPlace: () => kernelspecInPlace(root) && labSettingsInPlace(root),
      make: async () => {
        writeKernelspec(root);
        writeLabSettings(root);
      },
    },
  ];
}

/**
 * Brings everything in place.
 * @param {{ root?: string, progress?: Progress }} [options]
 */
export async function setUp({ root = projectRoot, progress = new Progress() } = {}) {
  const began = Date.now();
  const all = steps(root, progress);
  if (!(await anyMissing(all))) return;
  progress.say("Setting up (into this folder only). The first time takes a few minutes.");
  const lock = await takeLock(join(root, ".setup.lock"), (by) =>
    progress.say(`Another set-up is under way (${by}); waiting for it …`),
  );
  try {
    for (const step of all) {
      if (await step.inPlace()) continue;
      await progress.step(step.title, (shown) => step.make(shown, lock.running));
    }
    const { runtime, emptyConfig, data } = venvPaths(root);
    for (const folder of [runtime, emptyConfig, data]) mkdirSync(folder, { recursive: true });
  } finally {
    lock.release();
  }
  progress.say(`Everything is in place (${seconds(Date.now() - began)}).`);
}

/** @param {SetUpStep[]} all */
async function anyMissing(all) {
  for (const step of all) if (!(await step.inPlace())) return true;
  return false;
}
