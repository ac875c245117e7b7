/**
 * How a failing check speaks.
 *
 * First one sentence that a person would say; then the run in which it happened; then the rule that was broken and where to
 * read about it; code last. A check fails by throwing a `CheckFailure`, made by `fail` or by the comparisons in compare.ts.
 * Everything else that is thrown (a bug in the answer, a failed system call) is put into the same shape by the checker.
 */
import type { Run } from "../../sys";

/** A place in the learner's file; both count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A failure as plain data: what is sent between processes and drawn. Only `says` is always there. */
export interface Failure {
  /** What is wrong, in one sentence that a person would say. */
  readonly says: string;
  /** What should have come out, and what did: each one line, or a few. */
  readonly expected?: string;
  readonly happened?: string;
  /** The run as monospaced text: a strace listing, a table of sleepers. */
  readonly run?: string;
  /** The rule that was broken, in a sentence, and where to read about it: "open(2)", "RFC 9293 §3.5", "chapter 01 §2". */
  readonly rule?: string;
  readonly read?: string;
  /** Where in the learner's file, with the lines around it. */
  readonly place?: Place;
  readonly code?: string;
}

/** What a check says; `run` may be a whole run, of which the listing and a deadlock are shown. */
export interface FailureToSay extends Omit<Failure, "run" | "place" | "code"> {
  readonly run?: Run | string;
  /** Lines of the run that match it are calls of the check itself, not of the answer. */
  readonly ours?: RegExp;
}

/** Thrown by a check that isn't satisfied. */
export class CheckFailure extends Error {
  constructor(readonly said: FailureToSay) {
    super(said.says);
    this.name = "CheckFailure";
  }
}

/** Is this what a check says? By its shape, because the checks and the course may be loaded from two places. */
export function isCheckFailure(error: unknown): error is CheckFailure {
  return error instanceof Error && error.name === "CheckFailure" && "said" in error;
}

/** Fails the check. */
export function fail(said: FailureToSay): never {
  throw new CheckFailure(said);
}

/**
 * Adds to whatever fails inside `body` what the check knows: the run it is about, the rule, where to read. What the failure
 * says for itself wins.
 */
export async function explaining<T>(context: Partial<FailureToSay>, body: () => T | Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (isCheckFailure(error)) throw new CheckFailure({ ...context, ...error.said });
    throw error;
  }
}
