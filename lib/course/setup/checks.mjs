// @ts-check
/** What `npm run doctor` looks at: each check tells whether something is there and, if not, how to get it. */
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { buildInPlace } from "./build.mjs";
import { run } from "./child.mjs";
import { kernelspecInPlace } from "./kernelspec.mjs";
import { findNpm, nodeModulesInPlace } from "./node-modules.mjs";
import { Problem } from "./problem.mjs";
import { findPython } from "./python.mjs";
import { readIfThere } from "./stamp.mjs";
import { venvInPlace } from "./venv.mjs";

/**
 * @typedef {object} Finding
 * @property {string} name
 * @property {"required" | "set-up" | "extra"} kind a person must have it; the set-up makes it; or the course is richer with it
 * @property {boolean} ok
 * @property {string} detail its version or place; or what is wrong
 * @property {string} [use] what it is for
 * @property {string} [how] how to get it
 */

const firstStart = "It is made by: npm run lab";

/**
 * @param {string} root
 * @returns {Promise<Finding[]>}
 */
export async function findings(root) {
  const venv = await venvInPlace(root);
  return [
    { name: "Node", kind: "required", ok: true, detail: process.versions.node },
    await npm(),
    await python(),
    setUp("Node packages", nodeModulesInPlace(root), "node_modules/"),
    setUp("JupyterLab", venv, jupyterVersion(root)),
    setUp("fd3, compiled", buildInPlace(root), "lib/dist/"),
    setUp("TypeScript kernel (tslab)", kernelspecInPlace(root) && nodeModulesInPlace(root), "in .venv/"),
    await systemCalls(root),
    tap(),
    chromium(),
    await tshark(),
  ];
}

/**
 * @param {string} name
 * @param {boolean} ok
 * @param {string} detail
 * @returns {Finding}
 */
function setUp(name, ok, detail) {
  return ok
    ? { name, kind: "set-up", ok, detail }
    : { name, kind: "set-up", ok, detail: "not in place, or not up to date", how: firstStart };
}

/** @returns {Promise<Finding>} */
async function npm() {
  const file = findNpm();
  const outcome = file ? await run(process.execPath, [file, "--version"]) : null;
  const version = /^\d+\.\S+$/m.exec(outcome?.output ?? "")?.[0];
  if (version) return { name: "npm", kind: "required", ok: true, detail: version };
  return {
    name: "npm",
    kind: "required",
    ok: false,
    detail: "missing",
    how: "It comes with Node from https://nodejs.org/en/download; Debian: sudo apt-get install npm",
  };
}

/** @returns {Promise<Finding>} */
async function python() {
  try {
    const found = await findPython();
    return { name: "Python", kind: "required", ok: true, detail: `${found.version}, with its module venv` };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { name: "Python", kind: "required", ok: false, detail: error.message, how: error.advice.join(" ") };
  }
}

/** @param {string} root */
function jupyterVersion(root) {
  return /^jupyterlab==(\S+)/m.exec(readIfThere(join(root, "lib/course/setup/requirements.txt")) ?? "")?.[1] ?? "";
}

/**
 * Calls getpid(2) in the C library, in a process of its own: a library that doesn't fit could take the process with it.
 * @param {string} root
 * @returns {Promise<Finding>}
 */
async function systemCalls(root) {
  const name = "Real system calls";
  const use = "programs also run on this machine's own kernel, beside the model";
  if (process.platform !== "linux") {
    const how =
      "They need Linux: a virtual machine, a container, or on Windows WSL. Elsewhere Node's own sockets stand in.";
    return { name, kind: "extra", ok: false, detail: `not on ${process.platform}`, use, how };
  }
  const script = `const { load } = require("koffi"); console.log("pid", load(null).func("int getpid()")() === process.pid)`;
  const outcome = await run(process.execPath, ["-e", script], { cwd: join(root, "lib") });
  if (outcome.output.includes("pid true")) return { name, kind: "extra", ok: true, detail: "through koffi", use };
  const how = nodeModulesInPlace(root)
    ? "koffi could not be loaded here: please tell us the machine and the message."
    : firstStart;
  return {
    name,
    kind: "extra",
    ok: false,
    detail: outcome.output.split("\n").find((line) => /Error/.test(line)) ?? "koffi is missing",
    use,
    how,
  };
}

/** @returns {Finding} */
function tap() {
  const name = "TAP interface";
  const use = "the model's frames travel on a real wire (chapter 11)";
  if (process.platform !== "linux")
    return {
      name,
      kind: "extra",
      ok: false,
      detail: "only on Linux",
      use,
      how: "A virtual machine or a container with Linux.",
    };
  try {
    accessSync("/dev/net/tun", constants.R_OK | constants.W_OK);
  } catch {
    const how = "sudo modprobe tun; in a container start it with --device /dev/net/tun --cap-add NET_ADMIN";
    return { name, kind: "extra", ok: false, detail: "/dev/net/tun is missing or closed to you", use, how };
  }
  // Bit 12 is CAP_NET_ADMIN, capabilities(7).
  const mask = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
  if ((BigInt(`0x${mask}`) >> 12n) & 1n)
    return { name, kind: "extra", ok: true, detail: "/dev/net/tun, and the right to use it", use };
  return {
    name,
    kind: "extra",
    ok: false,
    detail: "needs the capability CAP_NET_ADMIN",
    use,
    how: "Run as root, for that chapter only.",
  };
}

/** @returns {Finding} */
function chromium() {
  const use = "the course's own browser tests and pictures";
  const found =
    process.env.CHROMIUM ?? onPath(["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]);
  if (found && existsSync(found)) return { name: "Chromium", kind: "extra", ok: true, detail: found, use };
  const how = "Debian: sudo apt-get install chromium; or name it: CHROMIUM=/path/to/chromium";
  return { name: "Chromium", kind: "extra", ok: false, detail: "missing", use, how };
}

/** @returns {Promise<Finding>} */
async function tshark() {
  const use = "captured frames are checked by Wireshark's own dissectors";
  const outcome = await run("tshark", ["--version"]);
  const version = /TShark.*? (\d+\.\S+)/.exec(outcome.output)?.[1];
  if (version) return { name: "tshark", kind: "extra", ok: true, detail: version.replace(/\.$/, ""), use };
  const how = "Debian: sudo apt-get install tshark; macOS, Windows: it comes with Wireshark, https://www.wireshark.org";
  return { name: "tshark", kind: "extra", ok: false, detail: "missing", use, how };
}

/**
 * The first of some commands that PATH leads to.
 * @param {string[]} names
 */
function onPath(names) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file));
}
