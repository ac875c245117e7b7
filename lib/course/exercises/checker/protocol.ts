/**
 * What travels between the three processes of the exercise loop.
 *
 *     notebook or terminal ──JSON lines──> checker (vitest, kept warm) ──vitest──> worker (runs the answer, may be killed)
 *
 * The answer runs in the worker only: it can't block the notebook, nor the checker. What the worker can't tell through vitest,
 * because an endless loop holds its one thread, it has written into its journal beforehand.
 */
import type { Failure } from "../failure";
import type { AnswerReport } from "../report";

/** Asks the checker to run one test file on one answer. */
export interface CheckRequest {
  readonly type: "check";
  readonly id: number;
  readonly test: string;
  readonly answer: string;
  /** Whether the compiler's complaints are wanted as well. */
  readonly types: boolean;
}

/** Takes a request back. There will be no report. */
export interface CancelRequest {
  readonly type: "cancel";
  readonly id: number;
}

/** What the checker says: once "ready"; for each request a report, and when types are wanted, another one that has them. */
export type CheckerMessage =
  | { readonly type: "ready" }
  | { readonly type: "report"; readonly id: number; readonly report: AnswerReport; readonly final: boolean }
  /** The checker itself is broken; says why. */
  | { readonly type: "broken"; readonly id: number; readonly message: string };

/** What a test file finds under `inject("fd3")`. */
export interface CheckedAnswer {
  /** Absolute path of the answer. */
  readonly answer: string;
  /** Absolute path of the journal. */
  readonly journal: string;
}

/** One line of the journal. */
export type JournalEntry =
  /** The answer's file is being loaded: its top-level code runs. */
  | { readonly step: "load" }
  /** A check has started, and must end within `seconds`. */
  | { readonly step: "check"; readonly name: string; readonly seconds: number }
  /** It has ended. */
  | { readonly step: "end"; readonly name: string; readonly passed: boolean; readonly failure?: Failure };

/** What a test carries to the checker beside its state. */
export interface CheckMeta {
  /** Set when the answer couldn't be loaded: the trouble isn't this check's. */
  loading?: boolean;
  /** What the check says, where it failed by saying something. */
  failure?: Failure;
}

/** How long one check may take, in seconds, when it doesn't say otherwise. */
export const DEFAULT_SECONDS = 5;
