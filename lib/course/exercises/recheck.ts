/**
 * Checks an answer again and again as it changes. One run at a time; a change during a run ends that run (it is about a file
 * that no longer is) and begins another.
 */
import type { Checker } from "./checker/client";
import type { AnswerReport } from "./report";

export interface Rechecked {
  /** A run has begun. */
  checking(): void;
  /** Its report; comes twice, first without what the compiler says. */
  report(report: AnswerReport): void;
  /** The checker itself doesn't work. */
  trouble(error: Error): void;
}

/** Returns the function to call whenever the answer has changed. It never throws and never waits. */
export function recheck(checker: Checker, what: { test: string; answer: string }, tell: Rechecked): () => void {
  let run = 0;
  let cancel = (): void => {};
  return () => {
    const mine = ++run;
    cancel();
    tell.checking();
    const request = checker.request({ ...what, types: true }, (report) => {
      if (mine === run) tell.report(report);
    });
    cancel = request.cancel;
    request.report.catch((error: Error) => {
      if (mine === run) tell.trouble(error);
    });
  };
}
