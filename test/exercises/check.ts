/**
 * What the checks of an exercise are written with (README.md beside this file is the guide).
 *
 * A check file is a vitest file whose answer comes from outside: the same file is run on the learner's answer, on the
 * untouched stub, on the reference and on every known wrong answer. The checker (lib/course/exercises/checker) provides the
 * path of the answer, and a journal: a file that is written to *before* a check starts, so that it still tells which check
 * was running when an endless loop has to be killed.
 */
import { appendFileSync } from "node:fs";
import { inject, test } from "vitest";
import {
  type CheckedAnswer,
  type CheckMeta,
  DEFAULT_SECONDS,
  type JournalEntry,
} from "../../lib/course/exercises/checker/protocol";
import { type ExportKind, exportProblem } from "../../lib/course/exercises/exports";
import { fail, isCheckFailure } from "../../lib/course/exercises/failure";
import { failureData } from "../../lib/course/exercises/failure-data";

export * from "../../lib/course/exercises/compare";
export { explaining, fail } from "../../lib/course/exercises/failure";
export { describeBytes, showBytes, showValue } from "../../lib/course/exercises/show-value";
export { everyCase, fc } from "./every-case";

declare module "vitest" {
  interface ProvidedContext {
    fd3: CheckedAnswer;
  }
  interface TaskMeta {
    fd3?: CheckMeta;
  }
}

export interface CheckOptions {
  /** How long it may take before it counts as an endless loop or a wait for ever. Default 5. */
  readonly seconds?: number;
}

/** Declares one check: a sentence that is true of a right answer, and the code that finds out. */
export type Check<Answer> = (
  sentence: string,
  body: (answer: Answer) => void | Promise<void>,
  options?: CheckOptions,
) => void;

function write(entry: JournalEntry): void {
  appendFileSync(inject("fd3").journal, `${JSON.stringify(entry)}\n`);
}

/**
 * Begins a check file: says which exports the answer must have, and returns the `check` to declare checks with.
 *
 *     const check = checksOf<typeof import("../../../solutions/01-slug/name")>({ lowestFree: "function" });
 */
export function checksOf<Answer extends object>(
  asked: { readonly [Name in keyof Answer]?: ExportKind },
): Check<Answer> {
  let loading: Promise<Answer> | undefined;
  const load = async (): Promise<Answer> => {
    write({ step: "load" });
    const answer = (await import(/* @vite-ignore */ inject("fd3").answer)) as Answer;
    const problem = exportProblem(answer as Record<string, unknown>, asked as Record<string, ExportKind>);
    if (problem) fail(problem);
    return answer;
  };
  const sentences = new Set<string>();
  return (sentence, body, { seconds = DEFAULT_SECONDS } = {}) => {
    if (sentences.has(sentence)) throw new Error(`two checks are called "${sentence}"`);
    sentences.add(sentence);
    test(sentence, { timeout: seconds * 1000 }, async ({ task, skip }) => {
      const meta: CheckMeta = {};
      task.meta.fd3 = meta;
      const first = loading === undefined;
      loading ??= load();
      try {
        const answer = await loading.catch((error: unknown) => {
          // Only the first check tells why the answer couldn't be loaded.
          if (!first) skip();
          meta.loading = true;
          throw error;
        });
        write({ step: "check", name: sentence, seconds });
        await body(answer);
        write({ step: "end", name: sentence, passed: true });
      } catch (error) {
        if (isCheckFailure(error)) meta.failure = failureData(error.said);
        write({ step: "end", name: sentence, passed: false, failure: meta.failure });
        throw error;
      }
    });
  };
}
