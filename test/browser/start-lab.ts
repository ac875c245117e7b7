/**
 * Starts the course as a learner does (`npm run lab`), on a work folder of its own so that nobody's work is touched.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const root = resolve(__dirname, "../..");

export interface Lab {
  /** The address of a page of it, for example page("lab/tree/notebooks/00-start.ipynb"). */
  page(path: string): string;
  /** The scratch work folder. */
  work: string;
  /** What it has printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** A port nobody listens on at the moment. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? done(address.port) : fail(new Error("no port"))));
    });
  });
}

/** Resolves when JupyterLab answers; rejects, with all that was printed, when it ends before. */
export async function startLab(): Promise<Lab> {
  const work = mkdtempSync(join(tmpdir(), "fd3-work-"));
  const port = await freePort();
  const token = randomBytes(16).toString("hex");
  const child = spawn(
    process.execPath,
    [
      join(root, "lib/course/setup/main.mjs"),
      "lab",
      "--no-browser",
      "--port",
      String(port),
      "--LabApp.expose_app_in_browser=True",
    ],
    { cwd: root, env: { ...process.env, FD3_WORK: work, JUPYTER_TOKEN: token }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const ended = new Promise<void>((done) => child.on("close", () => done()));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(work, { recursive: true, force: true });
  };
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`npm run lab ended with status ${child.exitCode}:\n${output}`);
    await new Promise((done) => setTimeout(done, 200));
  }
  return { work, stop, output: () => output, page: (path) => `http://127.0.0.1:${port}/${path}?token=${token}` };
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/api`)).ok;
  } catch {
    return false;
  }
}
