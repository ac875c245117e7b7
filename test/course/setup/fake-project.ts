/**
 * A project of nothing but fakes, in a folder with spaces in its name, on which the real set-up scripts run in a moment: its
 * Python, compiler and course leave behind what the real ones would, and its JupyterLab prints what it was started with.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const python = `#!${process.execPath}
const fs = require("node:fs"), path = require("node:path");
const args = process.argv.slice(2).join(" ");
const own = path.dirname(path.dirname(process.argv[1]));
if (args.includes("-c") && args.includes("fd3-python")) console.log("fd3-python", process.env.FAKE_VERSION ?? "3.12.1", process.env.FAKE_VENV ?? "True");
else if (args.startsWith("-I -S -c")) console.log("3.12");
else if (args.startsWith("-I -m venv ")) {
  const folder = process.argv[5];
  fs.mkdirSync(path.join(folder, "bin"), { recursive: true });
  fs.writeFileSync(path.join(folder, "pyvenv.cfg"), "version = 3.12.1\\n");
  fs.copyFileSync(process.argv[1], path.join(folder, "bin", "python"));
} else if (args.startsWith("-m pip")) {
  fs.appendFileSync(path.join(own, "pip-began"), "once\\n");
  if (process.env.FAKE_PIP === "offline") { console.log("Temporary failure in name resolution"); process.exit(1); }
  // Goes on for a moment when the set-up that started it has been killed, as a real one would.
  const parent = process.ppid;
  if (process.env.FAKE_PIP === "hang") setInterval(() => process.ppid === parent || process.exit(1), 300);
} else if (args.startsWith("-m jupyterlab")) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => /^JUPYTER|^PYTHON/.test(name)));
  console.log(JSON.stringify({ args: process.argv.slice(4), env }));
}
`;

const compiler = `
const fs = require("node:fs");
fs.mkdirSync("lib/dist/course/work", { recursive: true });
fs.writeFileSync("lib/dist/index.js", "");
fs.writeFileSync("lib/dist/course/work/index.js", "exports.prepareWork = (root, { work }) => require('node:fs').mkdirSync(work + '/notebooks', { recursive: true });");
`;

export interface Ran {
  status: number | null;
  output: string;
}

export class FakeProject {
  readonly root = join(mkdtempSync(join(tmpdir(), "fd3-")), "a folder with spaces");
  readonly python = this.write("python/bin/python3", python);

  constructor() {
    cpSync(resolve(__dirname, "../../../lib/course/setup"), join(this.root, "lib/course/setup"), { recursive: true });
    this.write("package.json", '{ "name": "fd3-course" }');
    this.write("tsconfig.json", "{}");
    this.write("lib/tsconfig.json", "{}");
    this.write("lib/package.json", "{}");
    this.write("lib/index.ts", "");
    this.write("lib/course/work/index.ts", "");
    // npm itself isn't faked: to the set-up, these packages look installed by hand.
    this.write("package-lock.json", '{ "packages": {} }');
    this.write("node_modules/.package-lock.json", '{ "packages": {} }');
    this.write("node_modules/typescript/bin/tsc", compiler);
    chmodSync(this.python, 0o755);
  }

  path(file: string): string {
    return join(this.root, file);
  }

  has(file: string): boolean {
    return existsSync(this.path(file));
  }

  write(file: string, content: string): string {
    mkdirSync(dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), content);
    return this.path(file);
  }

  /** Starts a command of the set-up; `nodeArgs` come before it. */
  start(
    args: string[],
    env: NodeJS.ProcessEnv = {},
    nodeArgs: string[] = [],
  ): { child: ChildProcess; ended: Promise<Ran> } {
    const child = spawn(process.execPath, [...nodeArgs, this.path("lib/course/setup/main.mjs"), ...args], {
      // A PATH that leads nowhere: only the Python that is named can be found.
      env: { PATH: this.root, PYTHON: this.python, HOME: this.root, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    return { child, ended: new Promise((done) => child.on("close", (status) => done({ status, output }))) };
  }

  run(args: string[], env: NodeJS.ProcessEnv = {}, nodeArgs: string[] = []): Promise<Ran> {
    return this.start(args, env, nodeArgs).ended;
  }

  /** Waits until a file exists. */
  async appears(file: string): Promise<void> {
    while (!this.has(file)) await new Promise((done) => setTimeout(done, 20));
  }

  remove(): void {
    rmSync(dirname(this.root), { recursive: true, force: true });
  }
}
