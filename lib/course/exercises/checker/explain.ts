/** From what vitest and the journal say to a report that a person can read. */
import type { Failure } from "../failure";
import type { AnswerReport, CheckReport } from "../report";
import { endlessLoop, explainError, type ReportedError, workerGone } from "./explain-error";
import type { CheckMeta, JournalEntry } from "./protocol";
import type { RawRun } from "./warm-vitest";

/** How far the run came, by the journal: what ended and how, and what was under way when it stopped. */
interface Progress {
  readonly ended: ReadonlyMap<string, Extract<JournalEntry, { step: "end" }>>;
  readonly underWay: JournalEntry | null;
}

function progress(journal: readonly JournalEntry[]): Progress {
  const ended = new Map<string, Extract<JournalEntry, { step: "end" }>>();
  let underWay: JournalEntry | null = null;
  for (const entry of journal) {
    if (entry.step === "end") {
      ended.set(entry.name, entry);
      underWay = null;
    } else underWay = entry;
  }
  return { ended, underWay };
}

/** Explains one run of the checks on `answer`; `ms` is how long it took. */
export function explain(raw: RawRun, answer: string, ms: number): AnswerReport {
  const { ended, underWay } = progress(raw.journal);
  const stopped = whatStopped(raw, underWay?.step === "load");
  let problem: Failure | undefined;
  const checks = raw.names.map((name): CheckReport => {
    const result = raw.results.get(name);
    const entry = ended.get(name);
    const { fd3: meta } = (result?.meta() ?? {}) as { fd3?: CheckMeta };
    const time = Math.round(result?.diagnostic()?.duration ?? 0);
    const error = result?.result().errors?.[0] as ReportedError | undefined;
    if (meta?.loading) {
      problem = meta.failure ?? explainError(error ?? {}, answer);
      return { name, state: "not run", ms: 0 };
    }
    if (result?.result().state === "passed" || (!result && entry?.passed)) return { name, state: "passed", ms: time };
    if (result?.result().state === "failed") {
      return { name, state: "failed", ms: time, failure: meta?.failure ?? explainError(error ?? {}, answer) };
    }
    if (entry && !entry.passed && !result) {
      const failure = entry.failure ?? { says: "This check failed; then another one had to be stopped." };
      return { name, state: "failed", ms: time, failure };
    }
    if (stopped && underWay?.step === "check" && underWay.name === name) {
      return { name, state: "failed", ms: time, failure: stopped };
    }
    return { name, state: "not run", ms: 0 };
  });
  if (!problem && stopped && underWay?.step !== "check") problem = stopped;
  if (!problem && raw.names.length === 0) problem = brokenChecks(raw);
  if (!problem && !stopped && raw.errors.length > 0) {
    const late = raw.errors[0];
    problem = {
      ...explainError(late, answer),
      says: `Something your code had started failed after its check was over: ${late.message}.`,
    };
  }
  return { checks, ...(problem ? { problem } : {}), types: null, printed: printedBy(raw), ms: Math.round(ms) };
}

function whatStopped(raw: RawRun, loading: boolean): Failure | null {
  if (raw.killed !== null) return endlessLoop(raw.killed, loading);
  const gone = raw.errors.some((error) => /Worker exited unexpectedly|emitted error/.test(error.message ?? ""));
  return gone ? workerGone(raw.printed) : null;
}

/** No check was found at all: that is the course's fault, not the learner's. */
function brokenChecks(raw: RawRun): Failure {
  const error = raw.module?.errors()[0] ?? raw.errors[0];
  return {
    says: "The checks of this exercise can't be loaded. This isn't your answer's fault.",
    happened: error?.message ?? "no check was found",
  };
}

/** What the answer printed; not what the engine prints about a process that runs out of memory. */
function printedBy(raw: RawRun): string {
  const end = raw.printed.indexOf("<--- Last few GCs --->");
  return (end < 0 ? raw.printed : raw.printed.slice(0, end)).replace(/^\s+$/, "");
}
