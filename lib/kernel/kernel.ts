/**
 * The kernel: it runs programs until they make a system call, answers the call, and runs them again.
 *
 * This file is the way in and the way out. `advance` is what the scheduler calls for the thread on the CPU: finish the call it
 * is in (or sleep in it), take signals, and let the program run up to its next call. All that a call *does* is elsewhere;
 * syscall-table.ts says where.
 *
 * Source: syscall(2); do_syscall_64 in arch/x86/entry, exit_to_user_mode_loop in kernel/entry.
 */
import { argumentError } from "../sys/arguments";
import { Errno } from "../sys/errno";
import { O_RDWR } from "../sys/fcntl";
import { type Program, type ProgramFunction, type Request, startProgram } from "../sys/sys";
import type { Nanoseconds, Timer } from "../world/clock";
import { Bag } from "./bag";
import { CharacterDevice, type Console } from "./character-device";
import type { EventFields, KernelEvent, Trace } from "./events";
import { FdTable } from "./fd-table";
import { FileSystem } from "./file-system";
import { type KernelModules, makeAllocator, standardModules } from "./modules";
import { type FileObject, OpenFile, releaseObject } from "./open-file";
import { endlessPatience, type Patience } from "./patience";
import type { Process } from "./process";
import { ProcessTable } from "./process-table";
import { type CpuClock, Scheduler } from "./scheduler";
import { deliverSignals } from "./signals";
import { ERESTARTNOHAND, ERESTARTNOINTR, ERESTARTSYS, isSleeping } from "./sleep";
import { recordable } from "./snapshot-args";
import type { SocketFamily } from "./socket";
import { systemCalls } from "./syscall-table";
import type { Task } from "./task";

/** Of a call that goes on later. */
const ASLEEP = Symbol("asleep");

export interface KernelOptions {
  readonly host: string;
  readonly clock: CpuClock;
  readonly trace: Trace | null;
  readonly modules?: Partial<KernelModules>;
  readonly patience?: Patience;
  /** Called when a process has ended, before its parent hears of it. */
  readonly onExit?: (process: Process) => void;
}

/** A machine's kernel, as `world.host` returns it: start programs with `spawn`. */
export class Kernel implements Console {
  /** The machine's name. */
  readonly host: string;
  /** The world's clock. */
  readonly clock: KernelOptions["clock"];
  /** Where its events go; null for nowhere. */
  readonly trace: Trace | null;
  /** The organs at work, ours or others'. */
  readonly modules: KernelModules;
  /** Who runs now, and who is ready. */
  readonly scheduler: Scheduler;
  /** Names and what they lead to. */
  readonly fileSystem: FileSystem;
  /** Address families that socket(2) knows; the network registers them. */
  readonly socketFamilies = new Map<number, SocketFamily>();
  /** Every process that hasn't been reaped. */
  readonly processes: ProcessTable;
  /** Every open file description. */
  readonly openFiles = new Bag<OpenFile>();
  /** Timers that are set, for the leak check. */
  readonly timers = new Map<Timer, number>();
  /** What modules that replace ours did wrong. */
  readonly faults: string[] = [];
  /** Asks modules that replace ours. */
  readonly patience: Patience;
  /** What was written to the console, in pieces. */
  readonly consoleOutput: Uint8Array[] = [];
  input: Uint8Array = new Uint8Array(0);
  private ids = { file: 0, table: 0, timer: 0, object: new Map<string, { made: number }>() };

  constructor(options: KernelOptions) {
    this.host = options.host;
    this.clock = options.clock;
    this.trace = options.trace;
    this.patience = options.patience ?? endlessPatience;
    this.modules = { ...standardModules, ...options.modules };
    this.scheduler = new Scheduler(this, options.clock);
    this.fileSystem = new FileSystem(this);
    this.processes = new ProcessTable(this, options.onExit);
  }

  /** Starts a program as a new process with descriptors 0, 1 and 2 on the console. Throws a TypeError when it is no generator. */
  spawn(program: ProgramFunction, name: string): Process {
    const main = startProgram(program, name);
    const fds = this.newFdTable();
    const process = this.processes.create(name, this.processes.init, fds);
    const terminal = this.openFile(new CharacterDevice("tty", this, 0), O_RDWR, "/dev/tty");
    // One open file for all three, as a login leaves them.
    for (let fd = 0; fd < 3; fd++) this.installConsole(fds, terminal);
    this.processes.startThread(process, main, process.pid);
    return process;
  }

  private installConsole(fds: FdTable, file: OpenFile): void {
    file.hold();
    try {
      fds.install(file, 3, false);
    } catch (error) {
      // A learner's descriptor allocator may be broken; the program starts without this descriptor, and the fault is on record.
      if (!(error instanceof Errno)) throw error;
    } finally {
      file.release();
    }
  }

  // Running

  /** The thread on the CPU goes on: out of its call if that can be finished, and up to the next one. */
  advance(task: Task): void {
    const { request } = task;
    if (request === null) {
      this.returnToProgram(task);
      return;
    }
    const frame = task.frames[task.frames.length - 1];
    const reply = this.answer(task, request);
    if (reply === ASLEEP) return;
    task.call = null;
    task.request = null;
    task.letGo();
    if (task.state === "zombie") return;
    if (reply === ERESTARTSYS || reply === ERESTARTNOHAND || reply === ERESTARTNOINTR) {
      frame.restart = request;
    } else {
      this.finishCall(task, request, reply);
      // Only an interrupted ppoll lets a signal through its mask (restore_saved_sigmask_unless in kernel/signal.h).
      if (task.maskAfterCall !== null) task.blocked = task.maskAfterCall;
      task.maskAfterCall = null;
    }
    frame.reply = reply;
    this.returnToProgram(task);
  }

