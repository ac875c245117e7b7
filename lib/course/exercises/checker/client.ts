/**
 * Talks to the checker process: starts it when first needed, starts it again when it died, and hands out one report after the
 * other. Who holds a client never waits for an answer's code: everything is asynchronous, and the process is another one.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { AnswerReport } from "../report";
import type { CancelRequest, CheckerMessage, CheckRequest } from "./protocol";

export interface CheckWanted {
  /** The vitest file, and the answer to run it on. */
  readonly test: string;
  readonly answer: string;
  /** Ask the compiler too. Default: no. */
  readonly types?: boolean;
}

/** A request under way. */
export interface Checking {
  readonly report: Promise<AnswerReport>;
  /** Nobody wants to know any more: a run that has begun is ended. */
  cancel(): void;
}

interface Pending {
  readonly request: CheckRequest;
  readonly onReport: (report: AnswerReport) => void;
  readonly resolve: (report: AnswerReport) => void;
  readonly reject: (error: Error) => void;
  /** How often the checker died on it. */
  deaths: number;
}

/** How to run a module of this folder in a process of its own: as built, or through ts-node where this is source. */
function commandFor(module: string): string[] {
  const built = join(__dirname, `${module}.js`);
  if (existsSync(built)) return [built];
  return ["-r", require.resolve("ts-node/register/transpile-only"), join(__dirname, `${module}.ts`)];
}

export interface CheckerOptions {
  /** Start the compiler too. Default: yes. */
  readonly types?: boolean;
  /** Don't keep this process alive for a report: a notebook's kernel ends when it is told to. Default: no. */
  readonly background?: boolean;
}

export class Checker {
  private child: ChildProcess | null = null;
  private readonly pending = new Map<number, Pending>();
  private next = 1;
  private errors = "";
  private closed = false;

  constructor(private readonly options: CheckerOptions = {}) {}

  /** Starts the process, if it isn't running: worth doing before the first request. */
  warmUp(): void {
    if (!this.child && !this.closed) this.start();
  }

  /** The process that runs now, if one does. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Runs the checks. */
  check(wanted: CheckWanted): Promise<AnswerReport> {
    return this.request(wanted).report;
  }

  /** Runs the checks; `onReport` also gets the report without types, which comes earlier. A cancelled one never settles. */
  request(wanted: CheckWanted, onReport: (report: AnswerReport) => void = () => {}): Checking {
    const id = this.next++;
    const request: CheckRequest = {
      type: "check",
      id,
      test: wanted.test,
      answer: wanted.answer,
      types: wanted.types ?? false,
    };
    const report = new Promise<AnswerReport>((resolve, reject) => {
      this.warmUp();
      this.pending.set(id, { request, onReport, resolve, reject, deaths: 0 });
      this.send(request);
    });
    const cancel = (): void => {
      if (this.pending.delete(id)) this.send({ type: "cancel", id });
    };
    return { report, cancel };
  }

  /** Ends the process; what was under way is rejected. */
  close(): void {
    this.closed = true;
    this.child?.stdin?.end();
    this.child = null;
    for (const pending of this.pending.values()) pending.reject(new Error("the checker was closed"));
    this.pending.clear();
  }

  private send(request: CheckRequest | CancelRequest): void {
    this.child?.stdin?.write(`${JSON.stringify(request)}\n`);
  }

  private start(): void {
    const args = [...commandFor("main"), ...(this.options.types === false ? ["--no-types"] : [])];
    // A notebook's kernel, or whoever runs us, may have its own ideas of NODE_OPTIONS; they aren't meant for this process.
    const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env;
    const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"], env, cwd: __dirname });
    this.child = child;
    this.errors = "";
    child.stdin?.on("error", () => {});
    child.stderr?.on("data", (chunk: Buffer) => {
      this.errors = (this.errors + chunk.toString("utf8")).slice(-4000);
    });
    if (child.stdout) createInterface({ input: child.stdout }).on("line", (line) => this.receive(line));
    child.once("exit", () => this.died(child));
    if (this.options.background) {
      child.unref();
      for (const pipe of [child.stdin, child.stdout, child.stderr]) (pipe as Socket | null)?.unref();
    }
  }

  private receive(line: string): void {
    let message: CheckerMessage;
    try {
      message = JSON.parse(line) as CheckerMessage;
    } catch {
      return;
    }
    if (message.type === "ready") return;
    const pending = this.pending.get(message.id);
    if (!pending) return;
    if (message.type === "broken") {
      this.pending.delete(message.id);
      pending.reject(new Error(message.message));
      return;
    }
    pending.onReport(message.report);
    if (!message.final) return;
    this.pending.delete(message.id);
    pending.resolve(message.report);
  }

  /** Starts again and repeats what was asked; gives up on a request that was under way twice when it died. */
  private died(child: ChildProcess): void {
    if (this.child !== child) return;
    this.child = null;
    for (const [id, pending] of this.pending) {
      if (++pending.deaths < 2) continue;
      this.pending.delete(id);
      pending.reject(new Error(`The checker ended unexpectedly.\n${this.errors}`.trim()));
    }
    if (this.pending.size === 0) return;
    this.start();
    for (const pending of this.pending.values()) this.send(pending.request);
  }
}
