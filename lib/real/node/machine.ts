/**
 * One run: its processes, its folder, its record, and the end of it all.
 *
 * A run is over when every process has ended, when it is certain that nobody can wake anybody (all asleep, no timer, and
 * nothing from outside to wait for), or when its time is up. Whichever it is, everything that was opened is closed before
 * the result is handed out: no socket, timer or file of a run outlives it.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
  bytes,
  concat,
  O_RDONLY,
  O_WRONLY,
  type Programs,
  programsByName,
  type Run,
  type RunOptions,
  type Sleeper,
  text,
} from "../../sys";
import { takeForgotten } from "../../sys/forgotten";
import { straceCall } from "../../trace/strace";
import { Console } from "./console";
import type { OpenFile } from "./open-file";
import { Process } from "./process";
import { Recorder } from "./recorder";

/** Something of Node's that must be closed: a server, a socket. `close` resolves when it is really gone. */
export interface Closable {
  close(): Promise<void>;
}

const FIRST_PID = 1001;
const DEFAULT_TIMEOUT = 5000;

export class Machine {
  readonly processes: Process[] = [];
  readonly recorder = new Recorder();
  readonly output: Uint8Array[] = [];
  readonly openFiles = new Set<OpenFile>();
  readonly closables = new Set<Closable>();
  /** Files that hold the place of a Unix-domain socket's name; unix-name.ts. */
  readonly socketNames = new Set<string>();
  over = false;
  private readonly notes = new Set<string>();
  private readonly numbers = new Map<string, number>();
  private folder: string | null = null;
  private deadlock: Sleeper[] = [];
  private pid = FIRST_PID;
  private finish: () => void = () => {};

  constructor(private readonly options: RunOptions) {}

  /** Says once, in the run's notes, what this kernel can't do as the program asked. */
  note(sentence: string): void {
    this.notes.add(sentence);
  }

  nextPid(): number {
    return this.pid++;
  }

  /** 1, 2, 3, … for each kind of thing: "pipe 1", "socket 1". */
  nextNumber(kind: string): number {
    const number = (this.numbers.get(kind) ?? 0) + 1;
    this.numbers.set(kind, number);
    return number;
  }

  /** Where a program's path really is: below the run's own folder, whatever the path says ("..", a drive letter). */
  path(name: string): string {
    this.folder ??= fs.mkdtempSync(path.join(os.tmpdir(), "fd3-"));
    return path.join(this.folder, ...path.posix.normalize(`/${name}`).split("/"));
  }

  /** Lets the event loop look for events once, and everybody else take a step. */
  async turn(): Promise<void> {
    const rounds = this.closables.size > 0 ? 2 : 1;
    for (let round = 0; round < rounds; round++) await new Promise((resolve) => setImmediate(resolve));
  }

  async run(programs: Programs): Promise<Run> {
    this.writeFiles();
    const ended = new Promise<void>((resolve) => {
      this.finish = resolve;
    });
    const timer = setTimeout(() => this.giveUp(), this.options.timeout ?? DEFAULT_TIMEOUT);
    const named = programsByName(programs);
    const started = named.map(([name]) => this.newProcess(name, null));
    started.forEach((process, i) => {
      this.openConsole(process);
      process.start(named[i][1]);
    });
    if (started.length === 0) this.finish();
    await ended;
    clearTimeout(timer);
    await this.tearDown();
    return {
      kernel: "node",
      calls: this.recorder.calls,
      processes: this.processes.map((process) => process.result),
      output: text(concat(this.output)),
      deadlock: this.deadlock,
      notes: [...this.notes, ...takeForgotten()],
    };
  }

  newProcess(name: string, parent: Process | null): Process {
    const process = new Process(this, name, this.nextPid(), parent);
    this.processes.push(process);
    return process;
  }

  processEnded(): void {
    if (this.processes.every((process) => process.ended)) this.finish();
    else this.checkDeadlock();
  }

  /** Everybody asleep, nobody with a timer, and nothing outside this run that could wake one: it would last for ever. */
  checkDeadlock(): void {
    if (this.over) return;
    const alive = this.processes.filter((process) => !process.ended);
    if (alive.length === 0 || alive.some((process) => process.alarm)) return;
    const threads = alive.flatMap((process) => process.threads.filter((thread) => !thread.finished));
    const hopeless = threads.every(
      ({ asleep }) => asleep && !asleep.timed && asleep.queues.every((queue) => !queue.outside),
    );
    if (hopeless) this.giveUp();
  }

  /** Reports who sleeps on what, and ends the run. */
  private giveUp(): void {
    if (this.over) return;
    this.deadlock = this.processes.flatMap((process) => (process.ended ? [] : this.sleepersOf(process)));
    if (this.deadlock.length === 0) this.note("The time was up while a program was still running.");
    this.finish();
  }

  private sleepersOf(process: Process): Sleeper[] {
    return process.threads.flatMap((thread) => {
      if (!thread.asleep || !thread.request) return [];
      const record = this.recorder.calls.findLast((call) => call.tid === thread.tid && call.exit === null);
      const call = record ? straceCall(record) : thread.request.name;
      return [{ process: process.name, pid: process.pid, tid: thread.tid, call, waitsFor: thread.asleep.waitsFor }];
    });
  }

  private writeFiles(): void {
    for (const [name, contents] of Object.entries(this.options.files ?? {})) {
      const place = this.path(name);
      fs.mkdirSync(path.dirname(place), { recursive: true });
      fs.writeFileSync(place, contents);
    }
  }

  private openConsole(process: Process): void {
    const { stdin = "" } = this.options;
    process.table.install(new Console(this, O_RDONLY, typeof stdin === "string" ? bytes(stdin) : stdin));
    process.table.install(new Console(this, O_WRONLY, new Uint8Array(0)));
    process.table.install(new Console(this, O_WRONLY, new Uint8Array(0)));
  }

  private async tearDown(): Promise<void> {
    this.over = true;
    for (const process of this.processes) {
      if (process.alarm) clearTimeout(process.alarm.timer);
      for (const thread of process.threads) thread.abandon();
    }
    for (const process of this.processes) if (process.result.status === null) process.table.closeAll();
    await this.turn();
    for (const file of [...this.openFiles]) while (this.openFiles.has(file)) file.drop();
    await Promise.all([...this.closables].map((closable) => closable.close()));
    if (this.folder) fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
