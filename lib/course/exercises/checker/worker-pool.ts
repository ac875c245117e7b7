/**
 * The processes that answers run in: one per run, killed afterwards, whatever it is doing.
 *
 * vitest lets a custom pool make its workers. This one forks vitest's own worker program, and always keeps a spare that has
 * already started and loaded it, so that a check after a save doesn't wait for a process to start (about 0.2 s). It takes what the worker
 * prints, which is the answer's output, and can kill the one that runs.
 */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { PoolOptions, PoolRunnerInitializer, PoolWorker } from "vitest/node" with { "resolution-mode": "import" };

/** More than this is no output of an exercise but a loop that prints. */
const MOST_OUTPUT = 20_000;
/** In megabytes. An answer that needs more is collecting without end. */
export const MEMORY_LIMIT = 1024;

function start(options: PoolOptions): ChildProcess {
  return fork(join(options.distPath, "workers", "forks.js"), [], {
    env: options.env as NodeJS.ProcessEnv,
    execArgv: [...options.execArgv, `--max-old-space-size=${MEMORY_LIMIT}`],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    serialization: "advanced",
  });
}

export class WorkerPool {
  private spare: ChildProcess | null = null;
  private running: ChildProcess | null = null;
  private closed = false;
  private output = "";
  private cut = false;

  /** What goes into vitest's configuration as its `pool`. */
  readonly initializer: PoolRunnerInitializer = {
    name: "answers",
    createPoolWorker: (options) => this.worker(options),
  };

  /** What was printed since the last call. */
  takeOutput(): string {
    const text = this.cut ? `${this.output}\n… and more, which is not shown` : this.output;
    this.output = "";
    this.cut = false;
    return text;
  }

  /** Ends the run that is under way. */
  kill(): void {
    this.running?.kill("SIGKILL");
  }

  /** Ends all processes, for good. */
  close(): void {
    this.closed = true;
    this.running?.kill("SIGKILL");
    this.spare?.kill("SIGKILL");
    this.spare = null;
  }

  private collect(chunk: Buffer): void {
    const room = MOST_OUTPUT - this.output.length;
    if (room < chunk.length) this.cut = true;
    if (room > 0) this.output += chunk.toString("utf8").slice(0, room);
  }

  private refill(options: PoolOptions): void {
    if (this.closed || this.spare) return;
    const spare = start(options);
    spare.once("exit", () => {
      if (this.spare === spare) this.spare = null;
    });
    this.spare = spare;
  }

  private worker(options: PoolOptions): PoolWorker {
    let child: ChildProcess | null = null;
    const it = (): ChildProcess => {
      if (!child) throw new Error("the worker hasn't started");
      return child;
    };
    return {
      name: "answers",
      cacheFs: true,
      on: (event, callback) => void it().on(event, callback),
      off: (event, callback) => void it().off(event, callback),
      send: (message) => {
        if (child?.connected) child.send(message, () => {});
      },
      deserialize: (data) => data,
      start: async () => {
        if (child) return;
        child = this.spare ?? start(options);
        this.spare = null;
        this.running = child;
        child.stdout?.on("data", (chunk: Buffer) => this.collect(chunk));
        child.stderr?.on("data", (chunk: Buffer) => this.collect(chunk));
      },
      stop: async () => {
        const ending = it();
        if (ending.exitCode === null && ending.signalCode === null) {
          await new Promise<void>((resolve) => {
            ending.once("exit", () => resolve());
            ending.kill("SIGKILL");
          });
        }
        if (this.running === ending) this.running = null;
        this.refill(options);
      },
    };
  }
}
