/**
 * One simulated thread: a program (a generator) in this process, and a real thread of the agent that makes its calls.
 *
 * The thread runs its program up to a call, has the call made, and goes on with the answer; signals are taken on the way back
 * from a call, as in a kernel. Programs never run at the same time (JavaScript), but their calls do.
 */
import { argumentError, parametersOf } from "../../../sys/arguments";
import { EINTR, Errno } from "../../../sys/errno";
import { SA_RESTART } from "../../../sys/signal";
import { type Program, type ProgramFunction, type Request, sys } from "../../../sys/sys";
import type { AgentThread } from "./agent";
import { askKernel } from "./kernel-call";
import { localCalls } from "./local-calls";
import type { Process } from "./process";
import type { Run } from "./run";
import { actionFor, forgetAfterOneUse, isIgnored, maskInHandler, nextSignal, takeSignal } from "./signals";

/** Thrown through a program's driver when its process has ended: nothing of it runs any more. */
export const ENDED = Symbol("the process has ended");

/** Thrown by execve: the thread goes on with another program. */
export class Execve {
  constructor(readonly program: ProgramFunction) {}
}

/** Thrown out of a call in which the thread slept when a signal came. */
export class Interrupted {
  constructor(
    /** Would SA_RESTART make this call again? signal(7) lists which. "always": no handler ends it. */
    readonly restartable: boolean | "always",
  ) {}
}

/** Where a thread is while its call is under way. `forever`: nothing but another thread can end it. */
export type Waiting =
  | { readonly kind: "kernel"; readonly request: Request; readonly since: number; readonly forever: boolean }
  | { readonly kind: "local"; readonly request: Request; readonly reason: string; readonly wake: () => void };

const INTERRUPT_EVERY = 2;

export class Thread {
  blocked = new Set<number>();
  /** Signals sent to this thread alone. */
  readonly pending = new Set<number>();
  waiting: Waiting | null = null;
  ended = false;
  joined = false;
  result: unknown;
  /** ppoll's mask holds for the call only; this is the one to go back to. */
  maskAfterCall: Set<number> | null = null;
  private interrupting: NodeJS.Timeout | null = null;

  constructor(
    readonly run: Run,
    readonly process: Process,
    public agentThread: AgentThread,
  ) {
    process.threads.push(this);
  }

  get tid(): number {
    return this.agentThread.tid;
  }

  get isMain(): boolean {
    return this === this.process.mainThread;
  }

  /** Runs a program to its end. Resolves when the thread is over, whatever happened. */
  async start(program: ProgramFunction): Promise<void> {
    try {
      this.result = await this.runProgram(program);
    } catch (error) {
      if (error === ENDED || this.process.ending) return;
      this.process.error = error instanceof Error ? error : new Error(String(error));
      await this.run.endProcess(this.process, 1 << 8);
      return;
    }
    if (this.isMain) {
      this.process.result = this.result;
      await this.run.endProcess(this.process, 0);
      return;
    }
    this.ended = true;
    this.run.reconsider();
  }

  private async runProgram(first: ProgramFunction): Promise<unknown> {
    for (let program = first; ; ) {
      try {
        return await this.drive(program(sys));
      } catch (error) {
        if (!(error instanceof Execve)) throw error;
        program = error.program;
      }
    }
  }

  private async drive(program: Program): Promise<unknown> {
    let reply: unknown;
    for (;;) {
      const step = program.next(reply);
      if (step.done) return step.value;
      reply = await this.call(step.value);
    }
  }

  /** Makes a call, and makes it again where a handler says so. */
  private async call(request: Request): Promise<unknown> {
    const record = this.run.enter(this, request);
    for (;;) {
      let reply: unknown;
      try {
        const fault = argumentError(parametersOf(request.name), request.args);
        if (fault !== null) throw fault;
        const local = localCalls[request.name] as ((thread: Thread, ...args: unknown[]) => unknown) | undefined;
        reply = await (local === undefined ? askKernel(this, request) : local(this, ...request.args));
      } catch (error) {
        if (error instanceof Interrupted) {
          if (this.wouldRestart(error)) {
            await this.takeSignals();
            continue;
          }
          if (!this.handlerNext()) await this.takeSignals();
          reply = EINTR;
        } else if (error instanceof Errno) reply = error;
        else if (error instanceof Execve) {
          this.run.leave(record, undefined, request);
          throw error;
        } else throw error;
      }
      if (this.process.ending) throw ENDED;
      // Only an interrupted ppoll leaves its mask in force until the handler has run (restore_saved_sigmask_unless).
      if (reply !== EINTR) this.restoreMask();
      this.run.leave(record, reply, request);
      await this.takeSignals();
      this.restoreMask();
      return reply;
    }
  }

  private restoreMask(): void {
    if (this.maskAfterCall !== null) this.blocked = this.maskAfterCall;
    this.maskAfterCall = null;
  }

  private handlerNext(): boolean {
    return typeof actionFor(this.process, nextSignal(this)).handler === "function";
  }

  private wouldRestart({ restartable }: Interrupted): boolean {
    const signum = nextSignal(this);
    if (signum === 0) return true;
    const { handler, flags = 0 } = actionFor(this.process, signum);
    return restartable === "always" || (restartable && typeof handler === "function" && (flags & SA_RESTART) !== 0);
  }

  /** Is there a signal that it would take? */
  get signalPending(): boolean {
    return nextSignal(this) !== 0;
  }

  /** Takes all signals that it doesn't block: runs their handlers, or ends the process. */
  private async takeSignals(): Promise<void> {
    for (let signum = nextSignal(this); signum !== 0; signum = nextSignal(this)) {
      takeSignal(this, signum);
      const action = actionFor(this.process, signum);
      if (isIgnored(this.process, signum)) continue;
      if (typeof action.handler !== "function") {
        await this.run.endProcess(this.process, signum);
        throw ENDED;
      }
      forgetAfterOneUse(this.process, signum, action);
      const before = this.maskAfterCall ?? this.blocked;
      this.blocked = maskInHandler(this, signum, action);
      this.maskAfterCall = null;
      // Whatever else is pending interrupts this handler before its first step, so the last one set up runs first.
      await this.takeSignals();
      await this.drive(action.handler(signum));
      this.blocked = before;
    }
  }

  /** A signal has come: out of the call, if it sleeps in one. */
  disturb(): void {
    if (this.waiting?.kind === "local") this.waiting.wake();
    else if (this.waiting?.kind === "kernel") this.startInterrupting();
  }

  /** Again and again until the call is over: the first time may come just before the thread falls asleep. */
  startInterrupting(): void {
    if (this.interrupting !== null) return;
    const { agent } = this.process;
    agent.interrupt(this.agentThread);
    this.interrupting = setInterval(() => agent.interrupt(this.agentThread), INTERRUPT_EVERY);
    this.interrupting.unref();
  }

  stopInterrupting(): void {
    if (this.interrupting !== null) clearInterval(this.interrupting);
    this.interrupting = null;
  }

  /** Sleeps in a call that the runner itself answers, until `condition` gives a value. */
  async sleep<Value>(
    request: Request,
    reason: string,
    condition: () => Value | undefined,
    restartable: boolean | "always" = true,
  ): Promise<Value> {
    for (;;) {
      if (this.process.ending || this.ended) throw ENDED;
      const value = condition();
      if (value !== undefined) return value;
      if (this.signalPending) throw new Interrupted(restartable);
      await new Promise<void>((resolve) => {
        this.waiting = { kind: "local", request, reason, wake: resolve };
      });
      this.waiting = null;
    }
  }
}
