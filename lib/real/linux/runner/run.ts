/**
 * One run: a fresh folder, one agent for each process, and a clean end whatever happens.
 *
 * Programs start in their order, each once the one before has fallen asleep or ended (as somebody at a terminal starts a server,
 * then a client), for at most `START_PATIENCE`.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import type { SystemCallName } from "../../../sys/calls";
import { takeForgotten } from "../../../sys/forgotten";
import type { SystemCallRecord } from "../../../sys/run";
import { type Programs, programsByName, type Sleeper } from "../../../sys/run";
import { SA_NOCLDWAIT, SIG_IGN, SIGCHLD, SIGKILL } from "../../../sys/signal";
import type { Request } from "../../../sys/sys";
import type { Agent } from "./agent";
import { giveBack, prepareAgent, takeAgent } from "./agent-pool";
import { atExit } from "./at-exit";
import { Console } from "./console";
import { type LinuxOptions, type LinuxRun, Onlooker, type Seen } from "./onlooker";
import { Process } from "./process";
import { command } from "./processes";
import { Records } from "./records";
import { actionFor, sendSignal } from "./signals";
import { MAY_SLEEP, StuckWatch, sleepers } from "./stuck";
import { Thread } from "./thread";

const DEFAULT_TIMEOUT = 5000;
const START_PATIENCE = 1000;
/** A call that may sleep and lasts longer than this does. Others are only slow, on a busy machine or a fresh agent. */
const ASLEEP_AFTER = 4;