  /** Begins the call, or goes on with it where it slept. Returns its result or the Errno that it ended with; ASLEEP when it sleeps. */
  private answer(task: Task, { name, args }: Request): unknown {
    try {
      if (task.call === null) {
        const { parameters, run } = systemCalls[name];
        const fault = argumentError(parameters, args);
        if (fault !== null) return fault;
        // No call has more arguments than a processor has registers for them: six.
        const outcome = run(task, args[0], args[1], args[2], args[3], args[4], args[5]);
        if (!isSleeping(outcome)) return outcome;
        task.call = outcome;
      }
      const step = task.call.next();
      return step.done ? step.value : ASLEEP;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return error;
    }
  }

  /** The call is over, and this is what the program gets. */
  finishCall(task: Task, request: Request, reply: unknown): void {
    if (this.trace === null) return;
    const base = { tid: task.tid, pid: task.process.pid, call: request.name, argsAfter: recordable(request.args) };
    if (reply instanceof Errno) this.emit({ type: "syscall.exit", ...base, error: reply.code });
    else this.emit({ type: "syscall.exit", ...base, result: recordable([reply])[0] });
  }

  private returnToProgram(task: Task): void {
    const anySignal = task.signalPending() || task.maskAfterCall !== null;
    if (anySignal && !deliverSignals(task)) return;
    for (;;) {
      const frame = task.frames[task.frames.length - 1];
      if (frame.restart !== null) {
        task.request = frame.restart;
        frame.restart = null;
        return;
      }
      const step = this.runProgram(task, frame.program, frame.reply);
      if (step === null) return;
      if (!step.done) {
        task.request = step.value;
        if (this.trace !== null) {
          const { name: call, args } = step.value;
          this.emit({ type: "syscall.enter", tid: task.tid, pid: task.process.pid, call, args: recordable(args) });
        }
        return;
      }
      task.frames.pop();
      if (frame.savedMask === null) {
        this.threadReturned(task, step.value);
        return;
      }
      task.blocked = frame.savedMask;
      if (task.signalPending() && !deliverSignals(task)) return;
    }
  }

  /** Runs the program up to its next call or its end. A bug in it ends its process: then null. */
  private runProgram(task: Task, program: Program, reply: unknown): IteratorResult<Request, unknown> | null {
    try {
      return program.next(reply);
    } catch (error) {
      const { process } = task;
      process.error = error instanceof Error ? error : new Error(String(error));
      this.processes.end(process, 1 << 8);
      return null;
    }
  }

  private threadReturned(task: Task, result: unknown): void {
    task.result = result;
    const { process } = task;
    if (task !== process.mainTask) {
      this.processes.endThread(task);
      return;
    }
    // Returning from main is exit(0), and takes the other threads along; exit(3).
    process.result = result;
    this.processes.end(process, 0);
  }

  // Files

  /** A new open file description for this object, which nobody uses yet; `flags` are open(2)'s. */
  openFile(object: FileObject, flags: number, path: string | null = null): OpenFile {
    const file = new OpenFile(this, ++this.ids.file, object, flags, path);
    this.openFiles.add(file);
    if (object.kind === "regular" || object.kind === "directory") object.opened++;
    if (this.trace !== null) {
      this.emit({ type: "file.open", file: file.id, kind: object.kind, object: object.name, flags, path });
    }
    return file;
  }

  /** Nobody uses it any more. */
  releaseFile(file: OpenFile): void {
    this.openFiles.delete(file);
    if (file.watched) for (const interest of file.interests()) interest.forget();
    if (this.trace !== null) this.emit({ type: "file.release", file: file.id });
    releaseObject(file.object);
  }

  /** An empty descriptor table. */
  newFdTable(): FdTable {
    const table = new FdTable(this, this.nextTableId(), makeAllocator(this));
    this.emitIfTraced({ type: "fd-table.create", table: table.id, copyOf: null });
    return table;
  }

  /** A number for a copy of a descriptor table, for the trace. */
  nextTableId(): number {
    return ++this.ids.table;
  }

  /** A number for the next object of a kind: 1, 2, 3 … for "pipe", for "socket", … */
  nextNumber(kind: string): number {
    const count = this.ids.object.get(kind) ?? { made: 0 };
    if (count.made === 0) this.ids.object.set(kind, count);
    return ++count.made;
  }

  // Time, console, trace

  /** Calls `action` at that moment (nanoseconds since the world began); `why` is for the trace. */
  setTimer(at: Nanoseconds, why: string, action: () => void): Timer {
    const id = ++this.ids.timer;
    const timer = this.clock.at(at, () => {
      this.timers.delete(timer);
      this.emitIfTraced({ type: "timer.fire", timer: id });
      action();
    });
    this.timers.set(timer, id);
    this.emitIfTraced({ type: "timer.set", timer: id, at, why });
    return timer;
  }

  /** It won't go off any more. */
  cancelTimer(timer: Timer): void {
    const id = this.timers.get(timer);
    if (id === undefined) return;
    timer.cancel();
    this.timers.delete(timer);
    this.emitIfTraced({ type: "timer.cancel", timer: id });
  }

  /** Somebody has written to the console. */
  output(bytes: Uint8Array): void {
    this.consoleOutput.push(bytes.slice());
  }

  /** Adds the time and the host's name. On hot paths call it only when `trace` isn't null, so that no event is made in vain. */
  emit(event: EventFields): void {
    this.trace?.emit({ time: this.clock.now(), host: this.host, ...event } as KernelEvent);
  }

  /** The same for whoever hasn't looked at `trace`. */
  emitIfTraced(event: EventFields): void {
    if (this.trace !== null) this.emit(event);
  }
}
