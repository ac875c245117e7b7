/**
 * One agent as the runner sees it: a child process with a line to each of its threads.
 *
 * Every child, socket and timer here is unref'd: agents never keep the notebook's process alive. A run that is under way does, by
 * its own timer.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Socket } from "node:net";
import { type AgentConfiguration, CONFIGURATION_VARIABLE, INTERRUPT_SIGNAL } from "../protocol";
import { agentFile } from "./agent-file";
import type { Connection } from "./connection";
import { programDescriptors } from "./descriptor-space";
import { hub } from "./hub";

/** One thread of an agent. */
export interface AgentThread {
  readonly tid: number;
  readonly connection: Connection;
}

/** How a process ended: its exit code, or the signal that killed it. */
export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
}

export class Agent {
  /** Threads beside the main one, by no program used at the moment. */
  readonly idle: AgentThread[] = [];
  readonly ended: Promise<Ending>;
  alive = true;
  /** Told when it ends, for whatever reason, by whoever uses it at the time. */
  onDeath: ((cause: string) => void) | null = null;
  private readonly threads: AgentThread[] = [];

  private constructor(
    private readonly child: ChildProcess,
    readonly pid: number,
    private complaint: string,
  ) {
    this.ended = new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        this.alive = false;
        for (const thread of this.threads) thread.connection.close();
        resolve({ code, signal });
        this.onDeath?.(signal ?? `exit code ${code}`);
      });
    });
  }

  main!: AgentThread;
  /** Where it is sent descriptors. */
  inbox!: Uint8Array;

  static async launch(): Promise<Agent> {
    const [entry] = await Promise.all([agentFile(), hub.listen()]);
    const configuration: AgentConfiguration = { hub: hub.name, token: hub.token, programDescriptors };
    const nothing = openSync("/dev/null", "r+");
    const child = spawn(process.execPath, ["--no-warnings", entry], {
      stdio: ["ignore", "ignore", "pipe", ...Array<number>(programDescriptors - 3).fill(nothing)],
      // Options meant for the notebook's process (loaders, inspectors) would load their tools into every agent, too.
      env: { PATH: process.env.PATH, [CONFIGURATION_VARIABLE]: JSON.stringify(configuration) },
      cwd: "/",
    });
    closeSync(nothing);
    const agent = await Agent.awaitStart(child);
    const { hello, connection } = await Promise.race([hub.callFrom(agent.pid, agent.pid), agent.failedStart()]);
    if (hello.inbox === null) throw new Error("an agent called in without an inbox");
    agent.inbox = hello.inbox;
    agent.main = agent.addThread(agent.pid, connection);
    return agent;
  }

  private static async awaitStart(child: ChildProcess): Promise<Agent> {
    const { pid } = child;
    if (pid === undefined) {
      const error = await new Promise<Error>((resolve) => child.once("error", resolve));
      throw new Error(`the linux kernel could not start a process: ${error.message}`);
    }
    const agent = new Agent(child, pid, "");
    child.on("error", () => {});
    child.unref();
    const stderr = child.stderr as Socket;
    stderr.unref();
    stderr.on("data", (chunk: Buffer) => {
      agent.complaint = (agent.complaint + chunk.toString()).slice(-2000);
    });
    return agent;
  }

  private async failedStart(): Promise<never> {
    await this.ended;
    hub.forget(this.pid, this.pid);
    throw new Error(`a process of the linux kernel ended before it was ready:\n${this.complaint}`);
  }

  /** What it said on its error stream before a program took that over. */
  get lastWords(): string {
    return this.complaint;
  }

  private addThread(tid: number, connection: Connection): AgentThread {
    const thread = { tid, connection };
    this.threads.push(thread);
    return thread;
  }

  /** A further thread, made by one that has nothing else to do. */
  async startThread(creator: AgentThread): Promise<AgentThread> {
    const idle = this.idle.pop();
    if (idle !== undefined) return idle;
    const { value, fault } = await creator.connection.ask("agent.start-thread", []);
    if (typeof value !== "number") throw new Error(fault ?? "no thread could be started");
    const { connection } = await hub.callFrom(this.pid, value);
    return this.addThread(value, connection);
  }

  /** Gets a thread out of the call it sleeps in. */
  interrupt(thread: AgentThread): void {
    // kill(2) with a thread's id: the kernel prefers that thread for delivery (complete_signal in kernel/signal.c).
    try {
      process.kill(thread.tid, INTERRUPT_SIGNAL);
    } catch {
      // It has ended meanwhile; `ended` tells.
    }
  }

  /** Nothing but its main thread waiting for a question, and perhaps more threads doing the same. */
  get quiet(): boolean {
    return this.alive && this.threads.every((thread) => !thread.connection.busy);
  }

  /** All threads but the main one are free again. */
  gatherThreads(): void {
    this.idle.splice(0, this.idle.length, ...this.threads.filter((thread) => thread !== this.main));
  }

  kill(): Promise<Ending> {
    this.child.kill("SIGKILL");
    return this.ended;
  }
}
