/** What came out of checking one answer, as plain data: the checker makes it, panel and terminal draw it. */
import type { Failure } from "./failure";

/** "not run": an earlier trouble (a syntax error, an endless loop) kept the checks from getting that far. */
export type CheckState = "passed" | "failed" | "not run";

export interface CheckReport {
  readonly name: string;
  readonly state: CheckState;
  /** How long it took, in milliseconds. */
  readonly ms: number;
  readonly failure?: Failure;
}

/** One complaint of the TypeScript compiler, in its own words. */
export interface TypeProblem {
  /** The rule's number, for example 2322. */
  readonly code: number;
  readonly message: string;
  readonly line: number;
  readonly column: number;
  /** The line it is about. */
  readonly source: string;
}

export interface AnswerReport {
  /** In the order in which they stand in the test. */
  readonly checks: readonly CheckReport[];
  /** What kept the answer from being checked at all: no file, a syntax error, an error while it was loaded. */
  readonly problem?: Failure;
  /** Null when types weren't looked at. */
  readonly types: readonly TypeProblem[] | null;
  /** What the answer printed, cut after some thousand characters. */
  readonly printed: string;
  /** How long all of it took, in milliseconds. */
  readonly ms: number;
}

/** Did the answer pass? Types don't count: what runs rightly is right, and the compiler's words are shown beside. */
export function passed(report: AnswerReport): boolean {
  return !report.problem && report.checks.length > 0 && report.checks.every((check) => check.state === "passed");
}

/** The one failure to show: what kept it from being checked, or else the first check that failed. */
export function firstFailure(report: AnswerReport): { readonly check?: CheckReport; readonly failure: Failure } | null {
  if (report.problem) return { failure: report.problem };
  const check = report.checks.find((one) => one.state === "failed");
  return check?.failure ? { check, failure: check.failure } : null;
}