export class Run {
  readonly id = randomBytes(4).toString("hex");
  readonly records = new Records();
  readonly processes: Process[] = [];
  readonly agents = new Set<Agent>();
  /** TCP may take its time. */
  usesNetwork = false;
  /** Sockets, by inode number, that were bound to 127.0.0.1 in place of 0.0.0.0. */
  readonly boundToAny = new Set<number>();
  /** Abstract names that the kernel gave to sockets without one (autobind; unix(7)). */
  readonly namesOfKernel = new Set<string>();
  /** A socket has a time limit of its own. */
  usesTimeouts = false;
  private readonly notes = new Set<string>();
  private readonly reusable: Agent[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), `fd3-${process.pid}-`));
  /** The folder that the programs take for "/". */
  readonly root = join(this.folder, "root");
  private onlooker: Onlooker | null = null;
  private asleep: Sleeper[] = [];
  private over: () => void = () => {};
  private isOver = false;

  constructor(private readonly options: LinuxOptions) {}

  async run(programs: Programs): Promise<LinuxRun> {
    const finished = new Promise<void>((resolve) => {
      this.over = () => {
        this.isOver = true;
        resolve();
      };
    });
    // What the run waits for doesn't keep the notebook's process alive by itself; until the run is over, this does.
    const alive = setInterval(() => {}, 2 ** 30);
    let timer: NodeJS.Timeout | undefined;
    const forget = atExit(() => {
      for (const agent of this.agents) void agent.kill();
      rmSync(this.folder, { recursive: true, force: true });
    });
    const watch = new StuckWatch(this, () => this.giveUp());
    let console: Console | null = null;
    let output = "";
    let seen: Seen | undefined;
    try {
      this.provideFiles();
      if (this.options.look) this.onlooker = new Onlooker(this.options.look, this.root);
      await this.onlooker?.begin();
      console = await this.begin(programs);
      timer = this.limitTime(this.options.timeout ?? DEFAULT_TIMEOUT);
      watch.start();
      await finished;
    } finally {
      watch.stop();
      await this.tearDown();
      output = (await console?.finish()) ?? "";
      seen = await this.onlooker?.finish();
      clearTimeout(timer);
      clearInterval(alive);
      forget();
      rmSync(this.folder, { recursive: true, force: true });
    }
    return {
      kernel: "linux",
      calls: this.records.calls,
      processes: this.processes.map(({ name, pid, status, result, error }) => ({ name, pid, status, result, error })),
      output,
      deadlock: this.asleep,
      notes: [...this.notes, ...takeForgotten()],
      ...(seen && { seen }),
    };
  }

  /** Counts from the programs' start: on a busy machine the first agent may take its time. */
  private limitTime(timeout: number): NodeJS.Timeout {
    return setTimeout(() => {
      if (this.isOver) return;
      this.note(`The run was ended after ${timeout.toLocaleString("en")} ms.`);
      this.giveUp();
    }, timeout);
  }

  private provideFiles(): void {
    for (const name of ["dev", "etc", "home", "tmp"]) mkdirSync(join(this.root, name), { recursive: true });
    for (const [path, contents] of Object.entries(this.options.files ?? {})) {
      const target = join(this.root, posix.join("/", path));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, contents, { mode: 0o644 });
    }
  }

  private async begin(programs: Programs): Promise<Console> {
    const named = programsByName(programs);
    const agents = await Promise.all(named.map(() => takeAgent()));
    for (const agent of agents) this.agents.add(agent);
    prepareAgent();
    const { stdin } = this.options;
    const console = await Console.create(agents[0].main.connection, this.folder, stdin !== undefined);
    const threads = named.map(([name], index) => {
      const process = new Process(agents[index], name, null);
      this.addProcess(process);
      return new Thread(this, process, agents[index].main);
    });
    for (const { main } of agents) {
      await command(main.connection, "agent.start", [this.root, console.inputPath, console.outputPath]);
    }
    console.connect(stdin ?? "");
    this.records.startClock();
    this.onlooker?.started();
    void this.startInTurn(
      threads,
      named.map(([, program]) => program),
    );
    return console;
  }

  private async startInTurn(threads: Thread[], programs: Parameters<Thread["start"]>[0][]): Promise<void> {
    for (let i = 0; i < threads.length; i++) {
      void threads[i].start(programs[i]);
      if (i < threads.length - 1) await this.settled(threads[i]);
    }
  }

  private async settled(thread: Thread): Promise<void> {
    const begun = performance.now();
    while (performance.now() - begun < START_PATIENCE) {
      const { waiting, process } = thread;
      if (process.status !== null || waiting?.kind === "local") return;
      if (waiting?.kind === "kernel" && asleep(waiting.request.name, waiting.since)) return;
      await this.pass(1);
    }
  }

  /** Lets real time pass. */
  pass(milliseconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
  }

  addProcess(process: Process): void {
    this.processes.push(process);
    process.agent.onDeath = (cause) => {
      if (process.ending) return;
      this.note(`Process ${process.pid} (${process.name}) was ended from outside: ${cause}.`);
      void this.endProcess(process, SIGKILL);
    };
  }

  // What threads tell

  enter(thread: Thread, request: Request): SystemCallRecord {
    const { name: process, pid } = thread.process;
    const record = this.records.enter({ process, pid, tid: thread.tid }, request);
    this.onlooker?.entered(record);
    return record;
  }

  leave(record: SystemCallRecord, reply: unknown, request: Request): void {
    this.records.leave(record, reply, request);
    if (this.onlooker === null) return;
    const living = this.processes.filter(({ ending }) => !ending).map(({ name, pid }) => ({ name, pid }));
    this.onlooker.returned(record, living, this.records.calls);
  }

  note(sentence: string): void {
    this.notes.add(sentence);
  }

  /** Something has changed that a thread may wait for in a call of the runner's own. */
  reconsider(): void {
    for (const thread of this.livingThreads()) if (thread.waiting?.kind === "local") thread.waiting.wake();
  }

  livingThreads(): Thread[] {
    return this.processes
      .filter((process) => !process.ending)
      .flatMap((process) => process.threads.filter((thread) => !thread.ended));
  }

  anyAlarm(): boolean {
    return this.processes.some((process) => process.alarm !== null || (process.ending && process.status === null));
  }

  /** Still in the process table: alive, or a zombie whose status nobody has taken. */
  isKnown(process: Process): boolean {
    return process.status === null || (process.parent?.children.has(process) ?? false);
  }

  // Ends

  /** Ends a process with all its threads; `status` as waitpid packs it. Resolves when its descriptors are closed. */
  async endProcess(process: Process, status: number): Promise<void> {
    if (process.ending) return;
    process.ending = true;
    if (process.alarm !== null) clearTimeout(process.alarm.timer);
    process.alarm = null;
    for (const thread of process.threads) {
      thread.stopInterrupting();
      if (thread.waiting?.kind === "local") thread.waiting.wake();
    }
    await this.release(process.agent);
    process.status = status;
    this.onlooker?.ended(process.pid);
    for (const child of process.children) child.parent = null;
    process.children.clear();
    const { parent } = process;
    if (parent !== null) {
      const { handler, flags = 0 } = actionFor(parent, SIGCHLD);
      if (handler === SIG_IGN || (flags & SA_NOCLDWAIT) !== 0) parent.children.delete(process);
      sendSignal(parent, SIGCHLD);
    }
    this.reconsider();
    if (this.processes.every((each) => each.status !== null)) this.over();
  }

  /** Closes all that a process had open: by clearing its agent where that is idle, else by killing it. */
  private async release(agent: Agent): Promise<void> {
    if (agent.quiet) {
      const cleared = agent.main.connection.ask("agent.clear", []);
      const reply = await Promise.race([cleared, agent.ended.then(() => null)]);
      if (reply !== null && reply.errno === undefined && reply.fault === undefined) {
        this.reusable.push(agent);
        return;
      }
    }
    await agent.kill();
  }

  private giveUp(): void {
    if (this.asleep.length === 0) this.asleep = sleepers(this);
    this.over();
  }

  private async tearDown(): Promise<void> {
    for (const process of this.processes) {
      process.ending = true;
      if (process.alarm !== null) clearTimeout(process.alarm.timer);
      for (const thread of process.threads) thread.stopInterrupting();
    }
    const killed = [...this.agents].filter((agent) => !this.reusable.includes(agent)).map((agent) => agent.kill());
    await Promise.all(killed);
    for (const agent of this.reusable) giveBack(agent);
  }
}

function asleep(call: SystemCallName, since: number): boolean {
  return (MAY_SLEEP.has(call) || call === "nanosleep") && performance.now() - since > ASLEEP_AFTER;
}
