/**
 * A thread: it drives one program. It takes each system call the program yields, has it answered, and resumes the program.
 *
 * Where a real thread sleeps inside a call, this one awaits a promise, and Node's event loop runs everybody else meanwhile.
 * After each call the event loop gets a turn, so that no program can keep the others, or the network, from moving on.
 * A program that makes no calls at all is not interrupted: it holds the only real thread there is.
 */
import { EINTR, Errno, type Program, type ProgramFunction, type Request, SA_RESTART, sys } from "../../sys";
import type { Process } from "./process";
import { maskDuringHandler, signalPending, takeSignal } from "./signals";
import { answer, restartable } from "./system-calls";
import type { WaitQueue } from "./wait-queue";

/** What a sleeping thread waits for. */
interface Sleep {
  readonly queues: readonly WaitQueue[];
  readonly waitsFor: string;
  readonly timed: boolean;
  finish(how: "woken" | "timeout" | "interrupted" | "abandoned"): void;
}

/** Thrown by execve: the program is replaced by another. */
export class Replaced {
  constructor(readonly program: ProgramFunction) {}
}

/** What a sleep ends with when its process has ended: calls let go of what they hold, and nobody sees the error. */
const abandoned = new Error("the process has ended");

/** A promise that never settles: what a call returns to a thread that no longer exists. */
const never = new Promise<never>(() => {});

export class Thread {
  asleep: Sleep | null = null;
  mask = new Set<number>();
  /** What the mask is set back to once the signals of this call are taken; ppoll(2). */
  maskAfterCall: Set<number> | null = null;
  readonly pending = new Set<number>();
  /** Set when the thread has returned; pthread_join takes it. */
  finished: { result: unknown } | null = null;
  request: Request | null = null;

  constructor(
    readonly process: Process,
    readonly tid: number,
  ) {}

  get machine() {
    return this.process.machine;
  }

  /** Runs a program to its end and returns its result. */
  async run(program: ProgramFunction): Promise<unknown> {
    await this.machine.turn();
    let current = program;
    for (;;) {
      try {
        return await this.drive(current(sys));
      } catch (error) {
        if (!(error instanceof Replaced)) throw error;
        current = error.program;
      }
    }
  }

  private async drive<Result>(program: Program<Result>): Promise<Result> {
    let step = program.next();
    while (!step.done) {
      const reply = await this.call(step.value);
      step = program.next(reply);
    }
    return step.value;
  }

  /** One system call, from its entry to the program's next step. */
  private async call(request: Request): Promise<unknown> {
    const { recorder } = this.machine;
    const outer = this.request;
    this.request = request;
    const record = recorder.enter(this, request);
    let reply = await this.attempt(request);
    let recorded = false;
    for (;;) {
      if (this.process.ended) return never;
      const again = reply === EINTR && restartable.has(request.name);
      if (!again && !recorded) {
        recorder.exit(record, request, reply);
        recorded = true;
      }
      await this.machine.turn();
      const mayRestart = await this.takeSignals();
      if (!again || recorded) break;
      if (mayRestart) reply = await this.attempt(request);
      else {
        recorder.exit(record, request, reply);
        break;
      }
    }
    this.request = outer;
    return reply;
  }

  private async attempt(request: Request): Promise<unknown> {
    if (this.process.ended) return never;
    try {
      return await answer(this, request);
    } catch (error) {
      if (error instanceof Errno) return error;
      if (error === abandoned) return never;
      throw error;
    }
  }

  /** Runs the handlers of what is pending. Returns whether an interrupted call may start again. */
  private async takeSignals(): Promise<boolean> {
    let restart = true;
    for (;;) {
      if (this.process.ended) return never;
      const signum = takeSignal(this);
      if (signum === null) break;
      const action = this.process.signals.action(signum);
      if (typeof action.handler !== "function") {
        this.process.end(signum);
        return never;
      }
      if (!((action.flags ?? 0) & SA_RESTART)) restart = false;
      const before = this.mask;
      this.mask = maskDuringHandler(this, signum, action);
      await this.drive(action.handler(signum));
      this.mask = before;
    }
    if (this.maskAfterCall) {
      this.mask = this.maskAfterCall;
      this.maskAfterCall = null;
    }
    return restart;
  }

  /**
   * Sleeps until one of the queues wakes this thread, or until `deadline` (as `performance.now()` counts). EINTR when a
   * signal came. The caller looks at its condition again afterwards.
   */
  sleep(
    queues: readonly WaitQueue[],
    waitsFor: string,
    deadline = Number.POSITIVE_INFINITY,
  ): Promise<"woken" | "timeout"> {
    if (this.process.ended) return never;
    if (signalPending(this)) return Promise.reject(EINTR);
    return new Promise((resolve, reject) => {
      const timed = deadline !== Number.POSITIVE_INFINITY;
      const wake = () => finish("woken");
      const finish: Sleep["finish"] = (how) => {
        if (timer) clearTimeout(timer);
        for (const queue of queues) queue.remove(wake);
        this.asleep = null;
        if (how === "interrupted") reject(EINTR);
        else if (how === "abandoned") reject(abandoned);
        else resolve(how);
      };
      const timer = timed ? setTimeout(finish, Math.max(0, Math.ceil(deadline - performance.now())), "timeout") : null;
      for (const queue of queues) queue.add(wake);
      this.asleep = { queues, waitsFor, timed, finish };
      this.machine.checkDeadlock();
    });
  }

  /** A signal has come: a sleeping call fails with EINTR. */
  interrupt(): void {
    this.asleep?.finish("interrupted");
  }

  /** Takes the thread off its queues and timers for good; nobody resumes it. */
  abandon(): void {
    this.asleep?.finish("abandoned");
  }
}
