/**
 * Are the checks of an exercise any good? The reference must pass them all, the untouched stub must not, and every known
 * wrong answer must fail, first in the check that was written against it, and in words that name its mistake.
 *
 * A course whose checks can't fail teaches nothing, so this is a test of the tests; test/exercises/prove.test.ts runs it.
 */
import { existsSync } from "node:fs";
import type { Checker } from "./checker/client";
import type { Exercise } from "./list";
import { type AnswerReport, firstFailure, passed } from "./report";
import { failureText } from "./to-text";
import { wrongAnswers } from "./wrong-answers";

/** What a wrong answer names as its check when it can't even be loaded. */
export const LOADING = "(loading)";

/** What is wrong with an exercise, a sentence each; none when it is proven. */
export async function proveExercise(exercise: Exercise, checker: Checker): Promise<string[]> {
  const found = describedProblems(exercise);
  const { test, reference, stub } = exercise.files;
  const report = (answer: string): Promise<AnswerReport> => checker.check({ test, answer });

  if (existsSync(reference)) {
    const judged = await report(reference);
    const first = firstFailure(judged);
    if (first) found.push(`the reference doesn't pass "${first.check?.name ?? LOADING}": ${first.failure.says}`);
    else if (!passed(judged)) found.push("the reference doesn't pass: no check was run");
  } else found.push(`there is no reference at ${reference}`);

  if (!existsSync(stub)) found.push(`there is no stub at ${stub}`);
  else if (passed(await report(stub))) found.push("the untouched stub passes all checks");

  for (const wrong of wrongAnswers(exercise.files)) {
    const problem = refusal(await report(wrong.path), wrong.fails, wrong.says);
    if (problem) found.push(`wrong answer "${wrong.name}" ${problem}`);
  }
  return found;
}

/** What is missing beside the checks. */
function describedProblems(exercise: Exercise): string[] {
  const found: string[] = [];
  if (exercise.hints.length === 0) found.push("there are no hints");
  if (exercise.claims.length === 0) found.push("it names no claim of the lesson");
  const count = wrongAnswers(exercise.files).length;
  if (count < 2) found.push(`${count === 0 ? "no wrong answer" : "only one wrong answer"}; two are the least`);
  return found;
}

/** Why a report isn't the refusal that was asked for; null when it is. */
function refusal(report: AnswerReport, fails: string, says: string): string | null {
  const first = firstFailure(report);
  if (!first) return "passes all checks";
  const check = first.check?.name ?? LOADING;
  const words = failureText(first.failure);
  if (check !== fails) return `fails in "${check}", not in "${fails}"; it is told:\n${words}`;
  if (!words.includes(says)) return `isn't told "${says}", but:\n${words}`;
  return null;
}
